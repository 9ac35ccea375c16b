//===- Loop.h - streams, processes and clocks of one thread ----------------===//
//
// Thin owners of libuv's handles: what they refer to is closed when they die, and no callback comes
// after that. One thread; callbacks come out of `run`.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <uv.h>
#include <vector>

namespace tether::lsp {

class Loop {
public:
  Loop();
  ~Loop();
  Loop(const Loop &) = delete;

  /// Until `stop`, or until there is nothing left to wait for.
  void run() { uv_run(&loop, UV_RUN_DEFAULT); }
  void stop() { uv_stop(&loop); }
  /// Milliseconds of a clock that only goes forward.
  uint64_t now() const { return uv_hrtime() / 1000000; }
  uv_loop_t *raw() { return &loop; }

private:
  uv_loop_t loop;
};

/// Closes a handle; the memory goes when libuv is done with it.
struct Closer {
  template <class Handle> void operator()(Handle *handle) const {
    handle->data = nullptr;
    uv_close(reinterpret_cast<uv_handle_t *>(handle),
             [](uv_handle_t *closed) { delete reinterpret_cast<Handle *>(closed); });
  }
};
template <class Handle> using Owned = std::unique_ptr<Handle, Closer>;

class Timer {
public:
  Timer(Loop &loop, std::function<void()> ring);

  /// Rings once after so many milliseconds; what was set before is forgotten.
  void set(uint64_t milliseconds);
  /// Rings again and again.
  void repeat(uint64_t milliseconds);
  void cancel() { uv_timer_stop(timer.get()); }
  bool isSet() const { return uv_is_active(reinterpret_cast<uv_handle_t *>(timer.get())); }

private:
  std::function<void()> ring;
  Owned<uv_timer_t> timer;
};

/// Either end of a pipe, or a file in its place.
class Stream {
public:
  using OnBytes = std::function<void(llvm::StringRef)>;
  using OnEnd = std::function<void()>;

  /// For a process that is to be started.
  explicit Stream(Loop &loop);
  /// Of a descriptor of this process.
  static llvm::Expected<std::unique_ptr<Stream>> of(Loop &loop, int descriptor);

  /// `onEnd` comes once, also for an error, and may destroy the stream; `onBytes` must not.
  void read(OnBytes onBytes, OnEnd onEnd);
  /// Never blocks on a pipe: what is not taken yet is kept. What nobody takes any more is dropped.
  void write(std::string bytes);
  /// Closes the stream when all is written.
  void end();

  uv_pipe_t *raw() { return pipe.get(); }

private:
  void readFile();

  Owned<uv_pipe_t> pipe;
  int file = -1; ///< a descriptor that is no pipe
  OnBytes onBytes;
  OnEnd onEnd;
};

/// A process with pipes to its standard input and output; its standard error is ours.
class Process {
public:
  struct Exit {
    int code;
    int signal;
  };
  using OnExit = std::function<void(Exit)>;

  /// Fails with one line if it cannot be started. The process is killed when the object dies.
  static llvm::Expected<std::unique_ptr<Process>> start(Loop &loop,
                                                        const std::vector<std::string> &command,
                                                        Stream::OnBytes onBytes, OnExit onExit);
  ~Process();

  void write(std::string bytes) { input->write(std::move(bytes)); }
  /// The end of its input: it should end soon.
  void endInput() { input->end(); }
  void kill(int signal);
  int pid() const { return process->pid; }

private:
  Process(Loop &loop);
  void ended();

  std::unique_ptr<Stream> input, output;
  Owned<uv_process_t> process;
  OnExit onExit;
  bool outputEnded = false;
  std::optional<Exit> exit;
};

/// SIGINT and SIGTERM.
class Signals {
public:
  Signals(Loop &loop, std::function<void()> onStop);

private:
  std::function<void()> onStop;
  Owned<uv_signal_t> interrupt, terminate;
};

} // namespace tether::lsp
