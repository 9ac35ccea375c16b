//===- Clangd.h - the real clangd behind us --------------------------------===//
//
// Finds it, starts it, and starts it again when it dies: three times, each after a longer while.
// What has to be said to a new one is its owner's business.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/lsp/Loop.h"
#include "tool/lsp/Message.h"
#include "tool/lsp/Trace.h"

namespace tether::lsp {

/// The program: what was named, else $TETHER_CLANGD, else the newest on the path. Fails with one
/// line that tells how to name one.
llvm::Expected<std::string> findClangd(llvm::StringRef named);

/// The programs called clangd or clangd-N in the folders of a path list, the newest version first,
/// one without a number last. Our own program is none of them.
std::vector<std::string> clangdsOn(llvm::StringRef pathList);

class Clangd {
public:
  struct Callbacks {
    std::function<void(Frame)> message;
    std::function<void()> died;      ///< it will be started again
    std::function<void()> restarted; ///< it waits to be told everything
    /// There will be none any more: it was asked to end, and this is its exit code, 1 if it had to
    /// be killed; or it has died once too often.
    std::function<void(int code)> gone;
  };

  Clangd(Loop &loop, Trace &trace, std::vector<std::string> command, Callbacks callbacks);

  /// Fails if it cannot be started.
  llvm::Error start();
  bool isRunning() const { return process != nullptr; }
  /// Dropped while it is not running.
  void write(std::string bytes);
  /// It is to end; this is no death. Killed if it does not within some seconds.
  void end();

private:
  void listen(llvm::StringRef bytes);
  void bury(Process::Exit exit);
  void again();

  Loop &loop;
  Trace &trace;
  std::vector<std::string> command;
  Callbacks callbacks;
  std::unique_ptr<Process> process;
  Frames frames;
  Timer pause;    ///< before it is started again
  Timer patience; ///< until it is killed
  unsigned restarts = 0;
  uint64_t started = 0;
  bool ending = false;
};

} // namespace tether::lsp
