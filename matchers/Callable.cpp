#include "matchers/Callable.h"

#include "matchers/Structure.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Builtins.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool passesThrough(const CallExpr &call) {
  const FunctionDecl *callee = call.getDirectCallee();
  switch (callee ? callee->getBuiltinID() : 0) {
  case Builtin::BImove:
  case Builtin::BIforward:
  case Builtin::BIforward_like:
  case Builtin::BImove_if_noexcept:
  case Builtin::BIas_const:
    return call.getNumArgs() == 1;
  default:
    return false;
  }
}

/// Copying, moving or converting a value makes no new one.
static const Expr *copied(const Expr *expr) {
  const auto *construct = dyn_cast<CXXConstructExpr>(expr);
  if (!construct || construct->getNumArgs() == 0)
    return nullptr;
  return construct->getConstructor()->isCopyOrMoveConstructor() ? construct->getArg(0) : nullptr;
}

const Expr *bare(const Expr *expr) {
  while (expr) {
    const Expr *inner = expr->IgnoreParenImpCasts();
    if (const auto *full = dyn_cast<FullExpr>(inner))
      inner = full->getSubExpr();
    else if (const auto *temporary = dyn_cast<MaterializeTemporaryExpr>(inner))
      inner = temporary->getSubExpr();
    else if (const auto *bound = dyn_cast<CXXBindTemporaryExpr>(inner))
      inner = bound->getSubExpr();
    else if (const auto *cast = dyn_cast<CXXFunctionalCastExpr>(inner))
      inner = cast->getSubExpr();
    else if (const auto *call = dyn_cast<CallExpr>(inner); call && passesThrough(*call))
      inner = call->getArg(0);
    else if (const Expr *original = copied(inner))
      inner = original;
    if (inner == expr)
      return expr;
    expr = inner;
  }
  return nullptr;
}

ArrayRef<const Expr *> argumentsOf(const Expr &call) {
  if (const auto *construct = dyn_cast<CXXConstructExpr>(&call))
    return {construct->getArgs(), construct->getNumArgs()};
  const auto *plain = dyn_cast<CallExpr>(&call);
  if (!plain)
    return {};
  ArrayRef<const Expr *> all(plain->getArgs(), plain->getNumArgs());
  const FunctionDecl *callee = plain->getDirectCallee();
  bool hasObject = isa<CXXOperatorCallExpr>(plain) && isa_and_nonnull<CXXMethodDecl>(callee);
  return hasObject && !all.empty() ? all.drop_front() : all;
}

ArrayRef<const Expr *> writtenArgumentsOf(const Expr &call) {
  return argumentsOf(call).take_while(
      [](const Expr *argument) { return !isa<CXXDefaultArgExpr>(argument); });
}

bool saysNull(const Expr &argument) {
  const Expr *inner = bare(&argument);
  if (const auto *made = dyn_cast<CXXConstructExpr>(inner); made && made->getNumArgs() == 1)
    return saysNull(*made->getArg(0));
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(inner))
    return true;
  // A number is one where it becomes a pointer.
  for (const Expr *each = &argument; const auto *cast = dyn_cast<CastExpr>(each);
       each = cast->getSubExpr()->IgnoreParens())
    if (cast->getCastKind() == CK_NullToPointer)
      return true;
  return false;
}

const FunctionDecl *calleeOf(const Expr &call) {
  if (const auto *construct = dyn_cast<CXXConstructExpr>(&call))
    return construct->getConstructor();
  const auto *plain = dyn_cast<CallExpr>(&call);
  return plain ? dyn_cast_or_null<FunctionDecl>(plain->getCalleeDecl()) : nullptr;
}

/// The call operator of a class: the closure's, or the only one it declares.
static const FunctionDecl *callOperator(const CXXRecordDecl *record) {
  if (!record || !record->hasDefinition())
    return nullptr;
  if (record->isLambda())
    return record->getLambdaCallOperator();
  DeclarationNameTable &names = record->getASTContext().DeclarationNames;
  auto found = record->lookup(names.getCXXOperatorName(OO_Call));
  return found.isSingleResult() ? found.front()->getAsFunction() : nullptr;
}

bool isCallable(QualType type) {
  if (type.isNull())
    return false;
  type = type.getNonReferenceType();
  if (type->isFunctionType() || type->isFunctionPointerType() ||
      type->isMemberFunctionPointerType())
    return true;
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition())
    return false;
  DeclarationNameTable &names = record->getASTContext().DeclarationNames;
  return record->isLambda() || findMember(*record, names.getCXXOperatorName(OO_Call));
}

static bool isClosure(QualType type) {
  const CXXRecordDecl *record = type.isNull() ? nullptr : type->getAsCXXRecordDecl();
  return record && record->isLambda();
}

/// A variable may be initialised with itself: the road has an end.
constexpr unsigned LongestRoad = 8;

static const FunctionDecl *calledBy(const Expr *callable, const Names &names, unsigned steps) {
  if (steps > LongestRoad)
    return nullptr;
  callable = bare(callable);
  if (!callable)
    return nullptr;
  if (const auto *address = dyn_cast<UnaryOperator>(callable);
      address && (address->getOpcode() == UO_AddrOf || address->getOpcode() == UO_Deref))
    callable = bare(address->getSubExpr());
  if (const auto *named = dyn_cast<DeclRefExpr>(callable))
    if (const auto *function = dyn_cast<FunctionDecl>(named->getDecl()))
      return function;
    else if (const auto *variable = dyn_cast<VarDecl>(named->getDecl());
             variable && variable->getInit() && isCallable(variable->getType()) &&
             !isa<ParmVarDecl>(variable))
      return calledBy(variable->getInit(), names, steps + 1);
  // A closure that becomes a pointer to a function: by itself, or with a `+` in front.
  if (const auto *plus = dyn_cast<UnaryOperator>(callable); plus && plus->getOpcode() == UO_Plus)
    return calledBy(plus->getSubExpr(), names, steps + 1);
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(callable);
      call && isa_and_nonnull<CXXConversionDecl>(call->getMethodDecl()) &&
      isClosure(call->getImplicitObjectArgument()->getType()))
    return calledBy(call->getImplicitObjectArgument(), names, steps + 1);
  // `T x(a, b)` has no type while T depends on a parameter.
  if (callable->getType().isNull())
    return nullptr;
  const FunctionDecl *callee = calleeOf(*callable);
  const CXXRecordDecl *record = callable->getType()->getAsCXXRecordDecl();
  bool isBind = callee && isa<CallExpr>(callable) && names.binders.has(callee);
  bool isErased = isa<CXXConstructExpr>(callable) && names.callables.has(record);
  if (isBind || isErased) {
    for (const Expr *argument : argumentsOf(*callable))
      if (isCallable(argument->getType()))
        return calledBy(argument, names, steps + 1);
    return nullptr;
  }
  if (names.callables.has(record))
    return nullptr;
  return callOperator(record);
}

const FunctionDecl *calledBy(const Expr *callable, const Names &names) {
  return calledBy(callable, names, 0);
}

} // namespace tether
