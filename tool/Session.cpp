#include "tool/Session.h"

#include "matchers/Check.h"
#include "tool/Printable.h"
#include "tool/Scope.h"
#include "tool/Selection.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace tether {

static Expected<Config> configFor(const Options &options, StringRef folder) {
  std::string file = options.config.empty() ? findConfig(folder) : options.config;
  return file.empty() ? Config() : readConfig(file);
}

/// Where the search for a configuration begins: at the first path, or here.
static std::string startFolder(const std::vector<std::string> &paths) {
  SmallString<256> folder(paths.empty() ? "." : paths.front());
  sys::fs::make_absolute(folder);
  sys::path::remove_dots(folder, true);
  if (!sys::fs::is_directory(folder))
    sys::path::remove_filename(folder);
  return folder.str().str();
}

static Error readLevels(const Config &config, const Options &options, PolicyOptions &policy) {
  auto set = [&](StringRef check, Level level) -> Error {
    if (Error error = checkRuleName(check))
      return error;
    policy.levels[bareId(check).str()] = level;
    return Error::success();
  };
  for (const auto &[check, word] : config.levels) {
    std::optional<Level> level = levelOf(word);
    if (!level)
      return createStringError("%s: unknown level '%s'; there is error, warning, note",
                               config.file.c_str(), word.c_str());
    if (Error error = set(check, *level))
      return error;
  }
  for (const auto &[check, level] : options.levels)
    if (Error error = set(check, level))
      return error;
  return Error::success();
}

static void resolveLinks(std::string &path) {
  SmallString<256> real;
  if (!sys::fs::real_path(path, real))
    path = real.str().str();
}

static void resolveLinks(Project &project) {
  resolveLinks(project.root);
  for (Job &job : project.jobs)
    resolveLinks(job.file);
  for (Refusal &refusal : project.refused)
    resolveLinks(refusal.file);
}

/// What the user asks for and the configuration forbids must not vanish silently.
static std::vector<std::string> excludedAlthoughNamed(const std::vector<std::string> &paths,
                                                      const Scope &scope) {
  std::vector<std::string> remarks;
  for (const std::string &path : paths)
    if (std::string why = scope.whyExcluded(path); !why.empty())
      remarks.push_back(printable(path) + " is left alone: " + why);
  return remarks;
}

Expected<Session> openSession(const Options &options, std::vector<std::string> paths) {
  Session session;
  Expected<Config> config = configFor(options, startFolder(paths));
  if (!config)
    return config.takeError();
  session.config = std::move(*config);
  Expected<Vocabulary> vocabulary = shippedVocabulary();
  if (!vocabulary)
    return vocabulary.takeError();
  vocabulary->add(session.config.vocabulary);
  std::vector<std::string> globs = session.config.checks;
  llvm::append_range(globs, options.checks);
  Expected<std::set<std::string>> checks = selectChecks(globs);
  if (!checks)
    return checks.takeError();
  session.policy.checks = *checks;
  session.policy.voidCast = session.config.voidCast;
  if (Error error = readLevels(session.config, options, session.policy))
    return std::move(error);

  ProjectOptions wanted;
  wanted.paths = std::move(paths);
  wanted.buildDir = options.buildDir;
  wanted.fixedFlags = options.fixedFlags;
  wanted.flags = {ownResourceDir(), session.config.addFlags, session.config.removeFlags};
  Expected<Project> project = loadProject(wanted);
  if (!project)
    return project.takeError();
  session.project = std::move(*project);
  // Clang tells real paths; what is relative to the root must be named likewise.
  resolveLinks(session.project);
  session.policy.root = session.project.root;
  Expected<Scope> scope = Scope::create(session.project.root, session.project.buildFolders,
                                        session.config.exclude, wanted.paths);
  if (!scope)
    return scope.takeError();
  session.scope = std::make_shared<const Scope>(std::move(*scope));
  session.excluded = erase_if(session.project.jobs,
                              [&](const Job &job) { return !session.scope->owns(job.file); });
  session.remarks = excludedAlthoughNamed(wanted.paths, *session.scope);
  session.settings = {std::move(*vocabulary),
                      [scope = session.scope](StringRef path) { return scope->owns(path); },
                      std::move(*checks), session.policy.levels, ownResourceDir()};
  return session;
}

} // namespace tether
