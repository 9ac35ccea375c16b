#include "tool/lsp/Worker.h"

#include "tool/Limits.h"
#include "tool/lsp/LiveAnalysis.h"
#include "tool/lsp/Message.h"

#include "llvm/Support/FormatVariadic.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {
namespace {

constexpr unsigned CpuSeconds = 60;
constexpr unsigned MemoryMiB = 4096;

double wallMs() {
  using namespace std::chrono;
  return duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count() / 1e3;
}

double cpuMs() {
  rusage used;
  getrusage(RUSAGE_SELF, &used);
  auto ms = [](timeval time) { return time.tv_sec * 1e3 + time.tv_usec / 1e3; };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

bool writeAll(int fd, StringRef bytes) {
  while (!bytes.empty()) {
    ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes = bytes.drop_front(written);
  }
  return true;
}

/// What arrives at a descriptor; nothing at its end.
std::optional<std::string> readSome(int fd) {
  char buffer[65536];
  ssize_t got;
  do
    got = read(fd, buffer, sizeof buffer);
  while (got < 0 && errno == EINTR);
  if (got <= 0)
    return std::nullopt;
  return std::string(buffer, got);
}

/// The child that analyses one version.
struct Child {
  pid_t pid = -1;
  int from = -1;
  json request; ///< what it works on
  Bodies bodies = Bodies::Own;
  double begun = 0; ///< wall clock, milliseconds
  std::string answer;

  int version() const { return request["version"]; }
};

class Worker {
public:
  int serve();

private:
  void take(const Frame &frame);
  void open(const Place &place);
  void start(json request, Bodies bodies);
  std::string refreshHead(StringRef text, Bodies bodies);
  [[noreturn]] void analyse(int out, const json &request, Bodies bodies, LiveAnswer started);
  bool needsAllBodies(const LiveAnswer &answer) const;
  void answerOf(Child done, LiveAnswer answer);
  void receive();
  void endChild();
  void say(const json &message) { writeAll(STDOUT_FILENO, framed(message)); }

  Frames input;
  Encoding encoding = Encoding::Utf16;
  std::optional<Workspace> workspace;
  std::optional<Command> command;
  std::optional<Head> heads[2]; ///< by which bodies were parsed
  /// The templates that nobody instantiates, all bodies or not; unknown at first.
  std::optional<std::vector<std::string>> idle;
  std::string remark; ///< why there is no workspace
  std::optional<json> waiting;
  std::optional<Child> child;
};

void Worker::open(const Place &place) {
  encoding = place.encoding;
  Expected<Workspace> opened = openWorkspace(place);
  if (!opened) {
    remark = toString(opened.takeError());
    return;
  }
  workspace = std::move(*opened);
  if (workspace->job)
    command.emplace(*workspace->job);
}

void Worker::take(const Frame &frame) {
  json message = json::parse(frame.body(), nullptr, /*allow_exceptions=*/false);
  if (message.contains("place")) {
    if (std::optional<Place> place = placeFrom(message["place"].dump()))
      open(*place);
  } else if (message.contains("text")) {
    if (message.value("afresh", false))
      idle.reset();
    // Who sends a newer text has decided that the older one is not worth waiting for.
    waiting = std::move(message);
    endChild();
  }
}

/// Makes the head fit the text. Returns what became of it.
std::string Worker::refreshHead(StringRef text, Bodies bodies) {
  std::optional<Head> &head = heads[static_cast<size_t>(bodies)];
  if (head && command->fits(*head, text))
    return "reused";
  head.reset();
  head = command->parseHead(text, bodies, workspace->session.settingsFor(*workspace->job));
  // What the parse has left in the allocator would be copied with every fork.
  malloc_trim(0);
  return head ? "built" : "none";
}

void Worker::analyse(int out, const json &request, Bodies bodies, LiveAnswer started) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // What Clang says while it crashes is nobody's; and no word of it may get into the protocol.
  if (int null = ::open("/dev/null", O_RDWR); null >= 0)
    for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      dup2(null, fd);
  exitWhenOutOfMemory();
  limitCpu(CpuSeconds);
  limitMemory(MemoryMiB);
  if (bodies == Bodies::All)
    (void)!nice(10); // the first answer was for those who wait
  double before = cpuMs();
  const std::optional<Head> &head = heads[static_cast<size_t>(bodies)];
  LiveAnswer answer = analyseLive(*workspace, *command, head ? &*head : nullptr,
                                  request["text"].get_ref<const std::string &>(), encoding);
  answer.version = started.version;
  answer.head = started.head;
  answer.cpuMs = started.cpuMs + cpuMs() - before;
  writeAll(out, toWire(answer));
  _exit(0);
}

void Worker::start(json request, Bodies bodies) {
  LiveAnswer started;
  started.version = request["version"];
  if (!command) {
    started.head = "none";
    started.remark = remark;
    return say({{"answer", json::parse(toWire(started))}});
  }
  double before = cpuMs(), begun = wallMs();
  started.head = refreshHead(request["text"].get_ref<const std::string &>(), bodies);
  started.cpuMs = cpuMs() - before;
  int fds[2];
  if (pipe2(fds, O_CLOEXEC))
    return say({{"failed", started.version}, {"why", std::strerror(errno)}});
  pid_t pid = fork();
  if (pid == 0)
    analyse(fds[1], request, bodies, started);
  close(fds[1]);
  if (pid < 0) {
    close(fds[0]);
    return say({{"failed", started.version}, {"why", std::strerror(errno)}});
  }
  child = Child{pid, fds[0], std::move(request), bodies, begun, ""};
  say({{"analysing", started.version}, {"pid", pid}});
}

void Worker::endChild() {
  if (!child)
    return;
  kill(child->pid, SIGKILL);
  close(child->from);
  waitpid(child->pid, nullptr, 0);
  say({{"cancelled", child->version()}});
  child.reset();
}

static std::vector<std::string> namesOf(const std::vector<Unjudged> &templates) {
  std::vector<std::string> names;
  for (const Unjudged &each : templates)
    names.push_back(each.name);
  return names;
}

/// Whether other people's bodies could instantiate what nobody else does.
bool Worker::needsAllBodies(const LiveAnswer &answer) const {
  return heads[static_cast<size_t>(Bodies::Own)] && !answer.unjudged.empty() &&
         idle != namesOf(answer.unjudged);
}

void Worker::answerOf(Child done, LiveAnswer answer) {
  answer.wallMs = wallMs() - done.begun;
  answer.isPartial = done.bodies == Bodies::Own && needsAllBodies(answer);
  if (done.bodies == Bodies::All)
    idle = namesOf(answer.unjudged);
  say({{"answer", json::parse(toWire(answer))}});
  if (answer.isPartial && !waiting)
    start(std::move(done.request), Bodies::All);
}

static std::string deathOf(int status) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    return formatv("took more than {0} CPU seconds", CpuSeconds);
  if (WIFSIGNALED(status))
    return formatv("the analysis crashed ({0})", strsignal(WTERMSIG(status)));
  if (WEXITSTATUS(status) == OutOfMemoryExit)
    return formatv("needs more than {0} MiB of memory", MemoryMiB);
  return formatv("the analysis ended with exit code {0}", WEXITSTATUS(status));
}

void Worker::receive() {
  if (std::optional<std::string> some = readSome(child->from)) {
    child->answer += *some;
    return;
  }
  int status = 0;
  Child done = *std::exchange(child, std::nullopt);
  close(done.from);
  waitpid(done.pid, &status, 0);
  std::optional<LiveAnswer> answer = liveAnswerFrom(done.answer);
  if (status != 0 || !answer)
    return say({{"failed", done.version()}, {"why", deathOf(status)}});
  answerOf(std::move(done), std::move(*answer));
}

int Worker::serve() {
  // The server's end must be ours, whatever it died of.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  while (true) {
    pollfd ready[2] = {{STDIN_FILENO, POLLIN, 0}, {child ? child->from : -1, POLLIN, 0}};
    if (poll(ready, 2, -1) < 0 && errno != EINTR)
      return 2;
    if (ready[0].revents != 0) {
      std::optional<std::string> some = readSome(STDIN_FILENO);
      if (!some)
        break;
      input.feed(*some);
      while (std::optional<Frame> frame = input.next())
        take(*frame);
    } else if (child && ready[1].revents != 0) {
      receive();
    }
    if (waiting && !child)
      start(*std::exchange(waiting, std::nullopt), Bodies::Own);
  }
  endChild();
  return 0;
}

} // namespace

Expected<int> runWorker() { return Worker().serve(); }

} // namespace tether::lsp
