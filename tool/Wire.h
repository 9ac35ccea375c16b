//===- Wire.h - analysis results between processes ------------------------===//
//
// A worker answers with one JSON text; a parent that reads anything else has a broken worker.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Analysis.h"

#include "llvm/Support/Error.h"

namespace tether {

std::string toWire(const UnitResult &result);

/// Fails if the text is not what `toWire` writes.
llvm::Expected<UnitResult> fromWire(llvm::StringRef text);

} // namespace tether
