#include "matchers/Check.h"
#include "matchers/Fixes.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

static bool isOurs(const HandleType &type) {
  Drop drop = type.words->onDrop;
  return type.isThread() &&
         (drop == Drop::Terminates || drop == Drop::Detaches || drop == Drop::Aborts);
}

static std::string consequence(const HandleType &type, bool replaced) {
  bool terminates = type.words->onDrop == Drop::Terminates;
  if (type.words->onDrop == Drop::Aborts)
    return replaced       ? "the assignment ends the program"
           : type.wrapper ? "their destructors end the program"
                          : "its destructor ends the program";
  if (replaced)
    return terminates ? "the assignment calls std::terminate, which ends the program"
                      : "the assignment detaches it, and it runs on without an owner";
  if (type.many)
    return terminates ? "their destructors call std::terminate, which ends the program"
                      : "their destructors detach them, and they run on without an owner";
  return terminates ? "its destructor calls std::terminate, which ends the program"
                    : "its destructor detaches it, and it runs on without an owner";
}

static constexpr llvm::StringLiteral Help =
    "join it on every path, hand it to an owner that joins, or use a thread that joins in its "
    "destructor";

static void onJourney(const Journey &journey, Unit &unit, Report &report) {
  const flow::Path *path = journey.fates.find(flow::End::Pending);
  bool many = journey.type->many;
  std::string story;
  if (path)
    story = storyOf(*path, "joined", many);
  for (const flow::Path &other : journey.fates.paths)
    if (!path && other.into && unit.keepers.of(*other.into) == Use::None) {
      path = &other;
      story = formatv("{0} kept in {1}, which nobody ever joins", many ? "are" : "is",
                      quoted(other.into->getNameAsString()));
    }
  if (!path)
    return;
  Remark remark = remarkOn(unit, journey, *path);
  bool named = path->holder && path->holder->getIdentifier();
  std::string subject = named ? formatv(many ? "the threads in {0}" : "the thread {0}",
                                        quoted(path->holder->getNameAsString()))
                                    .str()
                        : many ? "the threads that start here"
                               : "the thread that starts here";
  remark.message =
      formatv("{0} {1}: {2}", subject, story,
              consequence(*journey.type, StringRef(path->how).starts_with("replaced")));
  remark.help = Help;
  remark.throws = true;
  remark.outlives = goesOn(journey.type->words->onDrop);
  remark.fixes = fixesOfThread(journey, unit);
  append_range(remark.fixes, fixesOfForgotten(journey, unit));
  report.add(std::move(remark));
}

static void onTemporary(const Obligation &work, Unit &unit, Report &report) {
  Fate fate = work.ending.fate;
  bool global = !work.inside && work.ending.into && unit.keepers.of(*work.ending.into) == Use::None;
  if (fate != Fate::Dropped && fate != Fate::Voided && !global)
    return;
  Remark remark = remarkOn(unit, work);
  remark.message = formatv("the thread that starts here is never joined: {0}",
                           consequence(*work.type, /*replaced=*/false));
  remark.help = Help;
  remark.throws = true;
  remark.outlives = goesOn(work.type->words->onDrop);
  report.add(std::move(remark));
}

static void run(Unit &unit, Report &report) {
  for (const Journey *journey : unit.journeys())
    if (isOurs(*journey->type))
      onJourney(*journey, unit, report);
  for (const Obligation &work : unit.seen.obligations)
    if (isOurs(*work.type))
      onTemporary(work, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"CP.23", "CP.25", "CERT-CON37-C"};
static constexpr int Weaknesses[] = {404, 772};

extern const Check unjoined_thread = {.id = "unjoined-thread",
                                      .summary = "a joinable thread dies on some path",
                                      .since = "0.1.0",
                                      .level = Level::Error,
                                      .cwe = Weaknesses,
                                      .cousins = Cousins,
                                      .outlives = true,
                                      .docs = R"md(
## What it does

Follows a thread along every path of its function and finds those on which it is dropped, destroyed or
overwritten while it is still joinable: a missing `join`, an early `return` or a `throw` before it, a
container of threads that nobody joins, a member that no method of its class ever joins.

A `std::jthread`, a join that is guarded by `joinable()`, and a thread that is moved out are fine.

## Why is this bad

The destructor of a joinable `std::thread` calls `std::terminate`: the process ends, with all other
requests in it. The destructor of a `boost::thread` of version 2 detaches instead: the thread runs on
without an owner, perhaps with references to what is gone.

## Example

```cpp bad
#include <thread>
void index(int shard);

bool rebuild(int shard, bool dry) {
  std::thread worker(index, shard);
  if (dry)
    return false; // the program ends here
  worker.join();
  return true;
}
```

## Use instead

```cpp good
#include <thread>
void index(int shard);

bool rebuild(int shard, bool dry) {
  std::jthread worker(index, shard); // joins in its destructor
  if (dry)
    return false;
  worker.join();
  return true;
}
```
)md",
                                      .run = run};

} // namespace tether::checks
