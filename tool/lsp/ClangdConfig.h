//===- ClangdConfig.h - what .clangd files say of compile commands --------===//
//
// The project's .clangd files and the user's config.yaml, as far as they are about compile
// commands: our analysis should see the code as clangd sees it. They may come from a stranger: what
// they add passes the same allow-list as every flag, and the compiler that they name is not run.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>
#include <vector>

namespace tether::lsp {

struct ClangdConfig {
  std::optional<std::string> database; ///< a folder, absolute; empty: none is to be used
  std::vector<std::string> add;        ///< flags
  std::vector<std::string> remove;
};

/// Where clangd looks for configuration of a file, the weakest first. They need not exist.
std::vector<std::string> clangdConfigFiles(llvm::StringRef file);

/// What they say together about a file, absolute. What cannot be read says nothing: clangd tells
/// the user about it.
ClangdConfig clangdConfigFor(llvm::StringRef file);

/// The same for one text, whose relative paths count from the folder; laid over what holds.
void addClangdConfig(llvm::StringRef text, llvm::StringRef folder, llvm::StringRef file,
                     ClangdConfig &config);

} // namespace tether::lsp
