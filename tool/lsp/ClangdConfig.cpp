#include "tool/lsp/ClangdConfig.h"

#include "tool/CompileCommands.h"
#include "tool/Policy.h"
#include "tool/YamlFile.h"
#include "tool/YamlJson.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Regex.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace tether::lsp {

std::vector<std::string> clangdConfigFiles(StringRef file) {
  std::vector<std::string> files;
  for (StringRef folder = sys::path::parent_path(file); !folder.empty();
       folder = sys::path::parent_path(folder)) {
    SmallString<256> config(folder);
    sys::path::append(config, ".clangd");
    files.push_back(config.str().str());
  }
  std::reverse(files.begin(), files.end());
  SmallString<256> user;
  if (sys::path::user_config_directory(user)) {
    sys::path::append(user, "clangd", "config.yaml");
    files.push_back(user.str().str());
  }
  return files;
}

/// A text, or a list of texts.
static std::vector<std::string> texts(const Json &object, const char *key) {
  std::vector<std::string> found;
  auto value = object.find(key);
  if (value == object.end())
    return found;
  for (const Json &each : value->is_array() ? *value : Json::array({*value}))
    if (each.is_string())
      found.push_back(each.get<std::string>());
  return found;
}

static bool matchesAny(const std::vector<std::string> &patterns, StringRef path) {
  return any_of(patterns, [&](const std::string &pattern) {
    return Regex("^(" + pattern + ")$").match(path);
  });
}

/// Whether the fragment speaks of the file.
static bool holds(const Json &fragment, StringRef folder, StringRef file) {
  auto condition = fragment.find("If");
  if (condition == fragment.end() || !condition->is_object())
    return true;
  std::string path = folder.empty() ? file.str() : relativeTo(file, folder);
  std::vector<std::string> match = texts(*condition, "PathMatch");
  return (match.empty() || matchesAny(match, path)) &&
         !matchesAny(texts(*condition, "PathExclude"), path);
}

static void addFragment(const Json &fragment, StringRef folder, StringRef file,
                        ClangdConfig &config) {
  if (!fragment.is_object() || !holds(fragment, folder, file))
    return;
  auto flags = fragment.find("CompileFlags");
  if (flags == fragment.end() || !flags->is_object())
    return;
  append_range(config.add, texts(*flags, "Add"));
  append_range(config.remove, texts(*flags, "Remove"));
  for (const std::string &database : texts(*flags, "CompilationDatabase"))
    if (database == "None")
      config.database = "";
    else if (database == "Ancestors")
      config.database.reset();
    else
      config.database = absolutePath(database, folder);
}

void addClangdConfig(StringRef text, StringRef folder, StringRef file, ClangdConfig &config) {
  if (Error error = checkDepth(text, "", "")) {
    consumeError(std::move(error));
    return;
  }
  std::string fragment;
  auto flush = [&] {
    Expected<Json> parsed = yamlToJson(fragment);
    if (parsed)
      addFragment(*parsed, folder, file, config);
    else
      consumeError(parsed.takeError());
    fragment.clear();
  };
  for (StringRef line : split(text, '\n')) {
    if (line.rtrim() == "---")
      flush();
    else
      fragment += line.str() + "\n";
  }
  flush();
}

ClangdConfig clangdConfigFor(StringRef file) {
  ClangdConfig config;
  for (const std::string &path : clangdConfigFiles(file)) {
    auto buffer = readYamlFile(path, path, "configuration");
    if (!buffer) {
      consumeError(buffer.takeError());
      continue;
    }
    bool isUsers = sys::path::filename(path) != ".clangd";
    addClangdConfig((*buffer)->getBuffer(), isUsers ? "" : sys::path::parent_path(path), file,
                    config);
  }
  return config;
}

} // namespace tether::lsp
