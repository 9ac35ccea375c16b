//===- Borrowing.h - what work refers to without owning it ----------------===//
//
// Looks at what is handed over with a piece of work (closures, references, pointers, views, the
// object of a member function) and finds whose it is. Syntactic; borrows the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Names.h"

#include "clang/AST/Expr.h"
#include "llvm/ADT/SmallVector.h"

namespace tether {

/// What is referred to, by owner.
struct Borrowed {
  llvm::SmallVector<const clang::VarDecl *, 2> locals; ///< die with their scope
  llvm::SmallVector<const clang::VarDecl *, 2> outer;  ///< what a parameter refers or points to
  bool object = false;                                 ///< `this`
  bool temporary = false;                              ///< dies at the end of the full expression

  bool empty() const { return locals.empty() && outer.empty() && !object && !temporary; }
  void add(const Borrowed &other);
};

/// What a launch of work holds on to: through its closures, and the references, pointers and views
/// among its arguments (with `onlyWork`, those that can be called). `inside` is the function that
/// it stands in.
Borrowed borrowedByLaunch(const clang::Expr &launch, const clang::FunctionDecl &inside,
                          const Names &names, bool onlyWork = false);

/// What a launch refers to through pointers alone: the arguments that its launcher is listed with,
/// and what it takes as `void *` for its work.
Borrowed borrowedByPointers(const clang::Expr &launch, const clang::FunctionDecl &inside,
                            const Names &names);

/// What a coroutine holds on to after its call: what its reference parameters are bound to, the
/// object, or the closure that it is the body of. One that starts at once (`eager`) has used by
/// then what it does not need after its first suspension.
Borrowed borrowedByCoroutine(const clang::CallExpr &call, const clang::FunctionDecl &inside,
                             const Names &names, bool eager);

/// The variable at the bottom of an expression: the executor that a call posts to. Null if there is
/// none.
const clang::ValueDecl *bottomOf(const clang::Expr *expr);

} // namespace tether
