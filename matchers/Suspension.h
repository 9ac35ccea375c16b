//===- Suspension.h - what a coroutine still uses once it was suspended ---===//
//
// A coroutine that starts at once runs inside of its call until it suspends for the first time:
// what it refers to only needs to live longer if it is used after that. Pure functions of the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Names.h"

#include "clang/AST/Decl.h"

namespace tether {

/// Whether the coroutine may use what the parameter refers to after it has been suspended; with
/// null for the parameter, its object or, of a lambda, its closure. A body that cannot be seen may.
bool usesAfterSuspension(const clang::FunctionDecl &coroutine, const clang::ParmVarDecl *parameter,
                         const Names &names);

} // namespace tether
