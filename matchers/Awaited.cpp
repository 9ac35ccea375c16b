#include "matchers/Awaited.h"

#include "matchers/Callable.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// A variable may be initialised with itself: the road has an end.
constexpr unsigned LongestRoad = 12;

/// `co_await as_future(job)`, `co_await job.resolve()`: what is awaited was made of the same kind
/// of handle as comes out.
static bool waitsFor(const CoawaitExpr &await, HandleTypes &types) {
  const HandleType *yields = types.find(await.getType());
  if (!yields)
    return false;
  if (yields->wrapper)
    return true;
  auto same = [&](const Expr *handle) {
    const HandleType *type = handle ? types.find(handle->getType()) : nullptr;
    return type && type->words == yields->words;
  };
  const Expr *operand = bare(await.getOperand());
  const auto *member = dyn_cast<CXXMemberCallExpr>(operand);
  return (member && same(bare(member->getImplicitObjectArgument()))) ||
         any_of(argumentsOf(*operand), same);
}

static bool hasEnded(const ValueDecl &variable, HandleTypes &types, unsigned steps);

static bool hasEnded(const Expr *expr, HandleTypes &types, unsigned steps) {
  for (; expr && steps != LongestRoad; ++steps) {
    expr = bare(expr);
    if (const auto *await = dyn_cast<CoawaitExpr>(expr))
      return waitsFor(*await, types);
    if (const auto *name = dyn_cast<DeclRefExpr>(expr))
      return hasEnded(*name->getDecl(), types, steps + 1);
    if (const auto *member = dyn_cast<MemberExpr>(expr))
      expr = member->getBase();
    else if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr))
      expr = call->getImplicitObjectArgument();
    else if (const auto *call = dyn_cast<CallExpr>(expr); call && call->isGLValue())
      // An element: `results[0]`, `std::get<0>(results)`, `*it`.
      expr = call->getNumArgs() != 0 ? call->getArg(0) : nullptr;
    else if (const auto *unary = dyn_cast<UnaryOperator>(expr))
      expr = unary->getSubExpr();
    else
      return false;
  }
  return false;
}

static bool hasEnded(const ValueDecl &variable, HandleTypes &types, unsigned steps) {
  if (const auto *binding = dyn_cast<BindingDecl>(&variable))
    return binding->getDecomposedDecl() &&
           hasEnded(*binding->getDecomposedDecl(), types, steps + 1);
  const auto *local = dyn_cast<VarDecl>(&variable);
  return local && !isa<ParmVarDecl>(local) && local->getInit() &&
         hasEnded(local->getInit(), types, steps + 1);
}

bool hasEnded(const Expr &handle, HandleTypes &types) { return hasEnded(&handle, types, 0); }

bool hasEnded(const ValueDecl &variable, HandleTypes &types) {
  return hasEnded(variable, types, 0);
}

} // namespace tether
