//===- Why.h - what the analysis thinks of one line -----------------------===//
#pragma once

#include "matchers/Unit.h"

namespace tether {

/// The obligations on a line, their fates and how they are known; likewise for catches. For the
/// user who doubts. Lines without ends.
std::vector<std::string> why(Unit &unit, llvm::StringRef file, unsigned line);

/// Why a type, by its qualified name, is or is not taken for a handle; nothing if the unit does not
/// declare it.
std::vector<std::string> whyType(Unit &unit, llvm::StringRef name);

} // namespace tether
