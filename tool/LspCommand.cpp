#include "tool/Commands.h"
#include "tool/lsp/Server.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/StringSaver.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

using namespace llvm;

namespace tether {

using namespace lsp;

/// The value of one of clangd's options, given as `--name=value` or `--name value`.
static std::string valueOf(StringRef name, const std::vector<std::string> &arguments) {
  std::string value;
  for (size_t i = 0; i != arguments.size(); ++i) {
    StringRef argument = arguments[i];
    if (!argument.consume_front("-"))
      continue;
    argument.consume_front("-");
    if (!argument.consume_front(name))
      continue;
    if (argument.consume_front("="))
      value = argument.str();
    else if (argument.empty() && i + 1 != arguments.size())
      value = arguments[i + 1];
  }
  return value;
}

/// clangd takes arguments from its environment, too; those of the command line are stronger.
static std::vector<std::string> withEnvironment(const std::vector<std::string> &arguments) {
  BumpPtrAllocator allocator;
  StringSaver saver(allocator);
  SmallVector<const char *, 8> words;
  if (const char *flags = std::getenv("CLANGD_FLAGS"))
    cl::TokenizeGNUCommandLine(flags, saver, words);
  std::vector<std::string> all(words.begin(), words.end());
  append_range(all, arguments);
  return all;
}

/// Whether clangd is asked for something else than to serve.
static bool isOneShot(const std::vector<std::string> &arguments) {
  return any_of(arguments, [](StringRef argument) {
    argument.consume_front("-");
    StringRef name = argument.split('=').first;
    return name == "-version" || name == "-check" || name == "-help-hidden" || name == "-help-list";
  });
}

/// The command of clangd, found and with its arguments. A clangd on the path that leads back to us
/// would go round for ever.
static Expected<std::vector<std::string>> clangdCommand(const Options &options) {
  if (std::getenv("TETHER_LSP"))
    return createStringError("the clangd that was found is tether again; name the real one with "
                             "--clangd or TETHER_CLANGD");
  setenv("TETHER_LSP", "1", 1);
  Expected<std::string> program = findClangd(options.clangd);
  if (!program)
    return program.takeError();
  std::vector<std::string> command = {*program};
  append_range(command, options.clangdArguments);
  return command;
}

static Error become(const std::vector<std::string> &command) {
  std::vector<char *> arguments;
  for (const std::string &word : command)
    arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments.front(), arguments.data());
  return createStringError("cannot start '%s': %s", arguments.front(), std::strerror(errno));
}

Expected<int> runLsp(const Options &options) {
  ServerOptions served;
  served.debounce = options.debounce;
  served.buildDir = valueOf("compile-commands-dir", withEnvironment(options.clangdArguments));
  if (!options.standalone) {
    Expected<std::vector<std::string>> command = clangdCommand(options);
    if (!command)
      return command.takeError();
    if (isOneShot(options.clangdArguments))
      return become(*command);
    served.clangd = std::move(*command);
  }
  Expected<Trace> trace = Trace::create(options.trace);
  if (!trace)
    return trace.takeError();
  Loop loop;
  Expected<std::unique_ptr<Stream>> in = Stream::of(loop, STDIN_FILENO);
  if (!in)
    return in.takeError();
  Expected<std::unique_ptr<Stream>> out = Stream::of(loop, STDOUT_FILENO);
  if (!out)
    return out.takeError();
  return Server(loop, *trace, **in, **out, std::move(served)).run();
}

} // namespace tether
