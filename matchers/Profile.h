//===- Profile.h - where the time goes ------------------------------------===//
//
// CPU time of the thread, told apart by what it was spent on. Plain data that crosses processes,
// and the clock that fills it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <map>
#include <string>

namespace tether {

/// Milliseconds by phase and by check.
struct Profile {
  std::map<std::string, double> phases;
  std::map<std::string, double> checks; ///< without what they only were the first to ask for

  void add(const Profile &other);
  /// What our own analysis takes: everything but Clang's phases, "parse" and "setup".
  double own() const;
};

/// Gives the time to the innermost scope that is open: who asks for something that is computed on
/// first use does not pay for it. One thread.
class Meter {
public:
  Profile profile;

  class Scope {
  public:
    /// `account` is one of the numbers in the meter's profile.
    Scope(Meter &meter, double &account) : meter(meter), outer(meter.change(&account)) {}
    ~Scope() { meter.change(outer); }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;

  private:
    Meter &meter;
    double *outer;
  };

  Scope phase(const std::string &name) { return {*this, profile.phases[name]}; }
  /// What `work` yields, its time on the account of the phase.
  template <class Work> auto timed(const std::string &name, Work work) {
    Scope scope = phase(name);
    return work();
  }
  Scope check(const std::string &id) { return {*this, profile.checks[id]}; }

private:
  double *change(double *to);

  double *account = nullptr; ///< who pays now; null: nobody
  double since = 0;
};

} // namespace tether
