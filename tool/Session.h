//===- Session.h - options, configuration and project of one run ----------===//
#pragma once

#include "tool/Analysis.h"
#include "tool/Config.h"
#include "tool/Options.h"
#include "tool/Project.h"
#include "tool/Scope.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace tether {

/// All that a run needs to know before it begins. Owns everything.
struct Session {
  Config config;
  Project project;
  unsigned excluded = 0;            ///< jobs of the project that are left alone
  std::vector<std::string> remarks; ///< for the user, a line each
  AnalysisSettings settings;
  PolicyOptions policy;
  std::shared_ptr<const Scope> scope; ///< what `settings.owns` asks
};

/// Reads the project, the configuration and the vocabulary that the options name.
llvm::Expected<Session> openSession(const Options &options, std::vector<std::string> paths);

} // namespace tether
