//===- Runner.h - jobs in worker processes --------------------------------===//
//
// Workers are forks of this process that are fed job numbers and answer with plain data, so that a
// crash, a stack overflow or an endless instantiation costs one file. Results come back in the
// order of the jobs, whatever the number of workers. The caller must have no other threads.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Analysis.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

namespace tether {

struct RunnerOptions {
  unsigned workers = 1;
  unsigned cpuSeconds = 120; ///< per job
  unsigned memoryMiB = 4096; ///< address space, per job
  unsigned clockPerCpu = 10; ///< a job that does not use them ends after so many times as long
};

/// Told after every job: how many are done, of how many, and which file it was.
using Progress = llvm::function_ref<void(size_t done, size_t total, llvm::StringRef file)>;

/// Runs all jobs. A job that crashes or takes too much yields a result with a failure that says so.
/// SIGINT and SIGTERM end the run: the jobs that are not done have a failure then. Fails only if
/// processes cannot be started at all.
llvm::Expected<std::vector<UnitResult>> runJobs(llvm::ArrayRef<Job> jobs,
                                                llvm::function_ref<UnitResult(const Job &)> work,
                                                const RunnerOptions &options, Progress progress);

} // namespace tether
