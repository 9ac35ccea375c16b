//===- Polls.h - asking a handle whether its work has ended ---------------===//
//
// What checks need to know about a question that is asked again, or before another one: whether two
// calls mean the same handle, and what puts another handle in its place. Borrows the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/flow/Body.h"

namespace tether {

/// Whether the call asks a handle if its work has ended, and goes on in any case.
bool isPoll(const clang::CXXMemberCallExpr &call, HandleTypes &types);

/// The handle that a call asks, as it is written there.
class Asked {
public:
  explicit Asked(const clang::Expr &object);

  /// Whether the expression asks the same handle through a member function.
  bool isAskedBy(const clang::Expr &expr) const;
  /// Whether the expression is the handle itself.
  bool is(const clang::Expr &expr) const;
  /// Whether the variable or member is part of how the handle is reached.
  bool dependsOn(const clang::ValueDecl &decl) const;
  /// Whether a new life of a variable begins, and with it another handle.
  bool isMadeBy(const flow::Event &event) const;
  /// Whether after the event the same words may mean another handle, or none.
  bool isChangedBy(const flow::Event &event) const;

private:
  llvm::FoldingSetNodeID id;
  llvm::SmallVector<const clang::ValueDecl *, 2> variables;
};

} // namespace tether
