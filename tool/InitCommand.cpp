#include "matchers/Vocabulary.h"
#include "tool/Commands.h"
#include "tool/SourceTree.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"
#include "llvm/Support/raw_ostream.h"

#include <set>

using namespace llvm;

namespace tether {

/// What the sources include, as they write it. A guess for a comment: nothing is preprocessed.
static std::set<std::string> includesBelow(StringRef folder) {
  std::set<std::string> includes;
  Regex directive("^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]+)[>\"]");
  for (const std::string &file : sourcesBelow(folder)) {
    auto buffer = MemoryBuffer::getFile(file);
    if (!buffer)
      continue;
    for (StringRef line : split((*buffer)->getBuffer(), '\n')) {
      SmallVector<StringRef, 2> parts;
      if (line.contains("include") && directive.match(line, &parts))
        includes.insert(parts[1].str());
    }
  }
  return includes;
}

static bool isUsed(const Strings &headers, const std::set<std::string> &includes) {
  return any_of(headers, [&](StringRef header) {
    Expected<GlobPattern> glob = GlobPattern::create(header);
    if (!glob) {
      consumeError(glob.takeError());
      return false;
    }
    return any_of(includes, [&](const std::string &include) { return glob->match(include); });
  });
}

static void comment(raw_ostream &out, StringRef title, const std::vector<std::string> &names) {
  if (!names.empty())
    out << formatv("# {0}: {1}\n", title, join(names, ", "));
}

static std::string configurationFor(const Vocabulary &vocabulary,
                                    const std::set<std::string> &includes) {
  std::vector<std::string> libraries, frameworks;
  bool serverless = false;
  for (const Library &library : vocabulary.libraries)
    if (isUsed(library.headers, includes))
      libraries.push_back(library.name);
  for (const Framework &framework : vocabulary.frameworks)
    if (isUsed(framework.headers, includes)) {
      frameworks.push_back(framework.name);
      serverless |= framework.runtime == Runtime::Serverless;
    }
  std::string text;
  raw_string_ostream out(text);
  out << "# Configuration of tether for the files here and below. `tether config` shows what "
         "holds,\n"
         "# `tether explain CHECK` what a check is about.\n\n";
  comment(out, "Libraries that the code includes and tether knows", libraries);
  comment(out, "Frameworks whose handlers it knows", frameworks);
  if (frameworks.empty())
    out << "# No framework was recognised: say below what a request handler is.\n";
  out << formatv(R"yaml(
# Where handlers run: `server`, or `serverless` if the container is frozen or killed with the response.
runtime: {0}

# Request handlers that no framework tells: names, or what they override, are passed to, take or return.
# handlers:
#   - shop::on_*
#   - overrides: shop::Servlet::handle
#   - {{passed-to: 'shop::Server::route', argument: 1}

# Handles, launchers and owners of this project, beside those that are known.
# awaitables:
#   - {{type: 'shop::Job', on-drop: drops-result, consume: [get], wait-only: [wait]}
# sinks: [shop::keep]

# Whether `(void)start()` is enough: `allow`, `require-reason` (a comment), `forbid`.
void-cast: require-reason

# Checks, as globs; a leading `-` takes away. Levels: note, warning, error.
# checks: [-blocking-await]
# levels: {{detached-thread: error}

# What is accepted, and why.
# allow:
#   - {{callee: 'shop::log_later', reason: 'losing a log line is no loss'}

# What is left alone, relative to this file.
# exclude: ['generated/**']
)yaml",
                 serverless ? "serverless" : "server");
  return text;
}

Expected<int> runInit(const Options &options) {
  if (!options.subject.empty() && !sys::fs::is_directory(options.subject))
    return createStringError("'%s' is no folder", options.subject.c_str());
  std::string folder = folderOf(options.subject);
  SmallString<256> file(folder);
  sys::path::append(file, ".tether.yaml");
  if (sys::fs::exists(file))
    return createStringError("%s is there already: it is not overwritten", file.c_str());
  Expected<Vocabulary> vocabulary = shippedVocabulary();
  if (!vocabulary)
    return vocabulary.takeError();
  std::string text = configurationFor(*vocabulary, includesBelow(folder));
  Error error = writeToOutput(file, [&](raw_ostream &out) {
    out << text;
    return Error::success();
  });
  if (error)
    return std::move(error);
  outs() << "written: " << file << "\n";
  return 0;
}

} // namespace tether
