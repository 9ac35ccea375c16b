#include "matchers/Askers.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Fixes.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

static std::string message(const std::string &who, StringRef where) {
  return formatv("{0} is waited for, but {1}nobody asks for its result: an error of the work stays "
                 "unseen",
                 who, where);
}

static std::string helpFor(const HandleType &type, QualType written) {
  std::string question = questionOf(type, written);
  return formatv("{0}, which waits as well and throws what the work has thrown",
                 question.empty() ? "`co_await` it" : "call `" + question + "()`");
}

static void onJourney(const Journey &journey, Unit &unit, Report &report) {
  const flow::Path *path = journey.fates.find(flow::End::Waited);
  for (const flow::Path &other : journey.fates.paths)
    if (!path && other.into && unit.keepers.of(*other.into) == Use::Waited)
      path = &other;
  if (!path || journey.fates.find(flow::End::Pending) || journey.type->words->consume.empty())
    return;
  Remark remark = remarkOn(unit, journey, *path);
  std::string who = journey.parameter ? quoted(journey.parameter->getNameAsString())
                                      : formatv("the work of {0}",
                                                quoted(calledName(*journey.obligation->origin)));
  std::string where = path->turn.empty() ? "" : path->turn + " ";
  remark.message = message(who, where);
  remark.help = helpFor(*journey.type, journey.parameter ? journey.parameter->getType()
                                                         : journey.obligation->origin->getType());
  remark.fixes = fixesOfWait(journey, unit);
  append_range(remark.fixes, fixesOfWaitLoop(journey, path->holder, unit));
  report.add(std::move(remark));
}

static void onTemporary(const Obligation &work, Unit &unit, Report &report) {
  // The object that started the work may wait for it: that is another thing than asking.
  const auto *wait = dyn_cast_or_null<MemberExpr>(work.ending.at);
  const auto *free = dyn_cast_or_null<CallExpr>(work.ending.at);
  bool waits = wait || (free && askOfFree(*free, unit.names) == Ask::Wait);
  if (work.ending.fate != Fate::Waited || work.signal || work.type->words->consume.empty() ||
      !waits)
    return;
  Remark remark = remarkOn(unit, work);
  remark.message = message(formatv("the work of {0}", quoted(calledName(*work.origin))), "");
  remark.help = helpFor(*work.type, work.origin->getType());
  if (wait)
    remark.fixes = fixesOfWait(work, *wait, unit);
  report.add(std::move(remark));
}

/// The obligation behind the handle that the expression names or yields, or null.
static const Obligation *obligationOf(const Expr *handle, const Unit &unit) {
  handle = bare(handle);
  const auto *name = dyn_cast<DeclRefExpr>(handle);
  for (const Obligation &work : unit.seen.obligations)
    if (work.origin == handle || (name && work.ending.into == name->getDecl()))
      return &work;
  return nullptr;
}

/// Whether somebody may look at the value: it is used, and not for a variable that nobody reads.
static bool isKept(const Call &call) {
  return call.used && (!call.into || call.into->isReferenced() || !isa<VarDecl>(call.into));
}

/// A result that carries its error inside is fetched, and nobody looks at it.
static void onPayload(const Call &call, const Expr *handle, Unit &unit, Report &report) {
  const CXXRecordDecl *payload = recordOf(call.expr->getType());
  if (!unit.names.payloads.has(payload) || !carriesError(*payload, unit.names))
    return;
  if (isKept(call))
    return;
  const Obligation *work = obligationOf(handle, unit);
  Remark remark;
  if (work)
    remark = remarkOn(unit, *work);
  else
    remark.at = nameLoc(*call.expr);
  remark.standing = call.standing;
  remark.message = formatv("the {0} of {1} is fetched and never looked at: an error in it stays "
                           "unseen",
                           quoted(payload->getNameAsString()),
                           quoted(calledName(work ? *work->origin : *call.expr)));
  remark.help = "look whether it holds an error, or return it";
  report.add(std::move(remark));
}

/// `co_await when_all(a, b);`: all have ended, and the handles that could tell how are thrown away.
static void onResults(const Call &await, Unit &unit, Report &report) {
  const HandleType *held = unit.types.find(await.expr->getType());
  if (!held || !held->wrapper || held->isThread() || held->words->consume.empty() || isKept(await))
    return;
  Remark remark;
  remark.at = nameLoc(*await.expr);
  remark.standing = await.standing;
  const Expr *operand = bare(cast<CoawaitExpr>(await.expr)->getOperand());
  remark.message =
      formatv("the jobs of {0} have ended, and nobody looks at their results: an error "
              "of one stays unseen",
              quoted(calledName(*operand)));
  remark.help = "keep the results and ask each of them, or use a combinator that tells the errors";
  report.add(std::move(remark));
}

static void onPayloads(Unit &unit, Report &report) {
  for (const Call &await : unit.seen.awaits) {
    onPayload(await, cast<CoawaitExpr>(await.expr)->getOperand(), unit, report);
    onResults(await, unit, report);
  }
  for (const Call &call : unit.seen.calls) {
    const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
    const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
    if (type && !type->wrapper && askOf(*member, *type, unit.types) == Ask::Consume)
      onPayload(call, member->getImplicitObjectArgument(), unit, report);
    if (askOfFree(*call.expr, unit.names) == Ask::Consume)
      if (const Expr *handle = handleGiven(*cast<CallExpr>(call.expr), unit.types))
        onPayload(call, handle, unit, report);
  }
}

static void run(Unit &unit, Report &report) {
  onPayloads(unit, report);
  for (const Journey *journey : unit.journeys())
    onJourney(*journey, unit, report);
  for (const Obligation &work : unit.seen.obligations)
    onTemporary(work, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"S4822", "bugprone-unused-return-value"};
static constexpr int Weaknesses[] = {252, 391};

extern const Check unobserved_error = {.id = "unobserved-error",
                                       .summary =
                                           "work is waited for, but nobody asks whether it failed",
                                       .since = "0.1.0",
                                       .level = Level::Warning,
                                       .cwe = Weaknesses,
                                       .cousins = Cousins,
                                       .docs = R"md(
## What it does

Finds a handle that is waited for and then dies without having been asked for its result, on some path:
`wait()` with no `get()` after it. Also a result that carries its error inside (`std::expected`, a
`StatusOr`, an `Outcome`) which is fetched and never looked at.

Joining a thread is no such wait: a thread has no error to tell. Neither is a `wait` that itself
rethrows.

## Why is this bad

`wait()` returns when the work has ended, whether well or not. The exception lies in the shared state
and dies with it.

## Example

```cpp bad
#include <future>
std::future<void> save(int order);

void checkout(int order) {
  auto saved = save(order);
  saved.wait(); // saved or failed: nobody knows
}
```

## Use instead

```cpp good
#include <future>
std::future<void> save(int order);

void checkout(int order) {
  auto saved = save(order);
  saved.get(); // throws what the work has thrown
}
```
)md",
                                       .run = run};

} // namespace tether::checks
