//===- Selection.h - which checks run -------------------------------------===//
#pragma once

#include "llvm/Support/Error.h"

#include <set>
#include <string>
#include <vector>

namespace tether {

/// The ids that the globs select from all checks, in order: `GLOB` adds, `-GLOB` takes away; a list
/// that begins with a subtraction, or is empty, begins with all. Names are taken with and without
/// `tether-`. Fails for a glob that fits no check.
llvm::Expected<std::set<std::string>> selectChecks(const std::vector<std::string> &globs);

/// Fails, with a suggestion, unless the name is that of a check or of a rule about suppressions.
llvm::Error checkRuleName(llvm::StringRef name);

} // namespace tether
