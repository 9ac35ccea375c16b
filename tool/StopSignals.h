//===- StopSignals.h - to end in good order when asked to -----------------===//
#pragma once

#include <csignal>

namespace tether {

/// While it lives, SIGINT and SIGTERM can be read instead of ending the process; processes that are
/// started meanwhile leave them to their parent. One that the user ignores (nohup) stays ignored.
/// One thread; one object at a time.
class StopSignals {
public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals &) = delete;
  StopSignals &operator=(const StopSignals &) = delete;

  /// Becomes readable when the process is asked to end; -1 if the system cannot tell, and the
  /// signals do what they always do.
  int descriptor() const { return fd; }

private:
  sigset_t before;
  int fd = -1;
};

} // namespace tether
