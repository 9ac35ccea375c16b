//===- Fixes.h - ways to settle a finding ---------------------------------===//
//
// Each function offers the edits that settle one kind of finding, or nothing where none is sound:
// what is offered compiles, and the finding is gone with it. Borrows the unit.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Borrowing.h"
#include "matchers/Unit.h"

namespace tether {

/// For a handle that is thrown away where it is made: await it, ask it at once, or keep it and ask
/// when its scope ends.
std::vector<Fix> fixesOfDiscard(const Obligation &work, Unit &unit);

/// For a handle in a local variable that nobody asks or joins: do so when its scope ends.
std::vector<Fix> fixesOfForgotten(const Journey &journey, Unit &unit);

/// For a thread in a local variable: a thread that joins where it dies.
std::vector<Fix> fixesOfThread(const Journey &journey, Unit &unit);

/// For a handle that is only waited for: ask for its result instead.
std::vector<Fix> fixesOfWait(const Journey &journey, Unit &unit);

/// The same for the handles of a container, which a loop waits for one by one.
std::vector<Fix> fixesOfWaitLoop(const Journey &journey, const clang::ValueDecl *container,
                                 Unit &unit);

/// The same for a handle that has no name; `wait` is the member of it that is called.
std::vector<Fix> fixesOfWait(const Obligation &work, const clang::Expr &wait, Unit &unit);

/// For work whose closure refers to what dies before it: capture by value.
std::vector<Fix> fixesOfCapture(const clang::Expr &launch, const clang::FunctionDecl &inside,
                                const Borrowed &borrowed, Unit &unit);

} // namespace tether
