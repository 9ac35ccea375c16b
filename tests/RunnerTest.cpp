// Jobs that do what no analysis should: the others must not notice.
#include "tool/Runner.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Compiler.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

using namespace tether;
using testing::HasSubstr;

namespace {

using Work = llvm::function_ref<UnitResult(const Job &)>;

std::vector<Job> jobsNamed(std::vector<std::string> names) {
  std::vector<Job> jobs;
  for (std::string &name : names)
    jobs.push_back({std::move(name), "/", {}, ""});
  return jobs;
}

std::vector<Job> numbered(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i != count; ++i)
    names.push_back("job" + std::to_string(i));
  return jobsNamed(names);
}

void nobody(size_t, size_t, llvm::StringRef) {}

std::vector<UnitResult> run(const std::vector<Job> &jobs, Work work, unsigned workers = 1) {
  auto results = runJobs(jobs, work, {workers, 1}, nobody);
  if (results)
    return std::move(*results);
  ADD_FAILURE() << llvm::toString(results.takeError());
  return {};
}

UnitResult named(const Job &job) {
  UnitResult result;
  result.handlers = {job.file};
  return result;
}

/// The child must not leave a core file, nor use all memory where the stack has no limit.
void tame() {
  rlimit none{0, 0}, stack{8 << 20, 8 << 20};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_STACK, &stack);
}

LLVM_ATTRIBUTE_NOINLINE int overflow(int depth) {
  volatile char frame[4096] = {};
  frame[depth % sizeof frame] = 1;
  return depth < 0 ? 0 : overflow(depth + 1) + frame[depth % sizeof frame];
}

/// Does what the name of its job says.
UnitResult obey(const Job &job) {
  tame();
  llvm::StringRef what = job.file;
  if (what == "abort")
    std::abort();
  if (what == "overflow")
    std::exit(overflow(0));
  if (what == "kill")
    raise(SIGKILL);
  if (what == "exit")
    _exit(7);
  if (what == "exit0")
    _exit(0);
  if (what == "throw")
    throw std::runtime_error("thrown");
  if (what == "sleep")
    pause();
  for (volatile bool spin = what == "spin"; spin;)
    ;
  return named(job);
}

/// The kind of failure per job, "ok" for an answer of its own.
std::vector<std::string> kinds(const std::vector<Job> &jobs,
                               const std::vector<UnitResult> &results) {
  std::vector<std::string> found;
  for (size_t i = 0; i != results.size(); ++i) {
    bool own = results[i].handlers == std::vector<std::string>{jobs[i].file};
    found.push_back(results[i].failure ? results[i].failure->kind : own ? "ok" : "foreign");
  }
  return found;
}

class Workers : public testing::TestWithParam<unsigned> {};

TEST_P(Workers, AnswersComeInTheOrderOfTheJobs) {
  std::vector<Job> jobs = numbered(37);
  auto work = [](const Job &job) {
    // The first jobs take longest, so that workers finish out of order.
    for (volatile int left = job.file.size() == 4 ? 2'000'000 : 0; left > 0; left = left - 1)
      ;
    return named(job);
  };
  EXPECT_EQ(kinds(jobs, run(jobs, work, GetParam())), std::vector<std::string>(37, "ok"));
}

TEST_P(Workers, AJobThatEndsItsProcessCostsOnlyItself) {
  std::vector<Job> jobs = jobsNamed({"a", "abort", "b", "overflow", "kill", "c", "exit", "exit0",
                                     "d", "abort", "abort", "e", "exit"});
  std::vector<std::string> expected = {"ok",    "crash", "ok",    "crash", "crash", "ok",   "crash",
                                       "crash", "ok",    "crash", "crash", "ok",    "crash"};
  EXPECT_EQ(kinds(jobs, run(jobs, obey, GetParam())), expected);
}

TEST_P(Workers, MoreWorkersThanJobs) {
  std::vector<Job> jobs = numbered(2);
  EXPECT_EQ(kinds(jobs, run(jobs, named, GetParam() * 8)), std::vector<std::string>(2, "ok"));
}

TEST_P(Workers, NoJobs) { EXPECT_TRUE(run({}, named, GetParam()).empty()); }

TEST_P(Workers, AnswersLargerThanAPipe) {
  std::vector<Job> jobs = numbered(6);
  auto work = [](const Job &job) {
    UnitResult result;
    result.handlers.assign(500, job.file + std::string(4000, 'x'));
    return result;
  };
  std::vector<UnitResult> results = run(jobs, work, GetParam());
  ASSERT_EQ(results.size(), jobs.size());
  for (size_t i = 0; i != jobs.size(); ++i)
    EXPECT_EQ(results[i].handlers, work(jobs[i]).handlers) << i;
}

TEST_P(Workers, ProgressIsToldOncePerJob) {
  std::vector<Job> jobs = jobsNamed({"a", "abort", "b", "c", "exit", "d"});
  std::multiset<std::string> files;
  size_t last = 0;
  auto tell = [&](size_t done, size_t total, llvm::StringRef file) {
    EXPECT_GE(done, last);
    EXPECT_EQ(total, jobs.size());
    last = done;
    files.insert(file.str());
  };
  ASSERT_TRUE(bool(runJobs(jobs, obey, {GetParam(), 1}, tell)));
  EXPECT_EQ(last, jobs.size());
  EXPECT_EQ(files, (std::multiset<std::string>{"a", "abort", "b", "c", "exit", "d"}));
}

INSTANTIATE_TEST_SUITE_P(Runner, Workers, testing::Range(1u, 5u));

TEST(Runner, AJobThatNeverEndsIsEnded) {
  std::vector<Job> jobs = jobsNamed({"a", "spin", "b"});
  std::vector<UnitResult> results = run(jobs, obey);
  EXPECT_EQ(kinds(jobs, results), (std::vector<std::string>{"ok", "timeout", "ok"}));
  ASSERT_TRUE(results[1].failure);
  EXPECT_EQ(results[1].failure->file, "spin");
  EXPECT_THAT(results[1].failure->message, HasSubstr("--timeout"));
}

TEST(Runner, AJobThatSleepsIsEndedByTheClock) {
  std::vector<Job> jobs = jobsNamed({"a", "sleep", "b"});
  auto results = runJobs(jobs, obey, {.cpuSeconds = 1, .clockPerCpu = 1}, nobody);
  ASSERT_TRUE(bool(results));
  EXPECT_EQ(kinds(jobs, *results), (std::vector<std::string>{"ok", "timeout", "ok"}));
  EXPECT_THAT((*results)[1].failure->message, HasSubstr("did not end within 1 seconds"));
}

/// Takes twice as much memory as the name of the job says, in MiB, and gives it back.
UnitResult takeMemory(const Job &job) {
  size_t mebibytes = std::stoul(job.file);
  std::vector<char> much(mebibytes << 20, 'x');
  llvm::SmallVector<char, 0> more;
  more.resize_for_overwrite(mebibytes << 20);
  return named(job);
}

TEST(Runner, AJobThatTakesTooMuchMemoryIsEnded) {
  if (LLVM_ADDRESS_SANITIZER_BUILD)
    GTEST_SKIP() << "its allocator ends the process by itself";
  std::vector<Job> jobs = jobsNamed({"40", "300", "40", "160", "60"});
  auto results = runJobs(jobs, takeMemory, {.memoryMiB = 256}, nobody);
  ASSERT_TRUE(bool(results));
  EXPECT_EQ(kinds(jobs, *results),
            (std::vector<std::string>{"ok", "memory", "ok", "memory", "ok"}));
  EXPECT_EQ((*results)[1].failure->message,
            "needs more than 256 MiB of memory; --memory allows more");
}

TEST(Runner, AnExceptionIsACrash) {
  std::vector<Job> jobs = jobsNamed({"a", "throw", "b"});
  EXPECT_EQ(kinds(jobs, run(jobs, obey)), (std::vector<std::string>{"ok", "crash", "ok"}));
}

TEST(Runner, FailuresSayWhatHappenedWhere) {
  std::vector<Job> jobs = jobsNamed({"kill", "exit"});
  std::vector<UnitResult> results = run(jobs, obey);
  ASSERT_EQ(results.size(), 2u);
  ASSERT_TRUE(results[0].failure && results[1].failure);
  EXPECT_EQ(results[0].failure->file, "kill");
  EXPECT_THAT(results[0].failure->message, HasSubstr(strsignal(SIGKILL)));
  EXPECT_EQ(results[1].failure->file, "exit");
  EXPECT_THAT(results[1].failure->message, HasSubstr("7"));
  EXPECT_TRUE(results[0].findings.empty());
}

TEST(Runner, TheTimeIsPerJobAndNotPerWorker) {
  // Together they take far more than the second that each of them may.
  std::vector<Job> jobs = numbered(6);
  auto work = [](const Job &job) {
    rusage used;
    auto milliseconds = [&] {
      getrusage(RUSAGE_SELF, &used);
      return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
             (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
    };
    for (long end = milliseconds() + 400; milliseconds() < end;)
      ;
    return named(job);
  };
  EXPECT_EQ(kinds(jobs, run(jobs, work)), std::vector<std::string>(6, "ok"));
}

TEST(Runner, AWorkerLivesUntilAJobEndsIt) {
  std::vector<Job> jobs = jobsNamed({"a", "b", "abort", "c", "d"});
  auto work = [](const Job &job) {
    UnitResult result = obey(job);
    result.handlers = {std::to_string(getpid())};
    return result;
  };
  std::vector<UnitResult> results = run(jobs, work);
  ASSERT_EQ(results.size(), 5u);
  std::string parent = std::to_string(getpid());
  EXPECT_NE(results[0].handlers[0], parent);
  EXPECT_EQ(results[0].handlers, results[1].handlers);
  EXPECT_NE(results[1].handlers, results[3].handlers);
  EXPECT_EQ(results[3].handlers, results[4].handlers);
}

TEST(Runner, WhatAJobPrintsIsNotSeen) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  run(numbered(2), [](const Job &job) {
    std::puts("noise");
    std::fputs("noise", stderr);
    std::fflush(nullptr);
    return named(job);
  });
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Runner, AWorkerThatHasGrownIsReplacedWithoutLosingAJob) {
  constexpr size_t Large = 1200u << 20;
  if (size_t(sysconf(_SC_AVPHYS_PAGES)) * sysconf(_SC_PAGESIZE) < 2 * Large)
    GTEST_SKIP() << "too little memory";
  std::vector<Job> jobs = numbered(6);
  auto work = [](const Job &job) {
    if (job.file == "job1") {
      std::vector<char> much(Large, 'x');
      return much[Large / 2] == 'x' ? named(job) : UnitResult();
    }
    return named(job);
  };
  std::vector<UnitResult> results = run(jobs, work);
  EXPECT_EQ(kinds(jobs, results), std::vector<std::string>(6, "ok"));
}

TEST(Runner, ASignalEndsTheRunAndKeepsWhatIsDone) {
  sigset_t before, after;
  sigprocmask(SIG_BLOCK, nullptr, &before);
  for (int signal : {SIGINT, SIGTERM}) {
    // A shell's background job is born with SIGINT ignored, and what is ignored stays so.
    auto *inherited = std::signal(signal, SIG_DFL);
    std::vector<Job> jobs = jobsNamed({"a", "b", "stop", "c", "d"});
    auto work = [&](const Job &job) {
      if (job.file == "stop") {
        // A shell sends Ctrl-C to the workers, too.
        raise(signal);
        kill(getppid(), signal);
        pause();
      }
      return named(job);
    };
    std::vector<UnitResult> results = run(jobs, work);
    EXPECT_EQ(kinds(jobs, results),
              (std::vector<std::string>{"ok", "ok", "interrupted", "interrupted", "interrupted"}));
    EXPECT_EQ(results[3].failure->file, "c");
    std::signal(signal, inherited);
  }
  sigprocmask(SIG_BLOCK, nullptr, &after);
  for (int signal : {SIGINT, SIGTERM})
    EXPECT_EQ(sigismember(&after, signal), sigismember(&before, signal));
}

TEST(Runner, AnIgnoredSignalEndsNothing) {
  auto before = std::signal(SIGINT, SIG_IGN);
  std::vector<Job> jobs = jobsNamed({"a", "b"});
  auto work = [&](const Job &job) {
    kill(getppid(), SIGINT);
    return named(job);
  };
  EXPECT_EQ(kinds(jobs, run(jobs, work)), std::vector<std::string>(2, "ok"));
  std::signal(SIGINT, before);
}

TEST(Runner, FewFileDescriptorsMeanFewerWorkers) {
  rlimit before;
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit few = before;
  few.rlim_cur = 24;
  setrlimit(RLIMIT_NOFILE, &few);
  std::vector<Job> jobs = numbered(40);
  // Some of them die, and have to be replaced.
  for (size_t i = 0; i < jobs.size(); i += 4)
    jobs[i].file = "exit";
  auto results = runJobs(jobs, obey, {40, 1}, nobody);
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(bool(results)) << llvm::toString(results.takeError());
  for (size_t i = 0; i != jobs.size(); ++i)
    EXPECT_EQ(kinds(jobs, *results)[i], i % 4 == 0 ? "crash" : "ok") << i;
}

TEST(Runner, NoWorkerAtAllIsAnError) {
  rlimit before;
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit none = before;
  none.rlim_cur = 3;
  setrlimit(RLIMIT_NOFILE, &none);
  auto results = runJobs(numbered(2), named, {2, 1}, nobody);
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(bool(results));
  EXPECT_THAT(llvm::toString(results.takeError()), HasSubstr("pipe"));
}

} // namespace
