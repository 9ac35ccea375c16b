#include "matchers/Effects.h"

#include "matchers/Askers.h"
#include "matchers/Callable.h"
#include "matchers/Fate.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool doesNothing(const Stmt *body) {
  if (!body)
    return false;
  if (const auto *block = dyn_cast<CompoundStmt>(body))
    return all_of(block->body(), doesNothing);
  if (const auto *attributed = dyn_cast<AttributedStmt>(body))
    return doesNothing(attributed->getSubStmt());
  if (const auto *returned = dyn_cast<ReturnStmt>(body))
    return !returned->getRetValue();
  if (const auto *returned = dyn_cast<CoreturnStmt>(body))
    return !returned->getOperand();
  if (isa<NullStmt, ContinueStmt, BreakStmt>(body))
    return true;
  if (const auto *declaration = dyn_cast<DeclStmt>(body))
    return all_of(declaration->decls(),
                  [](const Decl *decl) { return isa<StaticAssertDecl, TypedefNameDecl>(decl); });
  const auto *expr = dyn_cast<Expr>(body);
  if (!expr || expr->isTypeDependent())
    return false;
  expr = expr->IgnoreParens();
  while (const auto *cast = dyn_cast<CastExpr>(expr))
    expr = cast->getSubExpr()->IgnoreParens();
  return isa<DeclRefExpr, IntegerLiteral, CXXBoolLiteralExpr, CXXNullPtrLiteralExpr,
             clang::StringLiteral>(expr);
}

namespace {

/// Walks code that runs as part of a function: not into lambdas or classes declared inside it.
template <class Derived> class BodyVisitor : public RecursiveASTVisitor<Derived> {
public:
  bool TraverseLambdaExpr(LambdaExpr *lambda) { return true; }
  bool TraverseCXXRecordDecl(CXXRecordDecl *) { return true; }
  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool TraverseUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *) { return true; }
  bool TraverseCXXNoexceptExpr(CXXNoexceptExpr *) { return true; }
};

/// Stops at the first expression that can let an exception out.
class ThrowFinder : public BodyVisitor<ThrowFinder> {
public:
  bool found = false;

  bool VisitCallExpr(CallExpr *call) {
    const FunctionDecl *callee = call->getDirectCallee();
    QualType type = call->getCallee()->getType();
    if (const auto *pointer = type->getAs<PointerType>())
      type = pointer->getPointeeType();
    return proceed(!held && (callee ? mayThrow(*callee) : prototypeMayThrow(type)));
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *construct) {
    const CXXConstructorDecl *callee = construct->getConstructor();
    return proceed(!held && !callee->isTrivial() && mayThrow(*callee));
  }
  bool VisitCXXThrowExpr(CXXThrowExpr *) { return proceed(true); }
  bool VisitCoawaitExpr(CoawaitExpr *await) {
    auto throws = [](const Expr *part) {
      const auto *call = dyn_cast_or_null<CallExpr>(part ? part->IgnoreImplicit() : nullptr);
      const FunctionDecl *callee = call ? call->getDirectCallee() : nullptr;
      return !callee || mayThrow(*callee);
    };
    return proceed(!held && (throws(await->getReadyExpr()) || throws(await->getResumeExpr())));
  }

  /// What a catch-all holds back does not get out. Calls in its own body count as held back too;
  /// a `throw` there does not.
  bool TraverseCXXTryStmt(CXXTryStmt *statement) {
    bool catchesAll = false;
    for (unsigned i = 0; i != statement->getNumHandlers(); ++i)
      catchesAll |= !statement->getHandler(i)->getExceptionDecl();
    if (!catchesAll && !TraverseStmt(statement->getTryBlock()))
      return false;
    SaveAndRestore restore(held, held || catchesAll);
    for (unsigned i = 0; i != statement->getNumHandlers(); ++i)
      if (!TraverseStmt(statement->getHandler(i)))
        return false;
    return true;
  }

private:
  bool held = false;

  bool proceed(bool throws) {
    found |= throws;
    return !found;
  }
  static bool prototypeMayThrow(QualType type) {
    const auto *prototype = type->getAs<FunctionProtoType>();
    return !prototype || isUnresolvedExceptionSpec(prototype->getExceptionSpecType()) ||
           prototype->canThrow() != CT_Cannot;
  }
  static bool mayThrow(const FunctionDecl &callee) {
    if (callee.getBuiltinID() || callee.isTrivial())
      return false;
    const auto *prototype = callee.getType()->getAs<FunctionProtoType>();
    if (prototype && isUnresolvedExceptionSpec(prototype->getExceptionSpecType()))
      return !callee.isImplicit();
    return prototypeMayThrow(callee.getType());
  }
};

/// Stops at the first expression that asks a handle for its result. What an inner try holds back
/// does not count: everything with `anyTry`, else what a catch-all takes.
class ObservationFinder : public BodyVisitor<ObservationFinder> {
public:
  ObservationFinder(HandleTypes &types, bool anyTry) : types(types), anyTry(anyTry) {}
  bool found = false;

  bool TraverseCXXTryStmt(CXXTryStmt *statement) {
    bool held = anyTry;
    for (unsigned i = 0; i != statement->getNumHandlers(); ++i)
      held |= !statement->getHandler(i)->getExceptionDecl();
    if (!held && !TraverseStmt(statement->getTryBlock()))
      return false;
    for (unsigned i = 0; i != statement->getNumHandlers(); ++i)
      if (!TraverseStmt(statement->getHandler(i)))
        return false;
    return true;
  }

  bool VisitCoawaitExpr(CoawaitExpr *await) {
    found |= !await->isImplicit() && !tells(*await);
    return !found;
  }
  bool VisitCXXMemberCallExpr(CXXMemberCallExpr *call) {
    found |= observes(call->getMethodDecl(), handleAsked(*call, types)) && !tells(*call);
    return !found;
  }
  bool VisitCallExpr(CallExpr *call) {
    found |= askOfFree(*call, types.names) == Ask::Consume && handleGiven(*call, types);
    return !found;
  }
  bool VisitDeclRefExpr(DeclRefExpr *named) {
    const auto *method = dyn_cast<CXXMethodDecl>(named->getDecl());
    found |= method && observes(method, types.find(method->getParent()));
    return !found;
  }

private:
  static bool observes(const CXXMethodDecl *method, const HandleType *type) {
    return type && !type->wrapper && method && method->getIdentifier() &&
           is_contained(type->words->consume, method->getName());
  }

  /// A result that has its error inside lets nothing out.
  bool tells(const Expr &result) const {
    return anyTry && types.names.payloads.has(recordOf(result.getType()));
  }

  HandleTypes &types;
  bool anyTry;
};

} // namespace

bool canThrow(const FunctionDecl &function) {
  const auto *prototype = function.getType()->getAs<FunctionProtoType>();
  if (prototype && !isUnresolvedExceptionSpec(prototype->getExceptionSpecType()) &&
      prototype->canThrow() == CT_Cannot)
    return false;
  const FunctionDecl *definition = nullptr;
  if (!function.hasBody(definition) || definition->isDependentContext())
    return true;
  ThrowFinder finder;
  finder.TraverseStmt(definition->getBody());
  return finder.found;
}

bool observesHandle(const Stmt &statement, HandleTypes &types) {
  ObservationFinder finder(types, /*anyTry=*/false);
  finder.TraverseStmt(const_cast<Stmt *>(&statement));
  return finder.found;
}

bool letsErrorOut(const Stmt &statement, HandleTypes &types) {
  ObservationFinder finder(types, /*anyTry=*/true);
  finder.TraverseStmt(const_cast<Stmt *>(&statement));
  return finder.found;
}

namespace {

/// Looks for a use of a variable that can learn of its error. To take only its value out, or to
/// return it, lets the error go on.
class ErrorLook : public BodyVisitor<ErrorLook> {
public:
  ErrorLook(const VarDecl &outcome, const Names &names) : outcome(outcome), names(names) {}
  bool found = false;

  bool TraverseCXXMemberCallExpr(CXXMemberCallExpr *call) {
    const CXXMethodDecl *method = call->getMethodDecl();
    if (!method || !isOutcome(call->getImplicitObjectArgument()))
      return BodyVisitor::TraverseCXXMemberCallExpr(call);
    found |= isa<CXXConversionDecl>(method) ||
             is_contained(names.vocabulary.structure.errorQuestions, lastName(*method));
    return !found;
  }
  bool TraverseCXXOperatorCallExpr(CXXOperatorCallExpr *call) {
    bool takes = call->getOperator() == OO_Star || call->getOperator() == OO_Arrow;
    if (takes && isOutcome(call->getArg(0)))
      return true;
    return BodyVisitor::TraverseCXXOperatorCallExpr(call);
  }
  bool TraverseReturnStmt(ReturnStmt *statement) {
    return isOutcome(statement->getRetValue()) || BodyVisitor::TraverseReturnStmt(statement);
  }
  bool TraverseCoreturnStmt(CoreturnStmt *statement) {
    return isOutcome(statement->getOperand()) || BodyVisitor::TraverseCoreturnStmt(statement);
  }
  bool VisitDeclRefExpr(DeclRefExpr *name) {
    found |= name->getDecl() == &outcome;
    return !found;
  }

private:
  bool isOutcome(const Expr *expr) const {
    const auto *name = expr ? dyn_cast<DeclRefExpr>(bare(expr)) : nullptr;
    return name && name->getDecl() == &outcome;
  }

  const VarDecl &outcome;
  const Names &names;
};

} // namespace

static bool looksAtError(const FunctionDecl &body, const Names &names) {
  return any_of(body.parameters(), [&](const ParmVarDecl *parameter) {
    const CXXRecordDecl *record = recordOf(parameter->getType());
    if (!names.errorTypes.has(record) && !names.payloads.has(record))
      return false;
    // What cannot be seen gets the benefit of the doubt.
    if (!body.hasBody())
      return true;
    ErrorLook look(*parameter, names);
    look.TraverseStmt(body.getBody());
    return look.found;
  });
}

bool asksForError(const Expr &callable, const Names &names) {
  // Nobody wrote the default one: it passes the error on.
  bool written = !isa<CXXDefaultArgExpr>(callable) && isCallable(callable.getType());
  const FunctionDecl *body = written ? calledBy(&callable, names) : nullptr;
  if (!body)
    return false;
  if (const FunctionTemplateDecl *generic = body->getDescribedFunctionTemplate())
    return any_of(generic->specializations(),
                  [&](const FunctionDecl *instance) { return looksAtError(*instance, names); });
  return looksAtError(*body, names);
}

bool isBroad(const CXXCatchStmt &handler, const Names &names) {
  QualType caught = handler.getCaughtType();
  if (caught.isNull())
    return true;
  return names.broadExceptions.has(recordOf(caught));
}

} // namespace tether
