#include "tool/Commands.h"
#include "tool/lsp/Worker.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace tether;

static Expected<int> run(const Options &options) {
  if (options.command == "check")
    return runCheck(options);
  if (options.command == "why")
    return runWhy(options);
  if (options.command == "explain")
    return runExplain(options);
  if (options.command == "checks")
    return runChecksList(options);
  if (options.command == "vocabulary")
    return runVocabulary(options);
  if (options.command == "config")
    return runConfig(options);
  if (options.command == "init")
    return runInit(options);
  if (options.command == "lsp")
    return runLsp(options);
  if (options.command == "lsp-worker")
    return lsp::runWorker();
  return runDocs(options);
}

static int fail(Error error) {
  errs() << "tether: error: " << toString(std::move(error)) << "\n";
  return 2;
}

/// What was written may not have arrived: a full disk, a closed pipe.
static int finish(int code) {
  outs().flush();
  std::error_code error = outs().error();
  outs().clear_error();
  if (!error)
    return code;
  return fail(
      createStringError(error, "cannot write to standard output: %s", error.message().c_str()));
}

int main(int argc, char **argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  // Some editors can be told only the path of a clangd.
  if (sys::path::filename(argv[0]) == "tether-clangd")
    arguments.insert(arguments.begin(), "lsp");
  Expected<Options> options = parseOptions(std::move(arguments));
  if (!options)
    return fail(options.takeError());
  if (!options->help.empty()) {
    outs() << options->help;
    return finish(0);
  }
  Expected<int> code = run(*options);
  return code ? finish(*code) : fail(code.takeError());
}
