//===- Order.h - what comes after what ------------------------------------===//
//
// Walks all paths of a body, with what is known about conditions on the way, and finds what is
// evaluated after a certain thing has happened. Borrows the body.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/flow/Body.h"

#include "llvm/ADT/MapVector.h"

namespace tether::flow {

/// What an expression means for the order.
enum class Mark {
  None,
  Begins, ///< from here on it is late
  Ends,   ///< from here on it is not
  Late    ///< is asked about
};

struct Order {
  /// What comes late on some path, each with what has begun it; in the order of the walk.
  llvm::MapVector<const clang::Stmt *, const clang::Stmt *> late;
  bool always = true; ///< it is late at the end of each path
};

Order orderOf(const Body &body, llvm::function_ref<Mark(const clang::Stmt &)> markOf,
              HandleTypes &types);

} // namespace tether::flow
