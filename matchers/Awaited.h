//===- Awaited.h - handles whose work has ended ---------------------------===//
#pragma once

#include "matchers/HandleTypes.h"

#include "clang/AST/Expr.h"

namespace tether {

/// Whether the handle that the expression reaches came out of a `co_await` that waited for its
/// work: one of a combinator's results, or what was made of the handle to be awaited without a
/// throw. A fresh handle that an awaited function returns is none.
bool hasEnded(const clang::Expr &handle, HandleTypes &types);
/// The same of a variable that holds it.
bool hasEnded(const clang::ValueDecl &variable, HandleTypes &types);

} // namespace tether
