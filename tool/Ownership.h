//===- Ownership.h - whose code a location is in --------------------------===//
#pragma once

#include "tool/Analysis.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"

namespace tether {

/// Answers from memory whether a location is in a file of the project. Borrows what it is given.
class Ownership {
public:
  Ownership(const clang::SourceManager &sources, const AnalysisSettings &settings)
      : sources(sources), settings(settings) {}

  bool operator()(clang::SourceLocation location);

private:
  const clang::SourceManager &sources;
  const AnalysisSettings &settings;
  llvm::DenseMap<clang::FileID, bool> memo;
};

} // namespace tether
