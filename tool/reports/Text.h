//===- Text.h - the report for people -------------------------------------===//
#pragma once

#include "llvm/Support/raw_ostream.h"

namespace tether {

struct Result;
class Sources;

/// Findings as a compiler prints its warnings (problem matchers and editors jump to them), then
/// what could not be analysed, then one or two lines that sum up. Suppressed findings are counted,
/// not shown. Nothing of the sources reaches the terminal as a control character.
void writeText(const Result &result, Sources &sources, bool colour, llvm::raw_ostream &out);

} // namespace tether
