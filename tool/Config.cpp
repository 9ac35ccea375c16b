#include "tool/Config.h"

#include "tool/ConfigSchema.h"
#include "tool/ConfigTraits.h"
#include "tool/Nearest.h"
#include "tool/VocabularyFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace tether;

namespace tether {

StringRef defaultConfigText() {
  return "runtime: server\n"
         "scope: all\n"
         "void-cast: require-reason\n"
         "recognition: shapes\n";
}

void Config::add(Config nearer) {
  auto take = [](auto &mine, auto &theirs) {
    if (theirs)
      mine = theirs;
  };
  auto append = [](auto &mine, auto &theirs) {
    mine.insert(mine.end(), std::make_move_iterator(theirs.begin()),
                std::make_move_iterator(theirs.end()));
  };
  file = nearer.file;
  inherit = nearer.inherit;
  take(runtime, nearer.runtime);
  take(scope, nearer.scope);
  take(voidCast, nearer.voidCast);
  take(recognition, nearer.recognition);
  append(checks, nearer.checks);
  for (const auto &[check, level] : nearer.levels)
    levels[check] = level;
  append(addFlags, nearer.addFlags);
  append(removeFlags, nearer.removeFlags);
  append(exclude, nearer.exclude);
  append(includeHeaders, nearer.includeHeaders);
  append(allow, nearer.allow);
  vocabulary.add(std::move(nearer.vocabulary));
  append(vocabularyFiles, nearer.vocabularyFiles);
}

/// The parser goes down one stack frame per level, and the text may come from a stranger: more
/// brackets or dashes in a row than a person would write are refused before it starts.
static bool isTooDeep(StringRef text) {
  constexpr int Deepest = 64;
  int brackets = 0, dashes = 0;
  for (char c : text) {
    brackets += (c == '[' || c == '{') - (c == ']' || c == '}');
    dashes = c == '\n' ? 0 : dashes + (c == '-' || c == '?' || c == ':');
    if (brackets > Deepest || dashes > 4 * Deepest)
      return true;
  }
  return false;
}

/// The parser's words, with what was perhaps meant.
static std::string explained(const SMDiagnostic &diagnostic) {
  StringRef what = diagnostic.getMessage(), key = what;
  if (key.consume_front("unknown key '"))
    return what.str() + didYouMean(key.split('\'').first, configKeys());
  if (what != "unknown enumerated scalar")
    return what.str();
  StringRef word = diagnostic.getLineContents().drop_front(diagnostic.getColumnNo());
  word = word.take_until([](char c) { return isSpace(c) || c == ',' || c == '}' || c == ']'; });
  return ("unknown word '" + word + "'" + didYouMean(word, configWords())).str();
}

Expected<Config> parseConfig(StringRef text, StringRef name) {
  if (isTooDeep(text))
    return createStringError("%s: nested too deeply for a configuration", name.str().c_str());
  std::string message;
  auto remember = [](const SMDiagnostic &diagnostic, void *context) {
    if (auto &out = *static_cast<std::string *>(context); out.empty())
      out = formatv("{0}:{1}:{2}: {3}", diagnostic.getFilename(), diagnostic.getLineNo(),
                    diagnostic.getColumnNo() + 1, explained(diagnostic));
  };
  Config config;
  if (text.trim().empty())
    return config;
  Messages kept;
  yaml::Input input(MemoryBufferRef(text, name), &kept, remember, &message);
  input >> config;
  if (input.error())
    return createStringError(input.error(), "%s", message.c_str());
  return config;
}

Expected<Config> readConfig(StringRef file) {
  constexpr uint64_t Largest = 1 << 20;
  sys::fs::file_status status;
  if (!sys::fs::status(file, status) &&
      (!sys::fs::is_regular_file(status) || status.getSize() > Largest))
    return createStringError("%s: a configuration is a file of at most 1 MiB", file.str().c_str());
  auto buffer = MemoryBuffer::getFile(file);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read the configuration %s: %s",
                             file.str().c_str(), buffer.getError().message().c_str());
  Expected<Config> config = parseConfig((*buffer)->getBuffer(), file);
  if (!config)
    return config;
  config->file = file.str();
  SmallString<256> folder(file);
  if (!sys::fs::make_absolute(folder))
    sys::path::remove_filename(folder);
  for (auto *patterns : {&config->exclude, &config->includeHeaders})
    for (PathPattern &pattern : *patterns)
      pattern.base = folder.str().str();
  for (Allowance &entry : config->allow)
    entry.base = folder.str().str();
  // What stands in the configuration itself comes last and so wins.
  Vocabulary all;
  for (const std::string &name : config->vocabularyFiles) {
    Expected<Vocabulary> one = readVocabularyFile(name, sys::path::parent_path(file));
    if (!one)
      return one.takeError();
    all.add(std::move(*one));
  }
  all.add(std::move(config->vocabulary));
  config->vocabulary = std::move(all);
  return config;
}

std::string findConfig(StringRef folder) {
  for (; !folder.empty(); folder = sys::path::parent_path(folder)) {
    SmallString<256> candidate(folder);
    sys::path::append(candidate, ".tether.yaml");
    if (sys::fs::exists(candidate))
      return candidate.str().str();
  }
  return "";
}

} // namespace tether
