#include "matchers/Check.h"
#include "matchers/CoroutinePromise.h"
#include "matchers/Fixes.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

/// How the work would begin: only what speaks the protocol can be awaited.
static StringRef beginning(const Obligation &work) {
  const CXXRecordDecl *record = recordOf(work.origin->getType());
  bool awaitable = any_of(work.type->words->consume, [](StringRef word) {
    return word == "operator co_await" || word == "await_resume";
  });
  return awaitable || (record && isMadeByCoroutines(*record)) ? "awaits" : "starts";
}

static std::string message(const Obligation &work, const std::string &name) {
  if (work.type->awaiterOnly)
    return formatv("nobody awaits what {0} returns: it never begins", name);
  // What cancels where it is dropped may have begun.
  if (work.onDrop == Drop::Cancels)
    return formatv("nobody awaits what {0} returns: dropping it cancels the work", name);
  return formatv("{0} never runs: what it returns is dropped before anybody {1} it", name,
                 beginning(work));
}

static void run(Unit &unit, Report &report) {
  for (const Obligation &work : unit.seen.obligations) {
    if (lossOf(work) != Loss::Work)
      continue;
    Remark remark = remarkOn(unit, work);
    std::string name = quoted(calledName(*work.origin));
    remark.message = message(work, name);
    remark.fixes = fixesOfDiscard(work, unit);
    report.add(std::move(remark));
  }
}

static constexpr llvm::StringLiteral Cousins[] = {"typescript-eslint/no-floating-promises",
                                                  "rustc/unused_must_use", "RUF006", "CS4014"};
static constexpr int Weaknesses[] = {252, 772};

extern const Check discarded_coroutine = {
    .id = "discarded-coroutine",
    .summary = "a lazily started coroutine, awaiter, generator or sender is dropped: it never runs",
    .since = "0.1.0",
    .level = Level::Error,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds a call whose result begins its work only when it is awaited, and which nobody awaits. Listed
types count, and any type that shows it by its structure: a coroutine whose `initial_suspend` always
suspends, a class with the awaiter protocol.

## Why is this bad

Not one statement of the coroutine's body is executed. No error, no log: the line has no effect.

## Example

```cpp bad
#include <coroutine>
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
Task save(int order);

Task checkout(int order) {
  save(order); // nothing is saved
  co_return;
}
```

## Use instead

```cpp good
#include <coroutine>
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<>) {}
  void await_resume() {}
};
Task save(int order);

Task checkout(int order) { co_await save(order); }
```
)md",
    .run = run};

} // namespace tether::checks
