//===- HiddenHandlers.h - handlers that nobody looks at -------------------===//
//
// The bugs that this tool is for have been found in files for which the rule was switched off. So
// request handlers in what the configuration excludes, or a comment silences as a whole, are
// counted in every summary.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Analysis.h"
#include "tool/Policy.h"

namespace tether {

/// Whether the file mentions anything that the vocabulary knows handlers by. Cheap, and only ever
/// wrong by saying yes.
bool mayHaveHandlers(const Job &job, const Vocabulary &vocabulary);

/// The units of excluded files; only their handlers count.
HiddenHandlers excludedHandlers(llvm::ArrayRef<UnitResult> units);

/// The handlers of units that were looked at, in places where nothing would be said.
HiddenHandlers silencedHandlers(llvm::ArrayRef<UnitResult> units, const PolicyOptions &options);

} // namespace tether
