#include "tool/StopSignals.h"

#include <initializer_list>
#include <sys/signalfd.h>
#include <unistd.h>

namespace tether {

static bool isIgnored(int signal) {
  struct sigaction action;
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

StopSignals::StopSignals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (int signal : {SIGINT, SIGTERM})
    if (!isIgnored(signal))
      sigaddset(&wanted, signal);
  fd = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd >= 0)
    sigprocmask(SIG_BLOCK, &wanted, &before);
}

StopSignals::~StopSignals() {
  if (fd < 0)
    return;
  // What has come was obeyed: it must not end the process now. `timeout` sends it twice.
  for (signalfd_siginfo seen; read(fd, &seen, sizeof seen) > 0;)
    ;
  close(fd);
  sigprocmask(SIG_SETMASK, &before, nullptr);
}

} // namespace tether
