#include "matchers/Askers.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

static void run(Unit &unit, Report &report) {
  for (const Call &call : unit.seen.calls) {
    const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
    const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
    Ask ask = askOfFree(*call.expr, unit.names);
    if (type && !type->wrapper)
      ask = askOf(*member, *type, unit.types);
    if (ask != Ask::TimedWait || call.used || call.expr->getType()->isVoidType())
      continue;
    // What yields the handle for the next call answers nothing.
    if (unit.types.find(call.expr->getType()))
      continue;
    Remark remark;
    remark.at = nameLoc(*call.expr);
    remark.standing = call.standing;
    remark.message = formatv("{0} may give up before the work is done, and its answer is ignored",
                             quoted(calledName(*call.expr)));
    remark.help = "compare the answer, or wait without a limit";
    report.add(std::move(remark));
  }
}

static constexpr llvm::StringLiteral Cousins[] = {"bugprone-unused-return-value", "CERT-ERR33-C"};
static constexpr int Weaknesses[] = {252};

extern const Check ignored_wait_status = {.id = "ignored-wait-status",
                                          .summary = "the answer of a timed wait is ignored",
                                          .since = "0.1.0",
                                          .level = Level::Warning,
                                          .cwe = Weaknesses,
                                          .cousins = Cousins,
                                          .docs = R"md(
## What it does

Finds `wait_for`, `wait_until` and their like on a handle whose answer nobody looks at.

## Why is this bad

After the call nothing is known: the work may be done, still running, or, if it was deferred, not even
begun. Code that goes on as if it were done works until the machine is busy.

## Example

```cpp bad
#include <chrono>
#include <future>
std::future<int> fetch(int order);

int checkout(int order) {
  auto price = fetch(order);
  price.wait_for(std::chrono::seconds(1));
  return price.get(); // waits for as long as it takes
}
```

## Use instead

```cpp good
#include <chrono>
#include <future>
#include <optional>
std::future<int> fetch(int order);
void cancel(std::future<int> late);

std::optional<int> checkout(int order) {
  auto price = fetch(order);
  if (price.wait_for(std::chrono::seconds(1)) == std::future_status::ready)
    return price.get();
  cancel(std::move(price));
  return std::nullopt;
}
```
)md",
                                          .run = run};

} // namespace tether::checks
