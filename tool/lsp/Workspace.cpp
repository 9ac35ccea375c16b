#include "tool/lsp/Workspace.h"

#include "tool/Database.h"
#include "tool/lsp/ClangdConfig.h"

#include "llvm/Support/Path.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Place, file, buildDir, fallbackFlags, encoding)

std::string toWire(const Place &place) {
  return json(place).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Place> placeFrom(StringRef text) {
  json parsed = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  try {
    return parsed.get<Place>();
  } catch (const json::exception &) {
    return std::nullopt;
  }
}

/// The database that `place` and .clangd name, or the nearest; nothing if there is none.
static std::optional<DatabaseFile> databaseFor(const Place &place, const ClangdConfig &config) {
  std::string named = place.buildDir;
  if (named.empty() && config.database)
    named = *config.database;
  bool none = place.buildDir.empty() && config.database && config.database->empty();
  if (none)
    return std::nullopt;
  Expected<DatabaseFile> found =
      named.empty() ? findDatabase(sys::path::parent_path(place.file)) : databaseAt(named);
  if (found)
    return *found;
  consumeError(found.takeError());
  return std::nullopt;
}

Expected<Workspace> openWorkspace(const Place &place) {
  ClangdConfig config = clangdConfigFor(place.file);
  Options options;
  options.isLive = true;
  options.addFlags = config.add;
  options.removeFlags = config.remove;
  if (std::optional<DatabaseFile> database = databaseFor(place, config))
    options.buildDir = database->path;
  else
    options.fixedFlags = place.fallbackFlags;
  Expected<Session> session = openSession(options, {place.file});
  if (!session)
    return session.takeError();
  Workspace workspace{std::move(*session), std::nullopt};
  // Of several commands clangd takes the first, too.
  if (!workspace.session.project.jobs.empty())
    workspace.job = workspace.session.project.jobs.front();
  return workspace;
}

std::vector<std::string> inputsOf(const Place &place) {
  std::vector<std::string> files = clangdConfigFiles(place.file);
  auto add = [&](StringRef folder, StringRef name) {
    SmallString<256> path(folder);
    sys::path::append(path, name);
    files.push_back(path.str().str());
  };
  for (StringRef folder = sys::path::parent_path(place.file); !folder.empty();
       folder = sys::path::parent_path(folder))
    for (StringRef name : {".tether.yaml", ".git", "compile_commands.json", "compile_flags.txt",
                           "build/compile_commands.json"})
      add(folder, name);
  if (std::optional<DatabaseFile> database = databaseFor(place, clangdConfigFor(place.file)))
    files.push_back(database->path);
  return files;
}

} // namespace tether::lsp
