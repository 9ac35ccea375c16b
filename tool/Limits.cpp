#include "tool/Limits.h"

#include "llvm/Support/ErrorHandling.h"

#include <algorithm>
#include <fstream>
#include <new>
#include <sys/resource.h>
#include <unistd.h>

namespace tether {

/// Lowers or raises the limit, as far as the user's own allows.
static void limit(__rlimit_resource_t resource, rlim_t wanted) {
  rlimit limit;
  getrlimit(resource, &limit);
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  setrlimit(resource, &limit);
}

void limitCpu(unsigned seconds) {
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  limit(RLIMIT_CPU, used.ru_utime.tv_sec + used.ru_stime.tv_sec + seconds + 1);
}

void limitMemory(unsigned mebibytes) {
  // Sanitizers reserve terabytes: only what comes on top counts.
  rlim_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  limit(RLIMIT_AS, pages * sysconf(_SC_PAGESIZE) + (rlim_t(mebibytes) << 20));
}

void exitWhenOutOfMemory() {
  std::set_new_handler([] { _exit(OutOfMemoryExit); });
  // LLVM's containers call malloc themselves.
  llvm::install_bad_alloc_error_handler([](void *, const char *, bool) { _exit(OutOfMemoryExit); });
}

} // namespace tether
