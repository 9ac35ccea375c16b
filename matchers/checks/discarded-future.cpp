#include "matchers/Check.h"
#include "matchers/Fixes.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace tether::checks {

static void run(Unit &unit, Report &report) {
  for (const Obligation &work : unit.seen.obligations) {
    if (lossOf(work) != Loss::Result)
      continue;
    Remark remark = remarkOn(unit, work);
    remark.message =
        formatv("the {0} of {1} {2} discarded: {3}", work.type->many ? "futures" : "future",
                quoted(calledName(*work.origin)), work.type->many ? "are" : "is",
                consequenceOf(*work.type, work.onDrop, work.origin->getType()));
    remark.outlives = goesOn(work.onDrop);
    remark.fixes = fixesOfDiscard(work, unit);
    report.add(std::move(remark));
  }
}

static constexpr llvm::StringLiteral Cousins[] = {"typescript-eslint/no-floating-promises",
                                                  "bugprone-unused-return-value",
                                                  "VSTHRD110",
                                                  "CS4014",
                                                  "FutureReturnValueIgnored",
                                                  "let_underscore_future"};
static constexpr int Weaknesses[] = {252, 391};

extern const Check discarded_future = {
    .id = "discarded-future",
    .summary = "the handle of running work is thrown away where it is made",
    .since = "0.1.0",
    .level = Level::Warning,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .outlives = true,
    .docs = R"md(
## What it does

Finds a call that starts work and returns its handle (a future, an eager task, a container of them)
where nobody keeps the handle: as a statement, cast to `void`, assigned to `std::ignore`, on either
side of a comma, in an arm of `?:`, to the right of `&&`, in the clauses of a `for`, or as the tail
of a chain of continuations that handles no error.

## Why is this bad

The work goes on, but its result and its error go nowhere. A failure is not thrown, not logged, not
retried: the program looks as if all went well. In a request handler the response may be sent before
the work is done, and in a serverless container the work may never finish.

## Example

```cpp bad
#include <future>
std::future<int> save(int order);

void checkout(int order) {
  save(order); // the order may never be saved, and nobody will know
}
```

## Use instead

```cpp good
#include <future>
std::future<int> save(int order);

int checkout(int order) { return save(order).get(); }
std::future<int> checkoutLater(int order) { return save(order); }
```

A cast to `void` does not say why the result may be lost; a comment does:

```cpp good
#include <future>
std::future<int> ping(int host);

void heartbeat(int host) {
  // tether: allow(discarded-future) the next heartbeat follows in a second
  (void)ping(host);
}
```

## Options

`void-cast` in the configuration: `allow` accepts a cast to `void` or `std::ignore` as it is,
`require-reason` (the default) wants the comment, `forbid` accepts neither.
)md",
    .run = run};

} // namespace tether::checks
