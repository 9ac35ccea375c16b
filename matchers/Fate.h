//===- Fate.h - what becomes of the value of an expression ----------------===//
//
// Climbs from the expression that yields a handle to the place where the value ends: thrown away,
// asked, kept in a variable, handed on. Purely syntactic; what happens to a variable afterwards is
// for the flow analysis.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/HandleTypes.h"

#include "clang/AST/ASTTypeTraits.h"
#include "clang/AST/Expr.h"

namespace tether {

enum class Fate {
  Dropped,     ///< dies where it is made
  Voided,      ///< dropped on purpose
  Observed,    ///< result and error are asked for
  Waited,      ///< waited for; the error stays unseen
  Continued,   ///< a continuation took over; its own handle is judged instead
  Handled,     ///< dropped, after an error handler has closed the chain
  Detached,    ///< given up by name
  Tested,      ///< a condition asks the handle, not its result
  Erased,      ///< kept where nobody knows its type any more
  Stored,      ///< kept in a variable, a container or through a pointer
  Transferred, ///< returned, captured, or handed to somebody who takes it
  Written,     ///< only put in place: it is the target, not the value
  Lent         ///< seen by somebody through a reference: benefit of the doubt
};

llvm::StringRef toString(Fate fate);

struct Ending {
  Fate fate = Fate::Lent;
  std::string how;                 ///< "an expression statement", "handed to 'keep'"
  const clang::Stmt *at = nullptr; ///< the outermost expression that still carried the handle
  const clang::ValueDecl *into = nullptr; ///< the variable or member that it initialises
};

/// What becomes of the value of `origin`. `ancestors` are the nodes around it, outermost first.
Ending endingOf(const clang::Expr &origin, llvm::ArrayRef<clang::DynTypedNode> ancestors,
                const Names &names, HandleTypes &types);

/// What kind of handle the member function is called on, through a pointer too; null for no handle.
const HandleType *handleAsked(const clang::CXXMemberCallExpr &call, HandleTypes &types);

/// Whether the operator gives its handle up by name: `+save(id)`, listed as `operator+`.
bool detachesByOperator(const clang::CXXOperatorCallExpr &call, HandleTypes &types);

/// Whether an object of the class may hold an error, as its members show.
bool carriesError(const clang::CXXRecordDecl &record, const Names &names);

/// Whether the call of a handle's member function yields a handle of the same kind.
bool yieldsItself(const clang::CallExpr &call, const HandleType &type, HandleTypes &types);

/// What a call of a handle's member function does to the handle.
enum class Ask {
  Consume,
  Wait,
  TimedWait,
  Transfer,
  Continue,
  HandleError,
  AskError, ///< asks whether there is an error: an answer once the end was waited for
  Detach,
  Neutral,
  Unknown
};
Ask askOf(const clang::CXXMemberCallExpr &call, const HandleType &type, HandleTypes &types);

} // namespace tether
