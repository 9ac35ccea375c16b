//===- FixFiles.h - writes fixes into the files ---------------------------===//
#pragma once

#include "tool/Result.h"
#include "tool/Sources.h"

#include "llvm/Support/Error.h"

namespace tether {

/// The fix to apply: the first safe one, or with `unsafe` the first. Null if there is none.
const Fix *chosenFix(const Finding &finding, bool unsafe);

struct FixedFiles {
  unsigned findings = 0; ///< with a fix that was applied
  unsigned files = 0;
  unsigned postponed = 0; ///< whose fix overlaps one that was applied: for the next run
};

/// Applies the chosen fix of each finding that is not suppressed. Only files below the root are
/// touched, and none that did not parse; each is replaced as a whole. An error names the file;
/// those before it are written.
llvm::Expected<FixedFiles> fixFiles(const Result &result, Sources &sources, bool unsafe);

} // namespace tether
