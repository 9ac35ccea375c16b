//===- Obligation.h - where work starts and who answers for its end -------===//
#pragma once

#include "matchers/Fate.h"

namespace tether {

/// A place where work starts, or its handle is received, and somebody becomes responsible for its
/// end. Borrows the AST and the handle types of its unit.
struct Obligation {
  const clang::Expr *origin = nullptr; ///< the expression whose value is the handle
  const HandleType *type = nullptr;
  const Launcher *launcher = nullptr; ///< set if the call is itself listed as starting work
  Start start = Start::Eager;         ///< of its launcher, or of its type
  Drop onDrop = Drop::DropsResult;
  bool signal = false;     ///< to wait for it is all that there is to ask
  bool ownPromise = false; ///< of a promise that lives in the same function
  bool infallible = false; ///< of a promise that is seen to get nothing but values
  bool closed = false;     ///< an error handler has closed the chain: its tail owes nothing
  bool joined = false;     ///< the object that started it waits for all its work, in this function
  bool throws = true;      ///< whether the work can fail, as far as its callable is seen
  Ending ending;
  const clang::FunctionDecl *inside = nullptr; ///< null at namespace scope
  const clang::Stmt *statement = nullptr;      ///< the full expression or declaration around it
};

/// Why a call on the line is no obligation: for the user who doubts.
struct NoObligation {
  const clang::Expr *origin = nullptr;
  std::string why;
};

/// Recognises obligations, one expression at a time.
class ObligationFinder {
public:
  ObligationFinder(const Names &names, HandleTypes &types) : names(names), types(types) {}

  /// The obligation that the expression begins, its fate decided from what is around it
  /// (outermost first); nothing if it begins none. `whyNot` is set when that needs a reason.
  std::optional<Obligation>
  find(const clang::Expr &expr, llvm::ArrayRef<clang::DynTypedNode> ancestors, std::string &whyNot);

private:
  std::optional<Obligation> emplaced(const clang::Expr &expr);
  const HandleType *beginsHandle(const clang::Expr &expr, std::string &whyNot);
  bool yieldsFreshHandle(const clang::CallExpr &call, std::string &whyNot);
  bool makesHandle(const clang::FunctionDecl *callee);
  bool startsWork(const clang::CXXConstructExpr &construct);
  bool anyHandle(llvm::ArrayRef<const clang::Expr *> expressions);
  Drop dropOf(const clang::Expr &expr, const HandleType &type, const Launcher *launcher);
  bool workThrows(const clang::Expr &expr, const Launcher *launcher);
  bool errorsHandled(const clang::Expr &expr);

  const Names &names;
  HandleTypes &types;
};

/// What dropping the result of the launcher's call does, given the policy among its arguments.
Drop dropOfLaunch(const Launcher &launcher, const clang::Expr &call, Drop byType);

} // namespace tether
