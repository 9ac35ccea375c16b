#include "matchers/AsyncWork.h"

#include "matchers/Callable.h"
#include "matchers/Places.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool buildsHandle(const Call &call, const Names &names, HandleTypes &types) {
  const HandleType *built = nullptr;
  if (names.makers.has(call.callee))
    built = types.find(call.expr->getType());
  else if (const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr))
    built = handleAsked(*member, types);
  return built && built->wrapper && built->isThread();
}

bool continues(const Call &call, HandleTypes &types) {
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  const HandleType *type = member ? handleAsked(*member, types) : nullptr;
  if (!type || type->wrapper)
    return false;
  Ask ask = askOf(*member, *type, types);
  return ask == Ask::Continue || ask == Ask::HandleError;
}

bool runsCallables(const Call &call, const Names &names, HandleTypes &types) {
  if (!call.callee)
    return false;
  auto listed = [&](const FunctionDecl *function) {
    return names.launchers.has(function) || names.detachedSinks.has(function) ||
           names.completions.has(function) || names.spawnsInto(function) ||
           names.hasExecutorShape(*function);
  };
  return anyOverridden(call.callee, listed) || continues(call, types) ||
         buildsHandle(call, names, types);
}

/// "nullptr" for any argument, "nullptr as first argument" for that one.
static bool hasNull(ArrayRef<const Expr *> arguments, StringRef wanted) {
  static constexpr llvm::StringLiteral Ordinals[] = {"first", "second", "third", "fourth", "fifth"};
  for (auto [argument, ordinal] : zip(arguments, Ordinals))
    if (saysNull(*argument) && (wanted.empty() || wanted == (" as " + ordinal + " argument").str()))
      return true;
  return false;
}

static bool hasArgument(const Call &call, StringRef wanted) {
  ArrayRef<const Expr *> arguments = writtenArgumentsOf(*call.expr);
  if (wanted.consume_front("nullptr"))
    return hasNull(arguments, wanted);
  return any_of(arguments, [&](const Expr *argument) {
    const auto *named = dyn_cast<DeclRefExpr>(argument->IgnoreParenImpCasts());
    return (named && (lastName(*named->getDecl()) == wanted ||
                      named->getDecl()->getQualifiedNameAsString() == wanted)) ||
           !macroAround(argument->getBeginLoc(), call.callee->getASTContext(), [&](StringRef name) {
              return name == wanted;
            }).empty();
  });
}

const DetachedSink *detachedSinkOf(const Call &call, const Names &names) {
  const DetachedSink *sink = names.detachedSinks.find(call.callee);
  return sink && (sink->whenArgument.empty() || hasArgument(call, sink->whenArgument)) ? sink
                                                                                       : nullptr;
}

const NamedDecl *detachedToken(const Expr &call, const Names &names) {
  if (!isa<CallExpr>(call))
    return nullptr;
  for (const Expr *argument : argumentsOf(call)) {
    const Expr *inner = bare(argument);
    if (isa<CallExpr>(inner) && names.binders.has(calleeOf(*inner)))
      if (const NamedDecl *bound = detachedToken(*inner, names))
        return bound;
    const auto *named = dyn_cast<DeclRefExpr>(bare(argument));
    // Who forwards a token does what its caller wants.
    if (named && isa<ParmVarDecl>(named->getDecl()))
      continue;
    if (named && isa<VarDecl>(named->getDecl()) && names.detachedSinks.has(named->getDecl()))
      return named->getDecl();
    const CXXRecordDecl *type = argument->getType()->getAsCXXRecordDecl();
    if (names.detachedSinks.has(type))
      return type;
  }
  return nullptr;
}

AsyncWork::AsyncWork(const Sightings &seen, const Names &names, HandleTypes &types) {
  for (const Call &call : seen.calls) {
    if (!runsCallables(call, names, types))
      continue;
    for (const Expr *argument : argumentsOf(*call.expr)) {
      const FunctionDecl *body = calledBy(argument, names);
      if (body)
        bodies.try_emplace(body->getCanonicalDecl(),
                           formatv("given to `{0}`", calledName(*call.expr)));
    }
  }
  for (const FunctionDecl *function : seen.functions)
    if (isa_and_nonnull<CoroutineBodyStmt>(function->getBody()))
      bodies.try_emplace(function->getCanonicalDecl(), "a coroutine");
}

const std::string *AsyncWork::find(const FunctionDecl *function) const {
  if (!function)
    return nullptr;
  if (auto found = bodies.find(function->getCanonicalDecl()); found != bodies.end())
    return &found->second;
  // A generic lambda and a template are launched as patterns and judged as instances.
  const FunctionDecl *pattern = function->getTemplateInstantiationPattern();
  return pattern && pattern != function ? find(pattern) : nullptr;
}

} // namespace tether
