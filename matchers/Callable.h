//===- Callable.h - which body an expression will run ---------------------===//
#pragma once

#include "matchers/Names.h"

#include "clang/AST/Expr.h"

namespace tether {

/// The function that runs when the value of the expression is called: a lambda's body, a named
/// function, a function object's `operator()`, what a bind or a type-erased function was made of.
/// Null if it cannot be seen. For a generic lambda: its pattern.
const clang::FunctionDecl *calledBy(const clang::Expr *callable, const Names &names);

/// Whether a value of the type can be called: a function, a closure, an object with `operator()`.
bool isCallable(clang::QualType type);

/// The expression without parentheses, implicit conversions, temporaries and moves.
const clang::Expr *bare(const clang::Expr *expr);

/// The arguments of a call or of a construction; the object of a member call is none.
llvm::ArrayRef<const clang::Expr *> argumentsOf(const clang::Expr &call);

/// The same without those that nobody wrote: a default makes no other overload.
llvm::ArrayRef<const clang::Expr *> writtenArgumentsOf(const clang::Expr &call);

/// Whether it says null: a null pointer, or a function object made of one.
bool saysNull(const clang::Expr &argument);

/// The function or constructor that the expression calls, or null.
const clang::FunctionDecl *calleeOf(const clang::Expr &call);

/// Whether the call yields one of its arguments itself: `std::move`, `std::forward`.
bool passesThrough(const clang::CallExpr &call);

} // namespace tether
