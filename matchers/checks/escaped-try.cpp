#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

using flow::Act;
using flow::End;
using flow::Given;

/// Whether the try asks what is kept in the variable or member, or lends it to somebody who may.
static bool asksLater(const flow::Body &body, const Stmt &tried, const ValueDecl *kept) {
  auto ours = [&](const flow::Holder &holder) { return holder.variable == kept; };
  for (const flow::Block &block : body.blocks)
    for (const flow::Event &event : block.events) {
      bool asks =
          (event.act == Act::Ask && (event.ask == Ask::Consume || event.ask == Ask::Unknown ||
                                     event.ask == Ask::HandleError)) ||
          event.act == Act::Lend;
      if (asks && any_of(event.targets, ours) && event.at && body.isWithin(*event.at, tried))
        return true;
    }
  return false;
}

/// How the path takes a handle out of the block of a try, as words; empty if it does not.
static StringRef wayOut(const flow::Path &path, const flow::Body &body, const Stmt &tried) {
  if (!path.at)
    return "";
  bool within = body.isWithin(*path.at, tried);
  if (path.end == End::Given && path.given == Given::Returned)
    return "is returned out of";
  if (path.end == End::Given && within) {
    bool stored = path.given == Given::Member || path.given == Given::Elsewhere;
    return stored && !(path.into && asksLater(body, tried, path.into)) ? "is stored out of" : "";
  }
  bool looked = path.end == End::Given || path.end == End::Observed || path.end == End::Lent;
  return looked && !within ? "is asked only after" : "";
}

static void report(const Obligation &work, const CXXTryStmt &attempt, const flow::Path &path,
                   StringRef way, Unit &unit, Report &report) {
  bool lazy = work.start == Start::Lazy;
  std::string name =
      work.launcher ? workName(*work.origin, unit.names) : quoted(calledName(*work.origin));
  Remark remark = remarkOn(unit, work);
  remark.message =
      formatv("the {0} of {1} {2} this try: {3}",
              lazy                 ? "task"
              : work.type->wrapper ? "handle"
                                   : "future",
              name, way,
              lazy ? "its work has not even begun there, and the catch can never see it fail"
                   : "the catch can never see the work fail");
  remark.help = "ask for its result inside of the try, or handle the failure where it is asked";
  remark.trace.push_back({spanOf(attempt.getTryLoc(), unit.context), "the try begins here"});
  SourceLocation end = isa<Expr>(path.at) ? nameLoc(*cast<Expr>(path.at)) : path.at->getBeginLoc();
  remark.trace.push_back({spanOf(end, unit.context), formatv("the handle {0} the try", way)});
  remark.trace.push_back(
      {spanOf(attempt.getHandler(0)->getCatchLoc(), unit.context), "this catch has no part in it"});
  report.add(std::move(remark));
}

static void onWork(const Obligation &work, ArrayRef<const CXXTryStmt *> tries, Unit &unit,
                   Report &out) {
  const flow::Body *body = unit.flow.bodyOf(*work.inside);
  if (!body)
    return;
  for (const CXXTryStmt *attempt : tries) {
    const Stmt &tried = *attempt->getTryBlock();
    if (!body->isWithin(*work.origin, tried))
      continue;
    for (const flow::Path &path : unit.flow.of(*work.inside, *work.origin, *work.type).paths)
      if (StringRef way = wayOut(path, *body, tried); !way.empty())
        return report(work, *attempt, path, way, unit, out);
  }
}

/// Whether somebody keeps the handle whose failure a catch could have been meant for. A thread has
/// none to tell, and work that cannot throw has none. Where a handle is what another has yielded,
/// the catch is meant for that other.
static bool canEscape(const Obligation &work) {
  bool kept = work.ending.fate == Fate::Stored || work.ending.fate == Fate::Transferred;
  return kept && work.inside && !isa<CoawaitExpr>(work.origin) && work.throws &&
         !work.type->words->consume.empty();
}

static void run(Unit &unit, Report &report) {
  DenseMap<const FunctionDecl *, SmallVector<const CXXTryStmt *, 2>> tries;
  for (const Try &attempt : unit.seen.tries)
    tries[attempt.inside].push_back(attempt.statement);
  for (const Obligation &work : unit.seen.obligations)
    if (auto around = tries.find(work.inside); around != tries.end() && canEscape(work))
      onWork(work, around->second, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"typescript-eslint/return-await", "S4822"};
static constexpr int Weaknesses[] = {755, 390};

extern const Check escaped_try = {.id = "escaped-try",
                                  .summary =
                                      "a handle leaves the try that was meant to catch its failure",
                                  .since = "0.1.0",
                                  .level = Level::Note,
                                  .cwe = Weaknesses,
                                  .cousins = Cousins,
                                  .docs = R"md(
## What it does

Finds work that is started inside of a `try` whose handle leaves it unasked: returned, stored in a
member, in a parameter or in a variable from before the `try`. A handle that the same `try` asks or
awaits is left alone; so are threads, which have no error to tell, and work that cannot throw.

The check is strict: a `catch` may be meant for the start of the work alone.

## Why is this bad

The failure comes out when somebody asks for the result, and by then the `try` is over. The `catch`
reads as if the failure were handled; it only ever sees that the work could not be started.

## Example

```cpp bad
#include <exception>
#include <future>
std::future<int> fetch(int order);
void log_error(const std::exception &error);

std::future<int> price(int order) {
  try {
    return fetch(order);
  } catch (const std::exception &error) {
    log_error(error); // not when fetching fails
    throw;
  }
}
```

## Use instead

```cpp good
#include <exception>
#include <future>
std::future<int> fetch(int order);
void log_error(const std::exception &error);

int price(int order) {
  try {
    return fetch(order).get();
  } catch (const std::exception &error) {
    log_error(error);
    throw;
  }
}
```

In a coroutine: `co_return co_await fetch(order);`.
)md",
                                  .run = run};

} // namespace tether::checks
