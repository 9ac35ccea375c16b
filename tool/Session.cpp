#include "tool/Session.h"

#include "matchers/Check.h"
#include "tool/HiddenHandlers.h"
#include "tool/Printable.h"
#include "tool/Runner.h"
#include "tool/Scope.h"
#include "tool/Selection.h"
#include "tool/SourceTree.h"
#include "tool/VocabularyFiles.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace tether {

static Error checkNames(const Options &options) {
  for (const auto &[check, level] : options.levels)
    if (Error error = checkRuleName(check))
      return error;
  return selectChecks(options.checks).takeError();
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
                                                      Rulebook &rules) {
  std::vector<std::string> remarks;
  for (const std::string &path : paths) {
    const Rules &here = rules.of(folderOf(path) + "/.");
    if (std::string why = here.scope->whyExcluded(path); !why.empty())
      remarks.push_back(printable(path) + " is left alone: " + why);
  }
  return remarks;
}

/// Every job's configuration must be right before the first one starts.
static Error checkConfigurations(const Project &project, Rulebook &rules) {
  if (Error error = rules.find(project.root + "/.").takeError())
    return error;
  for (const Job &job : project.jobs)
    if (Error error = rules.find(job.file).takeError())
      return error;
  return Error::success();
}

static FlagRules flagRules(const Config &config, const Options &options) {
  FlagRules rules{ownResourceDir(), config.addFlags, config.removeFlags};
  append_range(rules.add, options.addFlags);
  append_range(rules.remove, options.removeFlags);
  return rules;
}

Expected<Session> openSession(const Options &options, std::vector<std::string> paths) {
  if (Error error = checkNames(options))
    return std::move(error);
  Expected<ConfigTree> tree = ConfigTree::create(options.config);
  if (!tree)
    return tree.takeError();
  Expected<const ConfigChain *> start = tree->of(folderOf(paths.empty() ? "" : paths.front()));
  if (!start)
    return start.takeError();
  Expected<Vocabulary> vocabulary = shippedVocabulary();
  if (!vocabulary)
    return vocabulary.takeError();

  Session session;
  ProjectOptions wanted;
  wanted.paths = std::move(paths);
  wanted.buildDir = options.buildDir;
  wanted.fixedFlags = options.fixedFlags;
  wanted.mayBeMissing = options.isLive;
  wanted.flags = flagRules((*start)->config, options);
  Expected<Project> project = loadProject(wanted);
  if (!project)
    return project.takeError();
  session.project = std::move(*project);
  // Clang tells real paths; what is relative to the root must be named likewise.
  resolveLinks(session.project);
  Expected<Vocabulary> beside = vocabularyBesideHeaders(session.project.jobs, session.project.root);
  if (!beside)
    return beside.takeError();
  vocabulary->add(std::move(*beside));
  session.rules = std::make_shared<Rulebook>(
      std::move(*tree), std::move(*vocabulary), options,
      Surroundings{session.project.root, session.project.buildFolders,
                   options.isLive ? std::vector<std::string>() : wanted.paths});
  Rulebook &rules = *session.rules;
  if (Error error = checkConfigurations(session.project, rules))
    return std::move(error);
  session.policy.root = session.project.root;
  session.policy.of = [&rules](StringRef file) -> const FilePolicy & {
    return rules.of(file).policy;
  };
  session.excluded = erase_if(session.project.jobs, [&](const Job &job) {
    const Rules &here = rules.of(job.file);
    if (here.scope->owns(job.file))
      return false;
    if (!here.scope->whyExcluded(job.file).empty() &&
        mayHaveHandlers(job, here.settings.vocabulary)) {
      session.hiding.push_back(job);
      session.hiding.back().onlyHandlers = true;
    }
    return true;
  });
  session.remarks = excludedAlthoughNamed(wanted.paths, rules);
  return session;
}

Expected<std::vector<UnitResult>> explainAll(const Session &session, const Question &question,
                                             const Options &options) {
  return runJobs(
      session.project.jobs,
      [&](const Job &job) { return explain(job, session.settingsFor(job), question); },
      {options.jobs, options.timeout, options.memory}, [](size_t, size_t, StringRef) {});
}

} // namespace tether
