#include "matchers/Broken.h"

#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// Finds what Clang has marked as wrong: of what is wrong already it does not complain again.
class ErrorFinder : public RecursiveASTVisitor<ErrorFinder> {
public:
  bool found = false;

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool VisitVarDecl(VarDecl *variable) { return note(variable->isInvalidDecl()); }
  bool VisitExpr(Expr *expr) { return note(expr->containsErrors()); }

private:
  bool note(bool wrong) {
    found |= wrong;
    return !found;
  }
};

} // namespace

bool Broken::has(const FunctionDecl &function) const {
  Stmt *body = function.getBody();
  if (!body || errors.empty())
    return false;
  const SourceManager &sources = function.getASTContext().getSourceManager();
  SourceLocation begin = fileLoc(body->getBeginLoc(), sources);
  SourceLocation end = fileLoc(body->getEndLoc(), sources);
  bool complained = any_of(errors, [&](SourceLocation error) {
    error = fileLoc(error, sources);
    return sources.isPointWithin(error, begin, end);
  });
  ErrorFinder finder;
  return complained || (finder.TraverseStmt(body), finder.found);
}

} // namespace tether
