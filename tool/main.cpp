#include "tool/Commands.h"

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
  return runDocs(options);
}

static int fail(Error error) {
  errs() << "tether: error: " << toString(std::move(error)) << "\n";
  return 2;
}

int main(int argc, char **argv) {
  Expected<Options> options = parseOptions({argv + 1, argv + argc});
  if (!options)
    return fail(options.takeError());
  if (!options->help.empty()) {
    outs() << options->help;
    return 0;
  }
  Expected<int> code = run(*options);
  return code ? *code : fail(code.takeError());
}
