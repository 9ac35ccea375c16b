//===- Quiet.h - work that lets no error out ------------------------------===//
#pragma once

#include "matchers/Fate.h"

namespace tether {

/// Whether the work of the handle that the expression yields is seen to let no error out: a
/// coroutine that cannot throw, a chain or a pipe whose end turns errors into values.
bool isQuietHandle(const clang::Expr &handle, const Names &names, HandleTypes &types);

} // namespace tether
