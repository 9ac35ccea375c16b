#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

static void add(Unit &unit, Report &report, SourceLocation at, const Standing &standing,
                const flow::Path &path, std::string message, StringRef help) {
  Remark remark;
  remark.at = at;
  remark.standing = standing;
  remark.message = std::move(message);
  remark.help = help;
  for (const flow::Station &station : path.stations)
    remark.trace.push_back({spanOf(station.at, unit.context), station.what});
  remark.trace.push_back(endingStep(unit, path, *standing.inside));
  report.add(std::move(remark));
}

/// "when `ok` is false", or nothing.
static std::string condition(const flow::Path &path) {
  return path.turn.empty() ? "" : " " + path.turn;
}

static void addPromise(Unit &unit, Report &report, SourceLocation at, const Standing &standing,
                       const flow::Path &path, const ValueDecl &promise) {
  const HandleType *type = unit.promiseTypes.find(promise.getType());
  bool breaks = type && type->words->breaks;
  add(unit, report, at, standing, path,
      formatv("the promise{0} dies unanswered{1}: whoever waits for {2} gets an error that says "
              "nothing",
              promise.getName().empty() ? "" : " " + quoted(promise.getName()), condition(path),
              breaks ? "its future" : "it waits for ever or"),
      "set a value or an exception on every path, or move the promise to somebody who does");
}

/// The variables on which somebody has asked for the future.
static DenseSet<const ValueDecl *> promised(Unit &unit) {
  DenseSet<const ValueDecl *> variables;
  for (const Call &call : unit.seen.calls) {
    const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
    if (!member || !call.standing.inside || !unit.types.find(member->getType()) ||
        !handleAsked(*member, unit.promiseTypes))
      continue;
    if (const flow::Body *body = unit.promises.bodyOf(*call.standing.inside))
      for (const flow::Holder &holder :
           body->finder().reachedBy(member->getImplicitObjectArgument()))
        variables.insert(holder.variable);
  }
  return variables;
}

/// Where the promise begins, if the call makes one.
static const HandleType *madeBy(const Call &call, Unit &unit) {
  if (const auto *construct = dyn_cast<CXXConstructExpr>(call.expr)) {
    const HandleType *type = unit.promiseTypes.find(construct->getType());
    return construct->getConstructor()->isCopyOrMoveConstructor() || !type || type->wrapper
               ? nullptr
               : type;
  }
  return unit.names.makers.has(call.callee) ? unit.promiseTypes.find(call.expr->getType())
                                            : nullptr;
}

static void onPromises(Unit &unit, Report &report) {
  DenseSet<const ValueDecl *> asked = promised(unit);
  for (const Call &call : unit.seen.calls) {
    const HandleType *type = call.standing.inside ? madeBy(call, unit) : nullptr;
    if (!type)
      continue;
    const flow::Fates &fates = unit.promises.of(*call.standing.inside, *call.expr, *type);
    const flow::Path *path = fates.find(flow::End::Pending);
    if (path && path->first && asked.count(path->first))
      addPromise(unit, report, path->first->getLocation(), call.standing, *path, *path->first);
  }
  for (const FunctionDecl *function : unit.seen.functions)
    for (const ParmVarDecl *parameter : function->parameters()) {
      const HandleType *type = unit.promiseTypes.find(parameter->getType());
      if (!type || !answersFor(*function, *parameter, *type))
        continue;
      const Journey &journey = unit.promises.of(*function, *parameter, *type);
      if (const flow::Path *path = journey.fates.find(flow::End::Pending))
        addPromise(unit, report, parameter->getLocation(), {function, nullptr}, *path, *parameter);
    }
}

/// The parameter through which a handler answers; null if there is none, or a choice.
static const ParmVarDecl *responseCallback(const FunctionDecl &handler, Unit &unit) {
  const ParmVarDecl *found = nullptr;
  const auto *method = dyn_cast<CXXMethodDecl>(&handler);
  if (method && method->size_overridden_methods() != 0)
    return nullptr;
  for (const ParmVarDecl *parameter : handler.parameters()) {
    if (!unit.names.callables.has(recordOf(parameter->getType())) ||
        parameter->getType()->isPointerType())
      continue;
    if (found || !parameter->getIdentifier())
      return nullptr;
    found = parameter;
  }
  return found;
}

static void onHandlers(Unit &unit, Report &report) {
  for (const FunctionDecl *function : unit.seen.functions) {
    std::optional<HandlerReach> reach = unit.handlers.reaching(function);
    if (!reach || reach->chain.size() != 1 || !function->hasBody())
      continue;
    const ParmVarDecl *callback = responseCallback(*function, unit);
    if (!callback)
      continue;
    const HandleType *type = unit.callbackTypes.find(callback->getType());
    const Journey &journey = unit.callbacks.of(*function, *callback, *type);
    if (const flow::Path *path = journey.fates.find(flow::End::Pending))
      add(unit, report, callback->getLocation(), {function, nullptr}, *path,
          formatv("{0} is not called{1}: the client never gets an answer",
                  quoted(callback->getName()), condition(*path)),
          "answer on every path, with an error if there is nothing else to say");
  }
}

static void run(Unit &unit, Report &report) {
  onPromises(unit, report);
  onHandlers(unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"no-async-promise-executor", "S2095"};
static constexpr int Weaknesses[] = {394, 772};

extern const Check broken_promise = {
    .id = "broken-promise",
    .summary = "a promise, or a handler's response, dies on some path unanswered",
    .since = "0.1.0",
    .level = Level::Warning,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Follows a promise whose future somebody holds along every path, into the lambdas that capture it, and
finds those on which it dies with neither a value nor an exception. The callback through which a
request handler answers is followed the same way.

A promise that is moved to somebody who is not seen is left alone.

## Why is this bad

Whoever waits for the future gets a `broken_promise` error that says nothing about what happened. A
handler that does not call its callback leaves the client waiting until something times out.

## Example

```cpp bad
#include <future>
std::future<int> lookUp(bool known) {
  std::promise<int> answer;
  auto result = answer.get_future();
  if (known)
    answer.set_value(1);
  return result; // unknown: nobody ever answers
}
```

## Use instead

```cpp good
#include <future>
#include <stdexcept>
std::future<int> lookUp(bool known) {
  std::promise<int> answer;
  auto result = answer.get_future();
  if (known)
    answer.set_value(1);
  else
    answer.set_exception(std::make_exception_ptr(std::out_of_range("unknown")));
  return result;
}
```
)md",
    .run = run};

} // namespace tether::checks
