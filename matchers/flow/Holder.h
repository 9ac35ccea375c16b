//===- Holder.h - where a handle lives ------------------------------------===//
//
// Resolves expressions to the variables whose handles they reach, through references, pointers,
// iterators, smart pointers and accessors; and finds which handles the value of an expression
// carries. Syntactic; one per function. Borrows the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/HandleTypes.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace tether::flow {

/// A variable, a member of `this` (its field), or what a closure has captured of a variable; or one
/// part of it.
struct Holder {
  const clang::ValueDecl *variable = nullptr;
  int part = -1; ///< index of a field, binding or tuple element; -1: all
  const clang::LambdaExpr *closure = nullptr; ///< the capture rather than the variable itself

  bool operator==(const Holder &) const = default;
};

/// Whether what reaches one reaches the other.
bool touch(const Holder &left, const Holder &right);

/// Whether the variable dies with its function, and its handle with it.
bool diesHere(const Holder &holder, const clang::FunctionDecl &function);

/// Where the value of an expression comes from.
struct Source {
  const clang::Expr *origin = nullptr;        ///< a fresh handle, else null
  Holder holder;                              ///< what it is taken out of
  bool copied = false;                        ///< the holder keeps its handle
  const clang::LambdaExpr *closure = nullptr; ///< a closure with all that it has captured
};

using Holders = llvm::SmallVector<Holder, 2>;
using Sources = llvm::SmallVector<Source, 2>;

/// Aliases may lead in circles: the steps after which an expression is given up.
constexpr unsigned LongestRoad = 16;

class HolderFinder {
public:
  HolderFinder(const clang::FunctionDecl &function, HandleTypes &types);

  /// The holders that the glvalue, pointer or iterator reaches; empty if unknown.
  Holders reachedBy(const clang::Expr *expr) const { return reached(expr, 0); }
  /// What the value carries; empty if nothing that is known.
  Sources carriedBy(const clang::Expr *expr) const { return carried(expr, 0); }
  /// The closure that the expression is or names, or null.
  const clang::LambdaExpr *closureOf(const clang::Expr *expr) const;
  /// Whether the expression reaches one of many: an element by index or iterator.
  bool isElement(const clang::Expr *expr) const;
  /// Whether the variable only leads to another.
  bool isAlias(const clang::VarDecl &variable) const;

private:
  Holders reached(const clang::Expr *expr, unsigned steps) const;
  Holders reachedThrough(const clang::CallExpr &call, unsigned steps) const;
  Holders named(const clang::ValueDecl *decl, unsigned steps) const;
  Holders member(const clang::MemberExpr &expr, unsigned steps) const;
  Sources carried(const clang::Expr *expr, unsigned steps) const;
  Sources carriedCall(const clang::CallExpr &call, unsigned steps) const;
  Sources carriedConstruct(const clang::CXXConstructExpr &construct, unsigned steps) const;
  Sources unite(llvm::ArrayRef<const clang::Expr *> parts, unsigned steps) const;
  bool isOtherName(const clang::VarDecl &variable) const;
  bool leadsIn(const clang::Expr &expr, unsigned steps) const;
  bool leadsElsewhere(clang::QualType type) const;

  HandleTypes &types;
  /// What was found out about variables; a variable that is being asked about is none.
  mutable llvm::DenseMap<const clang::VarDecl *, bool> aliases;
  /// The variables that the present question has led through.
  mutable llvm::SmallPtrSet<const clang::VarDecl *, 8> following;
  /// What pointers and iterators are assigned later.
  llvm::DenseMap<const clang::VarDecl *, llvm::SmallVector<const clang::Expr *, 2>> assigned;
};

} // namespace tether::flow
