#include "matchers/Fixes.h"

#include "matchers/Asking.h"
#include "matchers/Awaiting.h"
#include "matchers/Callable.h"
#include "matchers/Loss.h"
#include "matchers/Patch.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// An expression whose value nobody takes, with the nodes around it.
struct Discard {
  Road road;              ///< from the body to the expression
  const Stmt *whole;      ///< with the parentheses and casts to void around it
  const CompoundStmt *in; ///< the block whose statement it is; null elsewhere
  bool inCatch = false;
};

} // namespace

/// Whether the parent only passes on the value of the child.
static bool hands(const Stmt &parent, const Stmt &child) {
  if (const auto *comma = dyn_cast<BinaryOperator>(&parent))
    return comma->getOpcode() == BO_Comma && comma->getRHS() == &child;
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(&parent))
    return cast->getType()->isVoidType();
  return isa<ParenExpr, ImplicitCastExpr, FullExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr>(
      parent);
}

/// Whether what stands there as an expression of its own is thrown away.
static bool throwsAway(const Stmt &parent, const Stmt &child) {
  if (const auto *comma = dyn_cast<BinaryOperator>(&parent))
    return comma->getOpcode() == BO_Comma && comma->getLHS() == &child;
  return !isa<Expr, DeclStmt, ReturnStmt, CoreturnStmt, CoroutineBodyStmt>(parent);
}

static std::optional<Discard> discardOf(const FunctionDecl *inside, const Expr &value) {
  if (!inside || !inside->getBody())
    return std::nullopt;
  Discard found;
  found.road = roadTo(*inside->getBody(), [&](const Stmt &each) { return &each == &value; });
  size_t at = found.road.size();
  if (at < 2 || any_of(found.road, [](const Stmt *each) { return isa<StmtExpr>(each); }))
    return std::nullopt;
  for (--at; at != 0 && hands(*found.road[at - 1], *found.road[at]);)
    --at;
  if (at == 0 || !throwsAway(*found.road[at - 1], *found.road[at]))
    return std::nullopt;
  found.whole = found.road[at];
  found.in = dyn_cast<CompoundStmt>(found.road[at - 1]);
  found.inCatch = any_of(found.road, [](const Stmt *each) { return isa<CXXCatchStmt>(each); });
  return found;
}

/// Whether a prefix or a member call can be written at the ends of the expression.
static bool isPostfix(const Expr &value) {
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(&value))
    return op->getOperator() == OO_Call;
  return isa<CallExpr, CXXTemporaryObjectExpr>(value) && !isa<UserDefinedLiteral>(value);
}

/// A name that stands nowhere in the unit, another one for each such work of the function.
static std::string freshName(const Obligation &work, Unit &unit) {
  unsigned number = 1;
  for (const Obligation &other : unit.seen.obligations) {
    if (other.origin == work.origin)
      break;
    number += other.inside == work.inside && lossOf(other) == Loss::Asynchrony;
  }
  const IdentifierTable &words = unit.context.Idents;
  for (std::string stem = "pending";; stem += "Work") {
    std::string name = number == 1 ? stem : formatv("{0}{1}", stem, number).str();
    if (words.find(name) == words.end())
      return name;
  }
}

/// `auto pending = …;`, and the question where the scope ends: with nothing in between it would be
/// the same as to ask at once.
static void addKeep(const Obligation &work, const Discard &place, const FunctionDecl &ask,
                    Unit &unit, std::vector<Fix> &fixes) {
  const Expr &origin = *work.origin;
  const auto *whole = dyn_cast<Expr>(place.whole);
  // The parentheses of another cast would have to go, too.
  const Expr *inner = whole ? whole->IgnoreImplicit() : nullptr;
  if (const auto *cast = dyn_cast_or_null<CStyleCastExpr>(inner))
    inner = cast->getSubExpr()->IgnoreImplicit();
  if (!place.in || inner != &origin)
    return;
  SourceLocation end = wayOut(place.road, *place.in, *place.whole);
  if (end.isInvalid() || isLast(*place.in, *place.whole))
    return;
  std::string name = freshName(work, unit);
  Patch(work.inside)
      .replace(place.whole->getBeginLoc(), origin.getBeginLoc(), "auto " + name + " = ")
      .statement(end, place.whole->getBeginLoc(), name + "." + ask.getNameAsString() + "();")
      .finish(fixes, formatv("keep the handle, and call `{0}()` on it when the scope ends",
                             ask.getName()));
}

std::vector<Fix> fixesOfDiscard(const Obligation &work, Unit &unit) {
  std::vector<Fix> fixes;
  const Expr &origin = *work.origin;
  std::optional<Discard> place = discardOf(work.inside, origin);
  if (!place || work.type->wrapper || !isPostfix(origin))
    return fixes;
  if (isCoroutine(work.inside)) {
    if (!place->inCatch && canAwait(*work.inside, origin.getType()))
      Patch(work.inside).before(origin.getBeginLoc(), "co_await ").finish(fixes, "`co_await` it");
    return fixes;
  }
  const FunctionDecl *ask = askOfResult(*work.type, origin.getType(), unit);
  if (!ask || !mayThrow(*work.inside))
    return fixes;
  std::string call = "." + ask->getNameAsString() + "()";
  Patch(work.inside)
      .after(origin.getEndLoc(), call)
      .finish(fixes, formatv("wait for it here: `{0}`", call));
  if (lossOf(work) == Loss::Asynchrony)
    addKeep(work, *place, *ask, unit, fixes);
  return fixes;
}

std::vector<Fix> fixesOfForgotten(const Journey &journey, Unit &unit) {
  std::vector<Fix> fixes;
  std::optional<Local> local = localOf(journey);
  if (!local || !local->uses.onlyCalls())
    return fixes;
  for (const CXXMemberCallExpr *call : local->uses.calls)
    if (Ask ask = askOf(*call, *journey.type, unit.types);
        ask != Ask::Neutral && ask != Ask::TimedWait)
      return fixes;
  SourceLocation end = wayOut(local->road, *local->block, *local->road.back());
  if (end.isInvalid())
    return fixes;
  std::string name = local->variable->getNameAsString();
  auto offer = [&](const std::string &statement, StringRef verb) {
    Patch(journey.inside)
        .statement(end, local->road.back()->getBeginLoc(), statement)
        .finish(fixes, formatv("{0} `{1}` when its scope ends", verb, name));
  };
  QualType type = local->variable->getType();
  if (journey.type->isThread()) {
    if (const FunctionDecl *join = waitOf(*journey.type, type))
      offer(name + "." + join->getNameAsString() + "();", "join");
  } else if (isCoroutine(journey.inside)) {
    bool inCatch = any_of(local->road, [](const Stmt *each) { return isa<CXXCatchStmt>(each); });
    if (!inCatch && canAwait(*journey.inside, type) && declared(unit.context, "std::move"))
      offer("co_await std::move(" + name + ");", "await");
  } else if (const FunctionDecl *ask = askOfResult(*journey.type, type, unit);
             ask && mayThrow(*journey.inside)) {
    offer(name + "." + ask->getNameAsString() + "();", "ask");
  }
  return fixes;
}

/// Whether the joining thread runs the same: it offers its callable a token to stop by, which a
/// callable with an open number of parameters would take.
static bool runsTheSame(const Expr &launch, const Names &names) {
  ArrayRef<const Expr *> arguments = argumentsOf(launch);
  const FunctionDecl *body = arguments.empty() ? nullptr : calledBy(arguments[0], names);
  if (!body || body->isVariadic() || body->isTemplated() || body->isTemplateInstantiation())
    return false;
  const auto *method = dyn_cast<CXXMethodDecl>(body);
  bool isMemberPointer = arguments[0]->getType()->isMemberFunctionPointerType();
  unsigned taken = body->getNumParams() + (method && isMemberPointer ? 1 : 0);
  return taken == arguments.size() - 1;
}

std::vector<Fix> fixesOfThread(const Journey &journey, Unit &unit) {
  std::vector<Fix> fixes;
  std::optional<Local> local = localOf(journey);
  const Awaitable &words = *journey.type->words;
  if (!local || words.joining.empty() || !declared(unit.context, words.joining) ||
      !local->uses.onlyCalls() || !runsTheSame(*journey.obligation->origin, unit.names))
    return fixes;
  for (const CXXMemberCallExpr *call : local->uses.calls)
    if (Ask ask = askOf(*call, *journey.type, unit.types);
        call->getNumArgs() != 0 || (ask != Ask::Wait && ask != Ask::Neutral && ask != Ask::Detach))
      return fixes;
  const VarDecl &variable = *local->variable;
  SourceRange written =
      variable.getTypeSourceInfo()->getTypeLoc().getUnqualifiedLoc().getSourceRange();
  bool constructed = variable.getInitStyle() != VarDecl::CInit;
  if (!constructed || normalisedText(written, unit.context) != words.type)
    return fixes;
  Patch(journey.inside)
      .replace(written.getBegin(),
               Lexer::getLocForEndOfToken(written.getEnd(), 0, unit.context.getSourceManager(),
                                          unit.context.getLangOpts()),
               words.joining)
      .finish(fixes, formatv("make it a `{0}`, which joins where it dies", words.joining));
  return fixes;
}

/// Whether the place may run more than once for each time that the block does.
static bool repeats(const Road &road, const Stmt *block) {
  bool inside = false;
  for (const Stmt *each : road) {
    if (inside && isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(each))
      return true;
    inside |= each == block;
  }
  return !inside;
}

static void addAskInstead(const FunctionDecl *inside, const CXXMemberCallExpr &wait,
                          const HandleType &type, Unit &unit, std::vector<Fix> &fixes) {
  const auto *member = dyn_cast<MemberExpr>(wait.getCallee());
  const FunctionDecl *ask =
      askOfResult(type, wait.getImplicitObjectArgument()->IgnoreParenImpCasts()->getType(), unit);
  if (!member || wait.getNumArgs() != 0 || !ask || !mayThrow(*inside))
    return;
  Patch(inside)
      .token(member->getMemberLoc(), ask->getName())
      .finish(fixes, formatv("call `{0}()` instead: it throws the work's error", ask->getName()));
}

/// The only one of the calls that waits, if the others ask nothing: a result can be asked for once.
static const CXXMemberCallExpr *onlyWait(const Uses &uses, const HandleType &type, Unit &unit) {
  const CXXMemberCallExpr *wait = nullptr;
  for (const CXXMemberCallExpr *call : uses.calls) {
    Ask ask = askOf(*call, type, unit.types);
    if (ask == Ask::Neutral || ask == Ask::TimedWait)
      continue;
    if (ask != Ask::Wait || wait)
      return nullptr;
    wait = call;
  }
  return uses.onlyCalls() ? wait : nullptr;
}

std::vector<Fix> fixesOfWait(const Journey &journey, Unit &unit) {
  std::vector<Fix> fixes;
  std::optional<Local> local = localOf(journey);
  const CXXMemberCallExpr *wait = local ? onlyWait(local->uses, *journey.type, unit) : nullptr;
  std::optional<Discard> place = wait ? discardOf(journey.inside, *wait) : std::nullopt;
  if (place && !repeats(place->road, local->block))
    addAskInstead(journey.inside, *wait, *journey.type, unit, fixes);
  return fixes;
}

/// Whether the container is only filled, and before the loop, which is the only one over it.
static bool isOnlyFor(const CXXForRangeStmt &loop, const VarDecl &container,
                      const FunctionDecl &inside) {
  Uses uses = usesOf(container, inside);
  // The loop's own mention is no call.
  return uses.mentions == uses.calls.size() + 1 &&
         all_of(uses.calls, [&](const CXXMemberCallExpr *call) {
           return call->getEndLoc() < loop.getBeginLoc();
         });
}

std::vector<Fix> fixesOfWaitLoop(const Journey &journey, const ValueDecl *container, Unit &unit) {
  std::vector<Fix> fixes;
  const auto *variable = dyn_cast_or_null<VarDecl>(container);
  if (!variable || !variable->hasLocalStorage() || variable->getType()->isReferenceType() ||
      !journey.inside->getBody())
    return fixes;
  Road road = roadTo(*journey.inside->getBody(), [&](const Stmt &each) {
    const auto *loop = dyn_cast<CXXForRangeStmt>(&each);
    const auto *name = loop ? dyn_cast<DeclRefExpr>(bare(loop->getRangeInit())) : nullptr;
    return name && name->getDecl() == variable;
  });
  const auto *loop = road.empty() ? nullptr : cast<CXXForRangeStmt>(road.back());
  const VarDecl *each = loop ? loop->getLoopVariable() : nullptr;
  const HandleType *type = each ? unit.types.find(each->getType()) : nullptr;
  if (!type || type->wrapper || !each->getType()->isReferenceType() ||
      !isOnlyFor(*loop, *variable, *journey.inside) || any_of(drop_end(road), [](const Stmt *s) {
        return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(s);
      }))
    return fixes;
  const CXXMemberCallExpr *wait = onlyWait(usesOf(*each, *journey.inside), *type, unit);
  std::optional<Discard> place = wait ? discardOf(journey.inside, *wait) : std::nullopt;
  if (place && !repeats(place->road, loop))
    addAskInstead(journey.inside, *wait, *type, unit, fixes);
  return fixes;
}

std::vector<Fix> fixesOfWait(const Obligation &work, const Expr &wait, Unit &unit) {
  std::vector<Fix> fixes;
  if (!work.inside || !work.inside->getBody() || work.type->wrapper)
    return fixes;
  Road road = roadTo(*work.inside->getBody(), [&](const Stmt &each) { return &each == &wait; });
  const auto *call = road.size() < 2 ? nullptr : dyn_cast<CXXMemberCallExpr>(road[road.size() - 2]);
  if (call && discardOf(work.inside, *call))
    addAskInstead(work.inside, *call, *work.type, unit, fixes);
  return fixes;
}

} // namespace tether
