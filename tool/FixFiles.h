//===- FixFiles.h - writes fixes into the files ---------------------------===//
#pragma once

#include "tool/Result.h"
#include "tool/Sources.h"

#include "llvm/Support/Error.h"

namespace tether {

struct FixedFiles {
  unsigned findings = 0; ///< with a fix that was applied
  unsigned files = 0;
  unsigned postponed = 0; ///< whose fix overlaps one that was applied: for the next run
};

/// Applies one fix of each finding that is not suppressed: the first safe one, or with `unsafe` the
/// first. Only files below the root are touched, and none that did not parse; each is replaced as a
/// whole. An error names the file; those before it are written.
llvm::Expected<FixedFiles> fixFiles(const Result &result, Sources &sources, bool unsafe);

} // namespace tether
