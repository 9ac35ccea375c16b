#include "matchers/Obligation.h"

#include "matchers/Callable.h"
#include "matchers/Effects.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool ObligationFinder::anyHandle(ArrayRef<const Expr *> expressions) {
  return any_of(expressions, [&](const Expr *e) { return types.find(e->getType()) != nullptr; });
}

/// Whether what the function yields has just been made, even if several may own it.
bool ObligationFinder::makesHandle(const FunctionDecl *callee) {
  const Launcher *launcher = names.launchers.find(callee);
  return names.makers.has(callee) || (launcher && !launcher->returns.empty());
}

/// The argument that is told how the work ends, or null.
static const Expr *toldBy(const CallExpr &call, const Launcher &launcher, const Names &names) {
  for (const std::string &name : launcher.toldBy) {
    ClassName listener(name, names.vocabulary.namespaces);
    for (const Expr *argument : writtenArgumentsOf(call))
      if (!saysNull(*argument) &&
          anyInHierarchy(recordOf(bare(argument)->getType()),
                         [&](const CXXRecordDecl &each) { return listener.fits(&each); }))
        return argument;
  }
  return nullptr;
}

/// A call yields a fresh handle unless it only wraps one that is given to it.
bool ObligationFinder::yieldsFreshHandle(const CallExpr &call, std::string &whyNot) {
  const FunctionDecl *callee = calleeOf(call);
  bool safe = anyOverridden(callee, [&](const FunctionDecl *function) {
    const Named *entry = names.safeToIgnore.find(function);
    if (entry)
      whyNot = formatv("safe to ignore: {0}", entry->because);
    if (hasAnnotation(*function, "tether::ignorable"))
      whyNot = "annotated as ignorable";
    return !whyNot.empty();
  });
  if (safe || (callee && callee->getOverloadedOperator() == OO_Coawait))
    return false;
  if (const JoiningScope *scope = names.spawnsInto(callee)) {
    whyNot = formatv("owned by the scope {0}: {1}", scope->type, scope->because);
    return false;
  }
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call))
    if (const HandleType *object = handleAsked(*member, types); object && !object->wrapper) {
      Ask ask = askOf(*member, *object, types);
      bool temporary = bare(member->getImplicitObjectArgument())->isPRValue();
      if ((ask == Ask::Transfer && temporary) ||
          (ask == Ask::Wait && yieldsItself(call, *object, types)))
        return false;
    }
  const Launcher *launcher = names.launchers.find(callee);
  if (const Expr *told = launcher ? toldBy(call, *launcher, names) : nullptr) {
    whyNot = formatv("a `{0}` is told how it ends", recordOf(told->getType())->getName());
    return false;
  }
  if (launcher || !names.makers.has(callee))
    return true;
  // An array is made of empty handles.
  const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(call.getType()));
  if (special && special->getTemplateArgs().size() != 0 &&
      special->getTemplateArgs()[0].getKind() == TemplateArgument::Type &&
      special->getTemplateArgs()[0].getAsType()->isArrayType())
    return false;
  // What a maker is given is either a handle, an obligation of its own, or what a handle is made
  // of.
  return call.getNumArgs() != 0 && !anyHandle(argumentsOf(call));
}

/// A constructor starts work if it is given something; an empty, copied or wrapped handle begins
/// nothing.
bool ObligationFinder::startsWork(const CXXConstructExpr &construct) {
  const CXXConstructorDecl *constructor = construct.getConstructor();
  if (constructor->isCopyOrMoveConstructor() || constructor->isDefaultConstructor())
    return false;
  return construct.getNumArgs() != 0 && !isa<CXXDefaultArgExpr>(construct.getArg(0)) &&
         !anyHandle(argumentsOf(construct));
}

const HandleType *ObligationFinder::beginsHandle(const Expr &expr, std::string &whyNot) {
  if (!expr.isPRValue() || expr.isInstantiationDependent())
    return nullptr;
  const HandleType *type = types.find(expr.getType());
  const FunctionDecl *callee = isa<CallExpr>(expr) ? calleeOf(expr) : nullptr;
  // Others hand out such pointers to what somebody else has started.
  if (!type && names.launchers.has(callee))
    type = types.pointedTo(expr.getType());
  if (!type && callee && hasAnnotation(*callee, "tether::async"))
    return types.annotated();
  if (!type) {
    whyNot = types.whyNot(expr.getType());
    return nullptr;
  }
  const auto *call = dyn_cast<CallExpr>(&expr);
  if (call)
    // Somebody else may keep what a shared pointer points to, unless it has just been made.
    return yieldsFreshHandle(*call, whyNot) && (!type->shared || makesHandle(callee)) ? type
                                                                                      : nullptr;
  if (type->wrapper)
    return nullptr;
  // A container of handles out of a `co_await` holds what has ended: a combinator's results.
  if (isa<CoawaitExpr>(expr))
    return type->awaiterOnly ? nullptr : type;
  if (const auto *construct = dyn_cast<CXXConstructExpr>(&expr))
    return startsWork(*construct) ? type : nullptr;
  if (const auto *list = dyn_cast<InitListExpr>(&expr))
    return list->getNumInits() != 0 && !anyHandle(list->inits()) ? type : nullptr;
  return nullptr;
}

/// The policies that an expression may mention, enumerators and objects:
/// `launch::async | launch::deferred` has two.
static void collectPolicies(const Expr *expr, SmallVectorImpl<const NamedDecl *> &policies,
                            unsigned steps = 0) {
  // A constant may be initialised with itself.
  constexpr unsigned LongestRoad = 8;
  if (steps > LongestRoad)
    return;
  expr = bare(expr);
  if (const auto *named = dyn_cast<DeclRefExpr>(expr)) {
    policies.push_back(named->getDecl());
    if (const auto *variable = dyn_cast<VarDecl>(named->getDecl());
        variable && variable->getType().isConstQualified() && variable->getInit())
      collectPolicies(variable->getInit(), policies, steps + 1);
    return;
  }
  if (const auto *op = dyn_cast<BinaryOperator>(expr)) {
    collectPolicies(op->getLHS(), policies, steps + 1);
    collectPolicies(op->getRHS(), policies, steps + 1);
  } else if (const auto *call = dyn_cast<CXXOperatorCallExpr>(expr)) {
    for (const Expr *argument : call->arguments())
      collectPolicies(argument, policies, steps + 1);
  }
}

/// Whether the declaration has the qualified name. An enumerator has its enumeration's scope, too.
static bool isCalled(const NamedDecl &decl, StringRef name) {
  if (isa<EnumConstantDecl>(decl))
    return decl.getQualifiedNameAsString() == name;
  NameIndex index;
  index.add(name, 0);
  return index.find(&decl) >= 0;
}

/// Whether the call names an executor before its callable.
static bool namesExecutor(ArrayRef<const Expr *> arguments) {
  return arguments.size() > 1 && !arguments.front()->getType()->isEnumeralType() &&
         !isCallable(arguments.front()->getType());
}

Drop dropOfLaunch(const Launcher &launcher, const Expr &call, Drop byType) {
  if (launcher.withExecutor && namesExecutor(argumentsOf(call)))
    return *launcher.withExecutor;
  if (launcher.onDropIf.empty())
    return launcher.onDrop.value_or(byType);
  SmallVector<const NamedDecl *, 8> mentioned;
  for (const Expr *argument : argumentsOf(call)) {
    collectPolicies(argument, mentioned);
    if (const CXXRecordDecl *type = recordOf(argument->getType()))
      mentioned.push_back(type);
  }
  const Launcher::Case *only = nullptr;
  for (const Launcher::Case &known : launcher.onDropIf) {
    if (none_of(mentioned, [&](const NamedDecl *each) { return isCalled(*each, known.argument); }))
      continue;
    if (only)
      return launcher.onDrop.value_or(byType);
    only = &known;
  }
  return only ? only->onDrop : launcher.onDrop.value_or(byType);
}

namespace {

/// Finds what a function's returns start themselves: `return std::async(…)`.
class LaunchReturned : public RecursiveASTVisitor<LaunchReturned> {
public:
  explicit LaunchReturned(const Names &names) : names(names) {}
  const Expr *call = nullptr;
  const Launcher *launcher = nullptr;

  bool TraverseLambdaExpr(LambdaExpr *) { return true; }
  bool VisitReturnStmt(ReturnStmt *statement) {
    const Expr *value = statement->getRetValue() ? bare(statement->getRetValue()) : nullptr;
    const auto *returned = dyn_cast_or_null<CallExpr>(value);
    const Launcher *found = returned ? names.launchers.find(calleeOf(*returned)) : nullptr;
    if (found && found->onDrop) {
      call = returned;
      launcher = found;
    }
    return !call;
  }

private:
  const Names &names;
};

} // namespace

Drop ObligationFinder::dropOf(const Expr &expr, const HandleType &type, const Launcher *launcher) {
  Drop byType = type.words->onDrop;
  if (launcher)
    return dropOfLaunch(*launcher, expr, byType);
  const FunctionDecl *callee = calleeOf(expr);
  const FunctionDecl *definition = nullptr;
  if (!callee || !callee->hasBody(definition) || isa<CoroutineBodyStmt>(definition->getBody()))
    return byType;
  LaunchReturned returned(names);
  returned.TraverseStmt(definition->getBody());
  return returned.call ? dropOfLaunch(*returned.launcher, *returned.call, byType) : byType;
}

/// Work cannot throw if every callable that is launched is seen not to.
bool ObligationFinder::workThrows(const Expr &expr, const Launcher *launcher) {
  bool seen = false;
  for (const Expr *argument : argumentsOf(expr)) {
    if (!isCallable(argument->getType()))
      continue;
    const FunctionDecl *body = calledBy(argument, names);
    if (!body || canThrow(*body))
      return true;
    seen = true;
  }
  return !seen || !(launcher || isa<CXXConstructExpr>(expr));
}

/// Whether an error handler has closed the chain that this call is the tail of.
bool ObligationFinder::errorsHandled(const Expr &expr) {
  const auto *call = dyn_cast<CXXMemberCallExpr>(bare(&expr));
  if (!call || !call->getMethodDecl())
    return false;
  const Expr *object = call->getImplicitObjectArgument();
  const HandleType *type = handleAsked(*call, types);
  if (!type || type->wrapper)
    return false;
  switch (askOf(*call, *type, types)) {
  case Ask::HandleError:
    return true;
  case Ask::Neutral:
  case Ask::Transfer:
    return errorsHandled(*object);
  case Ask::Continue:
    return !is_contained(type->words->continuations, lastName(*call->getMethodDecl())) &&
           errorsHandled(*object);
  default:
    return false;
  }
}

/// `threads.emplace_back(work)` makes the handle inside of its container.
std::optional<Obligation> ObligationFinder::emplaced(const Expr &expr) {
  if (expr.isInstantiationDependent())
    return std::nullopt;
  const HandleType *owner = nullptr;
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(&expr); call && call->getMethodDecl())
    owner = handleAsked(*call, types);
  else if (isa<CXXConstructExpr>(expr))
    owner = types.find(expr.getType());
  if (!owner || !owner->wrapper || !owner->isThread() || anyHandle(argumentsOf(expr)) ||
      none_of(argumentsOf(expr), [](const Expr *a) { return isCallable(a->getType()); }))
    return std::nullopt;
  Obligation found;
  found.origin = &expr;
  found.type = owner;
  found.start = owner->words->start;
  found.onDrop = owner->words->onDrop;
  found.ending = {Fate::Stored, "made in its container", &expr, nullptr};
  return found;
}

/// `Coroutine(echo(id));`: a temporary that runs the work it is given, and dies at once, has taken
/// the place of a handle whose work had not begun.
static void judgeConsumer(Obligation &work, HandleTypes &types) {
  const auto *kept = dyn_cast_or_null<Expr>(work.ending.at);
  const auto *made = kept ? dyn_cast<CXXConstructExpr>(bare(kept)) : nullptr;
  const HandleType *type = made ? types.find(made->getType()) : nullptr;
  if (work.start == Start::Eager || !type || type->wrapper || type->words == work.type->words ||
      type->words->start != Start::Eager)
    return;
  work.origin = made;
  work.type = type;
  work.launcher = types.names.launchers.find(made->getConstructor());
  work.start = type->words->start;
  work.onDrop = type->words->onDrop;
}

/// Whether the work ends, or never begins, when its handle dies: then its error handler is no help.
static bool stopsWork(const Obligation &work) {
  return work.onDrop == Drop::NeverRuns || work.onDrop == Drop::BlocksOrNeverRuns ||
         work.onDrop == Drop::Cancels;
}

std::optional<Obligation> ObligationFinder::find(const Expr &expr, ArrayRef<DynTypedNode> ancestors,
                                                 std::string &whyNot) {
  const HandleType *type = beginsHandle(expr, whyNot);
  if (!type)
    return emplaced(expr);
  Obligation found;
  found.origin = &expr;
  found.type = type;
  found.launcher = names.launchers.find(calleeOf(expr));
  found.start =
      found.launcher ? found.launcher->start.value_or(type->words->start) : type->words->start;
  found.onDrop = dropOf(expr, *type, found.launcher);
  // What has begun runs, whatever the type says of work that has not.
  if (found.start == Start::Eager && found.onDrop == Drop::NeverRuns &&
      type->words->start != Start::Eager)
    found.onDrop = Drop::DropsResult;
  found.throws = workThrows(expr, found.launcher);
  found.ending = endingOf(expr, ancestors, names, types);
  bool dies = found.ending.fate == Fate::Dropped || found.ending.fate == Fate::Voided;
  found.closed = errorsHandled(expr);
  if (dies)
    judgeConsumer(found, types);
  // What has not begun does not run for its error handler.
  if (dies && found.start != Start::Lazy && !stopsWork(found) && found.closed) {
    found.ending.fate = Fate::Handled;
    found.ending.how += ", after an error handler has closed the chain";
  }
  return found;
}

} // namespace tether
