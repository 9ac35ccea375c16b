//===- CoroutineClosure.h - coroutines that outlive their closure ---------===//
#pragma once

#include "matchers/Unit.h"

namespace tether {

/// Whether the call gives a continuation a coroutine lambda that reads what it has captured after
/// it has first suspended. The continuation lets go of its callable once it has called it, and the
/// frame of the coroutine refers to the closure.
bool losesClosure(const Call &call, Unit &unit);

} // namespace tether
