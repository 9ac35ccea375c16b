//===- Asking.h - where and how a handle can be asked ---------------------===//
//
// What a fix has to know before it writes a question into somebody's code: which member function
// asks, whether its exception may come out there, and where a scope ends on all of its ways.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Patch.h"
#include "matchers/Unit.h"

namespace tether {

/// The member function that waits for the result and yields it, or null. A type that can only be
/// awaited has none, even if one has that name.
const clang::FunctionDecl *askOfResult(const HandleType &type, clang::QualType written, Unit &unit);

/// The member function that waits and yields nothing, or null.
const clang::FunctionDecl *waitOf(const HandleType &type, clang::QualType written);

/// Whether an exception may leave the function.
bool mayThrow(const clang::FunctionDecl &function);

/// What a body does with a variable.
struct Uses {
  unsigned mentions = 0;
  std::vector<const clang::CXXMemberCallExpr *> calls; ///< of its member functions

  bool onlyCalls() const { return mentions == calls.size(); }
};

/// A local variable that a handle is made in, alone in its declaration.
struct Local {
  const clang::VarDecl *variable = nullptr;
  Road road;                                  ///< from the body to the declaration
  const clang::CompoundStmt *block = nullptr; ///< that it is a statement of
  Uses uses;
};
std::optional<Local> localOf(const Journey &journey);

/// What the body does with the variable.
Uses usesOf(const clang::VarDecl &variable, const clang::FunctionDecl &inside);

/// Where a statement of the block has to be written to run on every way from `first` out of the
/// block: in front of the brace or of the last `return`. Invalid if some way leaves it elsewhere.
clang::SourceLocation wayOut(const Road &road, const clang::CompoundStmt &block,
                             const clang::Stmt &first);

/// Whether the statement is the last of its block.
bool isLast(const clang::CompoundStmt &block, const clang::Stmt &statement);

} // namespace tether
