#include "matchers/CoroutineClosure.h"

#include "matchers/Awaiting.h"
#include "matchers/Callable.h"
#include "matchers/CoroutinePromise.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// Collects the reads of captures and the suspensions of a coroutine lambda, in source order.
class ClosureReads : public RecursiveASTVisitor<ClosureReads> {
public:
  SourceLocation firstEnd; ///< of the first suspension
  SmallVector<SourceLocation, 8> reads;
  SmallVector<const Stmt *, 4> loops; ///< that suspend

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool VisitDeclRefExpr(DeclRefExpr *name) {
    if (name->refersToEnclosingVariableOrCapture())
      reads.push_back(name->getLocation());
    return true;
  }
  bool VisitCXXThisExpr(CXXThisExpr *expr) {
    reads.push_back(expr->getLocation());
    return true;
  }
  bool TraverseLambdaExpr(LambdaExpr *lambda) {
    // What it captures in turn is read here; its body is another function.
    for (const LambdaCapture &capture : lambda->captures())
      if (capture.capturesThis() || capture.capturesVariable())
        reads.push_back(lambda->getBeginLoc());
    return true;
  }
  bool VisitCoroutineSuspendExpr(CoroutineSuspendExpr *await) {
    if (firstEnd.isInvalid())
      firstEnd = await->getEndLoc();
    loops.append(around);
    return true;
  }
  bool dataTraverseStmtPre(Stmt *statement) {
    if (isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(statement))
      around.push_back(statement);
    return true;
  }
  bool dataTraverseStmtPost(Stmt *statement) {
    if (!around.empty() && around.back() == statement)
      around.pop_back();
    return true;
  }

private:
  SmallVector<const Stmt *, 4> around;
};

} // namespace

/// Whether a continuation of the class may be a coroutine itself, whose frame keeps the callable.
static bool mayKeepCallable(const CXXRecordDecl &handle) {
  const auto *type = dyn_cast_or_null<TypeDecl>(findMember(handle, "promise_type"));
  const CXXRecordDecl *promise =
      type ? recordOf(handle.getASTContext().getTypeDeclType(type)) : nullptr;
  // What is no class yet depends on something that cannot be seen.
  return type && (!promise || !promise->hasDefinition() || isCoroutinePromise(*promise));
}

static bool readsClosureLater(const LambdaExpr &lambda, HandleTypes &types) {
  const CXXMethodDecl *body = lambda.getCallOperator();
  // With an explicit object the frame has a copy of its own.
  if (lambda.capture_size() == 0 || !isCoroutine(body) || body->isExplicitObjectMemberFunction())
    return false;
  ClosureReads finder;
  finder.TraverseStmt(cast<CoroutineBodyStmt>(body->getBody())->getBody());
  const HandleType *type = types.find(body->getReturnType());
  if (type && type->words->start != Start::Eager)
    return !finder.reads.empty();
  if (finder.firstEnd.isInvalid())
    return false;
  const SourceManager &sources = body->getASTContext().getSourceManager();
  auto before = [&](SourceLocation left, SourceLocation right) {
    return sources.isBeforeInTranslationUnit(left, right);
  };
  return any_of(finder.reads, [&](SourceLocation read) {
    bool again = any_of(finder.loops, [&](const Stmt *loop) {
      return !before(read, loop->getBeginLoc()) && !before(loop->getEndLoc(), read);
    });
    return again || before(finder.firstEnd, read);
  });
}

/// Whether the handle of the call, or of what goes on with it, is awaited where it is made.
static bool isAwaitedAtOnce(const Expr &call, const Unit &unit) {
  for (const Obligation &work : unit.seen.obligations) {
    if (work.origin != &call)
      continue;
    if (work.ending.fate != Fate::Continued)
      return work.ending.fate == Fate::Observed;
    for (const Obligation &next : unit.seen.obligations)
      if (const auto *member = dyn_cast<CXXMemberCallExpr>(next.origin);
          member && bare(member->getImplicitObjectArgument()) == &call)
        return isAwaitedAtOnce(*member, unit);
  }
  return false;
}

bool losesClosure(const Call &call, Unit &unit) {
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  const CXXRecordDecl *owner =
      member ? recordOf(member->getImplicitObjectArgument()->getType()) : nullptr;
  if (!owner || !owner->hasDefinition() || mayKeepCallable(*owner) ||
      !continues(call, unit.types) || isAwaitedAtOnce(*call.expr, unit))
    return false;
  return any_of(argumentsOf(*call.expr), [&](const Expr *argument) {
    const auto *lambda = dyn_cast<LambdaExpr>(bare(argument));
    return lambda && readsClosureLater(*lambda, unit.types);
  });
}

} // namespace tether
