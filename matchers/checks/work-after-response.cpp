#include "matchers/Askers.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"
#include "matchers/flow/Order.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {
namespace {

using flow::Mark;

/// An expression that means something for the response of its function.
struct Act {
  Mark mark = Mark::Late;
  const Obligation *work = nullptr; ///< what is started or waited for, if it is known
  std::string message;
  Standing standing;
};

using Acts = DenseMap<const Stmt *, Act>;

/// All functions of a unit that send a response, with what else they do.
class Senders {
public:
  explicit Senders(Unit &unit) : unit(unit) {}

  void find();
  void tell(Report &report);

private:
  using Function = const FunctionDecl *;
  bool isHandler(Function function) const;
  bool isCallback(const ValueDecl *called) const;
  bool sends(const Call &call) const;
  bool readsRequest(const Call &call) const;
  bool asks(const Call &call) const;
  bool startsWork(const Call &call) const;
  const Obligation *obligationOf(const Expr *handle) const;
  bool concernsResponse(const Expr *expr, const Acts &acts) const;
  flow::Order orderIn(const flow::Body &body, const Acts &known) const;
  void findSenders();
  void findHelpers();
  void findWork();
  Acts *actsOf(const Standing &standing);
  void addWork(const Call &call, const Expr *handle);
  void add(Acts &acts, const Expr &expr, Act act) const;

  Unit &unit;
  MapVector<Function, Acts> acts; ///< of functions that send
};

} // namespace

/// The parameter, or whatever else is called, behind a capture with a name of its own.
static const ValueDecl *calledObject(const Expr &call) {
  const auto *plain = dyn_cast<CallExpr>(&call);
  if (!plain)
    return nullptr;
  const auto *invoked = dyn_cast<CXXOperatorCallExpr>(plain);
  bool isObject = invoked && invoked->getOperator() == OO_Call;
  const Expr *object = bare(isObject ? invoked->getArg(0) : plain->getCallee());
  if (const auto *member = dyn_cast<MemberExpr>(object); member && isObject)
    return member->getMemberDecl();
  const auto *named = dyn_cast<DeclRefExpr>(object);
  return named && !isa<FunctionDecl>(named->getDecl()) ? named->getDecl() : nullptr;
}

/// What an init-capture has been made of.
static const ValueDecl *captured(const ValueDecl *variable) {
  const auto *capture = dyn_cast_or_null<VarDecl>(variable);
  if (!capture || !capture->isInitCapture() || !capture->getInit())
    return variable;
  const auto *named = dyn_cast<DeclRefExpr>(bare(capture->getInit()));
  return named ? named->getDecl() : variable;
}

/// Whether calling an object of the type, `function<void(…)>`, yields nothing.
static bool yieldsNothing(QualType type) {
  const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(type));
  if (!special || special->getTemplateArgs().size() == 0)
    return false;
  const TemplateArgument &first = special->getTemplateArgs()[0];
  const auto *signature = first.getKind() == TemplateArgument::Type
                              ? first.getAsType()->getAs<FunctionProtoType>()
                              : nullptr;
  return signature && signature->getReturnType()->isVoidType();
}

bool Senders::isHandler(Function function) const {
  std::optional<HandlerReach> reach = unit.handlers.reaching(function);
  return reach && reach->chain.size() == 1;
}

/// A handler's own parameter that takes the response.
bool Senders::isCallback(const ValueDecl *called) const {
  const auto *parameter = dyn_cast_or_null<ParmVarDecl>(captured(called));
  if (!parameter)
    return false;
  QualType type = parameter->getType();
  bool isWritable = type->isLValueReferenceType() && !type->getPointeeType().isConstQualified();
  return !isWritable && !type->isPointerType() && unit.names.callables.has(recordOf(type)) &&
         yieldsNothing(type) && isHandler(functionAround(parameter->getDeclContext()));
}

bool Senders::sends(const Call &call) const {
  if (anyOverridden(call.callee, [&](Function each) { return unit.names.responses.has(each); }))
    return true;
  const ValueDecl *called = calledObject(*call.expr);
  return called && (unit.names.responses.has(called) || isCallback(called));
}

/// Who reads the next request is done with the last one.
bool Senders::readsRequest(const Call &call) const {
  const HandlerEntry *entry = unit.names.handlers.find(call.callee);
  return entry && entry->kind == HandlerEntry::Kind::RegistrationCall && !entry->parameters.empty();
}

/// Whether the call waits for the work of a handle.
bool Senders::asks(const Call &call) const {
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
  Ask ask = askOfFree(*call.expr, unit.names);
  if (ask == Ask::Unknown && type && !type->wrapper)
    ask = askOf(*member, *type, unit.types);
  return ask == Ask::Consume || ask == Ask::Wait || ask == Ask::TimedWait;
}

/// Whether the call starts work and yields no handle.
bool Senders::startsWork(const Call &call) const {
  const DetachedSink *sink = detachedSinkOf(call, unit.names);
  bool launches = isa<CallExpr>(call.expr) && unit.names.launchers.has(call.callee);
  return launches || unit.names.spawnsInto(call.callee) || (sink && sink->work == Work::Task);
}

const Obligation *Senders::obligationOf(const Expr *handle) const {
  handle = bare(handle);
  const auto *name = dyn_cast<DeclRefExpr>(handle);
  for (const Obligation &work : unit.seen.obligations)
    if (work.origin == handle || (name && work.ending.into == name->getDecl()))
      return &work;
  return nullptr;
}

/// Whether the expression only goes on with sending the response, or with reading a request.
bool Senders::concernsResponse(const Expr *expr, const Acts &known) const {
  auto concerns = [&](const Stmt *statement) {
    auto found = known.find(statement);
    return found != known.end() && found->second.mark != Mark::Late;
  };
  SmallVector<const Stmt *, 16> todo = {expr};
  while (!todo.empty()) {
    const Stmt *statement = todo.pop_back_val();
    if (!statement || isa<LambdaExpr>(statement))
      continue;
    if (concerns(statement))
      return true;
    const auto *await = dyn_cast<CoawaitExpr>(statement);
    if (await)
      todo.push_back(await->getOperand());
    else
      append_range(todo, statement->children());
  }
  return false;
}

Acts *Senders::actsOf(const Standing &standing) {
  if (!standing.inside)
    return nullptr;
  auto found = acts.find(standing.inside->getCanonicalDecl());
  return found == acts.end() ? nullptr : &found->second;
}

flow::Order Senders::orderIn(const flow::Body &body, const Acts &known) const {
  auto markOf = [&](const Stmt &statement) {
    auto found = known.find(&statement);
    return found == known.end() ? Mark::None : found->second.mark;
  };
  return flow::orderOf(body, markOf, unit.types);
}

void Senders::findSenders() {
  for (const Call &call : unit.seen.calls)
    if (call.standing.inside && sends(call))
      acts[call.standing.inside->getCanonicalDecl()][call.expr].mark = Mark::Begins;
  acts.remove_if([&](const auto &entry) { return !unit.handlers.reaching(entry.first); });
}

/// A function of this file that sends on all of its paths sends for its caller.
void Senders::findHelpers() {
  DenseSet<Function> helpers;
  for (Function function : unit.seen.functions) {
    auto found = acts.find(function->getCanonicalDecl());
    const flow::Body *body = found == acts.end() ? nullptr : unit.flow.bodyOf(*function);
    // A coroutine has sent nothing yet when its call returns.
    if (!body || unit.types.find(function->getReturnType()))
      continue;
    if (orderIn(*body, found->second).always)
      helpers.insert(found->first);
  }
  for (const Call &call : unit.seen.calls)
    if (call.callee && call.standing.inside && helpers.contains(call.callee->getCanonicalDecl()) &&
        unit.handlers.reaching(call.standing.inside))
      acts[call.standing.inside->getCanonicalDecl()][call.expr].mark = Mark::Begins;
}

void Senders::add(Acts &known, const Expr &expr, Act act) const {
  bool answers = act.work && concernsResponse(act.work->origin, known);
  if (!answers && !concernsResponse(&expr, known))
    known.try_emplace(&expr, std::move(act));
}

/// Work that is waited for by name, by `co_await`, or in a function of this file.
void Senders::addWork(const Call &call, const Expr *handle) {
  Acts *known = actsOf(call.standing);
  if (!known)
    return;
  const Obligation *work = handle ? obligationOf(handle) : nullptr;
  const auto *named = handle ? dyn_cast<DeclRefExpr>(bare(handle)) : nullptr;
  std::string what = "work is waited for";
  if (!handle)
    what = formatv("{0} works on", quoted(calledName(*call.expr)));
  else if (work)
    what = formatv("the work of {0} is waited for", quoted(calledName(*work->origin)));
  else if (named)
    what = formatv("{0} is waited for", quoted(named->getDecl()->getNameAsString()));
  add(*known, *call.expr, {Mark::Late, work, std::move(what), call.standing});
}

void Senders::findWork() {
  for (const Call &call : unit.seen.calls)
    if (Acts *known = actsOf(call.standing); known && readsRequest(call))
      known->try_emplace(call.expr, Act{Mark::Ends, nullptr, "", call.standing});
  for (const Obligation &work : unit.seen.obligations)
    // A lazy task starts where it is awaited.
    if (Acts *known = actsOf({work.inside, work.statement}); known && work.start != Start::Lazy)
      add(*known, *work.origin,
          {Mark::Late,
           &work,
           formatv("the work of {0} is started", quoted(calledName(*work.origin))),
           {work.inside, work.statement}});
  DenseSet<Function> waiting;
  for (const Call &call : unit.seen.calls)
    if (asks(call)) {
      addWork(call, cast<CXXMemberCallExpr>(call.expr)->getImplicitObjectArgument());
      if (call.standing.inside)
        waiting.insert(call.standing.inside->getCanonicalDecl());
    }
  for (const Call &await : unit.seen.awaits)
    addWork(await, cast<CoawaitExpr>(await.expr)->getOperand());
  for (const Call &call : unit.seen.calls) {
    // The call of a coroutine, or of what returns a handle, is judged by that handle.
    bool yieldsHandle = call.callee && unit.types.find(call.callee->getReturnType());
    if (call.callee && !yieldsHandle &&
        (startsWork(call) || waiting.contains(call.callee->getCanonicalDecl())))
      addWork(call, nullptr);
  }
}

void Senders::find() {
  findSenders();
  if (acts.empty())
    return;
  findHelpers();
  findWork();
}

static Remark remarkOn(const Expr &expr, const Act &act, const Expr &sent,
                       const ASTContext &context) {
  Remark remark;
  remark.at = nameLoc(expr);
  remark.standing = act.standing;
  remark.outlives = true;
  remark.throws = !act.work || act.work->throws;
  remark.message = act.message + " after the response has been sent: the client will not be told "
                                 "if it fails";
  remark.help = "finish the work before the response, or give it to somebody who looks after it "
                "when the request is over";
  remark.trace = {{spanOf(nameLoc(sent), context), "the response is sent here"},
                  {spanOf(remark.at, context), "the work comes after it"}};
  return remark;
}

void Senders::tell(Report &report) {
  for (Function function : unit.seen.functions) {
    auto found = acts.find(function->getCanonicalDecl());
    const flow::Body *body = found == acts.end() ? nullptr : unit.flow.bodyOf(*function);
    if (!body)
      continue;
    flow::Order order = orderIn(*body, found->second);
    for (const auto &[statement, sent] : order.late) {
      const Act &act = found->second.find(statement)->second;
      // The end, or a further link, of what is reported where it starts.
      if (act.work && act.work->origin != statement && order.late.contains(act.work->origin))
        continue;
      if (const auto *link = dyn_cast<CXXMemberCallExpr>(statement)) {
        const Expr *before = bare(link->getImplicitObjectArgument());
        const Obligation *work = obligationOf(before);
        if (order.late.contains(before) || (work && order.late.contains(work->origin)))
          continue;
      }
      report.add(remarkOn(*cast<Expr>(statement), act, *cast<Expr>(sent), unit.context));
    }
  }
}

static void run(Unit &unit, Report &report) {
  Senders senders(unit);
  senders.find();
  senders.tell(report);
}

static constexpr llvm::StringLiteral Cousins[] = {"n/callback-return"};
static constexpr int Weaknesses[] = {391, 696};

extern const Check work_after_response = {
    .id = "work-after-response",
    .summary = "a request handler works on after it has sent its response",
    .since = "0.1.0",
    .level = Level::Note,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .outlives = true,
    .docs = R"md(
## What it does

Finds work that a request handler starts, or waits for, on a path on which it has already sent its
response: a call that starts work, a `get()`, a `co_await`. What sends the response is in the
vocabulary of the framework (`response-sent`); and a call of the handler's own callback parameter, a
`std::function<void(…)>`, does.

A function of the same file that sends on all of its paths counts as a call that sends, and one that
waits for work as a call that works. Logging, counting and clean-up are no work. Whoever reads the next
request is done with the last one.

## Why is this bad

The client has its answer, and what happens now happens on nobody's account: an error cannot be told
any more, the time is in no measurement of the request, and a server that shuts down or is frozen
after the response (as functions in a cloud are) ends the work in the middle.

## Example

```cpp bad
#include <functional>
#include <future>
#include <string>
std::future<void> save(const std::string &order);

[[clang::annotate("tether::handler")]] void
create(const std::string &order, std::function<void(int status)> &&respond) {
  respond(201);
  save(order).get(); // and if this fails, it was not created
}
```

## Use instead

```cpp good
#include <functional>
#include <future>
#include <string>
std::future<void> save(const std::string &order);

[[clang::annotate("tether::handler")]] void
create(const std::string &order, std::function<void(int status)> &&respond) {
  save(order).get();
  respond(201);
}
```
)md",
    .run = run};

} // namespace tether::checks
