#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/CoroutinePromise.h"
#include "matchers/Effects.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

static Remark remarkAt(SourceLocation at, std::string message, const Standing &standing) {
  Remark remark;
  remark.at = at;
  remark.message = std::move(message);
  remark.standing = standing;
  remark.help = "log it, store it (`std::current_exception`), set it on a promise, turn it into a "
                "result, or let it out";
  return remark;
}

static void onTry(const Try &attempt, Unit &unit, Report &report) {
  if (!testMacroAround(attempt.statement->getTryLoc(), unit.context, unit.names).empty())
    return;
  const std::string *work = unit.asyncWork.find(attempt.inside);
  for (unsigned i = 0; i != attempt.statement->getNumHandlers(); ++i) {
    const CXXCatchStmt &handler = *attempt.statement->getHandler(i);
    if (!isBroad(handler, unit.names) || !doesNothing(handler.getHandlerBlock()))
      continue;
    std::string message;
    if (observesHandle(*attempt.statement->getTryBlock(), unit.types))
      message = "this catch does nothing: the error that was just asked for is lost";
    else if (work)
      message =
          formatv("this catch does nothing: nobody will see that the work ({0}) failed", *work);
    else
      continue;
    report.add(remarkAt(handler.getCatchLoc(), std::move(message), {attempt.inside, &handler}));
  }
}

/// Whether the callable is only handed on: it is judged where it is written.
static bool isForwarded(const Expr &callable) {
  const Expr *inner = bare(&callable);
  if (const auto *name = dyn_cast<DeclRefExpr>(inner))
    return isa<ParmVarDecl>(name->getDecl()) ||
           (isa<VarDecl>(name->getDecl()) && cast<VarDecl>(name->getDecl())->isInitCapture());
  // A function object, or a bind, that is made of it.
  return isa<CXXConstructExpr, CallExpr>(inner) &&
         any_of(argumentsOf(*inner),
                [](const Expr *part) { return isCallable(part->getType()) && isForwarded(*part); });
}

/// An error handler that is null or does nothing. The last callable is the one for the error.
static void onErrorHandler(const Call &call, Unit &unit, Report &report) {
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
  if (!type || type->wrapper || askOf(*member, *type, unit.types) != Ask::HandleError)
    return;
  for (const Expr *argument : reverse(writtenArgumentsOf(*call.expr))) {
    bool null = saysNull(*argument);
    if (!null && !isCallable(argument->getType()))
      continue;
    if (!null && isForwarded(*argument))
      return;
    const FunctionDecl *body = null ? nullptr : calledBy(argument, unit.names);
    if (null || (body && doesNothing(body->getBody())))
      report.add(
          remarkAt(argument->getBeginLoc(),
                   formatv("the error handler given to {0} {1}: the error is lost",
                           quoted(calledName(*call.expr)), null ? "is null" : "does nothing"),
                   call.standing));
    return;
  }
}

static bool isTold(const FunctionDecl &handler, const Names &names) {
  return any_of(handler.parameters(), [&](const ParmVarDecl *parameter) {
    return names.tellsError(parameter->getType());
  });
}

/// Whether the error arrives in a parameter; a generic lambda is told what it is instantiated with.
static bool isToldError(const FunctionDecl &handler, const Names &names) {
  if (const FunctionTemplateDecl *generic = handler.getDescribedFunctionTemplate())
    return any_of(generic->specializations(),
                  [&](const FunctionDecl *instance) { return isTold(*instance, names); });
  return isTold(handler, names);
}

/// Whether the call gives its callable to a member function of a library that may tell it how it
/// went: generated code has names of its own.
static bool mayComplete(const Call &call, Unit &unit) {
  if (unit.names.completions.has(call.callee))
    return true;
  // A container only keeps what it is given.
  return isa<CXXMemberCallExpr>(call.expr) && call.callee &&
         !cast<CXXMethodDecl>(call.callee)->getParent()->isInStdNamespace() &&
         unit.context.getSourceManager().isInSystemHeader(call.callee->getLocation()) &&
         !unit.types.find(call.expr->getType());
}

/// A completion handler that is told the error and does nothing at all.
static void onCompletion(const Call &call, Unit &unit, Report &report) {
  if (!mayComplete(call, unit))
    return;
  for (const Expr *argument : argumentsOf(*call.expr)) {
    const FunctionDecl *body = isCallable(argument->getType()) && !isForwarded(*argument)
                                   ? calledBy(argument, unit.names)
                                   : nullptr;
    if (body && isToldError(*body, unit.names) && doesNothing(body->getBody()))
      report.add(remarkAt(argument->getBeginLoc(),
                          formatv("the completion handler given to {0} does nothing with its error",
                                  quoted(calledName(*call.expr))),
                          call.standing));
  }
}

static void onPromise(const FunctionDecl &function, Unit &unit, Report &report) {
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  if (!method || !method->getIdentifier() || method->getName() != "unhandled_exception" ||
      !isCoroutinePromise(*method->getParent()) || !doesNothing(method->getBody()))
    return;
  report.add(
      remarkAt(method->getLocation(),
               "`unhandled_exception` does nothing: whatever a coroutine of this type throws "
               "is lost",
               {method, method->getBody()}));
}

static void run(Unit &unit, Report &report) {
  for (const Try &attempt : unit.seen.tries)
    onTry(attempt, unit, report);
  for (const Call &call : unit.seen.calls) {
    onErrorHandler(call, unit, report);
    onCompletion(call, unit, report);
  }
  for (const FunctionDecl *function : unit.seen.functions)
    onPromise(*function, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"bugprone-empty-catch", "SwallowedException",
                                                  "VSTHRD100", "eslint/no-empty"};
static constexpr int Weaknesses[] = {390, 391, 755};

extern const Check swallowed_exception = {
    .id = "swallowed-exception",
    .summary = "the error of asynchronous work is caught and thrown away",
    .since = "0.1.0",
    .level = Level::Warning,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds, in work that runs asynchronously (a callable given to a launcher, an executor or a
continuation; a coroutine; a named function that is such a callable), a `catch` of everything that
does nothing. Around the observation of a handle (`get()`, `co_await`) it counts in any function.
An error continuation that is null or does nothing, a completion handler that does nothing, and
`unhandled_exception() {}` are the same.

A catch that rethrows, stores, logs, sets a promise, assigns or returns a value is fine, and so is
any catch in other synchronous code.

## Why is this bad

Asynchronous work has no caller that sees it fail. The one place where the error could be told drops
it, and the work has failed silently.

## Example

```cpp bad
#include <thread>
void work();

void start() {
  std::thread worker([] {
    try {
      work();
    } catch (...) {
    }
  });
  worker.join();
}
```

## Use instead

```cpp good
#include <cstdio>
#include <exception>
#include <thread>
void work();

void start() {
  std::thread worker([] {
    try {
      work();
    } catch (const std::exception &error) {
      std::fprintf(stderr, "worker failed: %s\n", error.what());
    }
  });
  worker.join();
}
```
)md",
    .run = run};

} // namespace tether::checks
