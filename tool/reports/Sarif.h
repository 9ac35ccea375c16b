//===- Sarif.h - the report for code review -------------------------------===//
#pragma once

#include "llvm/Support/raw_ostream.h"

namespace tether {

struct Result;
class Sources;

/// One run of SARIF 2.1.0, as GitHub's code scanning and other consumers want it: URIs relative
/// to the root, columns in UTF-16 units (bytes where the source is gone), suppressed findings as
/// suppressed results, files that failed as notifications. Nothing fails.
void writeSarif(const Result &result, Sources &sources, llvm::raw_ostream &out);

} // namespace tether
