#include "matchers/AsyncWork.h"
#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Effects.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

/// The thread type whose own `detach` the method is, or null. A derived class may mean something
/// else by the word.
static const HandleType *detaches(const FunctionDecl *function, Unit &unit) {
  const auto *method = dyn_cast_or_null<CXXMethodDecl>(function);
  if (!method || !method->getIdentifier() || !unit.names.awaitables.has(method->getParent()))
    return nullptr;
  const HandleType *type = unit.types.find(method->getParent());
  bool gives = type && type->isThread() && is_contained(type->words->detach, method->getName());
  return gives ? type : nullptr;
}

/// A wrapper's own `detach` that does nothing else: whoever calls it is the one to ask.
static bool onlyForwards(const FunctionDecl *function, const FunctionDecl &detach) {
  if (!function || !function->getIdentifier() || function->getName() != detach.getName())
    return false;
  const auto *body = dyn_cast_or_null<CompoundStmt>(function->getBody());
  if (!body || body->size() != 1)
    return false;
  const auto *guard = dyn_cast<IfStmt>(body->body_front());
  return !guard || !guard->getElse();
}

/// The construction that started the thread, if it stands right there or initialises the variable.
static const Expr *launchOf(const Expr *thread) {
  thread = bare(thread);
  if (const auto *named = dyn_cast<DeclRefExpr>(thread))
    if (const auto *variable = dyn_cast<VarDecl>(named->getDecl()))
      thread = variable->getInit() ? bare(variable->getInit()) : nullptr;
  return dyn_cast_or_null<CXXConstructExpr>(thread);
}

static bool launchThrows(const Expr &launch, const Names &names) {
  for (const Expr *argument : argumentsOf(launch)) {
    const FunctionDecl *body =
        isCallable(argument->getType()) ? calledBy(argument, names) : nullptr;
    if (body)
      return canThrow(*body);
  }
  return true;
}

static Remark remarkAt(SourceLocation at, StringRef what, const Standing &standing) {
  Remark remark;
  remark.at = at;
  remark.standing = standing;
  remark.outlives = true;
  remark.message = formatv(
      "{0}: nobody can wait for it, and it dies with the process in the middle of its work", what);
  remark.help = "keep the handle and join it before what it uses goes away, or give the work to "
                "somebody who owns its end (a `std::jthread` member, a pool, a scope)";
  return remark;
}

static void onCall(const Call &call, Unit &unit, Report &report) {
  const DetachedSink *sink = detachedSinkOf(call, unit.names);
  SourceLocation at = nameLoc(*call.expr);
  if (sink && sink->work == Work::Thread) {
    report.add(remarkAt(at, formatv("{0} detaches a thread", quoted(shortName(*call.callee))).str(),
                        call.standing));
    return;
  }
  const auto *member = dyn_cast<CXXMemberCallExpr>(call.expr);
  const HandleType *type = member ? detaches(member->getMethodDecl(), unit) : nullptr;
  if (!type || onlyForwards(call.standing.inside, *call.callee))
    return;
  const Expr *launch = launchOf(member->getImplicitObjectArgument());
  std::string work = launch ? workName(*launch, unit.names) : "the work";
  Remark remark =
      remarkAt(at, formatv("{0} runs on a detached {1}", work, quoted(type->words->type)).str(),
               call.standing);
  if (launch) {
    remark.throws = launchThrows(*launch, unit.names);
    if (!isa<CXXTemporaryObjectExpr>(launch) && launch != bare(member->getImplicitObjectArgument()))
      remark.trace.push_back(
          {spanOf(launch->getBeginLoc(), unit.context), "the thread starts here"});
  }
  report.add(std::move(remark));
}

static void run(Unit &unit, Report &report) {
  for (const Call &call : unit.seen.calls)
    if (call.callee)
      onCall(call, unit, report);
  for (const Mention &mention : unit.seen.mentions)
    if (const HandleType *type = detaches(mention.function, unit))
      report.add(remarkAt(
          mention.expr->getLocation(),
          formatv("a {0} is detached through its member function", quoted(type->words->type)).str(),
          mention.standing));
}

static constexpr llvm::StringLiteral Cousins[] = {
    "cppcoreguidelines/CP.26", "bugprone-bad-signal-to-kill-thread", "GlobalCoroutineUsage"};
static constexpr int Weaknesses[] = {404, 772};

extern const Check detached_thread = {.id = "detached-thread",
                                      .summary =
                                          "a thread is cut loose from the code that started it",
                                      .since = "0.1.0",
                                      .level = Level::Warning,
                                      .cwe = Weaknesses,
                                      .cousins = Cousins,
                                      .outlives = true,
                                      .docs = R"md(
## What it does

Finds `detach()` on a thread, whatever it is reached through (a reference, a pointer, an optional, a
container, a member pointer), `pthread_detach`, `thrd_detach` and `PTHREAD_CREATE_DETACHED`. A
function that is itself called `detach` and only forwards is left alone: its callers are asked.

## Why is this bad

Nobody can wait for a detached thread. When `main` returns it is killed in the middle of what it
does, while the statics that it uses are being destroyed; when a serverless container answers, the
thread is frozen with it. What it refers to may be gone long before.

## Example

```cpp bad
#include <thread>
void audit(int order);

void checkout(int order) {
  std::thread([order] { audit(order); }).detach();
}
```

## Use instead

```cpp good
#include <thread>
#include <vector>
void audit(int order);

class Auditor {
  std::vector<std::jthread> running; // joined when the auditor is destroyed

public:
  void checkout(int order) { running.emplace_back([order] { audit(order); }); }
};
```
)md",
                                      .run = run};

} // namespace tether::checks
