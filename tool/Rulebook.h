//===- Rulebook.h - what holds for which file, ready for use --------------===//
//
// Brings together the configurations of the project, the shipped vocabulary and the command line.
// Remembers its answers; one thread, and what it hands out lives as long as it does.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Analysis.h"
#include "tool/ConfigTree.h"
#include "tool/Options.h"
#include "tool/Scope.h"

#include <map>
#include <memory>

namespace tether {

/// What holds for the files of one configuration.
struct Rules {
  const ConfigChain *chain = nullptr;
  AnalysisSettings settings;
  FilePolicy policy;
  std::optional<Scope> scope;
};

/// What of a project the rules depend on.
struct Surroundings {
  std::string root; ///< real path
  std::vector<std::string> buildFolders;
  std::vector<std::string> named; ///< files and folders that the user asked for
};

class Rulebook {
public:
  Rulebook(ConfigTree tree, Vocabulary shipped, const Options &options, Surroundings around);
  Rulebook(const Rulebook &) = delete;

  /// The rules for a file, absolute. Fails with one line for a configuration that is wrong.
  llvm::Expected<const Rules *> find(llvm::StringRef file);
  /// The same; where a configuration is wrong, the rules of the root's folder hold, which must have
  /// been found before.
  const Rules &of(llvm::StringRef file);

private:
  llvm::Error make(const ConfigChain &chain, Rules &rules);

  ConfigTree tree;
  Vocabulary shipped;
  std::vector<std::string> checks;
  std::map<std::string, Level> levels;
  Surroundings around;
  std::map<const ConfigChain *, std::unique_ptr<Rules>> made;
};

} // namespace tether
