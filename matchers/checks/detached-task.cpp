#include "matchers/AsyncWork.h"
#include "matchers/Awaiting.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Completion.h"
#include "matchers/CoroutinePromise.h"
#include "matchers/Effects.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"
#include "matchers/Quiet.h"
#include "matchers/Spawning.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
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

/// Whether a scope that waits for all its work has made the handle: it knows of it.
static bool isTracked(const Expr &handle, const Unit &unit) {
  const Expr *made = bare(&handle);
  if (const auto *name = dyn_cast<DeclRefExpr>(made))
    for (const Obligation &work : unit.seen.obligations)
      if (work.ending.into == name->getDecl())
        made = work.origin;
  const auto *call = dyn_cast<CXXMemberCallExpr>(made);
  return call && unit.names.scopes.has(recordOf(call->getImplicitObjectArgument()->getType()));
}

/// What a sink is given: work that can throw, or a handle; nothing for work that cannot.
static bool losesError(const Call &call, Unit &unit) {
  for (const Expr *argument : argumentsOf(*call.expr)) {
    if (unit.types.find(argument->getType()))
      return !isTracked(*argument, unit) && !isQuietHandle(*argument, unit.names, unit.types);
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
    if (unit.types.find(argument->getType()))
      return isQuietHandle(*argument, unit.names, unit.types);
    if (const FunctionDecl *body =
            isCallable(argument->getType()) ? calledBy(argument, unit.names) : nullptr)
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

/// Whether somebody keeps the pointer to its work that the sink returns. A number, or a status,
/// tells only whether it was taken.
static bool isKept(const Call &call) {
  QualType type = call.expr->getType();
  bool unread = isa_and_nonnull<VarDecl>(call.into) && !call.into->isReferenced();
  return type->isPointerType() && call.used && !unread;
}

/// Whether the closure has a promise that it can answer.
static bool hasPromise(const LambdaExpr &closure, Unit &unit) {
  return any_of(closure.captures(), [&](const LambdaCapture &capture) {
    if (!capture.capturesVariable())
      return false;
    QualType type = capture.getCapturedVar()->getType().getNonReferenceType();
    return unit.promiseTypes.find(type->isPointerType() ? type->getPointeeType() : type) != nullptr;
  });
}

/// Whether the function goes on to wait for a future after the call.
static bool waitsAfter(const Call &call, Unit &unit) {
  const SourceManager &sources = unit.context.getSourceManager();
  return any_of(unit.seen.calls, [&](const Call &later) {
    const auto *member = dyn_cast<CXXMemberCallExpr>(later.expr);
    const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
    if (!type || type->isThread() || later.standing.inside != call.standing.inside ||
        !sources.isBeforeInTranslationUnit(call.expr->getEndLoc(), later.expr->getBeginLoc()))
      return false;
    Ask ask = askOf(*member, *type, unit.types);
    return ask == Ask::Consume || ask == Ask::Wait;
  });
}

/// `pool.post([&done] { done.set_value(save()); }); … saved.get();`: the work tells its end by a
/// promise, and this function waits for it.
static bool isAwaitedHere(const Call &call, Unit &unit) {
  const flow::Body *body = call.standing.inside ? unit.flow.bodyOf(*call.standing.inside) : nullptr;
  return body && any_of(argumentsOf(*call.expr), [&](const Expr *argument) {
           const LambdaExpr *closure = body->finder().closureOf(argument);
           return closure && hasPromise(*closure, unit) && waitsAfter(call, unit);
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
  else if (scope && scopeGoesOn(call, *scope, unit))
    add(report, nameLoc(*call.expr),
        formatv("{0} gives the work to a scope that nobody waits for here", callee), call.standing);
}

/// Whether the call leaves its work to somebody who gives no handle back.
static bool letsGo(const Call &call, const Names &names) {
  return names.background.has(call.callee) || names.detachedSinks.has(call.callee);
}

static void onCall(const Call &call, Unit &unit, Report &report) {
  const Names &names = unit.names;
  if (letsGo(call, names) && isAwaitedHere(call, unit))
    return;
  bool serverless = unit.isServerless(call.standing.inside);
  if (serverless)
    onServerlessCall(call, unit, report);
  if (const NamedDecl *token =
          names.binders.has(call.callee) ? nullptr : detachedToken(*call.expr, names)) {
    if (!serverless && (isQuiet(call, unit) || tellsNoError(*call.expr, names)))
      return;
    return add(report, nameLoc(*call.expr),
               formatv("the work of {0} goes on without an owner: {1} drops its error",
                       quoted(calledName(*call.expr)), quoted(shortName(*token))),
               call.standing);
  }
  const DetachedSink *sink = detachedSinkOf(call, names);
  if (sink && sink->work == Work::Task) {
    bool elsewhere = !serverless && !unit.handlers.reaching(call.standing.inside);
    Errors errors = errorsOf(*sink, call, names);
    bool loses = serverless ? givesWork(call, unit) : losesError(call, unit);
    bool told = errors == Errors::RethrownByRun || errors == Errors::Logged;
    if (!loses || (told && elsewhere) || unit.types.find(call.expr->getType()) || isKept(call))
      return;
    return add(report, nameLoc(*call.expr),
               formatv("{0} leaves nobody a handle: {1}", quoted(calledName(*call.expr)),
                       consequence(errors)),
               call.standing);
  }
  const auto *op = dyn_cast<CXXOperatorCallExpr>(call.expr);
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
  bool detaches = type && !type->wrapper && !type->isThread() &&
                  askOf(*member, *type, unit.types) == Ask::Detach;
  if (detaches || (op && detachesByOperator(*op, unit.types)))
    add(report, nameLoc(*call.expr),
        formatv("the work goes on without an owner: {0} gives up its handle",
                quoted(calledName(*call.expr))),
        call.standing);
}

/// Whether somebody looks after the work in spite of its type: it is handed on, awaited, asked.
static bool isLookedAfter(const Obligation &work, Unit &unit) {
  switch (work.ending.fate) {
  case Fate::Dropped:
  case Fate::Voided:
    return false;
  case Fate::Stored: {
    const Journey *journey = unit.flow.of(work);
    return journey && any_of(journey->fates.paths, [](const flow::Path &path) {
             return path.end != flow::End::Pending && path.end != flow::End::Detached;
           });
  }
  default:
    return true;
  }
}

/// What becomes of an error that leaves such a coroutine.
static StringRef failureOf(const Obligation &work) {
  switch (unhandledIn(*work.origin->getType()->getAsCXXRecordDecl())) {
  case Unhandled::Terminates:
    return "nobody can wait for it, and what it throws ends the program";
  case Unhandled::Rethrows:
    return "nobody can wait for it, and what it throws goes to whoever resumes it";
  case Unhandled::Handled:
    return "nobody can wait for it";
  case Unhandled::Lost:
  case Unhandled::Unknown:
    break;
  }
  return "nobody can wait for it or learn that it failed";
}

static void onObligation(const Obligation &work, Unit &unit, Report &report) {
  if (work.type->words->onDrop != Drop::Detaches || work.type->isThread() || work.type->wrapper ||
      isLookedAfter(work, unit))
    return;
  if (const FunctionDecl *body = calleeOf(*work.origin);
      body && !canThrow(*body) && !unit.isServerless(work.inside))
    return;
  add(report, nameLoc(*work.origin),
      formatv("{0} is fire and forget: {1}", quoted(calledName(*work.origin)), failureOf(work)),
      {work.inside, work.statement}, "give the coroutine a type that can be awaited, and await it");
}

static void run(Unit &unit, Report &report) {
  for (const Obligation &work : unit.seen.obligations)
    onObligation(work, unit, report);
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
