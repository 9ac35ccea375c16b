#include "matchers/Structure.h"

#include "matchers/CoroutinePromise.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/SmallPtrSet.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether {

const CXXRecordDecl *withMembers(const CXXRecordDecl *record) {
  if (!record)
    return nullptr;
  if (const CXXRecordDecl *definition = record->getDefinition())
    return definition;
  if (const CXXRecordDecl *pattern = record->getTemplateInstantiationPattern())
    return pattern->getDefinition();
  // Named, but nothing has asked for its members yet.
  if (const auto *special = dyn_cast<ClassTemplateSpecializationDecl>(record))
    return special->getSpecializedTemplate()->getTemplatedDecl()->getDefinition();
  return nullptr;
}

const CXXRecordDecl *baseClass(QualType type) {
  if (const CXXRecordDecl *record = type->getAsCXXRecordDecl())
    return record;
  if (const auto *special = type->getAs<TemplateSpecializationType>())
    if (const TemplateDecl *pattern = special->getTemplateName().getAsTemplateDecl())
      return dyn_cast_or_null<CXXRecordDecl>(pattern->getTemplatedDecl());
  return nullptr;
}

bool anyInHierarchy(const CXXRecordDecl *record,
                    function_ref<bool(const CXXRecordDecl &)> accepts) {
  SmallPtrSet<const CXXRecordDecl *, 8> seen;
  SmallVector<const CXXRecordDecl *, 8> left = {record};
  while (!left.empty()) {
    record = withMembers(left.pop_back_val());
    if (!record || !seen.insert(record).second)
      continue;
    if (accepts(*record))
      return true;
    for (const CXXBaseSpecifier &base : reverse(record->bases()))
      left.push_back(baseClass(base.getType()));
  }
  return false;
}

static const NamedDecl *findMember(const CXXRecordDecl *record, DeclarationName name) {
  const NamedDecl *found = nullptr;
  anyInHierarchy(record, [&](const CXXRecordDecl &each) {
    auto members = each.lookup(name);
    found = members.empty() ? nullptr : members.front();
    return found != nullptr;
  });
  return found;
}

const NamedDecl *findMember(const CXXRecordDecl &record, DeclarationName name) {
  return findMember(&record, name);
}

const NamedDecl *findMember(const CXXRecordDecl &record, StringRef name) {
  return findMember(&record, &record.getASTContext().Idents.get(name));
}

static const FunctionDecl *functionOf(const NamedDecl *member) {
  if (const auto *shadow = dyn_cast_or_null<UsingShadowDecl>(member))
    member = shadow->getTargetDecl();
  return member ? member->getAsFunction() : nullptr;
}

const FunctionDecl *findMethod(const CXXRecordDecl &record, StringRef name) {
  return functionOf(findMember(record, name));
}

/// The only statement of a body, if it returns.
static const Expr *onlyReturn(const FunctionDecl *function) {
  const FunctionDecl *definition = nullptr;
  if (!function || !function->hasBody(definition)) {
    const FunctionDecl *pattern = function ? function->getTemplateInstantiationPattern() : nullptr;
    if (!pattern || !pattern->hasBody(definition))
      return nullptr;
  }
  const auto *body = dyn_cast<CompoundStmt>(definition->getBody());
  if (!body || body->size() != 1)
    return nullptr;
  const auto *returned = dyn_cast<ReturnStmt>(body->body_front());
  return returned ? returned->getRetValue() : nullptr;
}

/// Whether awaiting the type always suspends: its `await_ready` says a constant. Nothing if that
/// cannot be seen.
static std::optional<bool> alwaysSuspends(const CXXRecordDecl *awaiter) {
  if (!awaiter)
    return std::nullopt;
  const Expr *ready = onlyReturn(findMethod(*awaiter, "await_ready"));
  if (!ready)
    return std::nullopt;
  if (const auto *literal = dyn_cast<CXXBoolLiteralExpr>(ready->IgnoreParenImpCasts()))
    return !literal->getValue();
  return std::nullopt;
}

namespace {

/// Finds a member called `resume`, or a call of an object, as in `handle.resume()` and `handle()`.
class ResumeFinder : public RecursiveASTVisitor<ResumeFinder> {
public:
  bool found = false;

  bool VisitMemberExpr(MemberExpr *member) { return saw(member->getMemberDecl()->getDeclName()); }
  bool VisitCXXDependentScopeMemberExpr(CXXDependentScopeMemberExpr *member) {
    return saw(member->getMember());
  }
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *call) {
    found |= call->getOperator() == OO_Call;
    return !found;
  }

private:
  bool saw(DeclarationName name) {
    found |= name.isIdentifier() && name.getAsIdentifierInfo()->getName() == "resume";
    return !found;
  }
};

} // namespace

Stmt *patternBody(const FunctionDecl *function) {
  const FunctionDecl *definition = nullptr;
  if (function && function->hasBody(definition))
    return definition->getBody();
  const FunctionDecl *pattern = function ? function->getTemplateInstantiationPattern() : nullptr;
  return pattern && pattern->hasBody(definition) ? definition->getBody() : nullptr;
}

static bool resumes(const FunctionDecl *function) {
  ResumeFinder finder;
  finder.TraverseStmt(patternBody(function));
  return finder.found;
}

/// Whether suspending on the awaiter leaves the coroutine where it is: nobody is given its handle.
static bool staysSuspended(const CXXRecordDecl &awaiter) {
  const auto *body =
      dyn_cast_or_null<CompoundStmt>(patternBody(findMethod(awaiter, "await_suspend")));
  return body && body->body_empty();
}

/// Whether a coroutine of this promise waits at its start until somebody awaits it, if that can be
/// seen.
static std::optional<bool> startsSuspended(const CXXRecordDecl &record,
                                           const CXXRecordDecl &promise) {
  const FunctionDecl *initial = findMethod(promise, "initial_suspend");
  if (!initial)
    return std::nullopt;
  const CXXRecordDecl *awaiter = baseClass(initial->getReturnType());
  if (!awaiter)
    if (const Expr *returned = onlyReturn(initial))
      awaiter = returned->getType()->getAsCXXRecordDecl();
  std::optional<bool> suspends = alwaysSuspends(awaiter);
  if (!suspends.value_or(false))
    return suspends;
  bool startedByOthers = !staysSuspended(*awaiter) ||
                         resumes(findMethod(promise, "get_return_object")) ||
                         resumes(record.getDestructor());
  return startedByOthers ? std::nullopt : suspends;
}

/// Whether the namespace of the class has an `operator co_await` for it.
static bool hasFreeCoAwait(const CXXRecordDecl &record, DeclarationName name) {
  const DeclContext *space = record.getDeclContext()->getEnclosingNamespaceContext();
  for (const NamedDecl *found : space->lookup(name)) {
    const FunctionDecl *function = found->getAsFunction();
    if (function && function->getNumParams() == 1 &&
        namesClass(function->getParamDecl(0)->getType(), record))
      return true;
  }
  return false;
}

static bool isAwaitable(const CXXRecordDecl &record) {
  DeclarationNameTable &names = record.getASTContext().DeclarationNames;
  DeclarationName coAwait = names.getCXXOperatorName(OO_Coawait);
  if (findMember(&record, coAwait) || hasFreeCoAwait(record, coAwait))
    return true;
  return findMethod(record, "await_ready") && findMethod(record, "await_suspend") &&
         findMethod(record, "await_resume");
}

/// Whether coroutines of the promise can await the class because the promise makes an awaiter of
/// it.
static bool transforms(const CXXRecordDecl &promise, const CXXRecordDecl &record) {
  return anyInHierarchy(&promise, [&](const CXXRecordDecl &each) {
    return any_of(each.lookup(&each.getASTContext().Idents.get("await_transform")),
                  [&](const NamedDecl *member) {
                    const FunctionDecl *function = functionOf(member);
                    return function && function->getNumParams() != 0 &&
                           namesClass(function->getParamDecl(0)->getType(), record);
                  });
  });
}

/// Whether it can be called without arguments.
static bool takesNothing(const FunctionDecl *method) {
  return method && method->getMinRequiredArguments() == 0;
}

static bool takesCallable(const FunctionDecl *method) {
  return method && method->getNumParams() != 0 &&
         (method->getDescribedFunctionTemplate() ||
          method->getParamDecl(0)->getType().getNonReferenceType()->isRecordType());
}

static bool isFutureLike(const CXXRecordDecl &record, const StructuralNames &names) {
  if (!takesNothing(findMethod(record, "get")) || !takesNothing(findMethod(record, "wait")))
    return false;
  if (takesCallable(findMethod(record, "then")))
    return true;
  return any_of(names.futureExtras,
                [&](const std::string &name) { return findMethod(record, name) != nullptr; });
}

/// Whether the member function waits and yields what it has waited for, and so what went wrong: it
/// returns something other than the object. A template's `T wait()` is one where T is void, too.
static bool yieldsPayload(const FunctionDecl *method, const CXXRecordDecl &record) {
  if (!method)
    return false;
  const FunctionDecl *pattern = method->getTemplateInstantiationPattern();
  QualType yields = (pattern ? pattern : method)->getReturnType();
  return !yields->isVoidType() && !namesClass(method->getReturnType(), record) &&
         !method->getReturnType()->isBooleanType() && !method->getReturnType()->isEnumeralType();
}

/// The words of a coroutine that starts at once: only what the type has, for where a result cannot
/// be asked for, waiting is enough.
static void describeEager(Shape &shape, const CXXRecordDecl &record, bool awaitable) {
  Awaitable &words = shape.words;
  words.work = Work::Task;
  words.consume.clear();
  if (awaitable)
    words.consume = {"operator co_await", "await_resume"};
  for (StringRef name : {"get", "wait", "join"}) {
    const FunctionDecl *method = findMethod(record, name);
    if (method && (name == "get" || yieldsPayload(method, record)))
      words.consume.push_back(name.str());
  }
  static constexpr llvm::StringLiteral Ends[] = {"get", "wait", "then", "join"};
  if (awaitable || any_of(Ends, [&](StringRef name) { return findMethod(record, name); })) {
    shape.why = "a coroutine type that starts at once and can be awaited or waited for";
    return;
  }
  words.onDrop = Drop::Detaches;
  shape.why = "a coroutine type that starts at once and offers no awaiter and none of 'get', "
              "'wait', 'then', 'join': fire and forget";
}

static Shape coroutineShape(const CXXRecordDecl &record, const CXXRecordDecl &promise) {
  Shape shape;
  shape.words.type = record.getQualifiedNameAsString();
  shape.words.consume = {"operator co_await", "await_resume", "get"};
  shape.words.waitOnly = {"wait", "join"};
  std::optional<bool> suspended = startsSuspended(record, promise);
  if (suspended.value_or(false)) {
    shape.words.start = Start::Lazy;
    shape.words.onDrop = Drop::NeverRuns;
    shape.why = "a coroutine type whose 'initial_suspend' always suspends: lazy";
  } else {
    describeEager(shape, record, isAwaitable(record) || transforms(promise, record));
  }
  if (yieldsPayload(findMethod(record, "wait"), record) &&
      !is_contained(shape.words.consume, "wait"))
    shape.words.consume.push_back("wait");
  return shape;
}

std::optional<Shape> shapeOf(const CXXRecordDecl &record, const StructuralNames &names) {
  if (!record.hasDefinition() || record.isLambda() || record.isDependentContext())
    return std::nullopt;
  if (const CXXRecordDecl *promise = promiseOf(record))
    return coroutineShape(record, *promise);
  Shape shape;
  shape.words.type = record.getQualifiedNameAsString();
  if (isFutureLike(record, names)) {
    shape.words.consume = {"get"};
    if (yieldsPayload(findMethod(record, "wait"), record))
      shape.words.consume.push_back("wait");
    shape.words.waitOnly = {"wait"};
    shape.words.timedWait = {"wait_for", "wait_until"};
    shape.words.neutral = {"valid", "ready", "is_ready"};
    shape.words.continuations = {"then"};
    shape.namesOnly = true;
    shape.why = "a class with 'get', 'wait' and what else a future offers";
    return shape;
  }
  bool sends = any_of(names.senderTraits,
                      [&](const std::string &name) { return findMember(record, name) != nullptr; });
  sends |= !names.senderMembers.empty() &&
           all_of(names.senderMembers,
                  [&](const std::string &name) { return findMember(record, name) != nullptr; });
  if (sends) {
    shape.words.start = Start::Lazy;
    shape.words.onDrop = Drop::NeverRuns;
    shape.why = "a sender: it begins when it is connected and started";
    return shape;
  }
  if (isAwaitable(record)) {
    shape.words.start = Start::Lazy;
    shape.words.onDrop = Drop::NeverRuns;
    shape.words.consume = {"operator co_await", "await_resume"};
    shape.awaiterOnly = true;
    shape.why = "a type with the awaiter protocol: it begins when it is awaited";
    return shape;
  }
  return std::nullopt;
}

} // namespace tether
