//===- Config.h - .tether.yaml --------------------------------------------===//
//
// What a project says about itself: one file, read and checked. Which file holds for which source
// is ConfigTree's business.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Vocabulary.h"
#include "tool/Policy.h"
#include "tool/Scope.h"

#include "llvm/Support/Error.h"

#include <optional>

namespace tether {

/// What the project accepts, and why. Exactly one of `callee`, `type` and `path` is given.
struct Allowance {
  std::string callee; ///< a function whose work needs no owner
  std::string type;   ///< a class whose objects need not be looked after
  std::string path;   ///< files, as a glob
  Strings checks;     ///< with `path` only; empty for all
  std::string reason;
  std::string base; ///< the folder that `path` is relative to; empty: the root
};

struct Config {
  std::string file;     ///< where it was read; empty for the defaults
  bool inherit = false; ///< the next file upwards holds, too, where this one is silent
  std::optional<Runtime> runtime;
  std::optional<Reach> scope;
  std::optional<VoidCast> voidCast;
  std::optional<Recognition> recognition;
  Strings checks; ///< globs; a leading `-` takes away
  std::map<std::string, Level> levels;
  Strings addFlags;
  Strings removeFlags;
  std::vector<PathPattern> exclude;
  std::vector<PathPattern> includeHeaders;
  std::vector<Allowance> allow;
  Vocabulary vocabulary;   ///< with that of `vocabulary-files`, `handlers`, `allow` and the like
  Strings vocabularyFiles; ///< relative to the configuration

  /// Lays a nearer configuration over this one: its values win, its lists are added.
  void add(Config nearer);
};

/// What holds where no file says anything, as a file would say it.
llvm::StringRef defaultConfigText();

/// Reads a configuration and the vocabulary files that it names. Its globs are relative to its
/// folder. An error names file, line and column and what is wrong there.
llvm::Expected<Config> readConfig(llvm::StringRef file);

/// The same for a text; files that it names are not read.
llvm::Expected<Config> parseConfig(llvm::StringRef text, llvm::StringRef name);

} // namespace tether
