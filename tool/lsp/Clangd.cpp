#include "tool/lsp/Clangd.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"

#include <nlohmann/json.hpp>

#include <csignal>

using namespace llvm;

namespace tether::lsp {

constexpr uint64_t Pauses[] = {200, 1000, 4000};
/// Who has run for so long has not died of what killed it before.
constexpr uint64_t LongLife = 10 * 60 * 1000;
constexpr uint64_t Patience = 3000;

/// The N of clangd-N, 0 for clangd itself; nothing for another program.
static std::optional<unsigned> versionIn(StringRef name) {
  unsigned version = 0;
  if (!name.consume_front("clangd"))
    return std::nullopt;
  if (name.empty())
    return 0;
  if (name.consume_front("-") && !name.getAsInteger(10, version))
    return version;
  return std::nullopt;
}

static bool isOurselves(StringRef program) {
  SmallString<256> real, own;
  sys::fs::real_path(program, real);
  sys::fs::real_path(sys::fs::getMainExecutable(nullptr, nullptr), own);
  return real == own;
}

std::vector<std::string> clangdsOn(StringRef pathList) {
  std::vector<std::pair<unsigned, std::string>> found;
  for (StringRef folder : split(pathList, sys::EnvPathSeparator)) {
    std::error_code error;
    for (sys::fs::directory_iterator it(folder, error), end; it != end && !error;
         it.increment(error)) {
      std::optional<unsigned> version = versionIn(sys::path::filename(it->path()));
      if (version && sys::fs::can_execute(it->path()) && !isOurselves(it->path()))
        found.emplace_back(*version, it->path());
    }
  }
  stable_sort(found, [](const auto &a, const auto &b) { return a.first > b.first; });
  std::vector<std::string> programs;
  for (auto &[version, program] : found)
    programs.push_back(std::move(program));
  return programs;
}

Expected<std::string> findClangd(StringRef named) {
  std::string wanted = named.str();
  if (wanted.empty())
    wanted = sys::Process::GetEnv("TETHER_CLANGD").value_or("");
  if (wanted.empty()) {
    std::vector<std::string> programs = clangdsOn(sys::Process::GetEnv("PATH").value_or(""));
    if (!programs.empty())
      return programs.front();
    return createStringError("no clangd on the path; install one, or name it with --clangd or "
                             "TETHER_CLANGD; --standalone does without");
  }
  ErrorOr<std::string> program = sys::findProgramByName(wanted);
  if (!program)
    return createStringError("'%s' is no program that can be started", wanted.c_str());
  if (isOurselves(*program))
    return createStringError("'%s' is tether itself, not clangd", wanted.c_str());
  return *program;
}

Clangd::Clangd(Loop &loop, Trace &trace, std::vector<std::string> command, Callbacks callbacks)
    : loop(loop), trace(trace), command(std::move(command)), callbacks(std::move(callbacks)),
      pause(loop, [this] { again(); }), patience(loop, [this] { process->kill(SIGKILL); }) {}

Error Clangd::start() {
  frames = {};
  Expected<std::unique_ptr<Process>> begun = Process::start(
      loop, command, [this](StringRef bytes) { listen(bytes); },
      [this](Process::Exit exit) { bury(exit); });
  if (!begun)
    return begun.takeError();
  process = std::move(*begun);
  started = loop.now();
  trace("clangd", {{"state", "started"}, {"pid", process->pid()}});
  return Error::success();
}

void Clangd::write(std::string bytes) {
  if (process)
    process->write(std::move(bytes));
}

void Clangd::end() {
  ending = true;
  pause.cancel();
  if (!process)
    return callbacks.gone(0);
  process->endInput();
  patience.set(Patience);
}

void Clangd::listen(StringRef bytes) {
  frames.feed(bytes);
  while (std::optional<Frame> frame = frames.next())
    callbacks.message(std::move(*frame));
}

void Clangd::bury(Process::Exit exit) {
  patience.cancel();
  trace("clangd", {{"state", ending ? "ended" : "died"}, {"pid", process->pid()}});
  process.reset();
  if (loop.now() - started > LongLife)
    restarts = 0;
  if (ending || restarts == std::size(Pauses)) {
    if (!ending)
      trace("clangd", {{"state", "gone"}});
    return callbacks.gone(exit.signal ? 1 : exit.code);
  }
  errs() << "tether: clangd has died (exit code " << exit.code << ", signal " << exit.signal
         << "); starting it again\n";
  pause.set(Pauses[restarts++]);
  callbacks.died();
}

void Clangd::again() {
  if (Error error = start()) {
    errs() << "tether: " << toString(std::move(error)) << "\n";
    return callbacks.gone(1);
  }
  callbacks.restarted();
}

} // namespace tether::lsp
