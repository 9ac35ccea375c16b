//===- Result.h - everything one run found, ready for the reports ---------===//
//
// Plain data. Made once by the policy, then only read: every report is a function of a `Result`
// (and of the sources it shows).
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Finding.h"

#include <string>
#include <vector>

namespace tether {

/// A file that was not, or not wholly, analysed.
struct Failure {
  /// "parse", "module", "crash", "timeout", "memory", "refused", "missing", "interrupted"
  std::string kind;
  std::string file;    ///< the main file of the unit, relative to the root
  std::string message; ///< one line
  unsigned line = 0;   ///< where the first error is, 0 if it has no place
  unsigned column = 0;
  std::string at; ///< the file that line and column are in, relative to the root; may be a header
};

/// Request handlers of which nothing is said.
struct HiddenHandlers {
  unsigned files = 0;
  unsigned handlers = 0;
};

struct Summary {
  unsigned units = 0;    ///< translation units (commands) of the run
  unsigned analysed = 0; ///< those that were analysed, incompletely ones included
  unsigned failed = 0;   ///< those with an entry in `failures`
  unsigned excluded = 0; ///< those left alone: other people's or generated code
  unsigned notes = 0;    ///< findings per level, suppressed ones left out
  unsigned warnings = 0;
  unsigned errors = 0;
  unsigned suppressed = 0;
  unsigned handlers = 0;           ///< request handlers seen
  HiddenHandlers excludedHandlers; ///< in files that the configuration excludes
  HiddenHandlers silencedHandlers; ///< in files and blocks that are silenced as a whole
  unsigned unfinished = 0;         ///< functions that were too complex to be followed to the end
};

struct Result {
  std::string root; ///< absolute; the folder that relative names are relative to
  Summary summary;
  std::vector<Finding> findings; ///< sorted by `before`
  std::vector<Failure> failures; ///< sorted by file
};

} // namespace tether
