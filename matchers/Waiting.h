//===- Waiting.h - waiting for work by other means than its handle --------===//
#pragma once

#include "matchers/Borrowing.h"
#include "matchers/Unit.h"

namespace tether {

/// Whether something after the launch waits, perhaps for its work: a call, an await, a loop that
/// looks at what is borrowed. Of calls on `except`, a scope, more is known.
bool waitsLater(const clang::Expr &launch, const clang::FunctionDecl &inside,
                const Borrowed &borrowed, Unit &unit, const clang::ValueDecl *except = nullptr);

/// `start(&done); done.get_future().wait();`: a promise that the work was given tells its end, and
/// on every way it is waited for before the promise dies.
bool isAnnounced(const Obligation &work, const Borrowed &borrowed, Unit &unit);

} // namespace tether
