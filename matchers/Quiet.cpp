#include "matchers/Quiet.h"

#include "matchers/Callable.h"
#include "matchers/Effects.h"

#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// Looks at what a handle is made of. A variable may be initialised with itself: the road has an
/// end.
class Quiet {
public:
  Quiet(const Names &names, HandleTypes &types) : names(names), types(types) {}

  bool handle(const Expr &expr, unsigned steps) const;

private:
  bool ofMember(const CXXMemberCallExpr &call, const HandleType &object, unsigned steps) const;
  bool parts(ArrayRef<const Expr *> all, unsigned steps) const;
  bool isPart(const Expr &expr) const {
    return types.find(expr.getType()) || isCallable(expr.getType());
  }

  const Names &names;
  HandleTypes &types;
};

/// Whether all handles and callables among the expressions are quiet.
bool Quiet::parts(ArrayRef<const Expr *> all, unsigned steps) const {
  return all_of(all, [&](const Expr *part) {
    if (types.find(part->getType()))
      return handle(*part, steps + 1);
    if (!isCallable(part->getType()))
      return true;
    const FunctionDecl *body = calledBy(part, names);
    return body && !canThrow(*body);
  });
}

bool Quiet::ofMember(const CXXMemberCallExpr &call, const HandleType &object,
                     unsigned steps) const {
  switch (askOf(call, object, types)) {
  case Ask::HandleError:
    return true;
  case Ask::Continue:
  case Ask::Transfer:
  case Ask::Neutral:
    return handle(*call.getImplicitObjectArgument(), steps + 1) && parts(argumentsOf(call), steps);
  default:
    return false;
  }
}

bool Quiet::handle(const Expr &expr, unsigned steps) const {
  constexpr unsigned LongestRoad = 12;
  const Expr *value = bare(&expr);
  if (!value || steps > LongestRoad)
    return false;
  if (const auto *name = dyn_cast<DeclRefExpr>(value)) {
    const auto *variable = dyn_cast<VarDecl>(name->getDecl());
    return variable && variable->hasLocalStorage() && !isa<ParmVarDecl>(variable) &&
           variable->getInit() && handle(*variable->getInit(), steps + 1);
  }
  const FunctionDecl *callee = calleeOf(*value);
  if (!callee)
    return false;
  if (names.errorClosers.has(callee))
    return true;
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(value))
    if (const HandleType *object = handleAsked(*member, types); object && !object->wrapper)
      return ofMember(*member, *object, steps);
  ArrayRef<const Expr *> arguments = argumentsOf(*value);
  // The last of a pipe has the say: `save(id) | upon_error(log)`.
  const auto *pipe = dyn_cast<CXXOperatorCallExpr>(value);
  if (pipe && pipe->getOperator() == OO_Pipe && !arguments.empty()) {
    const FunctionDecl *last = calleeOf(*bare(arguments.back()));
    if (names.errorClosers.has(last))
      return true;
    const Expr &adaptor = *bare(arguments.back());
    return handle(*pipe->getArg(0), steps + 1) && last && parts(argumentsOf(adaptor), steps);
  }
  if (any_of(arguments, [&](const Expr *each) { return isPart(*each); }))
    return parts(arguments, steps);
  return !canThrow(*callee);
}

} // namespace

bool isQuietHandle(const Expr &handle, const Names &names, HandleTypes &types) {
  return Quiet(names, types).handle(handle, 0);
}

} // namespace tether
