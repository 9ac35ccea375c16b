#include "matchers/Callable.h"
#include "matchers/Effects.h"
#include "matchers/Fate.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {

const HandleType *handleAsked(const CXXMemberCallExpr &call, HandleTypes &types) {
  // The function may belong to a base class that is no handle by itself.
  QualType object = call.getImplicitObjectArgument()->IgnoreParenImpCasts()->getType();
  return types.find(object->isPointerType() ? object->getPointeeType() : object);
}

/// Whether the callable wants the finished handle itself, errors and all.
static bool takesHandle(const Expr &callable, const HandleType &type, HandleTypes &types) {
  const FunctionDecl *body = calledBy(&callable, types.names);
  if (!body || body->getNumParams() != 1)
    return false;
  const HandleType *parameter = types.find(body->getParamDecl(0)->getType());
  const FunctionDecl *definition = nullptr;
  if (!parameter || parameter->words != type.words || !body->hasBody(definition))
    return false;
  // Who never looks at it sees no error, unless it does nothing: that is an error swallowed.
  const Stmt &block = *definition->getBody();
  bool looks = definition->getParamDecl(0)->isReferenced() || doesNothing(&block);
  // Asked outside of any try, the error only goes on into the next handle.
  return looks && !letsErrorOut(block, types);
}

bool carriesError(const CXXRecordDecl &record, const Names &names) {
  return record.hasDefinition() &&
         any_of(names.vocabulary.structure.errorQuestions,
                [&](StringRef name) { return findMember(record, name) != nullptr; });
}

/// A continuation of a future that nobody listed: a member that takes a callable and yields such a
/// future. It handles the error if its name or its callable's parameter says so.
static std::optional<Ask> continuationByShape(const CXXMemberCallExpr &call, const HandleType &type,
                                              HandleTypes &types) {
  const HandleType *next = types.find(call.getType());
  const Expr *callable = nullptr;
  for (const Expr *argument : argumentsOf(call))
    if (isCallable(argument->getType()) || bare(argument)->getType()->isNullPtrType())
      callable = argument;
  if (!callable || !next || !next->byShape || next->awaiterOnly || call.isGLValue())
    return std::nullopt;
  if (types.names.handlesErrors(lastName(*call.getMethodDecl())))
    return Ask::HandleError;
  const FunctionDecl *body = calledBy(callable, types.names);
  for (const ParmVarDecl *parameter : body ? body->parameters() : ArrayRef<ParmVarDecl *>()) {
    const CXXRecordDecl *record = recordOf(parameter->getType());
    const HandleType *handle = types.find(record);
    if (types.names.tellsError(parameter->getType()) || (handle && handle->byShape) ||
        (record && carriesError(*record, types.names)))
      return Ask::HandleError;
  }
  return Ask::Continue;
}

/// What a type-erased function object is made of.
static const Expr *unerased(const Expr *callable, const Names &names) {
  callable = bare(callable);
  const auto *made = dyn_cast<CXXConstructExpr>(callable);
  bool erases = made && made->getNumArgs() != 0 && names.callables.has(recordOf(made->getType()));
  return erases ? unerased(made->getArg(0), names) : callable;
}

/// Whether the call's error handler is one that only passes the error on to the next handle.
static bool passesOn(const CXXMemberCallExpr &call, const Awaitable &words, const Names &names) {
  NameIndex index;
  for (const std::string &name : words.passesOn)
    index.add(name, 0, names.vocabulary.namespaces);
  return !index.empty() && any_of(writtenArgumentsOf(call), [&](const Expr *argument) {
    const Expr *handler = unerased(argument, names);
    const auto *named = dyn_cast<DeclRefExpr>(handler);
    const CXXRecordDecl *type = recordOf(handler->getType());
    return (named && index.find(named->getDecl()) >= 0) || (type && index.find(type) >= 0);
  });
}

/// What the first of the lists that `has` the function says of it.
static std::optional<Ask> listedAsk(const Awaitable &words,
                                    function_ref<bool(const Strings &)> has) {
  const std::pair<const Strings *, Ask> lists[] = {{&words.errorHandlers, Ask::HandleError},
                                                   {&words.consume, Ask::Consume},
                                                   {&words.timedWait, Ask::TimedWait},
                                                   {&words.waitOnly, Ask::Wait},
                                                   {&words.detach, Ask::Detach},
                                                   {&words.errorQuestions, Ask::AskError},
                                                   {&words.neutral, Ask::Neutral},
                                                   {&words.transfer, Ask::Transfer},
                                                   {&words.continuations, Ask::Continue},
                                                   {&words.finalizers, Ask::Continue}};
  for (const auto &[list, ask] : lists)
    if (has(*list))
      return ask;
  return std::nullopt;
}

/// The ask by the vocabulary: an entry for the overload is stronger than one for the name.
static std::optional<Ask> listedAsk(const CXXMemberCallExpr &call, StringRef name,
                                    const Awaitable &words) {
  unsigned arguments = writtenArgumentsOf(call).size();
  std::optional<Ask> overload = listedAsk(words, [&](const Strings &entries) {
    return any_of(entries, [&](StringRef entry) { return namesOverload(entry, name, arguments); });
  });
  return overload ? overload : listedAsk(words, [&](const Strings &entries) {
    return is_contained(entries, name);
  });
}

Ask askOf(const CXXMemberCallExpr &call, const HandleType &type, HandleTypes &types) {
  const CXXMethodDecl *method = call.getMethodDecl();
  if (!method)
    return Ask::Unknown;
  std::string name = method->getDeclName().getAsString();
  std::optional<Ask> listed = listedAsk(call, name, *type.words);
  if (listed == Ask::HandleError)
    return passesOn(call, *type.words, types.names) ? Ask::Continue : Ask::HandleError;
  bool continues = listed == Ask::Continue && is_contained(type.words->continuations, name);
  if (continues && any_of(argumentsOf(call), [&](const Expr *a) {
        return takesHandle(*a, type, types) || asksForError(*a, types.names);
      }))
    return Ask::HandleError;
  if (listed == Ask::Consume)
    return Ask::Consume;
  if (type.byShape)
    if (std::optional<Ask> ask = continuationByShape(call, type, types))
      return *ask;
  if (listed)
    return *listed;
  if (name == "wait_for" || name == "wait_until")
    return Ask::TimedWait;
  const auto *conversion = dyn_cast<CXXConversionDecl>(method);
  bool asksForTruth = conversion && conversion->getConversionType()->isArithmeticType();
  return asksForTruth ? Ask::Neutral : Ask::Unknown;
}

} // namespace tether
