#include "matchers/Fate.h"

#include "matchers/Askers.h"
#include "matchers/Callable.h"
#include "matchers/Places.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

StringRef toString(Fate fate) {
  static constexpr llvm::StringLiteral Words[] = {"dropped",   "dropped on purpose",
                                                  "observed",  "waited for",
                                                  "continued", "dropped, its error handled",
                                                  "detached",  "tested",
                                                  "erased",    "stored",
                                                  "handed on", "written",
                                                  "lent"};
  return Words[static_cast<size_t>(fate)];
}

bool detachesByOperator(const CXXOperatorCallExpr &call, HandleTypes &types) {
  const FunctionDecl *callee = calleeOf(call);
  const HandleType *type =
      callee && call.getNumArgs() != 0 ? types.find(call.getArg(0)->getType()) : nullptr;
  return type && !type->wrapper && is_contained(type->words->detach, lastName(*callee));
}

bool yieldsItself(const CallExpr &call, const HandleType &type, HandleTypes &types) {
  const HandleType *same = types.find(call.getType());
  return same && same->words == type.words;
}

namespace {

/// One climb. `value` is the expression that still carries the handle.
class Climb {
public:
  Climb(const Expr &origin, const Names &names, HandleTypes &types)
      : value(&origin), names(names), types(types) {}

  /// Looks at the next node outwards; an ending stops the climb.
  std::optional<Ending> step(const DynTypedNode &node, const DynTypedNode *outer) {
    if (const auto *variable = node.get<VarDecl>(); variable && asked)
      return end(asBool ? Fate::Tested : Fate::Dropped, "only asked, never waited for");
    if (const auto *variable = node.get<VarDecl>(); variable && variable->isInitCapture())
      return end(Fate::Transferred, "captured by a lambda");
    if (const auto *variable = node.get<VarDecl>())
      return end(Fate::Stored, formatv("kept in `{0}`", variable->getName()), variable);
    if (const auto *field = node.get<FieldDecl>())
      return end(Fate::Transferred, "kept in a member", field);
    if (node.get<CXXConstructorDecl>())
      return end(Fate::Transferred, "kept in a member");
    const Stmt *statement = node.get<Stmt>();
    if (!statement)
      return end(Fate::Lent, "unknown use");
    if (const auto *expr = dyn_cast<Expr>(statement))
      return inExpr(*expr, outer);
    return inStmt(*statement, outer);
  }

private:
  Ending end(Fate fate, std::string how, const ValueDecl *into = nullptr) const {
    // To throw the handle away that a wait has returned is to stop at the wait.
    if (waited && (fate == Fate::Dropped || fate == Fate::Voided))
      return {Fate::Waited, waitedHow, waited, nullptr};
    return {fate, std::move(how), value, into};
  }
  std::optional<Ending> goOn(const Stmt &next) {
    value = &next;
    return std::nullopt;
  }

  std::optional<Ending> inStmt(const Stmt &statement, const DynTypedNode *outer);
  std::optional<Ending> inExpr(const Expr &expr, const DynTypedNode *outer);
  std::optional<Ending> inOperator(const BinaryOperator &op);
  std::optional<Ending> inCast(const ExplicitCastExpr &cast);
  bool erases(QualType type) const;
  std::optional<Ending> inConstruct(const CXXConstructExpr &construct);
  std::optional<Ending> inOperatorCall(const CXXOperatorCallExpr &call);
  std::optional<Ending> inMemberCall(const CXXMemberCallExpr &call);
  std::optional<Ending> onWait(const CallExpr &call, const HandleType &type, std::string how);
  std::optional<Ending> asArgument(const CallExpr &call);
  std::optional<Ending> askedFreely(const CallExpr &call) const;
  std::optional<Ending> inContainerCall(const CXXMemberCallExpr &call);
  bool putsIn(const CallExpr &call) const;
  std::optional<Ending> condition(const Stmt *tested, StringRef what);

  const Stmt *value;
  const Stmt *waited = nullptr; ///< where a wait was called that has returned the handle
  std::string waitedHow;
  bool asked = false;  ///< the value is now the answer of a neutral question
  bool asBool = false; ///< that answer is a conversion to bool
  const Names &names;
  HandleTypes &types;
};

std::optional<Ending> Climb::condition(const Stmt *tested, StringRef what) {
  if (tested != value)
    return end(Fate::Dropped, what.str());
  if (asked && !asBool)
    return end(Fate::Dropped, "only asked, never waited for");
  return end(Fate::Tested, "a condition");
}

std::optional<Ending> Climb::inStmt(const Stmt &statement, const DynTypedNode *outer) {
  if (const auto *block = dyn_cast<CompoundStmt>(&statement)) {
    const auto *around = outer ? outer->get<StmtExpr>() : nullptr;
    if (around && !block->body_empty() && block->body_back() == value)
      return goOn(*block);
    return end(Fate::Dropped, "an expression statement");
  }
  if (isa<ReturnStmt, CoreturnStmt>(statement) && asBool)
    return end(Fate::Tested, "returned as true or false");
  if (isa<ReturnStmt, CoreturnStmt>(statement))
    return end(asked ? Fate::Dropped : Fate::Transferred,
               asked ? "only asked, never waited for" : "returned");
  if (const auto *branch = dyn_cast<IfStmt>(&statement))
    return condition(branch->getCond(), "a branch");
  if (const auto *loop = dyn_cast<WhileStmt>(&statement))
    return condition(loop->getCond(), "a loop's body");
  if (const auto *loop = dyn_cast<DoStmt>(&statement))
    return condition(loop->getCond(), "a loop's body");
  if (const auto *loop = dyn_cast<ForStmt>(&statement))
    return condition(loop->getCond(), "a clause or the body of a loop");
  if (const auto *loop = dyn_cast<CXXForRangeStmt>(&statement))
    return loop->getRangeInit() == value ? end(Fate::Stored, "iterated over")
                                         : end(Fate::Dropped, "a loop's body");
  if (const auto *choice = dyn_cast<SwitchStmt>(&statement); choice && choice->getCond() == value)
    return end(asked ? Fate::Dropped : Fate::Lent, "switched over");
  if (isa<SwitchCase, LabelStmt, AttributedStmt, SwitchStmt>(statement))
    return end(Fate::Dropped, "an expression statement");
  return end(Fate::Lent, "unknown use");
}

std::optional<Ending> Climb::inExpr(const Expr &expr, const DynTypedNode *outer) {
  if (isa<CoawaitExpr, DependentCoawaitExpr>(expr))
    return end(Fate::Observed, "awaited");
  if (expr.isTypeDependent() && !isa<ParenExpr>(expr))
    return end(Fate::Lent, "depends on a template parameter");
  if (isa<CoyieldExpr>(expr))
    return end(Fate::Transferred, "yielded");
  if (isa<LambdaExpr>(expr))
    return end(Fate::Transferred, "captured by a lambda");
  if (isa<CXXThrowExpr>(expr))
    return end(Fate::Transferred, "thrown");
  if (isa<CXXNewExpr>(expr))
    return end(Fate::Stored, "kept on the heap");
  if (const auto *op = dyn_cast<BinaryOperator>(&expr))
    return inOperator(*op);
  if (const auto *choice = dyn_cast<AbstractConditionalOperator>(&expr))
    return choice->getCond() == value ? condition(choice->getCond(), "") : goOn(expr);
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(&expr))
    return inCast(*cast);
  if (const auto *construct = dyn_cast<CXXConstructExpr>(&expr))
    return inConstruct(*construct);
  if (const auto *call = dyn_cast<CXXOperatorCallExpr>(&expr))
    return inOperatorCall(*call);
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(&expr))
    return isa<MemberExpr>(value) && call->getCallee()->IgnoreParens() == value
               ? inMemberCall(*call)
               : asArgument(*call);
  if (const auto *call = dyn_cast<CallExpr>(&expr))
    return asArgument(*call);
  if (isa<StmtExpr, InitListExpr, UnaryOperator, ArraySubscriptExpr, MemberExpr, ParenExpr,
          ParenListExpr, FullExpr, MaterializeTemporaryExpr, CXXBindTemporaryExpr, ImplicitCastExpr,
          CXXStdInitializerListExpr, DesignatedInitExpr, GenericSelectionExpr,
          SubstNonTypeTemplateParmExpr>(expr))
    return goOn(expr);
  return end(Fate::Lent, "unknown use");
}

std::optional<Ending> Climb::inOperator(const BinaryOperator &op) {
  if (op.getOpcode() == BO_Comma && op.getLHS() == value)
    return end(Fate::Dropped, "the left of a comma");
  if (op.isAssignmentOp())
    return asked                  ? end(Fate::Dropped, "only asked, never waited for")
           : op.getLHS() == value ? end(Fate::Written, "assigned to")
                                  : end(Fate::Stored, "assigned");
  if (op.isComparisonOp())
    return end(asked ? Fate::Dropped : Fate::Lent, "compared");
  return goOn(op);
}

std::optional<Ending> Climb::inCast(const ExplicitCastExpr &cast) {
  if (cast.getType()->isVoidType())
    return end(Fate::Voided, "a cast to void");
  return goOn(cast);
}

/// `std::any`, and pointers to void that own.
bool Climb::erases(QualType type) const {
  const CXXRecordDecl *record = type.getNonReferenceType()->getAsCXXRecordDecl();
  if (names.erasers.has(record))
    return true;
  const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(record);
  if (!special || !names.wrappers.has(record) || special->getTemplateArgs().size() == 0)
    return false;
  const TemplateArgument &first = special->getTemplateArgs()[0];
  return first.getKind() == TemplateArgument::Type && first.getAsType()->isVoidType();
}

/// A constructor that takes the handle wraps it, or takes it over.
std::optional<Ending> Climb::inConstruct(const CXXConstructExpr &construct) {
  if (erases(construct.getType()))
    return end(Fate::Erased, formatv("kept as `{0}`", construct.getType().getAsString()));
  if (types.find(construct.getType()))
    return goOn(construct);
  return end(Fate::Transferred, formatv("handed to `{0}`", shortName(*construct.getConstructor())));
}

std::optional<Ending> Climb::inOperatorCall(const CXXOperatorCallExpr &call) {
  bool isObject = call.getNumArgs() != 0 && call.getArg(0) == value;
  if (isObject && detachesByOperator(call, types))
    return end(Fate::Detached, formatv("`{0}` gives it up", shortName(*calleeOf(call))));
  switch (call.getOperator()) {
  case OO_Equal: {
    if (isObject)
      return end(Fate::Written, "assigned to");
    if (erases(call.getArg(0)->getType()))
      return end(Fate::Erased, "assigned to what knows no type");
    const auto *target = dyn_cast<DeclRefExpr>(bare(call.getArg(0)));
    if (target && names.ignorers.has(target->getDecl()))
      return end(Fate::Voided, formatv("assigned to `{0}`", shortName(*target->getDecl())));
    return end(Fate::Stored, "assigned");
  }
  case OO_Arrow:
  case OO_Star:
  case OO_Subscript:
    if (isObject)
      return goOn(call);
    break;
  case OO_Call:
    if (isObject) {
      const auto *expr = dyn_cast<Expr>(value);
      const HandleType *type = expr ? types.find(expr->getType()) : nullptr;
      bool consumes = type && is_contained(type->words->consume, "operator()");
      return end(consumes ? Fate::Observed : Fate::Lent, "called");
    }
    break;
  case OO_Exclaim:
    asked = asBool = true;
    return goOn(call);
  case OO_EqualEqual:
  case OO_ExclaimEqual: {
    // Whether a pointer or an optional has a handle is no question to the handle.
    const auto *expr = dyn_cast<Expr>(value);
    const HandleType *type = expr ? types.find(expr->getType()) : nullptr;
    if (type && type->wrapper)
      return end(Fate::Dropped, "compared");
    break;
  }
  default:
    break;
  }
  return asArgument(call);
}

/// A wait may return the handle itself, to be asked on the spot: `fetch().wait().value()`.
std::optional<Ending> Climb::onWait(const CallExpr &call, const HandleType &type, std::string how) {
  if (!yieldsItself(call, type, types))
    return end(Fate::Waited, how);
  waited = value;
  waitedHow = std::move(how);
  return goOn(call);
}

std::optional<Ending> Climb::inMemberCall(const CXXMemberCallExpr &call) {
  const HandleType *type = handleAsked(call, types);
  if (!type)
    return end(Fate::Lent, "unknown use");
  if (type->wrapper)
    return inContainerCall(call);
  std::string name = call.getMethodDecl() ? lastName(*call.getMethodDecl()) : "";
  if (is_contained(names.vocabulary.structure.swaps, name))
    return end(Fate::Stored, "swapped with another");
  switch (askOf(call, *type, types)) {
  case Ask::Consume:
    return end(Fate::Observed, formatv("`{0}` asks for the result", name));
  case Ask::Wait:
    return onWait(call, *type, formatv("`{0}` waits and asks for nothing", name));
  case Ask::TimedWait:
    return end(Fate::Dropped, formatv("only `{0}` was asked, the work may go on", name));
  case Ask::Transfer:
    return goOn(call);
  case Ask::Continue:
  case Ask::HandleError:
    return end(Fate::Continued, formatv("`{0}` yields the next handle", name));
  case Ask::Detach:
    return end(Fate::Detached, formatv("`{0}` gives it up", name));
  case Ask::AskError:
  case Ask::Neutral:
    if (types.find(call.getType()))
      return goOn(call);
    asked = true;
    asBool = isa<CXXConversionDecl>(call.getMethodDecl());
    return goOn(call);
  case Ask::Unknown:
    // A fluent setter yields the handle itself.
    if (const HandleType *same = types.find(call.getType());
        call.isGLValue() && same && same->words == type->words)
      return goOn(call);
    break;
  }
  return end(Fate::Lent, formatv("`{0}` is called on it", name));
}

/// A container or pointer gives access to the handle, or answers a question about itself.
std::optional<Ending> Climb::inContainerCall(const CXXMemberCallExpr &call) {
  QualType yields = call.getType();
  bool access =
      types.find(yields) || (yields->isPointerType() && types.find(yields->getPointeeType()));
  if (access)
    return goOn(call);
  const CXXMethodDecl *method = call.getMethodDecl();
  if (method && isa<CXXConversionDecl>(method)) {
    // Presence of an optional or a pointer is a fair question, but the handle still dies.
    asked = true;
    return goOn(call);
  }
  if (method && method->isConst() && yields->isArithmeticType())
    return end(Fate::Dropped, formatv("only asked `{0}`", lastName(*method)));
  bool inserts = any_of(call.arguments(), [&](const Expr *argument) {
    return types.find(argument->getType()) || isCallable(argument->getType());
  });
  bool empties = method && method->getIdentifier() &&
                 is_contained(names.vocabulary.structure.empties, method->getName());
  return end(inserts || empties ? Fate::Written : Fate::Lent, "unknown use");
}

/// Whether the call changes a container of handles: what it looks at it takes a copy of.
bool Climb::putsIn(const CallExpr &call) const {
  const auto *member = dyn_cast<CXXMemberCallExpr>(&call);
  const HandleType *owner = member ? handleAsked(*member, types) : nullptr;
  return owner && owner->wrapper && member->getMethodDecl() && !member->getMethodDecl()->isConst();
}

/// A free function that the vocabulary lists asks the handle that it is given.
std::optional<Ending> Climb::askedFreely(const CallExpr &call) const {
  std::string name = calledName(call);
  switch (askOfFree(call, names)) {
  case Ask::Consume:
    return end(Fate::Observed, formatv("`{0}` asks for the result", name));
  case Ask::Wait:
    return Ending{Fate::Waited, formatv("`{0}` waits and asks for nothing", name), &call, nullptr};
  case Ask::TimedWait:
    return end(Fate::Dropped, formatv("only `{0}` was asked, the work may go on", name));
  default:
    return std::nullopt;
  }
}

std::optional<Ending> Climb::asArgument(const CallExpr &call) {
  if (call.getCallee() == value || call.getCallee()->IgnoreParenImpCasts() == value)
    return end(Fate::Lent, "called");
  if (asked)
    return end(Fate::Dropped, "only asked, never waited for");
  const FunctionDecl *callee = calleeOf(call);
  if (passesThrough(call))
    return goOn(call);
  if (std::optional<Ending> ending = askedFreely(call))
    return ending;
  std::string to = formatv("handed to `{0}`", calledName(call));
  if (!callee)
    return end(Fate::Transferred, to);
  if (names.takesOwnership(*callee))
    return end(Fate::Transferred, to + ", a sanctioned sink");
  if (names.spawnsInto(callee))
    return end(Fate::Transferred, to + ", a scope that joins");
  if (names.makers.has(callee) && erases(call.getType()))
    return end(Fate::Erased, formatv("kept as `{0}`", call.getType().getAsString()));
  if (names.makers.has(callee) && types.find(call.getType()))
    return goOn(call);
  ArrayRef<const Expr *> arguments = argumentsOf(call);
  unsigned index = find(arguments, value) - arguments.begin();
  if (index >= callee->getNumParams())
    return end(Fate::Transferred, to);
  QualType parameter = callee->getParamDecl(index)->getType();
  if (parameter->isLValueReferenceType() && parameter->getPointeeType().isConstQualified() &&
      putsIn(call))
    return end(Fate::Stored, formatv("put in by `{0}`", calledName(call)));
  if (parameter->isLValueReferenceType())
    return end(Fate::Lent, formatv("lent to `{0}`", calledName(call)));
  return end(Fate::Transferred, to);
}

} // namespace

Ending endingOf(const Expr &origin, ArrayRef<DynTypedNode> ancestors, const Names &names,
                HandleTypes &types) {
  Climb climb(origin, names, types);
  for (size_t i = ancestors.size(); i-- != 0;) {
    const DynTypedNode *outer = i == 0 ? nullptr : &ancestors[i - 1];
    if (std::optional<Ending> ending = climb.step(ancestors[i], outer))
      return *ending;
  }
  return {Fate::Lent, "unknown use", &origin};
}

} // namespace tether
