//===- Project.cpp - which files to analyse, with which flags -------------===//

#include "tool/Project.h"

#include "tool/CompileCommands.h"
#include "tool/Database.h"
#include "tool/Printable.h"
#include "tool/SourceTree.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <set>
#include <tuple>

namespace tether {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using clang::tooling::CompileCommand;

namespace {

/// What is known while a project is put together.
struct Loading {
  const ProjectOptions &options;
  std::string cwd;
  std::vector<NamedPath> paths;
  Project project;
  std::set<std::string> seen;     ///< jobs and refusals, so that none comes twice
  std::vector<std::string> known; ///< all files of the databases, whatever is selected
};

/// Adds the command as a job or a refusal, unless the same is there.
void add(const CompileCommand &command, Loading &loading) {
  Project &project = loading.project;
  auto refuse = [&](const char *kind, std::string message) {
    if (loading.seen.insert(command.Filename + '\0' + message).second)
      project.refused.push_back({kind, command.Filename, std::move(message)});
  };
  if (!loading.options.mayBeMissing && !fs::is_regular_file(command.Filename))
    return refuse("missing", "the compile database names it, but there is no such file: if the "
                             "build generates it, build first");
  llvm::Expected<CleanCommand> clean =
      cleanCommand(command.Filename, command.Directory, command.CommandLine, loading.options.flags);
  if (!clean)
    return refuse("refused", llvm::toString(clean.takeError()));
  if (clean->otherLanguage)
    return;
  std::string key = command.Filename + '\0' + command.Directory;
  for (const std::string &argument : clean->arguments)
    key += '\0' + argument;
  if (!loading.seen.insert(std::move(key)).second)
    return;
  for (const std::string &flag : clean->dropped)
    ++project.dropped[flag];
  project.jobs.push_back({command.Filename, command.Directory, std::move(clean->arguments),
                          printable(command.Heuristic)});
}

/// The same flags for every source among the paths.
llvm::Error addSources(llvm::ArrayRef<NamedPath> paths, llvm::ArrayRef<std::string> command,
                       llvm::StringRef directory, Loading &loading) {
  for (const NamedPath &named : paths) {
    std::vector<std::string> files = {named.path};
    if (named.isFolder)
      files = sourcesBelow(named.path);
    if (files.empty())
      return llvm::createStringError("no C or C++ source below '" + printable(named.path) + "'");
    for (const std::string &file : files)
      add(CompileCommand(directory, file, command.vec(), ""), loading);
  }
  return llvm::Error::success();
}

/// A named file that the database lacks, often a header: the command of a file like it.
void addGuesses(llvm::ArrayRef<const NamedPath *> files, const std::vector<CompileCommand> &all,
                Loading &loading) {
  if (files.empty())
    return;
  auto database = guessingDatabase(all);
  for (const NamedPath *named : files)
    for (CompileCommand &command : database->getCompileCommands(named->path)) {
      command.Filename = named->path;
      add(command, loading);
    }
}

/// A folder that holds most of its database's sources is no build folder.
void noteBuildFolder(llvm::StringRef database, const std::vector<CompileCommand> &all,
                     Loading &loading) {
  llvm::SmallString<256> real;
  if (fs::real_path(database, real))
    return;
  NamedPath folder{path::parent_path(real).str(), path::parent_path(real).str(), true};
  size_t inside = llvm::count_if(all, [&](const CompileCommand &command) {
    return selects(folder, command.Filename, command.Filename);
  });
  if (inside * 2 < all.size())
    loading.project.buildFolders.push_back(folder.path);
}

llvm::Error addCommands(llvm::ArrayRef<NamedPath> paths, llvm::StringRef database,
                        Loading &loading) {
  llvm::Expected<std::vector<CompileCommand>> all = readCompileCommands(database);
  if (!all)
    return all.takeError();
  noteBuildFolder(database, *all, loading);

  std::vector<bool> hit(paths.size());
  for (const CompileCommand &command : *all) {
    llvm::SmallString<256> real;
    loading.known.push_back(command.Filename);
    if (!paths.empty() && fs::real_path(command.Filename, real))
      real = command.Filename;
    bool wanted = paths.empty();
    for (size_t i = 0; i < paths.size(); ++i)
      if (selects(paths[i], command.Filename, real))
        wanted = hit[i] = true;
    if (wanted)
      add(command, loading);
  }

  std::vector<const NamedPath *> unknown;
  for (size_t i = 0; i < paths.size(); ++i) {
    if (!hit[i] && paths[i].isFolder)
      return llvm::createStringError("nothing below '" + printable(paths[i].path) +
                                     "' is in the compile database '" + printable(database) + "'");
    if (!hit[i])
      unknown.push_back(&paths[i]);
  }
  addGuesses(unknown, *all, loading);
  return llvm::Error::success();
}

/// \param paths those for which this database is the nearest.
llvm::Error addDatabase(llvm::ArrayRef<NamedPath> paths, const DatabaseFile &database,
                        Loading &loading) {
  loading.project.databases.push_back(database.path);
  if (!database.isFlags)
    return addCommands(paths, database.path, loading);
  llvm::Expected<std::vector<std::string>> command = readCompileFlags(database.path);
  if (!command)
    return command.takeError();
  NamedPath everything{loading.cwd, loading.cwd, true};
  return addSources(paths.empty() ? llvm::ArrayRef(everything) : paths, *command,
                    path::parent_path(database.path), loading);
}

llvm::Error addDatabases(Loading &loading) {
  if (!loading.options.buildDir.empty()) {
    auto database = databaseAt(absolutePath(loading.options.buildDir, loading.cwd));
    return database ? addDatabase(loading.paths, *database, loading) : database.takeError();
  }
  if (loading.paths.empty()) {
    auto database = findDatabase(loading.cwd);
    return database ? addDatabase({}, *database, loading) : database.takeError();
  }
  // Paths of several projects at once: each with the database that is nearest to it.
  std::vector<std::pair<DatabaseFile, std::vector<NamedPath>>> groups;
  for (const NamedPath &named : loading.paths) {
    auto database =
        findDatabase(named.isFolder ? llvm::StringRef(named.path) : path::parent_path(named.path));
    if (!database)
      return database.takeError();
    auto group = llvm::find_if(
        groups, [&](const auto &known) { return known.first.path == database->path; });
    if (group == groups.end())
      group = groups.insert(group, {*database, {}});
    group->second.push_back(named);
  }
  for (const auto &[database, paths] : groups)
    if (llvm::Error error = addDatabase(paths, database, loading))
      return error;
  return llvm::Error::success();
}

llvm::Error addFixed(Loading &loading) {
  if (loading.paths.empty())
    return llvm::createStringError(
        llvm::Twine("flags after '--' need files or folders before it: tether check FILE... -- "
                    "-std=c++20"));
  std::vector<std::string> command = {"clang"};
  llvm::append_range(command, *loading.options.fixedFlags);
  return addSources(loading.paths, command, loading.cwd, loading);
}

/// The root of the user's place, unless all the files lie elsewhere (`-p` of another project).
std::string chooseRoot(const Loading &loading) {
  std::vector<std::string> files = loading.known;
  for (const Job &job : loading.project.jobs)
    files.push_back(job.file);
  for (const Refusal &refusal : loading.project.refused)
    files.push_back(refusal.file);

  std::string start = loading.cwd;
  if (!loading.paths.empty())
    start = loading.paths[0].isFolder ? loading.paths[0].path
                                      : path::parent_path(loading.paths[0].path).str();
  NamedPath marked{markedRoot(start), "", true};
  marked.real = marked.path;
  bool holdsSome =
      llvm::any_of(files, [&](const std::string &file) { return selects(marked, file, file); });
  if (!marked.path.empty() && holdsSome)
    return marked.path;
  std::string common = commonFolder(files);
  if (common.empty())
    return start;
  std::string root = markedRoot(common);
  return root.empty() ? common : root;
}

} // namespace

llvm::Expected<Project> loadProject(const ProjectOptions &options) {
  Loading loading{options, options.cwd, {}, {}, {}};
  if (llvm::Error error = checkFlagRules(options.flags))
    return error;
  llvm::SmallString<256> current;
  if (loading.cwd.empty() && !fs::current_path(current))
    loading.cwd = current.str();
  for (const std::string &given : options.paths) {
    llvm::Expected<NamedPath> named = resolvePath(given, loading.cwd);
    if (!named && options.mayBeMissing) {
      llvm::consumeError(named.takeError());
      std::string file = absolutePath(given, loading.cwd);
      named = NamedPath{file, file, false};
    }
    if (!named)
      return named.takeError();
    loading.paths.push_back(std::move(*named));
  }
  if (llvm::Error error = options.fixedFlags ? addFixed(loading) : addDatabases(loading))
    return error;

  Project &project = loading.project;
  // By everything that tells two jobs apart: some tools write the database in another order each
  // time, and the report must not depend on it.
  llvm::sort(project.jobs, [](const Job &a, const Job &b) {
    return std::tie(a.file, a.directory, a.arguments) < std::tie(b.file, b.directory, b.arguments);
  });
  llvm::sort(project.refused, [](const Refusal &a, const Refusal &b) {
    return std::tie(a.file, a.message) < std::tie(b.file, b.message);
  });
  project.root = chooseRoot(loading);
  return std::move(project);
}

} // namespace tether
