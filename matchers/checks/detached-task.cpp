#include "matchers/AsyncWork.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Effects.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

static constexpr llvm::StringLiteral Help =
    "await it, give it to a scope that waits for its work, or look at the error in a completion "
    "handler";

static void add(Report &report, SourceLocation at, std::string message, const Standing &standing,
                StringRef help = Help) {
  Remark remark;
  remark.at = at;
  remark.message = std::move(message);
  remark.standing = standing;
  remark.outlives = true;
  remark.help = help;
  report.add(std::move(remark));
}

/// What a sink is given: work that can throw, or a handle; nothing for work that cannot.
static bool losesError(const Call &call, Unit &unit) {
  for (const Expr *argument : argumentsOf(*call.expr)) {
    if (unit.types.find(argument->getType()))
      return true;
    if (!isCallable(argument->getType()))
      continue;
    const FunctionDecl *body = calledBy(argument, unit.names);
    // What cannot be seen gets the benefit of the doubt.
    return body && canThrow(*body);
  }
  return false;
}

/// Whether the work that the call is given is seen to let nothing out: a callable, or a coroutine
/// called right there.
static bool isQuiet(const Call &call, Unit &unit) {
  for (const Expr *argument : argumentsOf(*call.expr)) {
    const FunctionDecl *body = nullptr;
    if (isCallable(argument->getType()))
      body = calledBy(argument, unit.names);
    else if (unit.types.find(argument->getType()))
      body = calleeOf(*bare(argument));
    if (body)
      return !canThrow(*body);
  }
  return false;
}

/// The class that a value belongs to: its own, the one that it is nested in, or that of the object
/// which handed it out (`pool.get_executor()`).
static bool belongsTo(const Expr &value, const ClassName &owner) {
  const CXXRecordDecl *record = recordOf(value.getType());
  const auto *outer = record ? dyn_cast<CXXRecordDecl>(record->getDeclContext()) : nullptr;
  const auto *given = dyn_cast<CXXMemberCallExpr>(bare(&value));
  return owner.fits(record) || owner.fits(outer) ||
         (given && owner.fits(recordOf(given->getImplicitObjectArgument()->getType())));
}

/// Where an error ends, given what the work is handed to.
static Errors errorsOf(const DetachedSink &sink, const Call &call, const Names &names) {
  for (const std::string &name : sink.terminatesWith) {
    ClassName pool(name, names.vocabulary.namespaces);
    if (any_of(argumentsOf(*call.expr), [&](const Expr *value) { return belongsTo(*value, pool); }))
      return Errors::Terminate;
  }
  return sink.errors;
}

static StringRef consequence(Errors errors) {
  switch (errors) {
  case Errors::Lost:
    return "what it throws is lost";
  case Errors::Terminate:
    return "what it throws ends the program";
  case Errors::RethrownByRun:
    return "what it throws comes out of `run()`, far from the request";
  case Errors::Logged:
    return "what it throws is only logged";
  }
  return "";
}

/// Whether the call is given anything that runs later.
static bool givesWork(const Call &call, Unit &unit) {
  return any_of(argumentsOf(*call.expr), [&](const Expr *argument) {
    return isCallable(argument->getType()) || unit.types.find(argument->getType());
  });
}

/// The variable or member that the member function is called on, or null.
static const ValueDecl *objectOf(const Expr &call) {
  const auto *member = dyn_cast<CXXMemberCallExpr>(&call);
  const Expr *object = member ? bare(member->getImplicitObjectArgument()) : nullptr;
  if (const auto *field = dyn_cast_or_null<MemberExpr>(object))
    return field->getMemberDecl();
  const auto *named = dyn_cast_or_null<DeclRefExpr>(object);
  return named ? named->getDecl() : nullptr;
}

/// Whether the scope that the call gives work to lives on when the function returns, and nobody in
/// the function waits for it.
static bool isBackground(const Call &call, const JoiningScope &scope, Unit &unit) {
  const ValueDecl *object = objectOf(*call.expr);
  const auto *variable = dyn_cast_or_null<VarDecl>(object);
  if (variable && variable->hasLocalStorage() && !isa<ParmVarDecl>(variable) &&
      !variable->getType()->isReferenceType() && !variable->getType()->isPointerType())
    return false;
  return none_of(unit.seen.calls, [&](const Call &other) {
    return other.standing.inside == call.standing.inside && other.callee &&
           other.callee->getIdentifier() && is_contained(scope.join, other.callee->getName()) &&
           objectOf(*other.expr) == object;
  });
}

/// What runs later by design, where later is never.
static void onServerlessCall(const Call &call, Unit &unit, Report &report) {
  const Names &names = unit.names;
  std::string callee = quoted(calledName(*call.expr));
  const JoiningScope *scope = names.spawnsInto(call.callee);
  if (names.background.has(call.callee) && givesWork(call, unit))
    add(report, nameLoc(*call.expr), formatv("{0} leaves its work for later", callee),
        call.standing);
  else if (scope && isBackground(call, *scope, unit))
    add(report, nameLoc(*call.expr),
        formatv("{0} gives the work to a scope that nobody waits for here", callee), call.standing);
}

static void onCall(const Call &call, Unit &unit, Report &report) {
  const Names &names = unit.names;
  bool serverless = unit.isServerless(call.standing.inside);
  if (serverless)
    onServerlessCall(call, unit, report);
  if (const NamedDecl *token =
          names.binders.has(call.callee) ? nullptr : detachedToken(*call.expr, names)) {
    if (isQuiet(call, unit) && !serverless)
      return;
    return add(report, nameLoc(*call.expr),
               formatv("the work of {0} goes on without an owner: {1} drops its error",
                       quoted(calledName(*call.expr)), quoted(shortName(*token))),
               call.standing);
  }
  const DetachedSink *sink = names.detachedSinks.find(call.callee);
  if (sink && sink->work == Work::Task) {
    bool elsewhere = !serverless && !unit.handlers.reaching(call.standing.inside);
    Errors errors = errorsOf(*sink, call, names);
    bool loses = serverless ? givesWork(call, unit) : losesError(call, unit);
    bool told = errors == Errors::RethrownByRun || errors == Errors::Logged;
    if (!loses || (told && elsewhere) || unit.types.find(call.expr->getType()))
      return;
    return add(report, nameLoc(*call.expr),
               formatv("{0} leaves nobody a handle: {1}", quoted(calledName(*call.expr)),
                       consequence(errors)),
               call.standing);
  }
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
  if (type && !type->wrapper && !type->isThread() &&
      askOf(*member, *type, unit.types) == Ask::Detach)
    add(report, nameLoc(*call.expr),
        formatv("the work goes on without an owner: {0} gives up its handle",
                quoted(shortName(*call.callee))),
        call.standing);
}

static void run(Unit &unit, Report &report) {
  for (const Obligation &work : unit.seen.obligations) {
    const Awaitable &words = *work.type->words;
    if (words.onDrop != Drop::Detaches || work.type->isThread() || work.type->wrapper ||
        work.ending.fate == Fate::Transferred)
      continue;
    if (const FunctionDecl *body = calleeOf(*work.origin);
        body && !canThrow(*body) && !unit.isServerless(work.inside))
      continue;
    add(report, nameLoc(*work.origin),
        formatv("{0} is fire and forget: nobody can wait for it or learn that it failed",
                quoted(calledName(*work.origin))),
        {work.inside, work.statement},
        "give the coroutine a type that can be awaited, and await it");
  }
  for (const Call &call : unit.seen.calls)
    if (call.callee)
      onCall(call, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"GlobalCoroutineUsage", "VSTHRD100",
                                                  "asyncio-dangling-task"};
static constexpr int Weaknesses[] = {391, 772};

extern const Check detached_task = {
    .id = "detached-task",
    .summary = "work is started so that nobody can wait for it or see its error",
    .since = "0.1.0",
    .level = Level::Note,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .outlives = true,
    .docs = R"md(
## What it does

Finds work that is fire and forget by its spelling: a completion token that drops the outcome
(`asio::detached`), a coroutine type that nobody can await, a handle's own `detach()`, and callables
that can throw given to a sink that loses the error. A note; a warning in a request handler.

Where the errors of a sink end is in the vocabulary. What Asio's `post` to a context throws comes out
of `run()` and is only spoken of in handlers. Work that cannot throw is left alone, and so are scopes
and sinks that look after their work.

## Why is this bad

Nobody knows when the work is done, so nothing can be answered or shut down after it; and when it
fails, nobody knows that either.

## Example

```cpp bad
#include <coroutine>
#include <exception>
struct FireAndForget {
  struct promise_type {
    FireAndForget get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
FireAndForget index(int order);

void checkout(int order) { index(order); }
```

## Use instead

A type that can be awaited, and somebody who does:

```cpp good
#include <future>
std::future<void> index(int order);

void checkout(int order) { index(order).get(); }
```
)md",
    .run = run};

} // namespace tether::checks
