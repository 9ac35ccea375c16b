#include "tool/tidy/TidyOptions.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace clang::tidy;
using namespace llvm;

namespace tether {

namespace {

/// An option that is a key of the configuration, too.
struct Overlay {
  StringLiteral option;
  StringLiteral key;
};

constexpr StringLiteral ConfigOption = "Config";
constexpr Overlay Overlays[] = {{"Recognition", "recognition"},
                                {"Runtime", "runtime"},
                                {"Scope", "scope"},
                                {"VoidCast", "void-cast"}};

} // namespace

TidyOptions readTidyOptions(const ClangTidyCheck::OptionsView &view) {
  TidyOptions options;
  options.config = view.get(ConfigOption, "").str();
  for (const Overlay &each : Overlays)
    options.written.push_back(view.get(each.option, "").str());
  return options;
}

void storeTidyOptions(const ClangTidyCheck::OptionsView &view, ClangTidyOptions::OptionMap &map) {
  TidyOptions options = readTidyOptions(view);
  view.store(map, ConfigOption, options.config);
  for (const auto &[each, value] : zip(Overlays, options.written))
    view.store(map, each.option, value);
}

Expected<Config> overlay(const TidyOptions &options) {
  Config all;
  for (const auto &[each, value] : zip(Overlays, options.written)) {
    if (value.empty())
      continue;
    std::string name = ("tether." + each.option).str();
    Expected<Config> one = parseConfig((each.key + ": " + value).str(), name);
    // Its place is one in a text that nobody wrote.
    if (!one)
      return createStringError(name + ": " +
                               StringRef(toString(one.takeError())).split(": ").second);
    all.add(std::move(*one));
  }
  return all;
}

std::string findConfig(StringRef path, StringRef folder) {
  if (path.empty() || sys::path::is_absolute(path))
    return path.str();
  for (; !folder.empty(); folder = sys::path::parent_path(folder)) {
    SmallString<256> candidate(folder);
    sys::path::append(candidate, path);
    if (sys::fs::exists(candidate))
      return candidate.str().str();
  }
  return path.str();
}

} // namespace tether
