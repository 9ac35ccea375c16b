#include "matchers/Askers.h"
#include "matchers/Awaited.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Joining.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {
static void add(Report &report, const Expr &at, const Standing &standing, std::string message,
                std::vector<Step> trace = {}) {
  Remark remark;
  remark.at = nameLoc(at);
  remark.standing = standing;
  remark.trace = std::move(trace);
  remark.message = std::move(message) + ": nobody will see how they end";
  remark.help = "handle each job's error where it is asked, or wait for all before the first error "
                "is passed on";
  report.add(std::move(remark));
}

static void onFunction(const FunctionDecl &function, Unit &unit, Report &report) {
  const flow::Body *body = unit.flow.bodyOf(function);
  if (!body)
    return;
  std::optional<FragileJoin> join = fragileJoinIn(*body, unit);
  if (!join)
    return;
  std::string message = join->inLoop && join->abandons
                            ? "the first job that fails abandons those after it"
                        : join->inLoop ? "after the first job that fails nobody asks those after it"
                        : join->abandons ? "if this job fails, the others that run are abandoned"
                                         : "if this job fails, nobody asks the others that run";
  std::vector<Step> trace;
  for (const auto &[at, what] : join->others)
    trace.push_back({spanOf(at, unit.context), what});
  add(report, *join->question, {&function, join->question}, std::move(message), std::move(trace));
}

/// Whether the result of the combinator is thrown away: then there is nobody who could look at the
/// jobs, which is said once.
static bool isDiscarded(const Call &call, const Unit &unit) {
  return any_of(unit.seen.obligations, [&](const Obligation &work) {
    return work.origin == call.expr && lossOf(work) != Loss::None;
  });
}

/// Combinators by their vocabulary. One inside of another, as in `a && b && c`, is part of it.
static void onCombinators(Unit &unit, Report &report) {
  SmallVector<const Call *, 8> combined;
  DenseSet<const Expr *> inner;
  for (const Call &call : unit.seen.calls) {
    const Named *combinator = call.callee ? unit.names.combinators.find(call.callee) : nullptr;
    if (!combinator || !combinator->failFast)
      continue;
    combined.push_back(&call);
    for (const Expr *argument : argumentsOf(*call.expr))
      inner.insert(bare(argument));
  }
  for (const Call *call : combined)
    if (!inner.contains(call->expr) && !isDiscarded(*call, unit))
      add(report, *call->expr, call->standing,
          formatv("{0} ends with the first job that fails and abandons the others",
                  quoted(shortName(*call->callee))));
}

static void run(Unit &unit, Report &report) {
  // Only functions in which a handle is asked can have one.
  SmallVector<const FunctionDecl *, 16> asking;
  auto note = [&](const Call &call) {
    if (call.standing.inside && !is_contained(asking, call.standing.inside))
      asking.push_back(call.standing.inside);
  };
  for (const Call &call : unit.seen.calls) {
    const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
    const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
    if (type && !type->wrapper && askOf(*member, *type, unit.types) == Ask::Consume)
      note(call);
    if (onlyHandle(call.expr, unit.types))
      note(call);
  }
  onCombinators(unit, report);
  for (const Call &await : unit.seen.awaits)
    note(await);
  for (const FunctionDecl *function : asking)
    onFunction(*function, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"Promise.allSettled", "errgroup", "TaskGroup"};
static constexpr int Weaknesses[] = {391, 755};

extern const Check fail_fast_join = {
    .id = "fail-fast-join",
    .summary = "the first of several independent jobs that fails abandons the others",
    .since = "0.1.0",
    .level = Level::Note,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds the first `get()` outside of a try of its own that is asked while another job, started earlier
and asked later in the same function, is still running; a loop that asks the elements of a container
one after the other; and combinators that end with the first failure. Once per function. A note.

## Why is this bad

The first error leaves the function. The other jobs run on, or block in destructors in an order that
nobody has chosen; their results and their errors are lost.

## Example

```cpp bad
#include <future>
std::future<int> price(int order);
std::future<int> stock(int order);

int offer(int order) {
  auto net = price(order);
  auto left = stock(order);
  return net.get() * left.get(); // if there is no price, nobody asks about the stock
}
```

## Use instead

```cpp good
#include <exception>
#include <future>
std::future<int> price(int order);
std::future<int> stock(int order);
void log(const std::exception &error);

int settle(std::future<int> job) {
  try {
    return job.get();
  } catch (const std::exception &error) {
    log(error);
    return 0;
  }
}
int offer(int order) {
  auto net = price(order);
  auto left = stock(order);
  return settle(std::move(net)) * settle(std::move(left));
}
```
)md",
    .run = run};

} // namespace tether::checks
