#include "matchers/Check.h"
#include "matchers/Fixes.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "llvm/Support/FormatVariadic.h"

using namespace llvm;

namespace tether::checks {

static std::string message(const Obligation &work, const Names &names) {
  std::string call = quoted(calledName(*work.origin));
  std::string name = workName(*work.origin, names);
  switch (work.onDrop) {
  case Drop::NeverRuns:
    return formatv("{0} is discarded: {1} is deferred and never runs", call, name);
  case Drop::BlocksOrNeverRuns:
    return formatv("{0} is discarded: it blocks here until {1} ends, or never runs it", call, name);
  default:
    return formatv("{0} is discarded: it blocks here until {1} ends", call, name);
  }
}

static void run(Unit &unit, Report &report) {
  for (const Obligation &work : unit.seen.obligations) {
    if (lossOf(work) != Loss::Asynchrony)
      continue;
    Remark remark = remarkOn(unit, work);
    remark.message = message(work, unit.names);
    if (work.type->isThread())
      remark.help = "give it a name, so that it runs until the end of the scope, or call the "
                    "function directly";
    remark.fixes = fixesOfDiscard(work, unit);
    report.add(std::move(remark));
  }
}

static constexpr llvm::StringLiteral Cousins[] = {"bugprone-unused-return-value", "CERT-ERR33-C"};
static constexpr int Weaknesses[] = {252, 833};

extern const Check discarded_async = {
    .id = "discarded-async",
    .summary = "an asynchronous call that is synchronous, or never runs, because its handle dies",
    .since = "0.1.0",
    .level = Level::Warning,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds `std::async`, `boost::async` and temporaries such as `std::jthread{work}` whose handle is
thrown away at once.

## Why is this bad

The destructor of such a handle waits for the work: the call that looks asynchronous blocks right
there, and what the work threw is lost. With `std::launch::deferred` the work never runs at all, and
without a policy the library may choose that.

## Example

```cpp bad
#include <future>
void audit(int order);

void checkout(int order) {
  std::async(std::launch::async, audit, order); // waits for the audit
}
```

## Use instead

```cpp good
#include <future>
void audit(int order);

void checkout(int order) {
  auto audited = std::async(std::launch::async, audit, order);
  // … other work meanwhile …
  audited.get();
}
```

To wait at once is fine when it is said: `std::async(…).get()`.
)md",
    .run = run};

} // namespace tether::checks
