//===- Spawning.h - work that is given to a scope -------------------------===//
#pragma once

#include "matchers/Unit.h"

namespace tether {

/// The variable or member that is the scope of a call that gives work to one; null if unknown.
const clang::ValueDecl *scopeOf(const Call &spawn);

/// Whether the scope that the call gives work to may still run it when the function has returned:
/// it is no local of the function, and not waited for on every path after the call.
bool scopeGoesOn(const Call &spawn, const JoiningScope &scope, Unit &unit);

} // namespace tether
