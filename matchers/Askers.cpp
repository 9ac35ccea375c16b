#include "matchers/Askers.h"

#include "matchers/Callable.h"

#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// The entry for what is called: a function, the variable that a function object is, its class.
static const Asker *askerOf(const CallExpr &call, const Names &names) {
  const auto *op = dyn_cast<CXXOperatorCallExpr>(&call);
  if (!op) {
    const FunctionDecl *callee = calleeOf(call);
    const auto *method = dyn_cast_or_null<CXXMethodDecl>(callee);
    return method && method->isInstance() ? nullptr : names.askers.find(callee);
  }
  if (op->getOperator() != OO_Call)
    return nullptr;
  const Expr *object = bare(op->getArg(0));
  const auto *named = dyn_cast<DeclRefExpr>(object);
  const Asker *found = named ? names.askers.find(named->getDecl()) : nullptr;
  return found ? found : names.askers.find(recordOf(object->getType()));
}

Ask askOfFree(const Expr &call, const Names &names) {
  const auto *plain = dyn_cast<CallExpr>(&call);
  const Asker *asker = plain ? askerOf(*plain, names) : nullptr;
  if (!asker)
    return Ask::Unknown;
  switch (asker->does) {
  case Asker::Does::Consume:
    return Ask::Consume;
  case Asker::Does::Wait:
    return Ask::Wait;
  case Asker::Does::TimedWait:
    return Ask::TimedWait;
  }
  return Ask::Unknown;
}

const Expr *handleGiven(const CallExpr &call, HandleTypes &types) {
  for (const Expr *argument : argumentsOf(call))
    if (types.find(argument->getType()))
      return argument;
  return nullptr;
}

} // namespace tether
