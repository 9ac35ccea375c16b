// What the value of an expression carries: the other half of `HolderFinder`.
#include "matchers/Callable.h"
#include "matchers/Fate.h"
#include "matchers/flow/Holder.h"

#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace llvm;

namespace tether::flow {

Sources HolderFinder::unite(ArrayRef<const Expr *> parts, unsigned steps) const {
  Sources all;
  for (const Expr *part : parts)
    all.append(carried(part, steps + 1));
  return all;
}

static Sources outOf(const Holders &holders, bool copied) {
  Sources all;
  for (const Holder &holder : holders)
    all.push_back({nullptr, holder, copied, nullptr});
  return all;
}

Sources HolderFinder::carriedCall(const CallExpr &call, unsigned steps) const {
  const FunctionDecl *callee = calleeOf(call);
  if (passesThrough(call)) {
    const LambdaExpr *closure = closureOf(call.getArg(0));
    return closure ? Sources{{nullptr, {}, false, closure}}
                   : outOf(reached(call.getArg(0), steps + 1), /*copied=*/false);
  }
  // What it yields is known when it is called: see `Act::Exchange`.
  if (callee && callee->getIdentifier() &&
      is_contained(types.names.vocabulary.structure.exchanges, callee->getName()))
    return {{&call, {}, false, nullptr}};
  if (types.names.makers.has(callee)) {
    Sources inside = unite(argumentsOf(call), steps);
    erase_if(inside, [](const Source &source) { return source.closure != nullptr; });
    if (!inside.empty())
      return inside;
  }
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call)) {
    const HandleType *type = handleAsked(*member, types);
    Ask ask = type && !type->wrapper ? askOf(*member, *type, types) : Ask::Unknown;
    // A wait that returns the handle goes on with it.
    if (ask == Ask::Transfer || (ask == Ask::Wait && yieldsItself(call, *type, types)))
      return carried(member->getImplicitObjectArgument(), steps + 1);
  }
  if (call.isGLValue())
    return outOf(reachedThrough(call, steps), /*copied=*/false);
  bool yields = types.find(call.getType()) || (callee && hasAnnotation(*callee, "tether::async"));
  return yields ? Sources{{&call, {}, false, nullptr}} : Sources{};
}

Sources HolderFinder::carriedConstruct(const CXXConstructExpr &construct, unsigned steps) const {
  const CXXConstructorDecl *constructor = construct.getConstructor();
  if (constructor->isCopyOrMoveConstructor() && construct.getNumArgs() != 0) {
    const Expr *original = construct.getArg(0);
    Sources all = carried(original, steps + 1);
    for (Source &source : all)
      source.copied |= constructor->isCopyConstructor() && original->isLValue();
    return all;
  }
  bool erased = types.names.callables.has(constructor->getParent());
  const HandleType *made = types.find(construct.getType());
  if (made || erased) {
    Sources inside = unite(argumentsOf(construct), steps);
    // A container is made from a range of another.
    if (made && made->wrapper)
      for (const Expr *argument : argumentsOf(construct))
        if (!types.find(argument->getType()) && leadsIn(*argument, steps))
          inside.append(outOf(reached(argument, steps + 1), /*copied=*/false));
    // What a handle is made of runs; what a function object is made of is kept.
    if (!erased)
      erase_if(inside, [](const Source &source) { return source.closure != nullptr; });
    if (!inside.empty())
      return inside;
  }
  return types.find(construct.getType()) ? Sources{{&construct, {}, false, nullptr}} : Sources{};
}

/// The expression whose value this one has: temporaries, casts, the right of a comma; else null.
static const Expr *insideOf(const Expr &whole) {
  const Expr *expr = whole.IgnoreParenImpCasts();
  if (const auto *full = dyn_cast<FullExpr>(expr))
    return full->getSubExpr();
  if (const auto *temporary = dyn_cast<MaterializeTemporaryExpr>(expr))
    return temporary->getSubExpr();
  if (const auto *bound = dyn_cast<CXXBindTemporaryExpr>(expr))
    return bound->getSubExpr();
  if (const auto *list = dyn_cast<CXXStdInitializerListExpr>(expr))
    return list->getSubExpr();
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(expr))
    return cast->getSubExpr();
  const auto *comma = dyn_cast<BinaryOperator>(expr);
  return comma && comma->getOpcode() == BO_Comma ? comma->getRHS() : nullptr;
}

Sources HolderFinder::carried(const Expr *expr, unsigned steps) const {
  if (!expr || steps > LongestRoad)
    return {};
  if (const Expr *inner = insideOf(*expr))
    return carried(inner, steps + 1);
  expr = expr->IgnoreParenImpCasts();
  if (const auto *lambda = dyn_cast<LambdaExpr>(expr))
    return {{nullptr, {}, false, lambda}};
  if (const auto *choice = dyn_cast<ConditionalOperator>(expr))
    return unite({choice->getTrueExpr(), choice->getFalseExpr()}, steps);
  if (const auto *list = dyn_cast<InitListExpr>(expr)) {
    Sources inside;
    for (const Expr *init : list->inits())
      inside.append(carried(init, steps + 1));
    if (inside.empty() && types.find(list->getType()))
      inside.push_back({list, {}, false, nullptr});
    return inside;
  }
  if (const auto *fresh = dyn_cast<CXXNewExpr>(expr))
    return carried(fresh->getInitializer(), steps + 1);
  if (const auto *construct = dyn_cast<CXXConstructExpr>(expr))
    return carriedConstruct(*construct, steps);
  if (const auto *call = dyn_cast<CallExpr>(expr))
    return carriedCall(*call, steps);
  if (const auto *block = dyn_cast<StmtExpr>(expr)) {
    const CompoundStmt *body = block->getSubStmt();
    const auto *last = body->body_empty() ? nullptr : dyn_cast<Expr>(body->body_back());
    return carried(last, steps + 1);
  }
  if (const LambdaExpr *closure = closureOf(expr))
    return {{nullptr, {}, false, closure}};
  // A pointer that owns is a value like any other.
  if (expr->isGLValue() && (types.find(expr->getType()) || leadsElsewhere(expr->getType())))
    return expr->getType()->isPointerType() || types.find(expr->getType())
               ? outOf(reached(expr, steps + 1), /*copied=*/false)
               : Sources{};
  return types.find(expr->getType()) ? Sources{{expr, {}, false, nullptr}} : Sources{};
}

} // namespace tether::flow
