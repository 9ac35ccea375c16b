//===- Policy.h - from what workers say to what a report shows ------------===//
//
// Joins the results of all units: equal findings become one, suppressions are applied and judged,
// levels set, fingerprints made. A pure function of its arguments.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Analysis.h"
#include "tool/Result.h"

#include <functional>
#include <map>
#include <set>

namespace tether {

/// Whether a cast to void, or an assignment to `std::ignore`, settles a dropped handle.
enum class VoidCast { Allow, RequireReason, Forbid };

/// Whose code is looked at.
enum class Reach { All, Handlers };

/// Files in which findings are accepted, and why.
struct AcceptedPath {
  std::string glob;                ///< where `*` crosses folders
  std::string base;                ///< absolute; the folder that the glob is relative to
  std::vector<std::string> checks; ///< globs; empty for all
  std::string reason;
};

/// What a configuration says about the findings in its files.
struct FilePolicy {
  std::set<std::string> checks;        ///< ids that ran
  std::map<std::string, Level> levels; ///< replaces the level of a check's findings
  VoidCast voidCast = VoidCast::RequireReason;
  Reach reach = Reach::All;
  std::vector<AcceptedPath> accepted;
};

struct PolicyOptions {
  std::string root; ///< absolute
  /// The policy for a file, absolute. What it returns must live as long as the call that uses this.
  std::function<const FilePolicy &(llvm::StringRef file)> of;
  bool mergeEqual = true; ///< equal findings of one line are one, with a count
};

/// The path below the root, or the path itself if it is elsewhere.
std::string relativeTo(llvm::StringRef path, llvm::StringRef root);

/// Whether the configuration accepts whatever is found in the file, absolute.
bool acceptsAll(const FilePolicy &policy, llvm::StringRef file);

Result applyPolicy(std::vector<UnitResult> units, const PolicyOptions &options);

} // namespace tether
