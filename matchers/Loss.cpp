#include "matchers/Loss.h"

#include "matchers/Callable.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"
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
  if (obligation.start == Start::Lazy)
    return Loss::Work;
  // Threads that end the program, or go on, have a check of their own.
  bool thread = obligation.type->isThread() && words.onDrop == Drop::Aborts;
  if (thread || words.onDrop == Drop::Detaches || words.onDrop == Drop::Terminates)
    return Loss::None;
  bool launches = obligation.launcher && obligation.onDrop != Drop::DropsResult &&
                  (obligation.launcher->onDrop || obligation.onDrop != words.onDrop);
  if (launches || words.onDrop == Drop::Blocks)
    return Loss::Asynchrony;
  return Loss::Result;
}

/// Whether the work has nothing to tell but its end.
static bool isOfVoid(QualType type) {
  const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(type));
  if (!special || special->getTemplateArgs().size() == 0)
    return false;
  const TemplateArgument &first = special->getTemplateArgs()[0];
  return first.getKind() == TemplateArgument::Type && first.getAsType()->isVoidType();
}

std::string consequenceOf(const HandleType &type, Drop onDrop, QualType written) {
  if (type.many && onDrop == Drop::DropsResult)
    return "nobody will see their results, or that they failed";
  if (isOfVoid(written) && onDrop == Drop::DropsResult)
    return "nobody will see when it ends, or that it failed";
  switch (onDrop) {
  case Drop::Blocks:
    return "it blocks here until the work that it started ends";
  case Drop::BlocksOrNeverRuns:
    return "it blocks here until the work that it started ends, or the work never runs";
  case Drop::NeverRuns:
    return "its deferred work never runs";
  case Drop::Cancels:
    return "dropping it cancels the work";
  case Drop::Aborts:
    return "dropping it aborts the program if the work has failed";
  default:
    return "nobody will see its result, or that it failed";
  }
}

Start startOf(const Journey &journey) {
  return journey.obligation ? journey.obligation->start : journey.type->words->start;
}

bool goesOn(Drop onDrop) {
  return onDrop == Drop::DropsResult || onDrop == Drop::Detaches || onDrop == Drop::Aborts;
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

std::string startName(const Expr &launch, HandleTypes &types) {
  const auto *call = dyn_cast<CXXMemberCallExpr>(&launch);
  const HandleType *owner = call ? handleAsked(*call, types) : nullptr;
  return owner && owner->wrapper && owner->isThread() ? owner->words->type : calledName(launch);
}

std::string questionOf(const HandleType &type, QualType written) {
  const CXXRecordDecl *record = recordOf(written);
  if (type.words->start != Start::Lazy)
    for (StringRef name : type.words->consume)
      if (name != "await_resume" && !name.starts_with("operator") &&
          (type.wrapper || !record || findMember(*record, memberOf(name))))
        return memberOf(name).str();
  return "";
}

/// How the handle says that it was looked after.
static std::string helpFor(const HandleType &type, Start start, QualType written) {
  std::string question = start == Start::Lazy ? "" : questionOf(type, written);
  if (type.many)
    return formatv("keep them and {0} each, return them, or hand them to somebody who waits",
                   question.empty() ? "`co_await`" : "call `" + question + "()` on");
  return formatv("{0} it, return it, or hand it to somebody who waits for it",
                 question.empty() ? "`co_await`" : "call `" + question + "()` on");
}

Remark remarkOn(Unit &unit, const Obligation &obligation) {
  Remark remark;
  const Expr &origin = *obligation.origin;
  remark.at = nameLoc(origin);
  remark.help = helpFor(*obligation.type, obligation.start, origin.getType());
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

SourceLocation endOf(const Stmt *at, const FunctionDecl &function) {
  if (const auto *expr = dyn_cast_or_null<Expr>(at))
    return nameLoc(*expr);
  if (isa_and_nonnull<CompoundStmt, ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, IfStmt, CXXTryStmt,
                      CXXCatchStmt, SwitchStmt>(at))
    return at->getEndLoc();
  if (at)
    return at->getBeginLoc();
  return function.getBody() ? function.getBody()->getEndLoc() : function.getEndLoc();
}

std::string storyOf(const flow::Path &path, StringRef done, bool many) {
  StringRef be = many ? "are" : "is", how = path.how;
  if (how.starts_with("replaced") || how.starts_with("thrown away"))
    return formatv("{0} {1} before anybody has {2}{3}", be,
                   how.starts_with("replaced") ? "replaced" : "thrown away", done,
                   done.contains(' ') ? "" // it says already what of
                   : many             ? " them"
                                      : " it");
  if (how.contains("lambda"))
    return formatv("{0} {1}", be, how);
  return path.turn.empty() ? formatv("{0} never {1}", be, done).str()
                           : formatv("{0} not {1} {2}", be, done, path.turn).str();
}

Step endingStep(Unit &unit, const flow::Path &path, const FunctionDecl &function) {
  std::string name =
      path.holder && path.holder->getIdentifier() ? quoted(path.holder->getName()) : "it";
  bool act = StringRef(path.how).ends_with("here");
  return {spanOf(endOf(path.at, function), unit.context),
          formatv(act ? "{0} is {1}" : "{0} dies here: {1}", name, path.how)};
}

Remark remarkOn(Unit &unit, const Journey &journey, const flow::Path &path) {
  Remark remark;
  if (journey.obligation) {
    remark = remarkOn(unit, *journey.obligation);
    remark.trace.push_back({spanOf(remark.at, unit.context), startOf(journey) == Start::Lazy
                                                                 ? "the task is made here"
                                                                 : "the work starts here"});
  } else {
    remark.at = journey.parameter->getLocation();
    remark.standing.inside = journey.inside;
    remark.meant = journey.parameter->getSourceRange();
    remark.help = helpFor(*journey.type, startOf(journey), journey.parameter->getType());
    remark.trace.push_back({spanOf(remark.at, unit.context), "the handle comes from the caller"});
  }
  for (const flow::Station &station : path.stations)
    remark.trace.push_back({spanOf(station.at, unit.context), station.what});
  if (!path.how.empty())
    remark.trace.push_back(endingStep(unit, path, *journey.inside));
  return remark;
}

} // namespace tether
