//===- Policy.h - from what workers say to what a report shows ------------===//
//
// Joins the results of all units: equal findings become one, suppressions are applied and judged,
// levels set, fingerprints made. A pure function of its arguments.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Analysis.h"
#include "tool/Result.h"

#include <map>
#include <set>

namespace tether {

/// Whether a cast to void, or an assignment to `std::ignore`, settles a dropped handle.
enum class VoidCast { Allow, RequireReason, Forbid };

struct PolicyOptions {
  std::string root;                    ///< absolute
  std::set<std::string> checks;        ///< ids that ran
  std::map<std::string, Level> levels; ///< replaces the level of a check's findings
  VoidCast voidCast = VoidCast::RequireReason;
};

/// The path below the root, or the path itself if it is elsewhere.
std::string relativeTo(llvm::StringRef path, llvm::StringRef root);

Result applyPolicy(std::vector<UnitResult> units, const PolicyOptions &options);

} // namespace tether
