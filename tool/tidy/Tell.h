//===- Tell.h - a finding in the words of clang-tidy ----------------------===//
#pragma once

#include "matchers/Finding.h"

#include "clang-tidy/ClangTidyCheck.h"

namespace tether {

/// Which fix goes with a warning, and is so written into the file by `clang-tidy --fix`.
enum class Offered { Safe, Any };

/// Emits the finding with its story, its advice and its fix. What it says about files is absolute,
/// or relative to the root.
void tell(clang::tidy::ClangTidyCheck &check, const Finding &finding,
          const clang::SourceManager &sources, llvm::StringRef root, Offered offered);

} // namespace tether
