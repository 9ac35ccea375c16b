#include "tool/Runner.h"

#include "tool/Limits.h"
#include "tool/StopSignals.h"
#include "tool/Wire.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace tether {
namespace {

using Clock = std::chrono::steady_clock;

/// What a worker may hold at rest before it is replaced: fragmentation is given back to the system.
constexpr long MostResidentKiB = 1024 * 1024;

struct Worker {
  pid_t pid = -1;
  int toWorker = -1;
  int fromWorker = -1;
  std::optional<size_t> job; ///< the one it is busy with
  size_t answered = 0;       ///< jobs since it was started
  std::string answer;        ///< what has come of it so far
  Clock::time_point deadline;
};

bool writeAll(int fd, const void *data, size_t size) {
  const char *at = static_cast<const char *>(data);
  while (size != 0) {
    ssize_t written = write(fd, at, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    at += written;
    size -= written;
  }
  return true;
}

/// Reads exactly `size` bytes; false at the end of input.
bool readAll(int fd, void *data, size_t size) {
  char *at = static_cast<char *>(data);
  while (size != 0) {
    ssize_t got = read(fd, at, size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return false;
    at += got;
    size -= got;
  }
  return true;
}

/// The life of a worker: a job number in, a length and a JSON text out. An exception must not
/// return from the fork: what is above belongs to the parent.
[[noreturn]] void serve(int in, int out, ArrayRef<Job> jobs,
                        function_ref<UnitResult(const Job &)> work,
                        const RunnerOptions &options) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // What Clang says while it crashes is no part of a report; the failure is reported by the parent.
  if (int null = open("/dev/null", O_RDWR); null >= 0) {
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
  }
  exitWhenOutOfMemory();
  uint64_t number = 0;
  while (readAll(in, &number, sizeof number)) {
    limitCpu(options.cpuSeconds);
    limitMemory(options.memoryMiB);
    std::string answer = toWire(work(jobs[number]));
    uint64_t size = answer.size();
    if (!writeAll(out, &size, sizeof size) || !writeAll(out, answer.data(), answer.size()))
      break;
    rusage used;
    getrusage(RUSAGE_SELF, &used);
    if (used.ru_maxrss > MostResidentKiB)
      break;
  }
  _exit(0);
}

void closeBoth(const int (&pipe)[2]) {
  close(pipe[0]);
  close(pipe[1]);
}

/// Feeds jobs to workers and collects their answers.
class Pool {
public:
  Pool(ArrayRef<Job> jobs, function_ref<UnitResult(const Job &)> work, const RunnerOptions &options)
      : jobs(jobs), work(work), options(options), results(jobs.size()) {}
  ~Pool();

  Error run(Progress progress);
  std::vector<UnitResult> take() { return std::move(results); }

private:
  Error start(Worker &worker);
  Error feedAll();
  Expected<bool> await();
  void giveUp();
  Error feed(Worker &worker);
  void receive(Worker &worker);
  void finish(Worker &worker, UnitResult result);
  void bury(Worker &worker, bool overdue);
  Failure deathOf(const Worker &worker, int status, bool overdue) const;
  int nextDeadline() const;
  uint64_t clockSeconds() const { return uint64_t(options.cpuSeconds) * options.clockPerCpu; }

  ArrayRef<Job> jobs;
  function_ref<UnitResult(const Job &)> work;
  const RunnerOptions &options;
  std::vector<UnitResult> results;
  std::vector<Worker> workers;
  std::vector<size_t> finished; ///< since progress was last told
  std::vector<size_t> again;    ///< given to a worker that had retired
  StopSignals stop;
  size_t next = 0;
  size_t done = 0;
};

Pool::~Pool() {
  for (Worker &worker : workers)
    if (worker.pid > 0) {
      close(worker.toWorker);
      close(worker.fromWorker);
      waitpid(worker.pid, nullptr, 0);
    }
}

/// A pipe in each direction, or none.
static Error makePipes(int (&down)[2], int (&up)[2]) {
  if (pipe2(down, O_CLOEXEC))
    return createStringError("cannot make a pipe: %s", std::strerror(errno));
  if (pipe2(up, O_CLOEXEC) == 0)
    return Error::success();
  Error error = createStringError("cannot make a pipe: %s", std::strerror(errno));
  closeBoth(down);
  return error;
}

Error Pool::start(Worker &worker) {
  int down[2], up[2];
  if (Error error = makePipes(down, up))
    return error;
  pid_t pid = fork();
  if (pid < 0) {
    Error error = createStringError("cannot start a worker process: %s", std::strerror(errno));
    closeBoth(down);
    closeBoth(up);
    return error;
  }
  if (pid == 0) {
    // A pipe that another worker's child keeps open would never end.
    for (Worker &other : workers)
      if (other.pid > 0) {
        close(other.toWorker);
        close(other.fromWorker);
      }
    close(down[1]);
    close(up[0]);
    serve(down[0], up[1], jobs, work, options);
  }
  close(down[0]);
  close(up[1]);
  worker.pid = pid;
  worker.answered = 0;
  worker.toWorker = down[1];
  worker.fromWorker = up[0];
  return Error::success();
}

Error Pool::feed(Worker &worker) {
  if (next == jobs.size() && again.empty())
    return Error::success();
  if (worker.pid <= 0)
    if (Error error = start(worker))
      return error;
  uint64_t number = again.empty() ? next++ : again.back();
  if (!again.empty())
    again.pop_back();
  worker.job = number;
  worker.answer.clear();
  worker.deadline = Clock::now() + std::chrono::seconds(clockSeconds());
  // A worker that has died is noticed when its pipe ends.
  (void)writeAll(worker.toWorker, &number, sizeof number);
  return Error::success();
}

/// Gives every idle worker a job. Where the system does not allow as many workers as were wanted,
/// fewer do the work.
Error Pool::feedAll() {
  for (size_t i = 0; i != workers.size();) {
    Error error = workers[i].job ? Error::success() : feed(workers[i]);
    if (!error) {
      ++i;
      continue;
    }
    workers.erase(workers.begin() + i);
    if (none_of(workers, [](const Worker &worker) { return worker.pid > 0; }))
      return error;
    consumeError(std::move(error));
  }
  return Error::success();
}

void Pool::finish(Worker &worker, UnitResult result) {
  results[*worker.job] = std::move(result);
  finished.push_back(*worker.job);
  worker.job.reset();
  ++worker.answered;
  ++done;
}

/// Why a worker ended in the middle of a job.
Failure Pool::deathOf(const Worker &worker, int status, bool overdue) const {
  Failure failure;
  failure.file = jobs[*worker.job].file;
  bool usedUp = !overdue && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;
  bool outOfMemory = WIFEXITED(status) && WEXITSTATUS(status) == OutOfMemoryExit;
  failure.kind = overdue || usedUp ? "timeout" : outOfMemory ? "memory" : "crash";
  if (overdue)
    failure.message =
        formatv("did not end within {0} seconds, although it used less than {1} on the "
                "CPU: it waits, or the machine is overloaded; --timeout allows more",
                clockSeconds(), options.cpuSeconds);
  else if (usedUp)
    failure.message =
        formatv("took more than {0} CPU seconds; --timeout allows more", options.cpuSeconds);
  else if (outOfMemory)
    failure.message =
        formatv("needs more than {0} MiB of memory; --memory allows more", options.memoryMiB);
  else if (WIFSIGNALED(status))
    failure.message = formatv("the analysis crashed ({0})", strsignal(WTERMSIG(status)));
  else
    failure.message = formatv("the analysis ended with exit code {0}", WEXITSTATUS(status));
  return failure;
}

/// A worker has ended: at rest that is its own wish, in a job it is the job's fault.
void Pool::bury(Worker &worker, bool overdue) {
  if (overdue)
    kill(worker.pid, SIGKILL);
  close(worker.toWorker);
  close(worker.fromWorker);
  int status = 0;
  waitpid(worker.pid, &status, 0);
  worker.pid = -1;
  if (!worker.job)
    return;
  // It retired after its last answer, when this job was already on its way to it.
  if (!overdue && WIFEXITED(status) && WEXITSTATUS(status) == 0 && worker.answered != 0) {
    again.push_back(*worker.job);
    worker.job.reset();
    return;
  }
  UnitResult result;
  result.failure = deathOf(worker, status, overdue);
  finish(worker, std::move(result));
}

void Pool::receive(Worker &worker) {
  char buffer[65536];
  ssize_t got = read(worker.fromWorker, buffer, sizeof buffer);
  if (got < 0 && errno == EINTR)
    return;
  if (got <= 0)
    return bury(worker, false);
  worker.answer.append(buffer, got);
  uint64_t size = 0;
  if (worker.answer.size() < sizeof size)
    return;
  std::memcpy(&size, worker.answer.data(), sizeof size);
  if (worker.answer.size() < sizeof size + size)
    return;
  Expected<UnitResult> result = fromWire(StringRef(worker.answer).drop_front(sizeof size));
  if (result)
    return finish(worker, std::move(*result));
  UnitResult broken;
  broken.failure = Failure{"crash", jobs[*worker.job].file, toString(result.takeError()), 0, 0, ""};
  finish(worker, std::move(broken));
}

/// Milliseconds until the first busy worker is overdue.
int Pool::nextDeadline() const {
  auto soonest = Clock::time_point::max();
  for (const Worker &worker : workers)
    if (worker.job)
      soonest = std::min(soonest, worker.deadline);
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(soonest - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left + 1, 0, 60 * 1000));
}

/// Waits for answers, deaths and deadlines, and deals with them. False if the run is to end.
Expected<bool> Pool::await() {
  std::vector<pollfd> waiting;
  for (Worker &worker : workers)
    waiting.push_back({worker.pid > 0 ? worker.fromWorker : -1, POLLIN, 0});
  waiting.push_back({stop.descriptor(), POLLIN, 0});
  if (poll(waiting.data(), waiting.size(), nextDeadline()) < 0 && errno != EINTR)
    return createStringError("cannot wait for workers: %s", std::strerror(errno));
  for (size_t i = 0; i != workers.size(); ++i) {
    if (waiting[i].revents != 0)
      receive(workers[i]);
    else if (workers[i].job && Clock::now() >= workers[i].deadline)
      bury(workers[i], true);
  }
  return waiting.back().revents == 0;
}

/// Ends the workers. What they have not answered is accounted for as not analysed.
void Pool::giveUp() {
  for (Worker &worker : workers)
    if (worker.job) {
      again.push_back(*std::exchange(worker.job, std::nullopt));
      bury(worker, true);
    }
  for (; next != jobs.size(); ++next)
    again.push_back(next);
  for (size_t job : again)
    results[job].failure = Failure{
        "interrupted", jobs[job].file, "the run was ended before this file was analysed", 0, 0, ""};
}

Error Pool::run(Progress progress) {
  workers.resize(std::min<size_t>(options.workers, jobs.size()));
  while (done != jobs.size()) {
    if (Error error = feedAll())
      return error;
    Expected<bool> goesOn = await();
    if (!goesOn)
      return goesOn.takeError();
    for (size_t job : std::exchange(finished, {}))
      progress(done, jobs.size(), jobs[job].file);
    if (!*goesOn) {
      giveUp();
      break;
    }
  }
  return Error::success();
}

} // namespace

Expected<std::vector<UnitResult>> runJobs(ArrayRef<Job> jobs,
                                          function_ref<UnitResult(const Job &)> work,
                                          const RunnerOptions &options, Progress progress) {
  signal(SIGPIPE, SIG_IGN);
  Pool pool(jobs, work, options);
  if (Error error = pool.run(progress))
    return std::move(error);
  return pool.take();
}

} // namespace tether
