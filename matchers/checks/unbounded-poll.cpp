#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"
#include "matchers/Polls.h"

#include "clang/AST/ASTContext.h"
#include "llvm/Support/FormatVariadic.h"

#include <array>

using namespace clang;
using namespace llvm;

namespace tether::checks {
namespace {

/// The ways from a poll back to itself, without the handle becoming another one on the way.
class Rounds {
public:
  Rounds(const flow::Body &body, const Asked &handle, unsigned poll);

  /// Whether the same handle can be polled again.
  bool exist();
  /// Whether it can be polled again and again, with the handle's own answer as the only way out.
  bool areUnbounded();

private:
  std::vector<bool> spread(const std::vector<std::vector<unsigned>> &edges) const;
  bool leaves(unsigned block, bool waiting) const;
  bool isDecidedByHandle(const Expr *expr) const;
  bool isAnswer(const ValueDecl &variable) const;

  const flow::Body &body;
  const Asked &handle;
  unsigned poll;
  std::vector<std::vector<unsigned>> to, from;
  std::vector<bool> cut;    ///< blocks that no unbounded round goes through
  std::vector<bool> next;   ///< blocks that put another handle in place and come back to the poll
  std::vector<bool> inside; ///< blocks of the rounds
  mutable SmallVector<const ValueDecl *, 4> open; ///< variables that are being decided
};

Rounds::Rounds(const flow::Body &body, const Asked &handle, unsigned poll)
    : body(body), handle(handle), poll(poll), to(body.blocks.size()), from(body.blocks.size()),
      cut(body.blocks.size()), next(body.blocks.size()), inside(body.blocks.size()) {
  std::vector<bool> back = body.leadingTo({poll});
  for (unsigned i = 0; i != body.blocks.size(); ++i) {
    for (const flow::Way &way : body.blocks[i].ways) {
      to[i].push_back(way.to);
      from[way.to].push_back(i);
    }
    for (const flow::Event &event : body.blocks[i].events)
      if (handle.isChangedBy(event)) {
        cut[i] = true;
        next[i] = next[i] || (back[i] && !handle.isMadeBy(event));
      }
  }
}

/// The blocks that are reached from the poll along the edges; the poll itself if it is again.
std::vector<bool> Rounds::spread(const std::vector<std::vector<unsigned>> &edges) const {
  std::vector<bool> reached(edges.size());
  std::vector<unsigned> work = {poll};
  while (!work.empty()) {
    unsigned block = work.back();
    work.pop_back();
    for (unsigned other : edges[block])
      if (!cut[other] && !reached[other]) {
        reached[other] = true;
        work.push_back(other);
      }
  }
  return reached;
}

bool Rounds::exist() {
  std::vector<bool> after = spread(to), before = spread(from);
  for (unsigned i = 0; i != inside.size(); ++i)
    inside[i] = after[i] && before[i];
  return inside[poll];
}

/// Whether a way out of the block leads out of the rounds; with `waiting`, not to the next handle.
bool Rounds::leaves(unsigned block, bool waiting) const {
  return any_of(to[block], [&](unsigned out) { return !inside[out] && !(waiting && next[out]); });
}

/// Inner loops lie within outer ones: what has a bound is taken out until nothing has.
bool Rounds::areUnbounded() {
  while (exist()) {
    bool ends = false, bounded = false;
    for (unsigned i = 0; i != inside.size(); ++i) {
      if (!inside[i] || !leaves(i, /*waiting=*/false))
        continue;
      if (isDecidedByHandle(body.blocks[i].condition.expr))
        // A loop that goes on with the next handle serves, it does not wait.
        ends |= leaves(i, /*waiting=*/true);
      else
        bounded = cut[i] = true;
    }
    if (!bounded)
      return ends;
  }
  return false;
}

/// What the statement gives to the variable; null if that is not plain.
static const Expr *valueGiven(const Stmt &at, const ValueDecl &variable) {
  if (const auto *op = dyn_cast<BinaryOperator>(&at))
    return op->getOpcode() == BO_Assign ? op->getRHS() : nullptr;
  if (const auto *call = dyn_cast<CXXOperatorCallExpr>(&at))
    return call->getOperator() == OO_Equal ? call->getArg(1) : nullptr;
  const auto *local = dyn_cast<VarDecl>(&variable);
  return isa<DeclStmt>(at) && local ? local->getInit() : nullptr;
}

/// Whether the variable holds nothing but what the handle has answered in this round.
bool Rounds::isAnswer(const ValueDecl &variable) const {
  const auto *local = dyn_cast<VarDecl>(&variable);
  if (!local || !local->hasLocalStorage() || local->getType()->isReferenceType())
    return false;
  if (is_contained(open, &variable))
    return true;
  open.push_back(&variable);
  bool answered = false, other = false;
  for (unsigned i = 0; i != inside.size(); ++i)
    for (const flow::Event &event : body.blocks[i].events) {
      bool written = (event.act == flow::Act::Write || event.act == flow::Act::Declare) &&
                     event.variable == &variable;
      if (!inside[i] || !written)
        continue;
      const Expr *value = event.at ? valueGiven(*event.at, variable) : nullptr;
      (value && isDecidedByHandle(value) ? answered : other) = true;
    }
  open.pop_back();
  return answered && !other;
}

/// Whether the value depends on nothing but the handle and its answers.
bool Rounds::isDecidedByHandle(const Expr *expr) const {
  expr = expr ? bare(expr) : nullptr;
  if (!expr || expr->isValueDependent())
    return false;
  auto all = [&](auto parts) {
    return all_of(parts, [&](const Expr *part) { return isDecidedByHandle(part); });
  };
  if (handle.isAskedBy(*expr) || expr->isEvaluatable(body.function.getASTContext()))
    return true;
  if (const auto *name = dyn_cast<DeclRefExpr>(expr))
    return handle.dependsOn(*name->getDecl()) || isAnswer(*name->getDecl());
  if (const auto *member = dyn_cast<MemberExpr>(expr))
    return handle.dependsOn(*member->getMemberDecl());
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(expr))
    return isDecidedByHandle(cast->getSubExpr());
  if (const auto *op = dyn_cast<UnaryOperator>(expr))
    return !op->isIncrementDecrementOp() && isDecidedByHandle(op->getSubExpr());
  if (const auto *op = dyn_cast<BinaryOperator>(expr))
    return op->isAssignmentOp() ? op->getOpcode() == BO_Assign && isDecidedByHandle(op->getRHS())
                                : all(std::array{op->getLHS(), op->getRHS()});
  if (const auto *op = dyn_cast<CXXRewrittenBinaryOperator>(expr))
    return all(std::array{op->getLHS(), op->getRHS()});
  if (const auto *call = dyn_cast<CXXOperatorCallExpr>(expr))
    return (call->isComparisonOp() || call->getOperator() == OO_Exclaim ||
            call->getOperator() == OO_Star || call->getOperator() == OO_Arrow) &&
           all(call->arguments());
  // Whether an owner has a handle at all.
  const auto *call = dyn_cast<CXXMemberCallExpr>(expr);
  return call && call->getNumArgs() == 0 && isDecidedByHandle(call->getImplicitObjectArgument());
}

} // namespace

/// The block in which the expression is evaluated.
static std::optional<unsigned> blockOf(const Expr &expr, const flow::Body &body) {
  for (unsigned i = 0; i != body.blocks.size(); ++i)
    for (const flow::Event &event : body.blocks[i].events)
      if (event.act == flow::Act::Start && event.value == &expr)
        return i;
  return std::nullopt;
}

/// What began the work of the handle that is polled, as far as its variable tells.
static const Obligation *workOf(const Expr &object, const Unit &unit) {
  const auto *name = dyn_cast<DeclRefExpr>(bare(&object));
  for (const Obligation &work : unit.seen.obligations)
    if (name && work.ending.into == name->getDecl())
      return &work;
  return nullptr;
}

static std::string described(const Obligation *work, const Expr &object, const Unit &unit) {
  if (work && work->launcher)
    return workName(*work->origin, unit.names);
  return quoted(work ? calledName(*work->origin)
                     : normalisedText(object.getSourceRange(), unit.context));
}

static void onPoll(const Call &call, const CXXMemberCallExpr &poll, Unit &unit, Report &report) {
  const Expr &object = *poll.getImplicitObjectArgument();
  const flow::Body *body = call.standing.inside ? unit.flow.bodyOf(*call.standing.inside) : nullptr;
  std::optional<unsigned> block = body ? blockOf(poll, *body) : std::nullopt;
  if (!block)
    return;
  Asked handle(object);
  Rounds rounds(*body, handle, *block);
  if (!rounds.exist())
    return;
  const Obligation *work = workOf(object, unit);
  bool deferred = work && work->onDrop == Drop::NeverRuns && work->start != Start::Lazy;
  if (!deferred && !rounds.areUnbounded())
    return;
  std::string name = described(work, object, unit);
  Remark remark;
  remark.at = nameLoc(poll);
  remark.standing = call.standing;
  remark.meant = poll.getSourceRange();
  if (deferred) {
    remark.message = formatv("{0} is deferred and runs only when it is asked for: polling it in a "
                             "loop never finds it ready",
                             name);
    remark.help = "call `get()`, which runs it here, or start it with `std::launch::async`";
  } else {
    remark.message = formatv("this loop polls {0} with neither a bound nor a deadline: if the work "
                             "hangs, so does the loop",
                             name);
    remark.help = "count the rounds or compare the clock with a deadline and give up then; if "
                  "waiting for ever is meant, wait without a loop";
  }
  if (work)
    remark.trace.push_back({spanOf(nameLoc(*work->origin), unit.context), "the work starts here"});
  report.add(std::move(remark));
}

static void run(Unit &unit, Report &report) {
  for (const Call &call : unit.seen.calls)
    if (const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
        member && isPoll(*member, unit.types))
      onPoll(call, *member, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"ASYNC110"};
static constexpr int Weaknesses[] = {835};

extern const Check unbounded_poll = {
    .id = "unbounded-poll",
    .summary = "a loop polls a handle with neither a bound nor a deadline",
    .since = "0.1.0",
    .level = Level::Note,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds a loop that asks the same handle again and again (`wait_for`, `wait_until`, `is_ready`) and
ends only when the handle says that it is ready. A loop that can also end for another reason is left
alone: a count, a deadline, a flag, anything that is no answer of the handle. So is a loop that goes
on with the next handle. A timed wait by itself is no bound: each round has a new one.

A handle of deferred work (`std::launch::deferred`) is reported in any loop: no timed wait ever runs
it.

The check is strict: it remarks on code that may be what was meant.

## Why is this bad

Work that hangs takes the loop with it, and nobody is told: the caller sees neither a result nor an
error, only a thread that turns in circles.

## Example

```cpp bad
#include <chrono>
#include <future>
std::future<int> fetch(int order);
void show_progress();

int price(int order) {
  auto job = fetch(order);
  while (job.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready)
    show_progress();
  return job.get();
}
```

## Use instead

```cpp good
#include <chrono>
#include <future>
#include <optional>
std::future<int> fetch(int order);
void cancel(std::future<int> late);
void show_progress();

std::optional<int> price(int order) {
  auto job = fetch(order);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (job.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready) {
    if (std::chrono::steady_clock::now() >= deadline) {
      cancel(std::move(job));
      return std::nullopt;
    }
    show_progress();
  }
  return job.get();
}
```
)md",
    .run = run};

} // namespace tether::checks
