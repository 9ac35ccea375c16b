#include "matchers/Callable.h"
#include "matchers/Check.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether::checks {

/// The function type in the arguments of a type-erased callable, or null.
static const FunctionProtoType *signatureOf(QualType type, const Names &names) {
  if (type.isNull())
    return nullptr;
  const CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(record);
  if (!special || special->getTemplateArgs().size() == 0)
    return nullptr;
  const TemplateArgument &first = special->getTemplateArgs()[0];
  if (first.getKind() == TemplateArgument::Type && names.wrappers.has(record))
    return signatureOf(first.getAsType(), names);
  if (!names.callables.has(record))
    return nullptr;
  return first.getKind() == TemplateArgument::Type ? first.getAsType()->getAs<FunctionProtoType>()
                                                   : nullptr;
}

/// The handle that calling the value yields, or null. A type that is fire and forget by design
/// loses nothing here.
static const HandleType *yieldedBy(const Expr &callable, Unit &unit) {
  QualType result;
  if (const FunctionDecl *body = calledBy(&callable, unit.names)) {
    result = body->getReturnType();
    if (const FunctionTemplateDecl *generic = body->getDescribedFunctionTemplate())
      for (const FunctionDecl *instance : generic->specializations())
        result = instance->getReturnType();
  } else if (const FunctionProtoType *signature =
                 signatureOf(bare(&callable)->getType(), unit.names)) {
    result = signature->getReturnType();
  }
  if (result.isNull() || result->isReferenceType() || result->isDependentType())
    return nullptr;
  const HandleType *type = unit.types.find(result);
  return type && type->words->onDrop != Drop::Detaches ? type : nullptr;
}

static constexpr llvm::StringLiteral WaitInside =
    "wait for the work inside the callable, or use an interface that takes the handle";
static constexpr llvm::StringLiteral TestResult =
    "wait for the result and test that, not the handle";
static constexpr llvm::StringLiteral KeepType = "keep the handle in a variable of its own type";

static void add(Report &report, SourceLocation at, std::string message, const Standing &standing,
                StringRef help) {
  Remark remark;
  remark.at = at;
  remark.message = std::move(message);
  remark.standing = standing;
  remark.help = help;
  report.add(std::move(remark));
}

static StringRef consequence(const HandleType &type) {
  return type.words->start == Start::Lazy ? "the work never runs"
                                          : "nobody waits for the work or sees its error";
}

/// A callable that becomes a function object returning nothing, or the truth.
static void onConversion(const Expr &callable, QualType target, const Call &call, Unit &unit,
                         Report &report) {
  const FunctionProtoType *signature = signatureOf(target, unit.names);
  if (!signature || !isCallable(callable.getType()))
    return;
  const HandleType *type = yieldedBy(callable, unit);
  std::string name = quoted(target.getNonReferenceType().getUnqualifiedType().getAsString(
      unit.context.getPrintingPolicy()));
  if (type && signature->getReturnType()->isBooleanType())
    add(report, nameLoc(callable),
        formatv("{0} tests the handle that the callable returns, not its result", name),
        call.standing, TestResult);
  if (type && signature->getReturnType()->isVoidType())
    add(report, nameLoc(callable),
        formatv("the callable returns a handle that {0} throws away: {1}", name,
                consequence(*type)),
        call.standing, WaitInside);
}

static void onCall(const Call &call, Unit &unit, Report &report) {
  ArrayRef<const Expr *> arguments = argumentsOf(*call.expr);
  if (isa<CXXConstructExpr>(call.expr) && arguments.size() == 1)
    onConversion(*arguments[0], call.expr->getType(), call, unit, report);
  const auto *op = dyn_cast<CXXOperatorCallExpr>(call.expr);
  if (op && op->getOperator() == OO_Equal && arguments.size() == 1)
    onConversion(*arguments[0], op->getArg(0)->getType(), call, unit, report);
  bool drops =
      unit.names.resultDroppers.has(call.callee) || buildsHandle(call, unit.names, unit.types);
  if (!drops && !unit.names.predicateUsers.has(call.callee))
    return;
  for (const Expr *argument : arguments) {
    const HandleType *type = isCallable(argument->getType()) ? yieldedBy(*argument, unit) : nullptr;
    if (!type)
      continue;
    std::string callee = quoted(calledName(*call.expr));
    add(report, nameLoc(*argument),
        drops ? formatv("the callable returns a handle that {0} throws away: {1}", callee,
                        consequence(*type))
                    .str()
              : formatv("{0} tests the handle that the callable returns, not its result", callee)
                    .str(),
        call.standing, drops ? WaitInside : TestResult);
    return;
  }
}

static void onObligation(const Obligation &work, Report &report) {
  std::string name = quoted(calledName(*work.origin));
  Standing standing{work.inside, work.statement};
  if (work.ending.fate == Fate::Tested)
    add(report, nameLoc(*work.origin),
        formatv("the condition tests the handle of {0}, not its result: {1}", name,
                consequence(*work.type)),
        standing, TestResult);
  else if (work.ending.fate == Fate::Erased)
    add(report, nameLoc(*work.origin),
        formatv("the handle of {0} is {1}: nobody can wait for it there", name, work.ending.how),
        standing, KeepType);
}

static void run(Unit &unit, Report &report) {
  for (const Call &call : unit.seen.calls)
    if (call.callee)
      onCall(call, unit, report);
  for (const Obligation &work : unit.seen.obligations)
    onObligation(work, report);
}

static constexpr llvm::StringLiteral Cousins[] = {"typescript-eslint/no-misused-promises",
                                                  "AsyncFixer06", "async_yields_async"};
static constexpr int Weaknesses[] = {252, 391};

extern const Check misused_async = {
    .id = "misused-async",
    .summary = "asynchronous work is given to something that throws its handle away",
    .since = "0.1.0",
    .level = Level::Error,
    .cwe = Weaknesses,
    .cousins = Cousins,
    .docs = R"md(
## What it does

Finds a callable that returns a handle where a callable that returns nothing is wanted: a
`std::function<void()>` (as argument, member, return value, in an assignment), the body of a thread,
`std::for_each`, `asio::post`; a predicate or a condition that tests the handle and not its result;
and a handle that is hidden in a `std::any` or a `shared_ptr<void>`.

An overload that takes the asynchronous callable is fine, and so is asking an `optional` or a pointer
whether there is a handle.

## Why is this bad

The types fit, so nothing complains. But whoever calls the callback drops what it returns: a lazy
coroutine never runs, and the error of running work is lost.

## Example

```cpp bad
#include <functional>
#include <future>
std::future<int> save(int order);
void onPaid(std::function<void(int)> callback);

void setUp() {
  onPaid([](int order) { return save(order); });
}
```

## Use instead

```cpp good
#include <functional>
#include <future>
std::future<int> save(int order);
void onPaid(std::function<void(int)> callback);

void setUp() {
  onPaid([](int order) { save(order).get(); });
}
```
)md",
    .run = run};

} // namespace tether::checks
