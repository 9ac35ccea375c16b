//===- Effects.h - what a piece of code does about an error ---------------===//
#pragma once

#include "matchers/HandleTypes.h"

#include "clang/AST/StmtCXX.h"

namespace tether {

/// Nothing but empty statements, statements without effect, `continue`, `break` and bare returns.
bool doesNothing(const clang::Stmt *body);

/// Whether a call of the function can throw: a call in it is neither `noexcept` nor inside a try
/// with a catch-all. A function that cannot be seen throws unless it is `noexcept`.
bool canThrow(const clang::FunctionDecl &function);

/// Whether the statement itself, lambdas in it left out, asks a handle for its result.
bool observesHandle(const clang::Stmt &statement, HandleTypes &types);

/// Whether an error that the statement asks a handle for can leave it: it asks outside of any try.
bool letsErrorOut(const clang::Stmt &statement, HandleTypes &types);

/// Whether the callable is told an outcome that may be an error, and looks: it asks for the error,
/// or hands the outcome to somebody.
bool asksForError(const clang::Expr &callable, const Names &names);

/// Whether the handler catches nearly everything: `...` or a type the vocabulary calls broad.
bool isBroad(const clang::CXXCatchStmt &handler, const Names &names);

} // namespace tether
