//===- FlagTable.h - which compiler flags matter for parsing ----*- C++ -*-===//
//
// The allow-list, as data. A compile database may come from a stranger's pull request, so the
// question is never "is this flag dangerous?" but "is it known to be needed to parse the file?".
// Everything else is dropped; the table only decides whether that is worth a word.
//
// Pure and thread-safe; cannot fail.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/Option/Option.h"

namespace tether {

enum class FlagHandling {
  Pass,   ///< needed to parse: include paths, macros, language, target
  Bound,  ///< as Pass, but the number it carries is capped: see `flagLimit`
  Ignore, ///< dropped without a word: outputs, warnings, optimisation, code generation, linking
  Report, ///< dropped, and the user should know
};

/// \param option one of `clang::driver::getDriverOptTable()`, aliases resolved.
FlagHandling flagHandling(const llvm::opt::Option &option);

/// The most that a flag handled as `Bound` may ask for. Real code stays below; what is above
/// would only let a stranger exhaust the stack or the time of a worker.
unsigned flagLimit(const llvm::opt::Option &option);

} // namespace tether
