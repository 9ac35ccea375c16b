#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
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

/// Whether the class hands out its future, as the vocabulary or its members say: whoever has that
/// sees a broken promise. Some classes are only part of something that waits.
static bool handsOutFuture(const HandleType &type, const CXXRecordDecl *record) {
  if (type.words->breaks)
    return true;
  const auto *owner = dyn_cast_or_null<ClassTemplateSpecializationDecl>(record);
  if (type.wrapper)
    record = owner && owner->getTemplateArgs()[0].getKind() == TemplateArgument::Type
                 ? recordOf(owner->getTemplateArgs()[0].getAsType())
                 : nullptr;
  if (!record || !record->hasDefinition())
    return true;
  return any_of(record->methods(), [&](const CXXMethodDecl *method) {
    const CXXRecordDecl *result = recordOf(method->getReturnType());
    return method->getIdentifier() && result && result != record &&
           !method->getReturnType()->isPointerType() && !method->getReturnType()->isReferenceType();
  });
}

static void addPromise(Unit &unit, Report &report, const Standing &standing, const flow::Path &path,
                       const ValueDecl &promise, bool future) {
  StringRef name = promise.getIdentifier() ? promise.getName() : "";
  add(unit, report, promise.getLocation(), standing, path,
      formatv("the promise{0} dies unanswered{1}: whoever waits for {2}",
              name.empty() ? "" : " " + quoted(name), condition(path),
              future ? "its future gets an error that says nothing" : "it never gets an answer"),
      "set a value or an exception on every path, or move the promise to somebody who does");
}

/// The promises that the call makes a handle of: its object, or what a handle is constructed from.
static SmallVector<const Expr *, 2> promisesIn(const Call &call, Unit &unit) {
  SmallVector<const Expr *, 2> promises;
  if (!call.standing.inside || !unit.types.find(call.expr->getType()))
    return promises;
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  if (member && handleAsked(*member, unit.promiseTypes))
    promises.push_back(member->getImplicitObjectArgument());
  for (const Expr *argument : argumentsOf(*call.expr))
    if (unit.promiseTypes.find(argument->getType()))
      promises.push_back(bare(argument));
  return promises;
}

/// The variables on which somebody has asked for the future.
static DenseSet<const ValueDecl *> promised(Unit &unit) {
  DenseSet<const ValueDecl *> variables;
  for (const Call &call : unit.seen.calls)
    for (const Expr *promise : promisesIn(call, unit))
      if (const flow::Body *body = unit.promises.bodyOf(*call.standing.inside))
        for (const flow::Holder &holder : body->finder().reachedBy(promise))
          variables.insert(holder.variable);
  return variables;
}

namespace {

/// A promise that a call makes.
struct Made {
  const HandleType *type = nullptr;
  int part = -1;       ///< of what the call returns
  bool future = false; ///< the call returns the future as well
};

} // namespace

/// A call that returns a promise and its future together, as an aggregate or a pair.
static Made contractOf(const Expr &call, Unit &unit) {
  const CXXRecordDecl *record = call.getType()->getAsCXXRecordDecl();
  const HandleType *type =
      isa<CallExpr>(call) && call.isPRValue() && record ? unit.promiseTypes.find(record) : nullptr;
  if (!type || !type->wrapper || !unit.types.find(record))
    return {};
  std::vector<int> parts = partsOf(*record, unit.promiseTypes);
  return parts.size() == 1 ? Made{type, parts.front(), true} : Made{};
}

/// Where the promise begins, if the call makes one.
static Made madeBy(const Call &call, Unit &unit) {
  const HandleType *type = unit.promiseTypes.find(call.expr->getType());
  if (const auto *construct = dyn_cast<CXXConstructExpr>(call.expr))
    return construct->getConstructor()->isCopyOrMoveConstructor() || !type || type->wrapper
               ? Made{}
               : Made{type};
  return unit.names.makers.has(call.callee) ? Made{type} : contractOf(*call.expr, unit);
}

/// The name for one part of what a structured binding has taken apart.
static const ValueDecl &nameOf(const ValueDecl &variable, int part) {
  const auto *all = dyn_cast<DecompositionDecl>(&variable);
  bool bound = all && part >= 0 && size_t(part) < all->bindings().size();
  return bound ? *all->bindings()[part] : variable;
}

static void onMade(const Call &call, const DenseSet<const ValueDecl *> &asked, Unit &unit,
                   Report &report) {
  Made made = call.standing.inside ? madeBy(call, unit) : Made{};
  if (!made.type)
    return;
  const FunctionDecl &inside = *call.standing.inside;
  const flow::Fates &fates = unit.promises.of(inside, *call.expr, *made.type, made.part);
  const flow::Path *path = fates.find(flow::End::Pending);
  if (!path || !path->first)
    return;
  bool future = made.future || handsOutFuture(*made.type, recordOf(call.expr->getType()));
  if (made.future || asked.count(path->first) || !future)
    addPromise(unit, report, call.standing, *path, nameOf(*path->first, made.part), future);
}

/// Whether the function is a request handler by itself: an override of one answers, too.
static bool isHandler(const FunctionDecl &function, const Unit &unit) {
  std::optional<HandlerReach> reach = unit.handlers.reaching(&function);
  return reach && reach->chain.size() == 1;
}

static void onParameter(const FunctionDecl &function, const ParmVarDecl &parameter, Unit &unit,
                        Report &report) {
  const HandleType *type = unit.promiseTypes.find(parameter.getType());
  if (!type || !(isHandler(function, unit) ? owns(function, parameter)
                                           : answersFor(function, parameter, *type)))
    return;
  const Journey &journey = unit.promises.of(function, parameter, *type);
  if (const flow::Path *path = journey.fates.find(flow::End::Pending))
    addPromise(unit, report, {&function, nullptr}, *path, parameter,
               handsOutFuture(*type, recordOf(parameter.getType())));
}

static void onPromises(Unit &unit, Report &report) {
  DenseSet<const ValueDecl *> asked = promised(unit);
  for (const Call &call : unit.seen.calls)
    onMade(call, asked, unit, report);
  for (const FunctionDecl *function : unit.seen.functions)
    for (const ParmVarDecl *parameter : function->parameters())
      onParameter(*function, *parameter, unit, report);
}

/// The parameter through which a handler answers; null if there is none, or a choice.
static const ParmVarDecl *responseCallback(const FunctionDecl &handler, Unit &unit) {
  const ParmVarDecl *found = nullptr;
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
    if (!isHandler(*function, unit) || !function->hasBody())
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
