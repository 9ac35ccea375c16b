#include "tool/Config.h"

#include "matchers/VocabularyTraits.h"
#include "tool/Nearest.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace tether;

namespace {

struct FlagLists {
  std::vector<std::string> &add;
  std::vector<std::string> &remove;
};

} // namespace

LLVM_YAML_IS_STRING_MAP(std::string)

namespace llvm::yaml {

template <> struct ScalarEnumerationTraits<VoidCast> {
  static void enumeration(IO &io, VoidCast &value) {
    io.enumCase(value, "allow", VoidCast::Allow);
    io.enumCase(value, "require-reason", VoidCast::RequireReason);
    io.enumCase(value, "forbid", VoidCast::Forbid);
  }
};

template <> struct MappingTraits<FlagLists> {
  static void mapping(IO &io, FlagLists &flags) {
    io.mapOptional("add", flags.add);
    io.mapOptional("remove", flags.remove);
  }
};

template <> struct MappingTraits<Config> {
  static void mapping(IO &io, Config &config) {
    FlagLists flags{config.addFlags, config.removeFlags};
    io.mapOptional("checks", config.checks);
    io.mapOptional("levels", config.levels);
    io.mapOptional("void-cast", config.voidCast);
    io.mapOptional("exclude", config.exclude);
    io.mapOptional("flags", flags);
    io.mapOptional("vocabulary", config.vocabulary);
  }
};

} // namespace llvm::yaml

namespace tether {

static const std::vector<std::string> Keys = {"checks",  "levels", "void-cast",
                                              "exclude", "flags",  "vocabulary"};

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

Expected<Config> parseConfig(StringRef text, StringRef name) {
  if (isTooDeep(text))
    return createStringError("%s: nested too deeply for a configuration", name.str().c_str());
  std::string message;
  auto remember = [](const SMDiagnostic &diagnostic, void *context) {
    auto &out = *static_cast<std::string *>(context);
    if (!out.empty())
      return;
    StringRef what = diagnostic.getMessage();
    StringRef key = what;
    std::string hint;
    if (key.consume_front("unknown key '"))
      hint = didYouMean(key.split('\'').first, Keys);
    out = formatv("{0}:{1}:{2}: {3}{4}", diagnostic.getFilename(), diagnostic.getLineNo(),
                  diagnostic.getColumnNo() + 1, what, hint);
  };
  Config config;
  if (text.trim().empty())
    return config;
  yaml::Input input(MemoryBufferRef(text, name), nullptr, remember, &message);
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
  if (config)
    config->file = file.str();
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
