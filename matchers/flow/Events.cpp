#include "matchers/flow/Events.h"

#include "matchers/Askers.h"
#include "matchers/AsyncWork.h"
#include "matchers/Callable.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether::flow {

static bool isLibrary(const FunctionDecl &function) {
  return function.getASTContext().getSourceManager().isInSystemHeader(function.getLocation());
}

Event &EventMaker::add(Act act, const Stmt &at) {
  Event &event = out->emplace_back();
  event.act = act;
  event.at = &at;
  return event;
}

void EventMaker::give(const Stmt &at, const Expr *value, Given given) {
  Sources sources = holders.carriedBy(value);
  for (const Source &source : sources)
    if (source.closure) {
      Event &close = add(Act::Close, at);
      close.closure = source.closure;
      close.given = given;
    }
  // A reference or a pointer to it goes out: somebody else can ask.
  if (sources.empty() && value && (value->isGLValue() || value->getType()->isPointerType()))
    for (const Holder &holder : holders.reachedBy(value))
      sources.push_back({nullptr, holder, true, nullptr});
  Event &event = add(Act::Give, at);
  event.sources = std::move(sources);
  event.given = given;
}

void EventMaker::ask(const Expr &at, const Expr &object, Ask ask) {
  Event &event = add(Act::Ask, at);
  event.targets = holders.reachedBy(&object);
  event.sources = holders.carriedBy(&object);
  event.element = holders.isElement(&object);
  event.ask = ask;
  event.value = &at;
}

/// Whether a handle that is put there is this function's to look after: not what lies in an object
/// of another class.
bool EventMaker::keeps(const Holder &holder) const {
  QualType type = holder.variable->getType().getNonReferenceType();
  bool closure = isCallable(type);
  return diesHere(holder, function) &&
         (closure || types.find(type->isPointerType() ? type->getPointeeType() : type));
}

void EventMaker::move(const Stmt &at, Sources sources, Holders targets) {
  if (sources.empty())
    return;
  if (targets.size() != 1 || !keeps(targets.front())) {
    Event &event = add(Act::Give, at);
    event.sources = std::move(sources);
    bool member = targets.size() == 1 && isa<FieldDecl>(targets.front().variable);
    event.given = member ? Given::Member : Given::Elsewhere;
    event.targets = std::move(targets);
    return;
  }
  Event &event = add(Act::Move, at);
  event.sources = std::move(sources);
  event.targets = std::move(targets);
}

void EventMaker::onVariable(const VarDecl &variable, const DeclStmt &statement) {
  if (!variable.hasLocalStorage()) {
    if (variable.getInit())
      give(statement, variable.getInit(), Given::Elsewhere);
    return;
  }
  add(Act::Declare, statement).variable = &variable;
  const Expr *init = variable.getInit();
  if (!init)
    return;
  if (variable.getType()->isBooleanType()) {
    Event &event = add(Act::Define, statement);
    event.variable = &variable;
    event.value = init;
  }
  if (!holders.isAlias(variable))
    move(statement, holders.carriedBy(init), {{&variable}});
}

void EventMaker::onDeclaration(const DeclStmt &statement) {
  for (const Decl *decl : statement.decls())
    if (const auto *variable = dyn_cast<VarDecl>(decl))
      onVariable(*variable, statement);
}

void EventMaker::onWrite(const Expr &target, const Stmt &at) {
  const Expr *written = target.IgnoreParenImpCasts();
  const ValueDecl *variable = nullptr;
  if (const auto *name = dyn_cast<DeclRefExpr>(written))
    variable = name->getDecl();
  else if (const auto *field = dyn_cast<MemberExpr>(written))
    variable = field->getMemberDecl();
  if (variable)
    add(Act::Write, at).variable = variable;
}

void EventMaker::onAssignment(const Expr &at, const Expr &target, const Expr &value) {
  onWrite(target, at);
  const auto *flag = dyn_cast<DeclRefExpr>(target.IgnoreParenImpCasts());
  if (flag && target.getType()->isBooleanType()) {
    Event &event = add(Act::Define, at);
    event.variable = flag->getDecl();
    event.value = &value;
    return;
  }
  bool erased = names.callables.has(recordOf(target.getType()));
  // Where the address goes, others may ask; a local pointer is only another name.
  if (target.getType()->isPointerType() && !flag)
    add(Act::Lend, at).targets = holders.reachedBy(&value);
  if (!types.find(target.getType()) && !erased)
    return;
  Holders reached = holders.reachedBy(&target);
  bool here = reached.size() == 1 && keeps(reached.front());
  Sources sources = holders.carriedBy(&value);
  for (const Source &source : sources)
    if (source.closure && erased)
      add(Act::Close, at).closure = source.closure;
  if (!here) {
    move(at, std::move(sources), std::move(reached));
    return;
  }
  Event &event = add(Act::Assign, at);
  event.sources = std::move(sources);
  event.targets = std::move(reached);
  event.element = holders.isElement(&target);
}

void EventMaker::onOperatorCall(const CXXOperatorCallExpr &call) {
  switch (call.getOperator()) {
  case OO_Equal:
    return onAssignment(call, *call.getArg(0), *call.getArg(1));
  case OO_PlusPlus:
  case OO_MinusMinus:
  case OO_PlusEqual:
  case OO_MinusEqual:
    return onWrite(*call.getArg(0), call);
  case OO_Call: {
    const Expr *object = call.getArg(0);
    if (const LambdaExpr *closure = holders.closureOf(object))
      add(Act::Close, call).closure = closure;
    const HandleType *type = types.find(bare(object)->getType());
    if (type && is_contained(type->words->consume, "operator()"))
      ask(call, *object, Ask::Consume);
    return onArguments(call);
  }
  default:
    if (detachesByOperator(call, types))
      return ask(call, *call.getArg(0), Ask::Detach);
    return onArguments(call);
  }
}

/// A container, pointer or aggregate of handles is called. False if that is not what it is.
bool EventMaker::onOwnerCall(const CXXMemberCallExpr &call) {
  const Expr *object = call.getImplicitObjectArgument();
  const CXXMethodDecl *method = call.getMethodDecl();
  QualType type = object->IgnoreParenImpCasts()->getType();
  const HandleType *owner = types.find(type->isPointerType() ? type->getPointeeType() : type);
  if (!owner || !owner->wrapper || !method)
    return false;
  StringRef name = method->getIdentifier() ? method->getName() : "";
  Sources inserted;
  Holders reached = holders.reachedBy(object);
  for (const Expr *argument : call.arguments()) {
    inserted.append(holders.carriedBy(argument));
    if (!types.find(argument->getType()))
      for (const Holder &holder : holders.reachedBy(argument))
        if (!is_contained(reached, holder))
          inserted.push_back({nullptr, holder, false, nullptr});
  }
  const StructuralNames &words = names.vocabulary.structure;
  bool resets = is_contained(words.empties, name);
  if (resets && call.getNumArgs() == 0) {
    add(Act::Clear, call).targets = std::move(reached);
    return true;
  }
  if (is_contained(words.swaps, name) && call.getNumArgs() == 1) {
    // A swap with a temporary throws away.
    bool temporary = bare(object)->isPRValue() && !object->getType()->isPointerType();
    Event &event = add(temporary ? Act::Clear : Act::Swap, call);
    event.targets = temporary ? holders.reachedBy(call.getArg(0)) : std::move(reached);
    event.others = holders.reachedBy(call.getArg(0));
    return true;
  }
  bool emplaces = buildsHandle({&call, method, {}, true}, names, types);
  if (emplaces)
    inserted.push_back({&call, {}, false, nullptr});
  if (!isLibrary(*method) || is_contained(words.releases, name)) {
    // What a class of one's own does with its members is its own affair.
    Event &event = add(Act::Give, call);
    event.sources = std::move(inserted);
    for (const Holder &holder : reached)
      event.sources.push_back({nullptr, holder, false, nullptr});
    event.given = Given::Callee;
    return true;
  }
  move(call, std::move(inserted), std::move(reached));
  return true;
}

void EventMaker::onMemberCall(const CXXMemberCallExpr &call) {
  const HandleType *type = handleAsked(call, types);
  if (type && !type->wrapper) {
    const Expr &object = *call.getImplicitObjectArgument();
    const CXXMethodDecl *method = call.getMethodDecl();
    StringRef name = method && method->getIdentifier() ? method->getName() : "";
    if (is_contained(names.vocabulary.structure.swaps, name) && call.getNumArgs() == 1) {
      if (bare(&object)->isPRValue() && !object.getType()->isPointerType())
        return move(call, holders.carriedBy(&object), holders.reachedBy(call.getArg(0)));
      Event &event = add(Act::Swap, call);
      event.targets = holders.reachedBy(&object);
      event.others = holders.reachedBy(call.getArg(0));
      return;
    }
    ask(call, object, askOf(call, *type, types));
    return onArguments(call);
  }
  if (onOwnerCall(call)) {
    for (const Expr *argument : call.arguments())
      if (const LambdaExpr *closure = holders.closureOf(argument))
        add(Act::Close, call).closure = closure;
    return;
  }
  onArguments(call);
}

/// `std::for_each(all.begin(), all.end(), [](std::thread &one) {…})`: what the closure does with
/// its parameter is what happens to the elements. False if the call is no such thing.
bool EventMaker::onElements(const Expr &call, const FunctionDecl &callee) {
  const CXXMethodDecl *body = nullptr;
  Holders elements;
  for (const Expr *argument : argumentsOf(call)) {
    if (const LambdaExpr *closure = holders.closureOf(argument))
      body = closure->getCallOperator();
    else
      elements.append(holders.reachedBy(argument));
  }
  if (const FunctionTemplateDecl *generic = body ? body->getDescribedFunctionTemplate() : nullptr)
    for (FunctionDecl *instance : generic->specializations())
      body = cast<CXXMethodDecl>(instance);
  if (!isLibrary(callee) || !body || elements.empty() || body->getNumParams() != 1 ||
      !body->getParamDecl(0)->getType()->isReferenceType() ||
      !types.find(body->getParamDecl(0)->getType()))
    return false;
  Event &event = add(Act::Lend, call);
  event.targets = std::move(elements);
  event.callee = body;
  return true;
}

/// A library's function that only looks: it yields a number or a place inside of what it is given.
static bool onlyLooks(const Expr &call, const FunctionDecl &callee, const HolderFinder &holders) {
  if (!isLibrary(callee))
    return false;
  const auto *plain = dyn_cast<CallExpr>(&call);
  if (!plain || plain->getType()->isVoidType())
    return false;
  // An algorithm does more than to look.
  bool alone = all_of(argumentsOf(call).drop_front(),
                      [](const Expr *argument) { return argument->getType()->isArithmeticType(); });
  if (!alone && !isa<CXXOperatorCallExpr>(plain))
    return false;
  return plain->getType()->isArithmeticType() || !holders.reachedBy(plain).empty();
}

/// A library makes a handle out of a promise: `task<void> done(event)`. The promise stays where it
/// is; only what takes work as well may answer it.
static bool promises(const Expr &call, const Expr &promise, const FunctionDecl &callee,
                     const Names &names) {
  return names.promises.has(recordOf(promise.getType())) &&
         names.awaitables.has(recordOf(call.getType())) && isLibrary(callee) &&
         none_of(argumentsOf(call),
                 [](const Expr *argument) { return isCallable(argument->getType()); });
}

void EventMaker::onArgument(const Expr &call, const Expr &argument, const FunctionDecl *callee,
                            unsigned index) {
  if (const LambdaExpr *closure = holders.closureOf(&argument)) {
    Event &event = add(Act::Close, call);
    event.closure = closure;
    event.callee = callee;
    event.given = Given::Callee;
    return;
  }
  if (callee && names.takesOwnership(*callee)) {
    give(call, &argument, Given::Callee);
    return;
  }
  if (callee && (onlyLooks(call, *callee, holders) || promises(call, argument, *callee, names)))
    return;
  bool known = callee && index < callee->getNumParams();
  QualType parameter = known ? callee->getParamDecl(index)->getType() : QualType();
  bool byReference = known && (parameter->isLValueReferenceType() || parameter->isPointerType());
  if (!byReference) {
    Sources carried = holders.carriedBy(&argument);
    // A closure in a bind, an iterator, a reference wrapper.
    if (!types.find(argument.getType()))
      for (const Holder &holder : holders.reachedBy(&argument))
        carried.push_back({nullptr, holder, false, nullptr});
    Event &event = add(Act::Give, call);
    event.sources = std::move(carried);
    event.callee = callee;
    event.given = Given::Callee;
    return;
  }
  Event &event = add(Act::Lend, call);
  event.targets = holders.reachedBy(&argument);
  event.callee = callee;
  event.index = index;
  if (!parameter->isPointerType() && parameter->getPointeeType().isConstQualified())
    return;
  onWrite(argument, call);
}

void EventMaker::onArguments(const Expr &call) {
  const FunctionDecl *callee = calleeOf(call);
  if (const auto *plain = dyn_cast<CallExpr>(&call))
    if (passesThrough(*plain) || names.makers.has(callee))
      return;
  if (callee && onElements(call, *callee))
    return;
  ArrayRef<const Expr *> arguments = argumentsOf(call);
  Ask free = askOfFree(call, names);
  for (unsigned i = 0; i != arguments.size(); ++i)
    if (free != Ask::Unknown && !holders.closureOf(arguments[i]))
      ask(call, *arguments[i], free);
    else
      onArgument(call, *arguments[i], callee, i);
}

void EventMaker::onCall(const CallExpr &call) {
  const FunctionDecl *callee = calleeOf(call);
  const StructuralNames &words = names.vocabulary.structure;
  if (callee && callee->getIdentifier() && is_contained(words.swaps, callee->getName()) &&
      call.getNumArgs() == 2) {
    Event &event = add(Act::Swap, call);
    event.targets = holders.reachedBy(call.getArg(0));
    event.others = holders.reachedBy(call.getArg(1));
    return;
  }
  if (callee && callee->getIdentifier() && is_contained(words.exchanges, callee->getName()) &&
      call.getNumArgs() == 2) {
    Event &event = add(Act::Exchange, call);
    event.targets = holders.reachedBy(call.getArg(0));
    event.sources = holders.carriedBy(call.getArg(1));
    event.value = &call;
    return;
  }
  onArguments(call);
}

void EventMaker::onConstruct(const CXXConstructExpr &construct) {
  if (construct.getConstructor()->isCopyOrMoveConstructor())
    return;
  const HandleType *type = types.find(construct.getType());
  for (unsigned i = 0; i != construct.getNumArgs(); ++i) {
    const Expr &argument = *construct.getArg(i);
    // A wrapper around a handle carries it on; a closure is run by what is made of it.
    bool carries = type || names.callables.has(construct.getConstructor()->getParent());
    if (!carries || (isCallable(argument.getType()) && type))
      onArgument(construct, argument, construct.getConstructor(), i);
    else if (type && !type->wrapper && holders.carriedBy(&argument).empty())
      onArgument(construct, argument, construct.getConstructor(), i);
  }
}

/// `for (auto *one : {&first, &second})`, `Guard guard{[&] { thread.join(); }}`: what they are kept
/// for is not followed.
void EventMaker::onList(const InitListExpr &list) {
  bool owner = recordOf(list.getType()) && !types.find(list.getType());
  for (const Expr *init : list.inits())
    if (const LambdaExpr *closure = owner ? holders.closureOf(init) : nullptr) {
      Event &event = add(Act::Close, list);
      event.closure = closure;
      event.given = Given::Callee;
    }
  for (const Expr *init : list.inits())
    if (init->getType()->isPointerType() && types.find(init->getType()->getPointeeType()))
      add(Act::Lend, list).targets = holders.reachedBy(init);
}

void EventMaker::onLambda(const LambdaExpr &lambda) {
  for (const LambdaCapture &capture : lambda.captures()) {
    if (!capture.capturesVariable())
      continue;
    const auto *variable = dyn_cast<VarDecl>(capture.getCapturedVar());
    if (!variable)
      continue;
    Sources sources;
    if (variable->isInitCapture() && !variable->getType()->isLValueReferenceType())
      sources = holders.carriedBy(variable->getInit());
    else if (capture.getCaptureKind() == LCK_ByCopy)
      sources = {{nullptr, {variable}, true, nullptr}};
    if (sources.empty())
      continue;
    Event &event = add(Act::Capture, lambda);
    event.sources = std::move(sources);
    event.variable = variable;
    event.closure = &lambda;
  }
}

void EventMaker::append(const CXXCtorInitializer &initializer, std::vector<Event> &events) {
  out = &events;
  const Expr *init = initializer.getInit();
  if (!init)
    return;
  const FieldDecl *field = initializer.getAnyMember();
  Event &event = add(Act::Give, *init);
  event.sources = holders.carriedBy(init);
  event.given = field ? Given::Member : Given::Callee;
  if (!field)
    return;
  event.targets = {{field}};
  if (field->getType()->isReferenceType() || field->getType()->isPointerType())
    for (const Holder &holder : holders.reachedBy(init))
      event.sources.push_back({nullptr, holder, false, nullptr});
}

void EventMaker::append(const Stmt &statement, std::vector<Event> &events) {
  out = &events;
  if (const auto *declaration = dyn_cast<DeclStmt>(&statement))
    return onDeclaration(*declaration);
  if (const auto *returned = dyn_cast<ReturnStmt>(&statement))
    return returned->getRetValue() ? give(statement, returned->getRetValue(), Given::Returned)
                                   : void();
  if (const auto *returned = dyn_cast<CoreturnStmt>(&statement))
    return returned->getOperand() ? give(statement, returned->getOperand(), Given::Returned)
                                  : void();
  const auto *expr = dyn_cast<Expr>(&statement);
  if (!expr)
    return;
  if (isa<CallExpr, CXXConstructExpr, CoawaitExpr, InitListExpr>(expr))
    add(Act::Start, *expr).value = expr;
  if (const auto *list = dyn_cast<InitListExpr>(expr))
    return onList(*list);
  if (const auto *thrown = dyn_cast<CXXThrowExpr>(expr)) {
    if (thrown->getSubExpr())
      give(*expr, thrown->getSubExpr(), Given::Thrown);
    add(Act::Throw, *expr).value = thrown->getSubExpr();
    return;
  }
  if (const auto *placed = dyn_cast<CXXNewExpr>(expr); placed && placed->getNumPlacementArgs() != 0)
    return give(*expr, placed->getInitializer(), Given::Elsewhere);
  if (const auto *deleted = dyn_cast<CXXDeleteExpr>(expr)) {
    add(Act::Clear, *expr).targets = holders.reachedBy(deleted->getArgument());
    return;
  }
  if (const auto *await = dyn_cast<CoawaitExpr>(expr))
    return ask(*expr, *await->getOperand(), Ask::Consume);
  if (const auto *yielded = dyn_cast<CoyieldExpr>(expr))
    return give(*expr, yielded->getOperand(), Given::Returned);
  if (const auto *lambda = dyn_cast<LambdaExpr>(expr))
    return onLambda(*lambda);
  if (const auto *construct = dyn_cast<CXXConstructExpr>(expr))
    return onConstruct(*construct);
  if (const auto *call = dyn_cast<CXXOperatorCallExpr>(expr))
    return onOperatorCall(*call);
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr))
    return onMemberCall(*call);
  if (const auto *call = dyn_cast<CallExpr>(expr))
    return onCall(*call);
  if (const auto *op = dyn_cast<BinaryOperator>(expr); op && op->isAssignmentOp())
    return onAssignment(*expr, *op->getLHS(), *op->getRHS());
  if (const auto *op = dyn_cast<UnaryOperator>(expr); op && op->isIncrementDecrementOp())
    return onWrite(*op->getSubExpr(), *expr);
}

} // namespace tether::flow
