//===- CoroutineClosure.h - coroutines that outlive their closure ---------===//
#pragma once

#include "matchers/HandleTypes.h"

#include "clang/AST/ExprCXX.h"

namespace tether {

/// Whether the lambda is a coroutine that reads what it has captured after it has first suspended:
/// the frame refers to the closure, and who called it may have let go of that by then.
bool readsClosureLater(const clang::LambdaExpr &lambda, HandleTypes &types);

/// Whether a continuation of the class may be a coroutine itself, whose frame keeps the callable.
bool mayKeepCallable(const clang::CXXRecordDecl &handle);

} // namespace tether
