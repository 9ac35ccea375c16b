//===- Joining.h - several handles asked one after the other --------------===//
//
// Finds the question of a function whose failure leaves other jobs that run without anybody who
// asks them. Borrows the body.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Unit.h"

namespace tether {

/// The first question of a function that can fail while others wait to be asked.
struct FragileJoin {
  const clang::Expr *question = nullptr;
  bool inLoop = false;  ///< the others are those after it in the same container
  bool abandons = true; ///< the others run on alone; else they are waited for where they die
  /// Where the others were started, and where they would be asked.
  std::vector<std::pair<clang::SourceLocation, std::string>> others;
};

/// The handle that a free function is given alone to ask, or null.
const clang::Expr *onlyHandle(const clang::Stmt *at, HandleTypes &types);

std::optional<FragileJoin> fragileJoinIn(const flow::Body &body, Unit &unit);

} // namespace tether
