#include "matchers/Askers.h"
#include "matchers/Awaited.h"
#include "matchers/Awaiting.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"
#include "matchers/Polls.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

#include <set>

using namespace clang;
using namespace llvm;

namespace tether::checks {

/// Whether somebody who has such a handle can stand still until its work ends. What can only be
/// awaited may have a `get` too, which then waits for nothing.
static bool canBlock(const HandleType &type, const CXXRecordDecl *record) {
  auto has = [&](StringRef name) { return record && findMember(*record, memberOf(name)); };
  return any_of(type.words->waitOnly, has) || any_of(type.words->timedWait, has);
}

/// Whether the member function stands still until the work ends.
static bool isBlocking(const CXXMethodDecl &method, Ask ask, const HandleType &type) {
  if (!method.getIdentifier() || type.wrapper)
    return false;
  return ask == Ask::Wait || (ask == Ask::Consume && method.getName() != "await_resume" &&
                              canBlock(type, method.getParent()));
}

static bool isBlocking(const CXXMemberCallExpr &call, HandleTypes &types) {
  const HandleType *type = handleAsked(call, types);
  return type && call.getMethodDecl() &&
         isBlocking(*call.getMethodDecl(), askOf(call, *type, types), *type);
}

namespace {

/// Follows all paths to a blocking call, with what is known about the handle on the way.
class Readiness {
public:
  Readiness(const flow::Body &body, const Expr &call, const Expr &object, Unit &unit)
      : body(body), call(call), handle(object), object(object), unit(unit) {}

  /// Whether the work is known to have ended wherever the call is reached.
  bool isKnown();

private:
  std::optional<bool> walk(const flow::Block &block, bool ready);
  bool answers(const Expr &expr) const;
  bool isAwaited(const Expr &expr) const;
  bool tellsReady(const flow::Block &block, const flow::Way &way) const;
  std::optional<bool> readyWhen(const Expr *expr, unsigned steps) const;
  std::optional<bool> readyWhen(BinaryOperatorKind kind, const Expr *left, const Expr *right,
                                unsigned steps) const;
  std::optional<bool> compared(const Expr *left, const Expr *right, unsigned steps) const;
  bool isReadyWord(const NamedDecl &decl) const;
  bool isReadyPoll(const Expr &expr) const;

  const flow::Body &body;
  const Expr &call;
  Asked handle;
  const Expr &object;
  Unit &unit;
};

bool Readiness::isReadyWord(const NamedDecl &decl) const {
  return decl.getIdentifier() &&
         is_contained(unit.names.vocabulary.structure.readiness, decl.getName());
}

/// Whether the expression asks this handle if it is ready.
bool Readiness::isReadyPoll(const Expr &expr) const {
  const auto *member = dyn_cast<CXXMemberCallExpr>(&expr);
  return member && isPoll(*member, unit.types) && handle.isAskedBy(expr);
}

/// `answer == constant`: true for ready, or false for anything else.
std::optional<bool> Readiness::compared(const Expr *left, const Expr *right, unsigned steps) const {
  for (auto [answer, constant] : {std::pair(left, right), std::pair(right, left)}) {
    const auto *name = dyn_cast<DeclRefExpr>(bare(constant));
    if (name && isa<EnumConstantDecl>(name->getDecl()) && readyWhen(answer, steps))
      return isReadyWord(*name->getDecl());
  }
  return std::nullopt;
}

static std::optional<bool> negated(std::optional<bool> value) {
  return value ? std::optional(!*value) : std::nullopt;
}

std::optional<bool> Readiness::readyWhen(BinaryOperatorKind kind, const Expr *left,
                                         const Expr *right, unsigned steps) const {
  if (kind == BO_EQ)
    return compared(left, right, steps);
  if (kind == BO_NE)
    return negated(compared(left, right, steps));
  if (kind != BO_LAnd && kind != BO_LOr)
    return std::nullopt;
  // If both hold, each does; if neither does, neither.
  for (const Expr *side : {left, right})
    if (std::optional<bool> ready = readyWhen(side, steps); ready == (kind == BO_LAnd))
      return ready;
  return std::nullopt;
}

/// The value of the expression that tells that the work has ended.
std::optional<bool> Readiness::readyWhen(const Expr *expr, unsigned steps) const {
  constexpr unsigned Longest = 8;
  expr = bare(expr);
  if (++steps > Longest || !expr)
    return std::nullopt;
  if (isReadyPoll(*expr))
    return true;
  if (const auto *op = dyn_cast<BinaryOperator>(expr))
    return readyWhen(op->getOpcode(), op->getLHS(), op->getRHS(), steps);
  if (const auto *op = dyn_cast<UnaryOperator>(expr); op && op->getOpcode() == UO_LNot)
    return negated(readyWhen(op->getSubExpr(), steps));
  const auto *name = dyn_cast<DeclRefExpr>(expr);
  const auto *kept = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  bool local = kept && kept->hasLocalStorage() && kept->getInit() && !isa<ParmVarDecl>(kept);
  return local ? readyWhen(kept->getInit(), steps) : std::nullopt;
}

bool Readiness::tellsReady(const flow::Block &block, const flow::Way &way) const {
  const Expr *condition = block.condition.expr;
  if (!condition || !way.value)
    return false;
  if (!isa_and_nonnull<SwitchStmt>(block.terminator)) {
    std::optional<bool> ready = readyWhen(condition, 0);
    return ready && *ready == (*way.value != 0);
  }
  const auto *choices = bare(condition)->getType()->getAs<EnumType>();
  return choices && readyWhen(condition, 0) &&
         any_of(choices->getDecl()->enumerators(), [&](const EnumConstantDecl *choice) {
           return isReadyWord(*choice) && choice->getInitVal().getExtValue() == *way.value;
         });
}

/// Whether the expression keeps the promise, or runs the task, that the handle was taken from.
bool Readiness::answers(const Expr &expr) const {
  const auto *name = dyn_cast<DeclRefExpr>(bare(&object));
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  const auto *taken = variable && variable->getInit()
                          ? dyn_cast<CXXMemberCallExpr>(bare(variable->getInit()))
                          : nullptr;
  if (!taken)
    return false;
  Asked source(*taken->getImplicitObjectArgument());
  if (const auto *run = dyn_cast<CXXOperatorCallExpr>(&expr))
    return run->getOperator() == OO_Call && source.is(*run->getArg(0));
  const auto *kept = dyn_cast<CXXMemberCallExpr>(&expr);
  const HandleType *promise = kept ? handleAsked(*kept, unit.promiseTypes) : nullptr;
  return promise && source.isAskedBy(expr) &&
         askOf(*kept, *promise, unit.promiseTypes) == Ask::Consume;
}

/// `co_await until_ready(job)`: the coroutine has waited for somebody who was shown the handle.
bool Readiness::isAwaited(const Expr &expr) const {
  const auto *await = dyn_cast<CoawaitExpr>(&expr);
  const Expr *call = await ? bare(await->getOperand()) : nullptr;
  return call && any_of(argumentsOf(*call), [&](const Expr *argument) {
           const auto *address = dyn_cast<UnaryOperator>(bare(argument));
           return handle.is(address ? *address->getSubExpr() : *argument);
         });
}

/// What is known at the end of the block; nothing if the call may block in it.
std::optional<bool> Readiness::walk(const flow::Block &block, bool ready) {
  for (const flow::Event &event : block.events) {
    if (handle.isChangedBy(event))
      ready = false;
    if (event.act != flow::Act::Start)
      continue;
    if (event.value == &call && !ready)
      return std::nullopt;
    const auto *member = dyn_cast<CXXMemberCallExpr>(event.value);
    // After it has blocked once the work has ended.
    ready |= answers(*event.value) || isAwaited(*event.value) ||
             (member && handle.isAskedBy(*member) && isBlocking(*member, unit.types));
  }
  return ready;
}

bool Readiness::isKnown() {
  std::set<std::pair<unsigned, bool>> seen = {{body.entry, false}};
  std::vector<std::pair<unsigned, bool>> work(seen.begin(), seen.end());
  for (unsigned handler : body.handlers)
    work.emplace_back(handler, false);
  while (!work.empty()) {
    auto [at, before] = work.back();
    work.pop_back();
    std::optional<bool> ready = walk(body.blocks[at], before);
    if (!ready)
      return false;
    for (const flow::Way &way : body.blocks[at].ways) {
      std::pair next(way.to, *ready || tellsReady(body.blocks[at], way));
      if (seen.insert(next).second)
        work.push_back(next);
    }
  }
  return true;
}

} // namespace

/// What the coroutine stands still for: "`fetch` ends", as far as the handle's variable tells.
static std::string endOf(const Expr &object, const HandleType &type, const Unit &unit) {
  const Expr *handle = bare(&object);
  const auto *name = dyn_cast<DeclRefExpr>(handle);
  for (const Obligation &work : unit.seen.obligations)
    if (work.origin == handle || (name && work.ending.into == name->getDecl()))
      return (work.launcher ? workName(*work.origin, unit.names)
                            : quoted(calledName(*work.origin))) +
             " ends";
  return quoted(normalisedText(object.getSourceRange(), unit.context)) +
         (type.isThread() ? " ends" : " is ready");
}

static void report(SourceLocation at, StringRef name, const HandleType &type, const Expr &object,
                   const Standing &standing, Unit &unit, Report &report) {
  Remark remark;
  remark.at = at;
  remark.standing = standing;
  remark.message =
      formatv("{0} blocks {1} until {2}: nothing else runs on it, and if the work needs that "
              "thread it never ends",
              quoted(name),
              isCoroutine(standing.inside) ? "the thread of this coroutine"
                                           : "the thread of the event loop",
              endOf(object, type, unit));
  remark.help = type.isThread() ? "join it where blocking is allowed, or await what it signals"
                                : "`co_await` the work, or ask in a function that runs where "
                                  "blocking is allowed";
  report.add(std::move(remark));
}

/// The handle that the call stands still for, or null: its object, or the argument of a free
/// function.
static const Expr *blockedOn(const CallExpr &call, Unit &unit) {
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call))
    return isBlocking(*member, unit.types) ? member->getImplicitObjectArgument() : nullptr;
  Ask ask = askOfFree(call, unit.names);
  bool blocks = ask == Ask::Consume || ask == Ask::Wait;
  // What yields a handle in turn lets others wait.
  return blocks && !unit.types.find(call.getType()) ? handleGiven(call, unit.types) : nullptr;
}

static void onCall(const Call &call, Unit &unit, Report &out) {
  const auto *plain = dyn_cast<CallExpr>(call.expr);
  const Expr *handle = plain ? blockedOn(*plain, unit) : nullptr;
  if (!handle)
    return;
  // What yields an awaiter only hands it out.
  bool awaited = any_of(unit.seen.awaits, [&](const Call &await) {
    return bare(cast<CoawaitExpr>(await.expr)->getOperand()) == plain;
  });
  const flow::Body *body = unit.flow.bodyOf(*call.standing.inside);
  // The pattern of a template has no graph: its instances have.
  if (!body || awaited || hasEnded(*handle, unit.types) ||
      Readiness(*body, *plain, *handle, unit).isKnown())
    return;
  const auto *member = dyn_cast<CXXMemberCallExpr>(plain);
  const HandleType *type =
      member ? handleAsked(*member, unit.types) : unit.types.find(handle->getType());
  report(nameLoc(*plain), member ? lastName(*member->getMethodDecl()) : calledName(*plain), *type,
         *handle, call.standing, unit, out);
}

/// `std::invoke(&future::get, job)`: the library's function yields what the member yields.
static void onInvoked(const Call &call, Unit &unit, Report &out) {
  ArrayRef<const Expr *> arguments = argumentsOf(*call.expr);
  const auto *address =
      arguments.size() == 2 ? dyn_cast<UnaryOperator>(bare(arguments[0])) : nullptr;
  const auto *name = address ? dyn_cast<DeclRefExpr>(bare(address->getSubExpr())) : nullptr;
  const auto *method = name ? dyn_cast<CXXMethodDecl>(name->getDecl()) : nullptr;
  const HandleType *type = method ? unit.types.find(method->getParent()) : nullptr;
  if (!type || !call.callee || !isa<CallExpr>(call.expr) || !method->getIdentifier() ||
      !unit.context.getSourceManager().isInSystemHeader(call.callee->getLocation()) ||
      !unit.context.hasSameUnqualifiedType(call.callee->getReturnType().getCanonicalType(),
                                           method->getReturnType().getCanonicalType()))
    return;
  Ask ask = is_contained(type->words->consume, method->getName())    ? Ask::Consume
            : is_contained(type->words->waitOnly, method->getName()) ? Ask::Wait
                                                                     : Ask::Unknown;
  if (isBlocking(*method, ask, *type))
    report(name->getLocation(), method->getName(), *type, *arguments[1], call.standing, unit, out);
}

/// Whether the function runs on a thread that others share: a coroutine, or what a handler on an
/// event loop calls. What the handler gives to somebody else may run elsewhere.
static bool sharesThread(const FunctionDecl *function, Unit &unit) {
  if (isCoroutine(function))
    return true;
  const Framework *framework = unit.frameworkOf(function);
  if (!framework || !framework->eventLoop)
    return false;
  const auto *method = dyn_cast<CXXMethodDecl>(function);
  bool isEntry = unit.handlers.reaching(function)->chain.size() == 1;
  return isEntry ||
         (!unit.asyncWork.find(function) && !(method && method->getParent()->isLambda()));
}

static void run(Unit &unit, Report &report) {
  for (const Call &call : unit.seen.calls)
    if (sharesThread(call.standing.inside, unit)) {
      onCall(call, unit, report);
      onInvoked(call, unit, report);
    }
}

static constexpr llvm::StringLiteral Cousins[] = {"VSTHRD103", "AsyncFixer02", "ASYNC251"};
static constexpr int Weaknesses[] = {833};

extern const Check blocking_await = {
    .id = "blocking-await",
    .summary = "a coroutine, or a handler on an event loop, blocks its thread for other work",
    .since = "0.1.0",
    .level = Level::Note,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds `get()`, `wait()` and `join()` of a future or a thread in the body of a coroutine, and in a request
handler whose framework runs it on the thread of an event loop. Left alone
are handles that are known to be ready: tested on every path to the call, or taken from a promise
that the coroutine has just kept. A lambda in a coroutine is a function of its own: it may run where
blocking is allowed.

The check is strict: a coroutine on a thread of its own may block.

## Why is this bad

Coroutines share their threads. One that blocks keeps all others of its thread from running, and if
the work that it waits for is among them, both wait for ever.

## Example

```cpp bad
#include <coroutine>
#include <future>
struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(int);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
std::future<int> fetch(int order);

Task price(int order) {
  auto job = fetch(order);
  co_return job.get(); // the thread stands still
}
```

## Use instead

```cpp good
#include <coroutine>
struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend() noexcept;
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(int);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
Task fetch(int order);

Task price(int order) {
  co_return co_await fetch(order);
}
```
)md",
    .run = run};

} // namespace tether::checks
