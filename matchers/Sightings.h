//===- Sightings.h - what one traversal of the project's code sees --------===//
//
// Plain lists, filled by a single walk over the declarations of the project's own files; all that
// follows are loops over them. Template instantiations are walked, implicit code, unevaluated
// operands and discarded branches of `if constexpr` are not. Borrows the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Obligation.h"

#include "llvm/ADT/STLFunctionalExtras.h"

namespace tether {

/// Where a piece of code stands.
struct Standing {
  const clang::FunctionDecl *inside = nullptr; ///< null at namespace scope
  const clang::Stmt *statement = nullptr;      ///< the full expression or declaration around it
};

/// A call or a construction.
struct Call {
  const clang::Expr *expr = nullptr;
  const clang::FunctionDecl *callee = nullptr;
  Standing standing;
  bool used = true;                       ///< false if its value is thrown away
  const clang::ValueDecl *into = nullptr; ///< the variable that its value initialises
};

/// A function named without being called: `&std::thread::detach`.
struct Mention {
  const clang::DeclRefExpr *expr = nullptr;
  const clang::FunctionDecl *function = nullptr;
  Standing standing;
};

struct Try {
  const clang::CXXTryStmt *statement = nullptr;
  const clang::FunctionDecl *inside = nullptr;
};

struct Sightings {
  std::vector<Obligation> obligations;
  std::vector<NoObligation> excused; ///< what only looks like one
  std::vector<Call> calls;
  std::vector<Call> awaits; ///< each `co_await`
  std::vector<Mention> mentions;
  std::vector<Try> tries;
  std::vector<const clang::FunctionDecl *> functions; ///< definitions, lambdas' bodies included
  /// Handles at namespace scope, each with a function that names it; null outside of functions.
  std::vector<std::pair<const clang::ValueDecl *, const clang::FunctionDecl *>> globals;
};

/// Whether a location is in the project's own code.
using OwnCode = llvm::function_ref<bool(clang::SourceLocation)>;

/// The test macro that the location is inside of, empty if none.
std::string testMacroAround(clang::SourceLocation location, const clang::ASTContext &context,
                            const Names &names);

/// Walks the translation unit once.
Sightings look(clang::ASTContext &context, const Names &names, HandleTypes &types, OwnCode isOwn);

} // namespace tether
