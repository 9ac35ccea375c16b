#include "matchers/AsyncWork.h"
#include "matchers/Borrowing.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/CoroutineClosure.h"
#include "matchers/CoroutinePromise.h"
#include "matchers/Fixes.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"
#include "matchers/Spawning.h"
#include "matchers/Waiting.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {
namespace {

/// How far the work outlives its start.
enum class Reach {
  Ends,    ///< it is over, or never begins, before anything of the scope dies
  Scope,   ///< it outlives the scope; somebody still has its handle
  Object,  ///< its handle was dropped: it may outlive the object too
  Everyone ///< it was let go on purpose: it may outlive whatever the function was lent
};

struct Outliving {
  Reach reach = Reach::Ends;
  std::string how;       ///< "is detached", "goes on after the return"
  bool returned = false; ///< the caller has its handle
};

} // namespace

static Outliving ofPath(const flow::Path &path, const Obligation &work) {
  switch (path.end) {
  case flow::End::Detached:
    return {Reach::Everyone, "is detached"};
  case flow::End::Outlives:
    return {Reach::Scope, "may still run when its scope ends"};
  case flow::End::Pending:
    if (work.start == Start::Eager && goesOn(work.onDrop))
      return {work.type->isThread() ? Reach::Everyone : Reach::Scope,
              "goes on when its handle dies"};
    return {};
  case flow::End::Given:
    if (path.given == flow::Given::Returned || path.given == flow::Given::Thrown)
      return {Reach::Scope, "goes on after the return", path.given == flow::Given::Returned};
    if (path.given == flow::Given::Member || path.given == flow::Given::Elsewhere)
      return {Reach::Scope, "is kept where it outlives this function"};
    return {};
  default:
    return {};
  }
}

/// Whether the object that starts the work is a member: it goes with the object.
static bool startedByOwn(const Obligation &work) {
  const auto *member = dyn_cast<CXXMemberCallExpr>(work.origin);
  return member && isa_and_nonnull<FieldDecl>(bottomOf(member->getImplicitObjectArgument()));
}

/// What becomes of the work of an obligation that refers to the variables.
static Outliving outliving(const Obligation &work, ArrayRef<const VarDecl *> borrowed, Unit &unit) {
  switch (work.ending.fate) {
  case Fate::Detached:
    return {Reach::Everyone, "is detached"};
  case Fate::Dropped:
  case Fate::Voided:
  case Fate::Handled:
    if (work.type->words->onDrop == Drop::Detaches)
      return {Reach::Everyone, "belongs to nobody"};
    if (work.start == Start::Eager && goesOn(work.onDrop))
      return {startedByOwn(work) ? Reach::Scope : Reach::Object, "goes on when its handle dies"};
    return {};
  case Fate::Continued:
    for (const Obligation &next : unit.seen.obligations)
      if (const auto *call = dyn_cast<CXXMemberCallExpr>(next.origin);
          call && bare(call->getImplicitObjectArgument()) == work.origin)
        return outliving(next, borrowed, unit);
    return {};
  case Fate::Stored:
  case Fate::Transferred: {
    Outliving worst;
    for (const flow::Path &path : unit.flow.of(work, borrowed).paths)
      if (Outliving here = ofPath(path, work); here.reach > worst.reach)
        worst = here;
    return worst;
  }
  default:
    return {};
  }
}

static bool isHandlerItself(const FunctionDecl *function, const Unit &unit) {
  std::optional<HandlerReach> reach = unit.handlers.reaching(function);
  return reach && reach->chain.size() == 1;
}

/// What of the borrowed dies before the work: named for the message, or empty.
static std::string dying(const Borrowed &borrowed, const Outliving &out, const FunctionDecl *inside,
                         const Unit &unit) {
  Reach reach = out.reach;
  if (reach == Reach::Ends)
    return "";
  if (!borrowed.locals.empty())
    return quoted(borrowed.locals.front()->getName());
  if (borrowed.temporary)
    return "a temporary";
  // The caller may know that what it lends lives on; not if nobody can wait for the work.
  for (const VarDecl *variable : borrowed.outer) {
    bool pointer = variable->getType()->isPointerType();
    // What a handler was given lives until the work ends that it answers with.
    bool handler = isHandlerItself(inside, unit) && !out.returned;
    if (handler || (reach == Reach::Everyone && !pointer))
      return formatv("what {0} {1} to", quoted(variable->getName()), pointer ? "points" : "refers");
  }
  return borrowed.object && reach >= Reach::Object ? "`this`" : "";
}

/// Where the first of the borrowed dies.
static std::vector<Step> deathOf(const Borrowed &borrowed, const Standing &standing, Unit &unit) {
  if (borrowed.locals.empty()) {
    if (!borrowed.temporary || !standing.statement)
      return {};
    return {{spanOf(standing.statement->getEndLoc(), unit.context),
             "the temporary dies at the end of this statement"}};
  }
  const VarDecl &variable = *borrowed.locals.front();
  SourceLocation end = endOf(nullptr, *standing.inside);
  if (const flow::Body *body = unit.flow.bodyOf(*standing.inside))
    for (const flow::Block &block : body->blocks)
      for (const flow::Event &event : block.events)
        if (event.act == flow::Act::End && event.variable == &variable && event.at)
          end = endOf(event.at, *standing.inside);
  return {{spanOf(variable.getLocation(), unit.context),
           formatv("{0} lives in this scope", quoted(variable.getName()))},
          {spanOf(end, unit.context), formatv("{0} dies here", quoted(variable.getName()))}};
}

static void add(Report &report, const Expr &at, StringRef started, const Standing &standing,
                StringRef what, StringRef how, bool coroutine, std::vector<Fix> fixes,
                std::vector<Step> trace) {
  Remark remark;
  remark.at = nameLoc(at);
  remark.standing = standing;
  remark.meant = at.getSourceRange();
  remark.message = formatv("the work of {0} refers to {1} and may outlive it: it {2}",
                           quoted(started), what, how);
  remark.help = what == "`this`" ? "let the work own the object (shared_from_this), or wait for it"
                : coroutine ? "take the parameter by value, or await the coroutine while it lives"
                            : "give the work a copy, or wait for it before the scope ends";
  remark.fixes = std::move(fixes);
  remark.trace = std::move(trace);
  report.add(std::move(remark));
}

/// Whether the call's arguments live on with the work that it starts.
static bool launches(const Obligation &work, Unit &unit) {
  const Expr &origin = *work.origin;
  Call call{&origin, calleeOf(origin), {}};
  return work.type->isThread() || (call.callee && runsCallables(call, unit.names, unit.types));
}

static bool isCoroutineCall(const Obligation &work) {
  const auto *call = dyn_cast<CallExpr>(work.origin);
  const FunctionDecl *callee = call ? calleeOf(*call) : nullptr;
  if (!callee || work.type->wrapper)
    return false;
  const FunctionDecl *definition = nullptr;
  if (callee->hasBody(definition))
    return isa<CoroutineBodyStmt>(definition->getBody());
  return looksLikeCoroutine(*callee);
}

/// What a handler is lent until it has answered does not die with its return.
static void forgetLasting(Borrowed &borrowed, const FunctionDecl &inside, const Unit &unit) {
  if (unit.handlers.reaching(&inside))
    erase_if(borrowed.outer, [&](const VarDecl *lent) {
      return unit.names.outlivesHandler.has(recordOf(lent->getType()));
    });
}

static bool isEager(const Obligation &work) { return work.type->words->start == Start::Eager; }

static void onObligation(const Obligation &work, Unit &unit, Report &report) {
  if (!work.inside)
    return;
  Borrowed borrowed;
  bool coroutine = isCoroutineCall(work);
  if (coroutine)
    borrowed =
        borrowedByCoroutine(*cast<CallExpr>(work.origin), *work.inside, unit.names, isEager(work));
  else if (launches(work, unit))
    borrowed = borrowedByLaunch(*work.origin, *work.inside, unit.names);
  // Whoever resumes the coroutine needs its awaiter: it lives until then.
  if (work.inside->getIdentifier() && work.inside->getName() == "await_suspend")
    borrowed.object = false;
  forgetLasting(borrowed, *work.inside, unit);
  if (borrowed.empty())
    return;
  if (isAnnounced(work, borrowed, unit))
    return;
  Outliving out = outliving(work, borrowed.locals, unit);
  // A temporary is gone once the statement is done, whoever waits later.
  if (coroutine && borrowed.temporary && work.ending.fate == Fate::Stored)
    out = {Reach::Scope, isEager(work) ? "goes on after the temporary is gone"
                                       : "begins only after the temporary is gone"};
  // Work that nobody has a handle of can still be waited for by other means.
  bool free = work.ending.fate == Fate::Detached || work.ending.fate == Fate::Dropped ||
              work.ending.fate == Fate::Handled || out.how == "is detached";
  if (free && waitsLater(*work.origin, *work.inside, borrowed, unit))
    return;
  std::string what = dying(borrowed, out, work.inside, unit);
  if (!what.empty())
    add(report, *work.origin, startName(*work.origin, unit.types), {work.inside, work.statement},
        what, out.how, coroutine, fixesOfCapture(*work.origin, *work.inside, borrowed, unit),
        deathOf(borrowed, {work.inside, work.statement}, unit));
}

/// The executor that the call hands its work to, or null.
static const ValueDecl *executorOf(const Call &call) {
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr))
    return bottomOf(member->getImplicitObjectArgument());
  ArrayRef<const Expr *> arguments = argumentsOf(*call.expr);
  // What is run does not run itself.
  return arguments.empty() || isCallable(arguments.front()->getType())
             ? nullptr
             : bottomOf(arguments.front());
}

/// Whether the executor dies with this function, or with the object.
static bool diesWithUs(const ValueDecl *executor) {
  if (const auto *variable = dyn_cast_or_null<VarDecl>(executor))
    return variable->hasLocalStorage() && !variable->getType()->isReferenceType() &&
           !variable->getType()->isPointerType() && !isa<ParmVarDecl>(variable);
  return false;
}

/// Coroutines that are called for a sink to run: `co_spawn(io, store(name), detached)`.
static Borrowed borrowedByTasks(const Call &call, Unit &unit) {
  Borrowed found;
  for (const Expr *argument : argumentsOf(*call.expr))
    for (const Obligation &work : unit.seen.obligations)
      if (work.origin == bare(argument) && isCoroutineCall(work))
        found.add(borrowedByCoroutine(*cast<CallExpr>(work.origin), *call.standing.inside,
                                      unit.names, isEager(work)));
  return found;
}

/// Work given to a scope of somebody else's, who waits for it when the locals are gone.
static void onScope(const Call &call, const JoiningScope &scope, Unit &unit, Report &report) {
  const FunctionDecl &inside = *call.standing.inside;
  const ValueDecl *object = scopeOf(call);
  if (!scopeGoesOn(call, scope, unit))
    return;
  Borrowed borrowed = borrowedByTasks(call, unit);
  borrowed.add(borrowedByLaunch(*call.expr, inside, unit.names, /*onlyWork=*/true));
  erase_if(borrowed.outer, [&](const VarDecl *lent) { return lent == object; });
  std::string what = dying(borrowed, {Reach::Scope, ""}, &inside, unit);
  if (!what.empty() && !waitsLater(*call.expr, inside, borrowed, unit, object))
    add(report, *call.expr, calledName(*call.expr), call.standing, what,
        formatv("runs until somebody waits for {0}", quoted(object->getNameAsString())).str(),
        /*coroutine=*/false, fixesOfCapture(*call.expr, inside, borrowed, unit),
        deathOf(borrowed, call.standing, unit));
}

/// What a function that yields no handle goes on referring to: the pointers that it is lent for its
/// work.
static void onLent(const Call &call, Unit &unit, Report &report) {
  const FunctionDecl &inside = *call.standing.inside;
  Borrowed borrowed = borrowedByPointers(*call.expr, inside, unit.names);
  std::string what = dying(borrowed, {Reach::Scope, ""}, &inside, unit);
  if (!what.empty() && !waitsLater(*call.expr, inside, borrowed, unit))
    add(report, *call.expr, calledName(*call.expr), call.standing, what,
        "runs some time after this call",
        /*coroutine=*/false, {}, deathOf(borrowed, call.standing, unit));
}

/// Work handed to somebody who gives no handle back.
static void onSink(const Call &call, Unit &unit, Report &report, DenseSet<const Expr *> &told) {
  const FunctionDecl *inside = call.standing.inside;
  if (!inside || !call.callee)
    return;
  if (losesClosure(call, unit))
    add(report, *call.expr, calledName(*call.expr), call.standing, "the closure of its coroutine",
        "goes on when the closure that was called is gone", /*coroutine=*/true, {}, {});
  if (const JoiningScope *scope = unit.names.spawnsInto(call.callee); scope && scopeOf(call))
    return onScope(call, *scope, unit, report);
  if (unit.names.launchers.has(call.callee) && !unit.types.find(call.expr->getType()))
    onLent(call, unit, report);
  bool token = !unit.names.binders.has(call.callee) && detachedToken(*call.expr, unit.names);
  const DetachedSink *sink = detachedSinkOf(call, unit.names);
  bool executor = (sink && sink->work == Work::Task) || unit.names.hasExecutorShape(*call.callee);
  // What somebody else waits for, or is told of, may still run when this function has returned.
  bool launcher = isa<CallExpr>(call.expr) && unit.names.launchers.has(call.callee) &&
                  !unit.names.spawnsInto(call.callee);
  if ((!token && !executor && !launcher) || diesWithUs(executorOf(call)) ||
      unit.types.find(call.expr->getType()))
    return;
  // Of what goes with a completion token, only the work itself is held.
  Borrowed borrowed = borrowedByTasks(call, unit);
  borrowed.add(borrowedByLaunch(*call.expr, *inside, unit.names, /*onlyWork=*/true));
  erase_if(borrowed.outer, [&](const VarDecl *lent) { return lent == executorOf(call); });
  // What runs on a context of this function alone ends with it.
  if (token && !executorOf(call) && any_of(borrowed.locals, [&](const VarDecl *local) {
        return diesWithUs(local) && unit.names.isExecutionContext(recordOf(local->getType()));
      }))
    return;
  forgetLasting(borrowed, *inside, unit);
  if (waitsLater(*call.expr, *inside, borrowed, unit))
    return;
  borrowed.object = borrowed.object && token && !isa_and_nonnull<FieldDecl>(executorOf(call));
  Outliving out = token ? Outliving{Reach::Everyone, "is detached"}
                        : Outliving{Reach::Scope, "runs some time after this call"};
  std::string what = dying(borrowed, out, inside, unit);
  if (what.empty())
    return;
  add(report, *call.expr, calledName(*call.expr), call.standing, what, out.how,
      /*coroutine=*/false, fixesOfCapture(*call.expr, *inside, borrowed, unit),
      deathOf(borrowed, call.standing, unit));
  for (const Expr *argument : argumentsOf(*call.expr))
    told.insert(bare(argument));
}

static void run(Unit &unit, Report &report) {
  // What is said of the call that work is given to is not said again of the work.
  DenseSet<const Expr *> told;
  for (const Call &call : unit.seen.calls)
    onSink(call, unit, report, told);
  for (const Obligation &work : unit.seen.obligations)
    if (!told.contains(work.origin))
      onObligation(work, unit, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"AsyncFixer04", "CP.31",
                                                  "cppcoreguidelines-"
                                                  "avoid-capturing-lambda-coroutines"};
static constexpr int Weaknesses[] = {416, 562};

extern const Check dangling_capture = {
    .id = "dangling-capture",
    .summary = "work that can outlive the scope refers to something of it",
    .since = "0.1.0",
    .level = Level::Error,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds work that holds a reference, a pointer or a view to a local variable, to a parameter or to its
own object, and that may still run when that is gone: a detached thread with `[&]`, a future of such
work that is returned or stored, a callable posted to somebody else's executor, a coroutine whose
reference parameter is bound to a temporary, a coroutine lambda whose closure dies before it runs.

Work that is joined before the scope ends on every path is fine, be it by a task group that is itself a local of
the function, and so is work that owns what it uses
(`shared_from_this`, capture by value). Registering a callback starts no work.

## Why is this bad

The work reads and writes memory that belongs to somebody else by then. It is the kind of defect that
shows under load, elsewhere, and never in a debugger.

## Example

```cpp bad
#include <future>
#include <string>
int length(const std::string &text);

std::future<int> measure(std::string text) {
  return std::async(std::launch::async, [&text] { return length(text); });
}
```

## Use instead

```cpp good
#include <future>
#include <string>
int length(const std::string &text);

std::future<int> measure(std::string text) {
  return std::async(std::launch::async, [text = std::move(text)] { return length(text); });
}
```
)md",
    .run = run};

} // namespace tether::checks
