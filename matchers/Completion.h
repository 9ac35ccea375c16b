//===- Completion.h - what an operation tells its completion handler ------===//
#pragma once

#include "matchers/Names.h"

#include "clang/AST/Expr.h"

namespace tether {

/// Whether the operation is seen to have no error to tell whoever completes it: all the signatures
/// that the call names, or the function that it calls, are without one (`void()`).
bool tellsNoError(const clang::Expr &call, const Names &names);

} // namespace tether
