#include "matchers/Profile.h"

#include <ctime>
#include <utility>

namespace tether {

/// Of this thread; in milliseconds.
static double now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) * 1e3 + double(time.tv_nsec) / 1e6;
}

double *Meter::change(double *to) {
  double at = now();
  if (account)
    *account += at - since;
  since = at;
  return std::exchange(account, to);
}

void Profile::add(const Profile &other) {
  for (const auto &[phase, time] : other.phases)
    phases[phase] += time;
  for (const auto &[check, time] : other.checks)
    checks[check] += time;
}

double Profile::own() const {
  double sum = 0;
  for (const auto &[phase, time] : phases)
    if (phase != "parse" && phase != "setup")
      sum += time;
  for (const auto &[check, time] : checks)
    sum += time;
  return sum;
}

} // namespace tether
