//===- Askers.h - free functions that ask the handles they are given ------===//
//
// `blockingWait(task)` and `sync_wait(task)` are to a handle what `task.get()` is. A vocabulary
// lists them by their qualified names among the words of an awaitable.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Fate.h"

namespace tether {

/// What the call does to the handles among its arguments: `Consume`, `Wait` or `TimedWait` if the
/// vocabulary lists what is called, a free function or a function object; else `Unknown`.
Ask askOfFree(const clang::Expr &call, const Names &names);

/// The first handle that such a call is given, or null.
const clang::Expr *handleGiven(const clang::CallExpr &call, HandleTypes &types);

} // namespace tether
