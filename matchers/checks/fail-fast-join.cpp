#include "matchers/Askers.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {
namespace {

/// An event of a body.
struct Position {
  unsigned block = 0;
  unsigned index = 0;
  bool operator==(const Position &) const = default;
};

/// What is known of one handle in a function.
struct Job {
  flow::Holder holder;
  bool fromCaller = false;      ///< a parameter: it runs from the beginning
  std::vector<Position> starts; ///< where it is put into its variable
  std::vector<Position> asked;  ///< where its end is asked for
};

/// Looks for the first question in a function that abandons others.
class JoinFinder {
public:
  JoinFinder(const flow::Body &body, Unit &unit) : body(body), unit(unit) { collect(); }

  /// The first question of the function that can abandon other jobs, and what it says of them.
  std::pair<const Stmt *, std::string> find() const;

private:
  const flow::Event &at(Position position) const {
    return body.blocks[position.block].events[position.index];
  }
  void collect();
  void note(Position position);
  Job &jobOf(const flow::Holder &holder);
  bool isIndependent(const ValueDecl &variable) const;
  bool reaches(Position from, Position to, ArrayRef<Position> blocked) const;
  bool pendingAt(const Job &job, Position position) const;
  bool hasOwnTry(const Stmt &question, const Stmt &other) const;
  const flow::Loop *drainingLoop(const flow::Event &question) const;
  bool abandonsOthers(Position question) const;

  const flow::Body &body;
  Unit &unit;
  std::vector<Job> jobs;
  std::vector<Position> questions;
};

bool JoinFinder::isIndependent(const ValueDecl &variable) const {
  const HandleType *type = unit.types.find(variable.getType());
  return type && !type->isThread() && type->words->start == Start::Eager &&
         !type->words->consume.empty();
}

Job &JoinFinder::jobOf(const flow::Holder &holder) {
  for (Job &job : jobs)
    if (job.holder == holder)
      return job;
  Job &job = jobs.emplace_back();
  job.holder = holder;
  job.fromCaller =
      isa<ParmVarDecl>(holder.variable) && !holder.variable->getType()->isLValueReferenceType();
  return job;
}

/// The handle that a free function is given alone to ask, or null.
static const Expr *onlyHandle(const Stmt *at, HandleTypes &types) {
  const auto *call = dyn_cast_or_null<CallExpr>(at);
  if (!call || askOfFree(*call, types.names) != Ask::Consume ||
      count_if(argumentsOf(*call), [&](const Expr *a) { return types.find(a->getType()); }) != 1)
    return nullptr;
  return handleGiven(*call, types);
}

void JoinFinder::note(Position position) {
  const flow::Event &event = at(position);
  bool moves = event.act == flow::Act::Move || event.act == flow::Act::Assign;
  bool asks = event.act == flow::Act::Ask && (event.ask == Ask::Consume || event.ask == Ask::Wait);
  for (const flow::Holder &holder : event.targets) {
    if (!isIndependent(*holder.variable))
      continue;
    if (moves)
      jobOf(holder).starts.push_back(position);
    if (asks)
      jobOf(holder).asked.push_back(position);
  }
  if (event.act != flow::Act::Ask || event.ask != Ask::Consume)
    return;
  const HandleType *type = nullptr;
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(event.at))
    type = handleAsked(*call, unit.types);
  else if (const auto *await = dyn_cast<CoawaitExpr>(event.at))
    type = unit.types.find(await->getOperand()->getType());
  else if (const Expr *handle = onlyHandle(event.at, unit.types))
    type = unit.types.find(handle->getType());
  if (type && !type->isThread() && type->words->start == Start::Eager)
    questions.push_back(position);
}

void JoinFinder::collect() {
  for (unsigned block = 0; block != body.blocks.size(); ++block)
    for (unsigned index = 0; index != body.blocks[block].events.size(); ++index)
      note({block, index});
  // What is known of a whole is known of its parts.
  for (Job &job : jobs)
    for (const Job &whole : jobs)
      if (job.holder.part >= 0 && whole.holder.part < 0 &&
          whole.holder.variable == job.holder.variable)
        append_range(job.starts, whole.starts);
  const SourceManager &sources = unit.context.getSourceManager();
  sort(questions, [&](Position left, Position right) {
    return sources.isBeforeInTranslationUnit(nameLoc(*cast<Expr>(at(left).at)),
                                             nameLoc(*cast<Expr>(at(right).at)));
  });
}

/// Whether there is a way between the events that avoids the others.
bool JoinFinder::reaches(Position from, Position to, ArrayRef<Position> blocked) const {
  std::vector<bool> seen(body.blocks.size());
  std::vector<Position> work = {{from.block, from.index + 1}};
  while (!work.empty()) {
    Position here = work.back();
    work.pop_back();
    const flow::Block &block = body.blocks[here.block];
    bool stopped = false;
    for (; here.index < block.events.size() && !stopped; ++here.index) {
      if (here == to)
        return true;
      stopped = is_contained(blocked, here);
    }
    if (stopped || block.ends)
      continue;
    for (const flow::Way &way : block.ways)
      if (!seen[way.to]) {
        seen[way.to] = true;
        work.push_back({way.to, 0});
      }
  }
  return false;
}

bool JoinFinder::pendingAt(const Job &job, Position position) const {
  if (job.fromCaller && reaches({body.entry, ~0u}, position, job.asked))
    return true;
  return any_of(job.starts, [&](Position start) { return reaches(start, position, job.asked); });
}

/// Whether a try around the one does not hold the other.
bool JoinFinder::hasOwnTry(const Stmt &question, const Stmt &other) const {
  return any_of(unit.seen.tries, [&](const Try &known) {
    const Stmt &block = *known.statement->getTryBlock();
    return known.inside == &body.function && body.isWithin(question, block) &&
           !body.isWithin(other, block);
  });
}

/// The loop in which the question is asked of one element after the other, or null.
const flow::Loop *JoinFinder::drainingLoop(const flow::Event &question) const {
  for (const flow::Loop &loop : body.loops) {
    if (!body.isWithin(*question.at, *loop.body))
      continue;
    auto drained = [&](const ValueDecl *variable) {
      return loop.drains.count(variable) && isIndependent(*variable) &&
             !(isa<ParmVarDecl>(variable) && variable->getType()->isLValueReferenceType());
    };
    for (const flow::Holder &holder : question.targets) {
      if (drained(holder.variable))
        return &loop;
      // Taken out of the container one by one.
      for (const flow::Block &block : body.blocks)
        for (const flow::Event &event : block.events)
          if (event.act == flow::Act::Move && body.isWithin(*event.at, *loop.body) &&
              is_contained(event.targets, holder) &&
              any_of(event.sources, [&](const flow::Source &source) {
                return source.holder.variable && drained(source.holder.variable);
              }))
            return &loop;
    }
  }
  return nullptr;
}

bool JoinFinder::abandonsOthers(Position question) const {
  const flow::Event &asks = at(question);
  for (const Job &job : jobs) {
    if (is_contained(asks.targets, job.holder) || is_contained(job.asked, question) ||
        !pendingAt(job, question))
      continue;
    for (Position later : job.asked)
      if (reaches(question, later, {}) && !hasOwnTry(*asks.at, *at(later).at))
        return true;
  }
  return false;
}

std::pair<const Stmt *, std::string> JoinFinder::find() const {
  for (Position question : questions) {
    const flow::Event &event = at(question);
    if (const flow::Loop *loop = drainingLoop(event)) {
      bool own = any_of(unit.seen.tries, [&](const Try &known) {
        return known.inside == &body.function &&
               body.isWithin(*event.at, *known.statement->getTryBlock()) &&
               body.isWithin(*known.statement, *loop->body);
      });
      if (!own)
        return {event.at, "the first job that fails abandons those after it"};
    } else if (abandonsOthers(question)) {
      return {event.at, "if this job fails, the others that run are abandoned"};
    }
  }
  return {nullptr, ""};
}

} // namespace

static void add(Report &report, const Expr &at, const Standing &standing, std::string message) {
  Remark remark;
  remark.at = nameLoc(at);
  remark.standing = standing;
  remark.message = std::move(message) + ": nobody will see how they end";
  remark.help = "handle each job's error where it is asked, or wait for all before the first error "
                "is passed on";
  report.add(std::move(remark));
}

static void onFunction(const FunctionDecl &function, Unit &unit, Report &report) {
  const flow::Body *body = unit.flow.bodyOf(function);
  if (!body)
    return;
  if (auto [at, message] = JoinFinder(*body, unit).find(); at)
    add(report, *cast<Expr>(at), {&function, at}, std::move(message));
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
    const Named *combinator = call.callee ? unit.names.combinators.find(call.callee) : nullptr;
    if (combinator && combinator->failFast)
      add(report, *call.expr, call.standing,
          formatv("{0} ends with the first job that fails and abandons the others",
                  quoted(shortName(*call.callee))));
  }
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
