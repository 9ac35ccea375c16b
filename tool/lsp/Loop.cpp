#include "tool/lsp/Loop.h"

#include "llvm/ADT/StringExtras.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;

namespace tether::lsp {

Loop::Loop() {
  uv_loop_init(&loop);
  // A pipe whose reader is gone tells so by itself.
  signal(SIGPIPE, SIG_IGN);
}

Loop::~Loop() {
  // What is being closed gets its last callbacks.
  uv_run(&loop, UV_RUN_NOWAIT);
  uv_loop_close(&loop);
}

Timer::Timer(Loop &loop, std::function<void()> ring)
    : ring(std::move(ring)), timer(new uv_timer_t) {
  uv_timer_init(loop.raw(), timer.get());
  timer->data = this;
}

void Timer::set(uint64_t milliseconds) {
  uv_update_time(timer->loop);
  uv_timer_start(
      timer.get(), [](uv_timer_t *rung) { static_cast<Timer *>(rung->data)->ring(); }, milliseconds,
      0);
}

void Timer::repeat(uint64_t milliseconds) {
  uv_timer_start(
      timer.get(), [](uv_timer_t *rung) { static_cast<Timer *>(rung->data)->ring(); }, milliseconds,
      milliseconds);
}

Stream::Stream(Loop &loop) : pipe(new uv_pipe_t) {
  uv_pipe_init(loop.raw(), pipe.get(), 0);
  pipe->data = this;
}

Expected<std::unique_ptr<Stream>> Stream::of(Loop &loop, int descriptor) {
  auto stream = std::make_unique<Stream>(loop);
  if (uv_guess_handle(descriptor) == UV_FILE)
    stream->file = descriptor;
  else if (int error = uv_pipe_open(stream->pipe.get(), descriptor))
    return createStringError("cannot use descriptor %d: %s", descriptor, uv_strerror(error));
  return stream;
}

void Stream::readFile() {
  char buffer[65536];
  for (ssize_t got; (got = ::read(file, buffer, sizeof buffer)) > 0;)
    onBytes(StringRef(buffer, got));
  onEnd();
}

void Stream::read(OnBytes bytes, OnEnd end) {
  onBytes = std::move(bytes);
  onEnd = std::move(end);
  if (file >= 0)
    return readFile();
  auto allocate = [](uv_handle_t *, size_t wanted, uv_buf_t *buffer) {
    *buffer = uv_buf_init(new char[wanted], wanted);
  };
  auto arrived = [](uv_stream_t *from, ssize_t got, const uv_buf_t *buffer) {
    std::unique_ptr<char[]> bytes(buffer->base);
    auto *stream = static_cast<Stream *>(from->data);
    if (!stream || got == 0)
      return;
    if (got > 0)
      return stream->onBytes(StringRef(bytes.get(), got));
    uv_read_stop(from);
    // Who is told may let go of the stream.
    OnEnd tell = std::move(stream->onEnd);
    tell();
  };
  uv_read_start(reinterpret_cast<uv_stream_t *>(pipe.get()), allocate, arrived);
}

namespace {
struct Writing {
  uv_write_t request;
  std::string bytes;
};
} // namespace

void Stream::write(std::string bytes) {
  if (file >= 0) {
    for (StringRef rest = bytes; !rest.empty();) {
      ssize_t written = ::write(file, rest.data(), rest.size());
      if (written <= 0)
        return;
      rest = rest.drop_front(written);
    }
    return;
  }
  if (!pipe || uv_is_closing(reinterpret_cast<uv_handle_t *>(pipe.get())))
    return;
  auto *writing = new Writing{{}, std::move(bytes)};
  writing->request.data = writing;
  uv_buf_t buffer = uv_buf_init(writing->bytes.data(), writing->bytes.size());
  auto done = [](uv_write_t *request, int) { delete static_cast<Writing *>(request->data); };
  if (uv_write(&writing->request, reinterpret_cast<uv_stream_t *>(pipe.get()), &buffer, 1, done))
    delete writing;
}

void Stream::end() {
  if (!pipe)
    return;
  // What is queued is written before the shutdown; the handle lives until then.
  auto *closing = new uv_shutdown_t;
  uv_pipe_t *left = pipe.release();
  left->data = nullptr;
  auto done = [](uv_shutdown_t *request, int) {
    Closer()(reinterpret_cast<uv_pipe_t *>(request->handle));
    delete request;
  };
  if (uv_shutdown(closing, reinterpret_cast<uv_stream_t *>(left), done)) {
    delete closing;
    Closer()(left);
  }
}

Process::Process(Loop &loop)
    : input(std::make_unique<Stream>(loop)), output(std::make_unique<Stream>(loop)),
      process(new uv_process_t) {
  process->data = this;
}

Expected<std::unique_ptr<Process>> Process::start(Loop &loop,
                                                  const std::vector<std::string> &command,
                                                  Stream::OnBytes onBytes, OnExit onExit) {
  std::unique_ptr<Process> started(new Process(loop));
  std::vector<char *> arguments;
  for (const std::string &word : command)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  uv_stdio_container_t stdio[3];
  stdio[0].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_READABLE_PIPE);
  stdio[0].data.stream = reinterpret_cast<uv_stream_t *>(started->input->raw());
  stdio[1].flags = static_cast<uv_stdio_flags>(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
  stdio[1].data.stream = reinterpret_cast<uv_stream_t *>(started->output->raw());
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = STDERR_FILENO;
  uv_process_options_t options = {};
  options.file = arguments.front();
  options.args = arguments.data();
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t *process, int64_t code, int signal) {
    auto *self = static_cast<Process *>(process->data);
    if (!self)
      return;
    self->exit = Exit{static_cast<int>(code), signal};
    self->ended();
  };
  started->onExit = std::move(onExit);
  if (int error = uv_spawn(loop.raw(), started->process.get(), &options)) {
    started->exit = Exit{-1, 0};
    return createStringError("cannot start '%s': %s", command.front().c_str(), uv_strerror(error));
  }
  Process *self = started.get();
  started->output->read(std::move(onBytes), [self] {
    self->outputEnded = true;
    self->ended();
  });
  return started;
}

Process::~Process() {
  if (exit)
    return;
  // A killed process ends at once; to wait for that leaves nothing behind.
  kill(SIGKILL);
  waitpid(process->pid, nullptr, 0);
}

/// What it has said before it ended is heard first.
void Process::ended() {
  if (!exit || !outputEnded)
    return;
  OnExit tell = std::move(onExit);
  tell(*exit);
}

void Process::kill(int signal) {
  if (!exit)
    uv_process_kill(process.get(), signal);
}

Signals::Signals(Loop &loop, std::function<void()> stop)
    : onStop(std::move(stop)), interrupt(new uv_signal_t), terminate(new uv_signal_t) {
  auto caught = [](uv_signal_t *signal, int) { static_cast<Signals *>(signal->data)->onStop(); };
  for (auto [handle, number] : {std::pair(interrupt.get(), SIGINT), {terminate.get(), SIGTERM}}) {
    uv_signal_init(loop.raw(), handle);
    handle->data = this;
    uv_signal_start(handle, caught, number);
  }
}

} // namespace tether::lsp
