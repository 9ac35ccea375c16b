//===- Config.h - .tether.yaml --------------------------------------------===//
//
// What a project says about itself. Found upwards from the root, or given with --config.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Vocabulary.h"
#include "tool/Policy.h"

#include "llvm/Support/Error.h"

namespace tether {

struct Config {
  std::string file; ///< where it was read; empty for the defaults
  Vocabulary vocabulary;
  std::vector<std::string> checks;           ///< globs; a leading `-` takes away
  std::map<std::string, std::string> levels; ///< check to level
  std::vector<std::string> addFlags;
  std::vector<std::string> removeFlags;
  std::vector<std::string> exclude; ///< globs on paths relative to the root
  VoidCast voidCast = VoidCast::RequireReason;
};

/// Reads a configuration. An error names file, line and column and what is wrong there.
llvm::Expected<Config> readConfig(llvm::StringRef file);

/// The same for a text.
llvm::Expected<Config> parseConfig(llvm::StringRef text, llvm::StringRef name);

/// The nearest .tether.yaml from the folder upwards; empty if there is none.
std::string findConfig(llvm::StringRef folder);

} // namespace tether
