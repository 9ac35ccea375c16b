#include "tool/Config.h"

#include "tool/ConfigSchema.h"
#include "tool/ConfigTraits.h"
#include "tool/Nearest.h"
#include "tool/VocabularyFiles.h"
#include "tool/YamlFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
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
  if (Error error = checkDepth(text, name, "configuration"))
    return std::move(error);
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
  auto buffer = readYamlFile(file, file, "configuration");
  if (!buffer)
    return buffer.takeError();
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

} // namespace tether
