#include "matchers/Awaited.h"
#include "matchers/Check.h"
#include "matchers/Fixes.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

/// What the finding is about: "the future of `fetch`", "the tasks in `loads`".
static std::string subject(const Journey &journey) {
  StringRef what = startOf(journey) == Start::Lazy ? "task" : "future";
  StringRef many = journey.type->many ? "s" : "";
  if (!journey.parameter)
    return formatv("the {0}{1} of {2}", what, many,
                   quoted(calledName(*journey.obligation->origin)));
  return formatv("the {0}{1} {2}{3}", what, many, many.empty() ? "" : "in ",
                 quoted(journey.parameter->getNameAsString()));
}

/// What should have been done with it.
static StringRef wanted(const Journey &journey) {
  if (startOf(journey) == Start::Lazy)
    return "awaited";
  return journey.type->many ? "asked for their results" : "asked for its result";
}

static std::string consequence(const Journey &journey) {
  if (startOf(journey) == Start::Lazy && journey.type->words->onDrop == Drop::Cancels)
    return "dropping it cancels the work";
  if (startOf(journey) == Start::Lazy)
    return journey.fates.find(flow::End::Observed) ? "on that path the work never runs"
                                                   : "the work never runs";
  Drop onDrop = journey.obligation ? journey.obligation->onDrop : journey.type->words->onDrop;
  if (onDrop == Drop::Blocks)
    return "it blocks where it dies, and nobody will see whether the work failed";
  if (onDrop == Drop::BlocksOrNeverRuns)
    return "it blocks where it dies or its work never runs, and nobody will see whether it failed";
  QualType type =
      journey.parameter ? journey.parameter->getType() : journey.obligation->origin->getType();
  return consequenceOf(*journey.type, onDrop, type);
}

/// Not a thread, for which there is another check, nor a task that looks after itself or is made to
/// die with its scope, nor a sender known by its shape alone: kept in a variable it is a
/// description that may go unused.
static bool isOurs(const HandleType &type, Start start) {
  bool description = type.byShape && start == Start::Lazy && type.words->consume.empty();
  return !type.isThread() && !type.words->scoped && type.words->onDrop != Drop::Detaches &&
         type.words->onDrop != Drop::Terminates && !description;
}

static bool runsToItsEnd(Drop onDrop) { return goesOn(onDrop) || onDrop == Drop::Blocks; }

/// Whether an error handler has closed the chain, and its tail may die on the path or, without one,
/// lie where it is kept: not if that ends the work.
static bool isClosed(const Obligation &work, const flow::Path *path) {
  return work.closed && work.start != Start::Lazy && (!path || runsToItsEnd(work.onDrop));
}

static void onJourney(const Journey &journey, Unit &unit, Report &report) {
  const flow::Path *path = journey.fates.find(flow::End::Pending);
  std::string story;
  // Waited for by who started it, its end is known; where the promise of this function dies with
  // its future, nobody works for it.
  const Obligation *work = journey.obligation;
  if (path && work &&
      (work->joined || (work->ownPromise && journey.fates.find(flow::End::Observed))))
    return;
  if (work && isClosed(*work, path))
    return;
  // What a `co_await` yields of a handle has ended: nothing is left that could go on, or never run.
  if (work && hasEnded(*work->origin, unit.types))
    return;
  bool many = journey.type->many;
  if (path)
    story = storyOf(*path, wanted(journey), many);
  for (const flow::Path &other : journey.fates.paths)
    if (!path && other.into && unit.keepers.of(*other.into) == Use::None) {
      path = &other;
      story = formatv("{0} kept in {1}, which nobody ever asks", many ? "are" : "is",
                      quoted(other.into->getNameAsString()));
    }
  if (!path)
    return;
  Remark remark = remarkOn(unit, journey, *path);
  remark.message = formatv("{0} {1}: {2}", subject(journey), story, consequence(journey));
  remark.outlives =
      goesOn(journey.obligation ? journey.obligation->onDrop : journey.type->words->onDrop);
  remark.fixes = fixesOfForgotten(journey, unit);
  report.add(std::move(remark));
}

/// A handle that begins with its variable, outside of any function.
static void onGlobal(const Obligation &work, Unit &unit, Report &report) {
  if (work.inside || !work.ending.into || unit.keepers.of(*work.ending.into) != Use::None)
    return;
  Remark remark = remarkOn(unit, work);
  remark.message =
      formatv("the future of {0} is kept in {1}, which nobody ever asks: {2}",
              quoted(calledName(*work.origin)), quoted(work.ending.into->getNameAsString()),
              consequenceOf(*work.type, work.onDrop, work.origin->getType()));
  remark.outlives = goesOn(work.onDrop);
  report.add(std::move(remark));
}

static void run(Unit &unit, Report &report) {
  for (const Journey *journey : unit.journeys())
    if (isOurs(*journey->type, startOf(*journey)))
      onJourney(*journey, unit, report);
  for (const Obligation &work : unit.seen.obligations)
    if (isOurs(*work.type, work.start))
      onGlobal(work, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"typescript-eslint/no-floating-promises",
                                                  "RUF006", "lostcancel", "unused_must_use"};
static constexpr int Weaknesses[] = {252, 391};

extern const Check unawaited_future = {
    .id = "unawaited-future",
    .summary = "a handle that is kept dies on some path before anybody has asked it",
    .since = "0.1.0",
    .level = Level::Warning,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .outlives = true,
    .docs = R"md(
## What it does

Follows a future, a task or a container of them that is kept in a variable (or comes as a parameter,
is captured by a lambda, is stored in a member) along every path of its function, and finds those on
which it dies before anybody has asked for its result: an early `return`, a `throw`, a `break` or
`continue`, one arm of a `switch`, an assignment over it, a move into another that dies.

It understands guards: `if (f.valid()) f.get();`, the same condition around the start and the
question, calls that do not return. A handle that is returned, moved to somebody, stored in a member
that some method asks, or lent to a function that is not seen is left alone.

## Why is this bad

On that path the work's result and its error are lost, or the path waits for work that nobody needs
any more (a future of `std::async` blocks where it dies), or a lazy task never runs. Nothing tells:
the path is the rare one, and tests take the other.

## Example

```cpp bad
#include <future>
std::future<int> fetch(int order);

int price(int order, bool cached) {
  auto fresh = fetch(order);
  if (cached)
    return 0; // `fresh` is forgotten here
  return fresh.get();
}
```

## Use instead

```cpp good
#include <future>
std::future<int> fetch(int order);

int price(int order, bool cached) {
  if (cached)
    return 0;
  auto fresh = fetch(order);
  return fresh.get();
}
```
)md",
    .run = run};

} // namespace tether::checks
