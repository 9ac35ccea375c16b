#include "matchers/Joining.h"

#include "matchers/Askers.h"
#include "matchers/Awaited.h"
#include "matchers/Callable.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {
const Expr *onlyHandle(const Stmt *at, HandleTypes &types) {
  const auto *call = dyn_cast_or_null<CallExpr>(at);
  if (!call || askOfFree(*call, types.names) != Ask::Consume ||
      count_if(argumentsOf(*call), [&](const Expr *a) { return types.find(a->getType()); }) != 1)
    return nullptr;
  return handleGiven(*call, types);
}

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
  bool results = false;         ///< holds what somebody else has waited for
  bool fromCaller = false;      ///< a parameter: it runs from the beginning
  std::vector<Position> starts; ///< where it is put into its variable
  std::vector<Position> asked;  ///< where its end is asked for
  std::vector<Position> known;  ///< after these its end is known: asked, waited for
};

/// Looks for the first question in a function that abandons others.
class JoinFinder {
public:
  JoinFinder(const flow::Body &body, Unit &unit) : body(body), unit(unit) { collect(); }

  std::optional<FragileJoin> find() const;

private:
  const flow::Event &at(Position position) const {
    return body.blocks[position.block].events[position.index];
  }
  void collect();
  void note(Position position);
  void noteQuestion(Position position);
  bool isStart(const flow::Event &event) const;
  bool waits(const flow::Event &event) const;
  Job &jobOf(const flow::Holder &holder);
  bool isIndependent(const ValueDecl &variable) const;
  bool reaches(Position from, Position to, ArrayRef<Position> blocked,
               const flow::Loop *closed = nullptr) const;
  bool pendingAt(const Job &job, Position position) const;
  bool hasOwnTry(const Stmt &question, const Stmt &other) const;
  const flow::Loop *drainingLoop(const flow::Event &question) const;
  bool hasEnded(const flow::Holder &holder, Position question, const flow::Loop &loop) const;
  bool canFail(Position question) const;
  const Obligation *startedAt(Position start) const;
  bool runsOn(const Job &job) const;
  void tell(const Job &job, Position question, FragileJoin &join) const;
  std::optional<FragileJoin> inSequence(Position question) const;
  std::optional<FragileJoin> inLoop(Position question, const flow::Loop &loop) const;

  const flow::Body &body;
  Unit &unit;
  std::vector<Job> jobs;
  std::vector<Position> questions;
};

bool JoinFinder::isIndependent(const ValueDecl &variable) const {
  const HandleType *type = unit.types.find(variable.getType());
  return type && !type->isThread() && type->words->start == Start::Eager &&
         !type->words->consume.empty() && !tether::hasEnded(variable, unit.types);
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

/// A handle that is made of nothing, or a container without handles.
static bool isEmpty(const Expr *origin, HandleTypes &types) {
  if (const auto *construct = dyn_cast_or_null<CXXConstructExpr>(origin)) {
    const HandleType *made = types.find(construct->getType());
    return construct->getConstructor()->isDefaultConstructor() || (made && made->wrapper);
  }
  if (const auto *list = dyn_cast_or_null<InitListExpr>(origin))
    return all_of(list->inits(), [&](const Expr *init) {
      return isa<ImplicitValueInitExpr>(init) || isEmpty(init, types);
    });
  return false;
}

/// What somebody has waited for yields what has ended: the results of a combinator.
static bool isResult(const Expr *origin, HandleTypes &types) {
  if (isa_and_nonnull<CoawaitExpr>(origin))
    return true;
  const auto *call = dyn_cast_or_null<CXXMemberCallExpr>(origin);
  const HandleType *type = call ? handleAsked(*call, types) : nullptr;
  return type && !type->wrapper && askOf(*call, *type, types) == Ask::Consume;
}

/// Whether the event puts a handle of work that may still run into its target.
bool JoinFinder::isStart(const flow::Event &event) const {
  if (event.act != flow::Act::Move && event.act != flow::Act::Assign)
    return false;
  return event.sources.empty() || any_of(event.sources, [&](const flow::Source &source) {
           return !source.origin ||
                  (!isEmpty(source.origin, unit.types) && !isResult(source.origin, unit.types));
         });
}

/// Whether who comes after the event knows that the handles in it have ended: they were waited for,
/// for a limited time with a look at the outcome, or all together by somebody else.
bool JoinFinder::waits(const flow::Event &event) const {
  if (event.act == flow::Act::Ask) {
    bool looked = none_of(unit.seen.calls,
                          [&](const Call &call) { return call.expr == event.at && !call.used; });
    return event.ask == Ask::Consume || event.ask == Ask::Wait ||
           (event.ask == Ask::TimedWait && looked);
  }
  const FunctionDecl *callee =
      event.act == flow::Act::Lend || event.act == flow::Act::Give ? event.callee : nullptr;
  return callee && callee->getIdentifier() && unit.names.joinsAll(callee->getName());
}

void JoinFinder::note(Position position) {
  const flow::Event &event = at(position);
  bool asks = event.act == flow::Act::Ask && (event.ask == Ask::Consume || event.ask == Ask::Wait);
  bool starts = isStart(event), knows = waits(event);
  flow::Holders holders = event.targets;
  if (event.act == flow::Act::Give && knows)
    for (const flow::Source &source : event.sources)
      if (source.holder.variable)
        holders.push_back(source.holder);
  for (const flow::Holder &holder : holders) {
    if (!isIndependent(*holder.variable))
      continue;
    if (starts)
      jobOf(holder).starts.push_back(position);
    else if (event.act == flow::Act::Move || event.act == flow::Act::Assign)
      jobOf(holder).results |= any_of(event.sources, [&](const flow::Source &source) {
        return isResult(source.origin, unit.types);
      });
    if (asks)
      jobOf(holder).asked.push_back(position);
    if (knows)
      jobOf(holder).known.push_back(position);
  }
  noteQuestion(position);
}

void JoinFinder::noteQuestion(Position position) {
  const flow::Event &event = at(position);
  if (event.act != flow::Act::Ask || event.ask != Ask::Consume)
    return;
  // A result that has its error inside throws nothing.
  if (const auto *result = dyn_cast<Expr>(event.at);
      result && unit.names.payloads.has(recordOf(result->getType())))
    return;
  const HandleType *type = nullptr;
  const Expr *asked = nullptr;
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(event.at)) {
    asked = call->getImplicitObjectArgument();
    type = handleAsked(*call, unit.types);
  } else if (const auto *await = dyn_cast<CoawaitExpr>(event.at)) {
    asked = await->getOperand();
    type = unit.types.find(asked->getType());
  } else if (const Expr *handle = onlyHandle(event.at, unit.types)) {
    asked = handle;
    type = unit.types.find(asked->getType());
  }
  if (asked && tether::hasEnded(*asked, unit.types))
    return;
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

/// Whether there is a way between the events that avoids the others, and the head of a loop.
bool JoinFinder::reaches(Position from, Position to, ArrayRef<Position> blocked,
                         const flow::Loop *closed) const {
  std::vector<bool> seen(body.blocks.size());
  std::vector<Position> work = {{from.block, from.index + 1}};
  while (!work.empty()) {
    Position here = work.back();
    work.pop_back();
    const flow::Block &block = body.blocks[here.block];
    bool stopped = closed && block.terminator == closed->statement;
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
  if (job.fromCaller && reaches({body.entry, ~0u}, position, job.known))
    return true;
  return any_of(job.starts, [&](Position start) { return reaches(start, position, job.known); });
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

/// Whether all that the container holds is known to have ended before the loop that asks it: it is
/// what a combinator has yielded, or another loop or call has waited for it on every way here.
bool JoinFinder::hasEnded(const flow::Holder &holder, Position question,
                          const flow::Loop &loop) const {
  auto isSame = [&](const Job &job) { return job.holder.variable == holder.variable; };
  auto job = find_if(jobs, isSame);
  if (job == jobs.end() || job->fromCaller)
    return false;
  if (any_of(jobs, [&](const Job &each) { return isSame(each) && each.results; }))
    return none_of(jobs, [&](const Job &each) { return isSame(each) && !each.starts.empty(); });
  return any_of(job->known, [&](Position waited) {
    const Stmt &at = *this->at(waited).at;
    if (body.isWithin(at, *loop.statement))
      return false;
    auto around = find_if(body.loops, [&](const flow::Loop &other) {
      return body.isWithin(at, *other.body) && other.drains.count(holder.variable);
    });
    const flow::Loop *waiting = around == body.loops.end() ? nullptr : &*around;
    bool always = !reaches({body.entry, ~0u}, question, waited, waiting);
    return always && none_of(job->starts, [&](Position start) {
             return reaches(waited, start, {}) && reaches(start, question, waited, waiting);
           });
  });
}

/// The obligation that the event puts into its target, or null.
const Obligation *JoinFinder::startedAt(Position start) const {
  for (const flow::Source &source : at(start).sources)
    for (const Obligation &work : unit.seen.obligations)
      if (source.origin && work.origin == source.origin)
        return &work;
  return nullptr;
}

/// Whether the question is one to work that may fail, as far as it is seen.
bool JoinFinder::canFail(Position question) const {
  bool known = false;
  for (const Job &job : jobs) {
    if (!is_contained(at(question).targets, job.holder))
      continue;
    for (Position start : job.starts) {
      const Obligation *work = startedAt(start);
      if (!work || !work->infallible)
        return true;
      known = true;
    }
  }
  return !known;
}

/// Whether the work goes on when nobody asks it.
bool JoinFinder::runsOn(const Job &job) const {
  for (Position start : job.starts)
    if (const Obligation *work = startedAt(start))
      return goesOn(work->onDrop);
  return goesOn(unit.types.find(job.holder.variable->getType())->words->onDrop);
}

void JoinFinder::tell(const Job &job, Position question, FragileJoin &join) const {
  std::string name = job.holder.variable->getIdentifier() ? quoted(job.holder.variable->getName())
                                                          : std::string("another job");
  auto locate = [&](Position position) {
    if (const Obligation *work = startedAt(position))
      return nameLoc(*work->origin);
    const Stmt *at = this->at(position).at;
    const auto *expr = dyn_cast<Expr>(at);
    return expr ? nameLoc(*expr) : at->getBeginLoc();
  };
  for (Position start : job.starts)
    if (reaches(start, question, job.known)) {
      join.others.push_back(
          {locate(start),
           formatv(join.inLoop ? "{0} gets its jobs here" : "{0} runs from here on", name)});
      break;
    }
  for (Position later : job.asked)
    if (!join.inLoop && !(later == question) && reaches(question, later, {})) {
      join.others.push_back({locate(later), formatv("{0} would be asked here", name)});
      break;
    }
}

std::optional<FragileJoin> JoinFinder::inSequence(Position question) const {
  const flow::Event &asks = at(question);
  FragileJoin join{cast<Expr>(asks.at), /*inLoop=*/false, /*abandons=*/false, {}};
  bool found = false;
  for (const Job &job : jobs) {
    if (is_contained(asks.targets, job.holder) || is_contained(job.asked, question) ||
        !pendingAt(job, question))
      continue;
    if (none_of(job.asked, [&](Position later) {
          return reaches(question, later, {}) && !hasOwnTry(*asks.at, *at(later).at);
        }))
      continue;
    found = true;
    join.abandons |= runsOn(job);
    tell(job, question, join);
  }
  return found ? std::optional(std::move(join)) : std::nullopt;
}

std::optional<FragileJoin> JoinFinder::inLoop(Position question, const flow::Loop &loop) const {
  const flow::Event &asks = at(question);
  bool own = any_of(unit.seen.tries, [&](const Try &known) {
    return known.inside == &body.function &&
           body.isWithin(*asks.at, *known.statement->getTryBlock()) &&
           body.isWithin(*known.statement, *loop.body);
  });
  if (own || any_of(asks.targets, [&](const flow::Holder &holder) {
        return loop.drains.count(holder.variable) && hasEnded(holder, question, loop);
      }))
    return std::nullopt;
  FragileJoin join{cast<Expr>(asks.at), /*inLoop=*/true, /*abandons=*/false, {}};
  for (const Job &job : jobs)
    if (loop.drains.count(job.holder.variable)) {
      join.abandons |= runsOn(job);
      tell(job, question, join);
    }
  join.abandons |= join.others.empty();
  return join;
}

std::optional<FragileJoin> JoinFinder::find() const {
  for (Position question : questions) {
    if (!canFail(question))
      continue;
    const flow::Loop *loop = drainingLoop(at(question));
    if (std::optional<FragileJoin> join = loop ? inLoop(question, *loop) : inSequence(question))
      return join;
  }
  return std::nullopt;
}

} // namespace

std::optional<FragileJoin> fragileJoinIn(const flow::Body &body, Unit &unit) {
  return JoinFinder(body, unit).find();
}

} // namespace tether
