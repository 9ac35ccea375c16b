#include "matchers/Loss.h"

#include "matchers/Callable.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

Loss lossOf(const Obligation &obligation) {
  Fate fate = obligation.ending.fate;
  if (fate != Fate::Dropped && fate != Fate::Voided)
    return Loss::None;
  const Awaitable &words = *obligation.type->words;
  if (words.start == Start::Lazy)
    return Loss::Work;
  if (words.onDrop == Drop::Detaches || words.onDrop == Drop::Terminates)
    return Loss::None;
  bool launches =
      obligation.launcher && obligation.launcher->onDrop && obligation.onDrop != Drop::DropsResult;
  if (launches || words.onDrop == Drop::Blocks)
    return Loss::Asynchrony;
  return Loss::Result;
}

std::string quoted(StringRef name) {
  // "the lambda" is no name.
  return name.starts_with("the ") || name.starts_with("this ") ? name.str()
                                                               : ("`" + name + "`").str();
}

/// The type as it is written, unless that is longer than it is helpful.
static std::string printed(QualType type, const PrintingPolicy &policy) {
  std::string written = type.getAsString(policy);
  constexpr size_t Longest = 60;
  if (written.size() <= Longest && !StringRef(written).contains("typename"))
    return written;
  return type.getCanonicalType().getAsString(policy);
}

std::string workName(const Expr &launch, const Names &names) {
  for (const Expr *argument : argumentsOf(launch)) {
    if (!isCallable(argument->getType()))
      continue;
    const FunctionDecl *body = calledBy(argument, names);
    const auto *method = dyn_cast_or_null<CXXMethodDecl>(body);
    bool isLambda = method && method->getParent()->isLambda();
    // A function object of a library is not what the reader calls the work.
    if (!body || isLambda ||
        body->getASTContext().getSourceManager().isInSystemHeader(body->getLocation()))
      break;
    return quoted(method ? method->getQualifiedNameAsString() : body->getNameAsString());
  }
  return "the work";
}

/// How the handle says that it was looked after.
static std::string helpFor(const Obligation &obligation) {
  const Strings &consume = obligation.type->words->consume;
  bool lazy = obligation.type->words->start == Start::Lazy;
  std::string await = "`co_await` it";
  for (const std::string &name : consume)
    if (name != "await_resume" && !StringRef(name).starts_with("operator")) {
      if (!lazy)
        await = "call `" + name + "()` on it";
      break;
    }
  if (obligation.type->wrapper)
    await = "keep it and wait for each";
  return await + ", return it, or hand it to somebody who waits for it";
}

Remark remarkOn(Unit &unit, const Obligation &obligation) {
  Remark remark;
  const Expr &origin = *obligation.origin;
  remark.at = nameLoc(origin);
  remark.help = helpFor(obligation);
  remark.standing = {obligation.inside, obligation.statement};
  remark.meant = origin.getSourceRange();
  remark.voided = obligation.ending.fate == Fate::Voided;
  remark.throws = obligation.throws || obligation.onDrop == Drop::NeverRuns;
  const FunctionDecl *callee = calleeOf(origin);
  if (callee && !unit.context.getSourceManager().isInSystemHeader(callee->getLocation()) &&
      !isa<CXXConstructorDecl>(callee) && callee->getIdentifier())
    remark.trace.push_back(
        {unit.placeOf(*callee),
         formatv("{0} returns {1}", quoted(shortName(*callee)),
                 quoted(printed(callee->getReturnType(), unit.context.getPrintingPolicy())))});
  return remark;
}

} // namespace tether
