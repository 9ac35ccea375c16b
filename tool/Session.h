//===- Session.h - options, configuration and project of one run ----------===//
#pragma once

#include "tool/Options.h"
#include "tool/Project.h"
#include "tool/Rulebook.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace tether {

/// All that a run needs to know before it begins. Owns everything.
struct Session {
  Project project;
  unsigned excluded = 0;            ///< jobs of the project that are left alone
  std::vector<Job> hiding;          ///< those of them that may have request handlers
  std::vector<std::string> remarks; ///< for the user, a line each
  std::shared_ptr<Rulebook> rules;  ///< every job's folder has been asked about
  PolicyOptions policy;

  const AnalysisSettings &settingsFor(const Job &job) const { return rules->of(job.file).settings; }
};

/// Asks every unit of the session, in workers. Fails only if workers cannot be started at all.
llvm::Expected<std::vector<UnitResult>> explainAll(const Session &session, const Question &question,
                                                   const Options &options);

/// Reads the project, the configuration and the vocabulary that the options name.
llvm::Expected<Session> openSession(const Options &options, std::vector<std::string> paths);

} // namespace tether
