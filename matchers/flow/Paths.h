//===- Paths.h - one handle on every path of one function -----------------===//
//
// Follows a handle from the place where it begins along all paths of a body, with what is known
// about conditions on the way, until each path has settled it or lost it. Bounded by a number of
// steps. Borrows the body.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/flow/Body.h"

#include <deque>

namespace tether::flow {

/// What is followed: a fresh handle, or one that the function has from outside.
struct Token {
  const clang::Expr *origin = nullptr;        ///< the expression that yields it, or
  const clang::ValueDecl *variable = nullptr; ///< the parameter or capture that holds it
  bool owned = true;                          ///< dies with the variable
  int part = -1;                              ///< only this part of it
  const HandleType *type = nullptr;           ///< never null
  bool signal = false;                        ///< to wait for it is all that there is to ask
  bool limited = false;                       ///< who has waited for a while has done enough
  llvm::ArrayRef<const clang::VarDecl *> borrowed = {}; ///< what its work refers to
};

/// How a path ends for the handle.
enum class End {
  Observed,   ///< its result was asked for, or it was joined
  Detached,   ///< given up by name
  Given,      ///< somebody else's care
  Lent,       ///< somebody may have looked after it
  Waited,     ///< died after it was waited for
  Pending,    ///< died, and nobody has waited
  Outlives,   ///< something that the work refers to has died before it; the path goes on
  KeptWaited, ///< the function returned; its owner still has it
  KeptPending
};

/// One station on the way: a condition, a move.
struct Station {
  clang::SourceLocation at;
  std::string what;
  unsigned block = ~0u; ///< of the body; none for a station in another function
  unsigned way = 0;     ///< the one taken out of the block
};

struct Path {
  End end = End::Lent;
  Given given = Given::None;
  const clang::Stmt *at = nullptr; ///< where it ended; null at the function's own end
  std::string how;                 ///< how it died
  std::vector<Station> stations;
  std::string turn; ///< of a lost handle: the station that decides; empty if no path settles it
  const clang::ValueDecl *first = nullptr;  ///< the first variable that held it
  const clang::ValueDecl *holder = nullptr; ///< the last variable that held it
  const clang::ValueDecl *into = nullptr;   ///< the member that it was given to
};

/// One path for each way in which paths end, and whether all were followed.
struct Fates {
  std::vector<Path> paths;
  bool complete = true;

  const Path *find(End end) const;
};

/// What a callee or closure does with a handle that it can reach: its fates, null if unknown.
using Callee = llvm::function_ref<const Fates *(const clang::FunctionDecl &function,
                                                const clang::ValueDecl &variable)>;

/// Follows the token. `steps` is what may still be spent; what was is subtracted.
Fates follow(const Body &body, const Token &token, HandleTypes &types, Callee callee,
             unsigned &steps);

} // namespace tether::flow
