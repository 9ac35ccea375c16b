#include "matchers/Spawning.h"

#include "matchers/Borrowing.h"
#include "matchers/Callable.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// The object of a member function, or the first argument of a free one.
static const Expr *givenTo(const Expr &call) {
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call))
    return member->getImplicitObjectArgument();
  ArrayRef<const Expr *> arguments = argumentsOf(call);
  return arguments.empty() ? nullptr : arguments.front();
}

/// What a local reference is another name of.
static const ValueDecl *resolved(const ValueDecl *object) {
  constexpr unsigned LongestRoad = 8;
  for (unsigned steps = 0; steps != LongestRoad; ++steps) {
    const auto *variable = dyn_cast_or_null<VarDecl>(object);
    if (!variable || !variable->getType()->isReferenceType() || isa<ParmVarDecl>(variable) ||
        !variable->getInit())
      break;
    object = bottomOf(variable->getInit());
  }
  return object;
}

const ValueDecl *scopeOf(const Call &spawn) {
  const Expr *object = givenTo(*spawn.expr);
  return object ? resolved(bottomOf(object)) : nullptr;
}

/// Whether the call waits for the scope.
static bool joins(const Expr &call, const JoiningScope &scope, const ValueDecl *object) {
  const FunctionDecl *callee = calleeOf(call);
  const Expr *waited = givenTo(call);
  return callee && callee->getIdentifier() && is_contained(scope.join, callee->getName()) &&
         waited && resolved(bottomOf(waited)) == object;
}

/// Whether some way leads from the call to the end of the body past every wait for the scope.
static bool escapes(const flow::Body &body, const Expr &spawn, const JoiningScope &scope,
                    const ValueDecl *object) {
  std::vector<bool> seen(body.blocks.size());
  std::vector<unsigned> work;
  // False if the block waits before it ends.
  auto walk = [&](unsigned at, bool running) {
    for (const flow::Event &event : body.blocks[at].events)
      if (event.act == flow::Act::Start && event.value) {
        running |= event.value == &spawn;
        running &= !joins(*event.value, scope, object);
      }
    return running;
  };
  for (unsigned at = 0; at != body.blocks.size(); ++at)
    if (walk(at, false))
      work.push_back(at);
  while (!work.empty()) {
    unsigned at = work.back();
    work.pop_back();
    if (at == body.exit)
      return true;
    if (body.blocks[at].ends)
      continue;
    for (const flow::Way &way : body.blocks[at].ways)
      if (!seen[way.to]) {
        seen[way.to] = true;
        if (walk(way.to, true))
          work.push_back(way.to);
      }
  }
  return false;
}

bool scopeGoesOn(const Call &spawn, const JoiningScope &scope, Unit &unit) {
  const ValueDecl *object = scopeOf(spawn);
  const auto *variable = dyn_cast_or_null<VarDecl>(object);
  bool own = variable && variable->hasLocalStorage() && !isa<ParmVarDecl>(variable) &&
             !variable->getType()->isReferenceType() && !variable->getType()->isPointerType() &&
             variable->getDeclContext() == spawn.standing.inside;
  if (own)
    return false;
  const flow::Body *body =
      spawn.standing.inside ? unit.flow.bodyOf(*spawn.standing.inside) : nullptr;
  return !body || escapes(*body, *spawn.expr, scope, object);
}

} // namespace tether
