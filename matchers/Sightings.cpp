#include "matchers/Sightings.h"

#include "matchers/Askers.h"
#include "matchers/Callable.h"
#include "matchers/Places.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// Our own visitor rather than `MatchFinder::matchAST`: the walk must see template instantiations
/// but no implicit code, and must know what is around each node, which matchers offer only through
/// a parent map that is built for all of it.
class Walk : public RecursiveASTVisitor<Walk> {
public:
  Walk(ASTContext &context, const Names &names, HandleTypes &types)
      : context(context), names(names), types(types), finder(names, types) {}

  Sightings seen;

  bool shouldVisitTemplateInstantiations() const { return true; }

  // What is around the current node.
  bool dataTraverseStmtPre(Stmt *statement) {
    ancestors.push_back(DynTypedNode::create(*statement));
    return true;
  }
  bool dataTraverseStmtPost(Stmt *) {
    ancestors.pop_back();
    return true;
  }
  bool TraverseDecl(Decl *decl);
  bool TraverseLambdaExpr(LambdaExpr *lambda);

  /// The form with the conversions in it, which the written one lacks.
  bool TraverseInitListExpr(InitListExpr *list) {
    InitListExpr *semantic = list->isSemanticForm() ? list : list->getSemanticForm();
    if (!semantic)
      semantic = list;
    if (!WalkUpFromInitListExpr(semantic))
      return false;
    for (Stmt *child : semantic->children())
      if (!TraverseStmt(child))
        return false;
    return true;
  }

  // Nothing in these is ever run.
  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool TraverseAttr(Attr *) { return true; }
  bool TraverseTemplateArgumentLoc(const TemplateArgumentLoc &) { return true; }
  bool TraverseNestedNameSpecifierLoc(NestedNameSpecifierLoc) { return true; }
  bool TraverseUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *) { return true; }
  bool TraverseCXXNoexceptExpr(CXXNoexceptExpr *) { return true; }
  bool TraverseCXXTypeidExpr(CXXTypeidExpr *) { return true; }
  bool TraverseRequiresExpr(RequiresExpr *) { return true; }
  bool TraverseConceptSpecializationExpr(ConceptSpecializationExpr *) { return true; }
  bool TraverseStaticAssertDecl(StaticAssertDecl *) { return true; }
  bool TraverseIfStmt(IfStmt *branch);

  bool VisitExpr(Expr *expr);
  bool VisitDeclRefExpr(DeclRefExpr *expr);
  bool VisitCXXTryStmt(CXXTryStmt *statement);

private:
  std::string throwTesterAround() const;
  Call callOf(const Expr &expr);
  bool walkBody(const FunctionDecl &function, Stmt *body);
  bool walkParameters(const FunctionDecl *function);
  Standing standing() const;
  ArrayRef<DynTypedNode> around() const { return ArrayRef(ancestors).drop_back(); }

  ASTContext &context;
  const Names &names;
  HandleTypes &types;
  ObligationFinder finder;
  std::vector<DynTypedNode> ancestors;
  const FunctionDecl *inside = nullptr;
};

bool Walk::TraverseDecl(Decl *decl) {
  if (!decl)
    return true;
  ancestors.push_back(DynTypedNode::create(*decl));
  SaveAndRestore restore(inside);
  if (const auto *function = dyn_cast<FunctionDecl>(decl)) {
    inside = function;
    if (function->isThisDeclarationADefinition())
      seen.functions.push_back(function);
  }
  bool result =
      RecursiveASTVisitor::TraverseDecl(decl) && walkParameters(dyn_cast<FunctionDecl>(decl));
  ancestors.pop_back();
  return result;
}

/// The visitor finds parameters in type locations, which are not walked.
bool Walk::walkParameters(const FunctionDecl *function) {
  if (function)
    for (ParmVarDecl *parameter : function->parameters())
      if (!TraverseDecl(parameter))
        return false;
  return true;
}

bool Walk::walkBody(const FunctionDecl &function, Stmt *body) {
  SaveAndRestore restore(inside, &function);
  seen.functions.push_back(&function);
  return TraverseStmt(body);
}

bool Walk::TraverseLambdaExpr(LambdaExpr *lambda) {
  for (const auto &[capture, init] : zip(lambda->captures(), lambda->capture_inits()))
    if (capture.isExplicit() && !TraverseLambdaCapture(lambda, &capture, init))
      return false;
  const FunctionTemplateDecl *generic = lambda->getLambdaClass()->getDependentLambdaCallOperator();
  if (!walkParameters(lambda->getCallOperator()) ||
      !walkBody(*lambda->getCallOperator(), lambda->getBody()))
    return false;
  if (generic)
    for (FunctionDecl *instance : generic->specializations())
      if (instance->hasBody() && !walkBody(*instance, instance->getBody()))
        return false;
  return true;
}

bool Walk::TraverseIfStmt(IfStmt *branch) {
  if (!branch->isConstexpr())
    return RecursiveASTVisitor::TraverseIfStmt(branch);
  if (branch->getCond()->isValueDependent())
    return true;
  std::optional<Stmt *> taken = branch->getNondiscardedCase(context);
  if (!taken)
    return RecursiveASTVisitor::TraverseIfStmt(branch);
  return TraverseStmt(branch->getInit()) && TraverseStmt(*taken);
}

/// The statement of a block or a clause that the innermost node belongs to.
Standing Walk::standing() const {
  const Stmt *outermost = nullptr;
  for (const DynTypedNode &node : reverse(ancestors)) {
    const auto *statement = node.get<Stmt>();
    if (!statement && !node.get<VarDecl>())
      break;
    if (isa_and_nonnull<CompoundStmt, IfStmt, WhileStmt, DoStmt, ForStmt, CXXForRangeStmt,
                        SwitchStmt, SwitchCase, CXXTryStmt, CXXCatchStmt, LambdaExpr,
                        CoroutineBodyStmt>(statement) &&
        statement != outermost && outermost)
      break;
    if (statement)
      outermost = statement;
  }
  return {inside, outermost};
}

/// The function that runs the lambda around this code for the exception alone, or nothing.
std::string Walk::throwTesterAround() const {
  bool inLambda = false;
  for (const DynTypedNode &node : reverse(ancestors)) {
    if (node.get<LambdaExpr>()) {
      inLambda = true;
      continue;
    }
    const auto *call = inLambda ? node.get<CallExpr>() : nullptr;
    const FunctionDecl *callee = call ? calleeOf(*call) : nullptr;
    if (callee && callee->getIdentifier() && names.testsThrowing(callee->getName()))
      return callee->getNameAsString();
    if (!node.get<Expr>())
      inLambda = false;
  }
  return "";
}

/// The call, with what becomes of its value if it is a member's, a sink's, asks a handle, or is
/// awaited. Others are not asked: they have their obligations.
Call Walk::callOf(const Expr &expr) {
  Call call{&expr, calleeOf(expr), standing()};
  bool asked = isa<CXXMemberCallExpr, CoawaitExpr>(expr) || names.detachedSinks.has(call.callee) ||
               askOfFree(expr, names) != Ask::Unknown;
  if (!asked || isa<CXXConstructExpr>(expr) || expr.getType()->isVoidType())
    return call;
  Ending ending = endingOf(expr, around(), names, types);
  call.used = ending.fate != Fate::Dropped && ending.fate != Fate::Voided;
  call.into = ending.into;
  return call;
}

bool Walk::VisitExpr(Expr *expr) {
  if (isa<CallExpr, CXXConstructExpr>(expr))
    seen.calls.push_back(callOf(*expr));
  else if (isa<CoawaitExpr>(expr))
    seen.awaits.push_back(callOf(*expr));
  else if (!isa<InitListExpr>(expr))
    return true;
  std::string whyNot = testMacroAround(expr->getExprLoc(), context, names);
  if (whyNot.empty())
    whyNot = throwTesterAround();
  if (!whyNot.empty())
    whyNot = "inside " + whyNot + ", which only wants the exception";
  std::optional<Obligation> found =
      whyNot.empty() ? finder.find(*expr, around(), whyNot) : std::nullopt;
  if (found) {
    Standing here = standing();
    found->inside = here.inside;
    found->statement = here.statement;
    seen.obligations.push_back(std::move(*found));
  } else if (!whyNot.empty()) {
    seen.excused.push_back({expr, std::move(whyNot)});
  }
  return true;
}

bool Walk::VisitDeclRefExpr(DeclRefExpr *expr) {
  if (const auto *variable = dyn_cast<VarDecl>(expr->getDecl());
      variable && variable->isFileVarDecl() && types.find(variable->getType()))
    seen.globals.emplace_back(variable, inside);
  const auto *function = dyn_cast<FunctionDecl>(expr->getDecl());
  const auto *address =
      function && !around().empty() ? around().back().get<UnaryOperator>() : nullptr;
  if (address && address->getOpcode() == UO_AddrOf)
    seen.mentions.push_back({expr, function, standing()});
  return true;
}

bool Walk::VisitCXXTryStmt(CXXTryStmt *statement) {
  seen.tries.push_back({statement, inside});
  return true;
}

} // namespace

std::string testMacroAround(SourceLocation location, const ASTContext &context,
                            const Names &names) {
  return macroAround(location, context, [&](StringRef name) { return names.isTestMacro(name); });
}

/// The variable or field that a member function is called on, or null.
static const ValueDecl *objectOf(const Expr &expr) {
  const auto *call = dyn_cast<CXXMemberCallExpr>(&expr);
  const Expr *object = call ? bare(call->getImplicitObjectArgument()) : nullptr;
  if (const auto *named = dyn_cast_or_null<DeclRefExpr>(object))
    return named->getDecl();
  const auto *member = dyn_cast_or_null<MemberExpr>(object);
  return member ? member->getMemberDecl() : nullptr;
}

/// `pool.run(job); … pool.wait_for_all();`: who started the work waits for it, in the same function
/// or in one around it. The wait has no argument that could limit it.
static void settleJoined(Sightings &seen, const Names &names, HandleTypes &types) {
  DenseMap<const ValueDecl *, SmallVector<const FunctionDecl *, 2>> waits;
  for (const Call &call : seen.calls) {
    const ValueDecl *object = objectOf(*call.expr);
    // A handle waits for itself, not for its continuations; of a listed scope more is known.
    bool starter =
        object && !types.find(object->getType()) && !names.scopes.has(recordOf(object->getType()));
    if (starter && call.callee && call.callee->getIdentifier() &&
        names.joinsAll(call.callee->getName()) && argumentsOf(*call.expr).empty())
      waits[object].push_back(call.standing.inside);
  }
  auto waitedFor = [&](const Obligation &work) {
    const ValueDecl *object = objectOf(*work.origin);
    auto known = object ? waits.find(object) : waits.end();
    if (known == waits.end())
      return false;
    for (const FunctionDecl *function = work.inside; function;
         function = functionAround(function->getParent()->getParent()))
      if (is_contained(known->second, function))
        return true;
    return false;
  };
  for (Obligation &work : seen.obligations)
    work.joined = waitedFor(work);
  for (Obligation &work : seen.obligations)
    if (work.ending.fate == Fate::Dropped && work.joined) {
      work.ending.fate = Fate::Waited;
      work.ending.how = "dropped, but the object that started it waits for its work";
    }
}

/// The promise that the future is asked of, or null; its variable in `owner`.
static const Awaitable *promiseOf(const Obligation &work, const Names &names,
                                  const ValueDecl *&owner) {
  const auto *call = dyn_cast<CXXMemberCallExpr>(work.origin);
  const CXXRecordDecl *record =
      call ? recordOf(call->getImplicitObjectArgument()->getType()) : nullptr;
  owner = objectOf(*work.origin);
  return record ? names.promises.find(record) : nullptr;
}

namespace {

/// Whether a function only asks a promise for its future and gives it values, in lambdas that refer
/// to it, too.
class ValueFinder : public RecursiveASTVisitor<ValueFinder> {
public:
  ValueFinder(const ValueDecl &promise, const Awaitable &words) : promise(promise), words(words) {}

  bool onlyValues() const { return mentions == values; }

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool TraverseLambdaCapture(LambdaExpr *lambda, const LambdaCapture *capture, Expr *init) {
    return capture->getCaptureKind() == LCK_ByRef ||
           RecursiveASTVisitor::TraverseLambdaCapture(lambda, capture, init);
  }
  bool VisitDeclRefExpr(DeclRefExpr *name) {
    mentions += name->getDecl() == &promise;
    return true;
  }
  bool VisitCXXMemberCallExpr(CXXMemberCallExpr *call) {
    const auto *name = dyn_cast<DeclRefExpr>(call->getImplicitObjectArgument()->IgnoreImpCasts());
    const CXXMethodDecl *method = call->getMethodDecl();
    if (name && name->getDecl() == &promise && method && method->getIdentifier())
      values += !is_contained(words.errorHandlers, method->getName()) &&
                (is_contained(words.consume, method->getName()) ||
                 is_contained(words.neutral, method->getName()));
    return true;
  }

private:
  const ValueDecl &promise;
  const Awaitable &words;
  unsigned mentions = 0;
  unsigned values = 0;
};

} // namespace

/// The future of a promise that cannot fail, or that dies in the same function, is a signal: who
/// has waited for it knows all.
static void settleSignals(Sightings &seen, const Names &names) {
  bool fails = any_of(seen.calls, [&](const Call &call) {
    const auto *method = dyn_cast_or_null<CXXMethodDecl>(call.callee);
    const Awaitable *promise =
        method && method->getIdentifier() ? names.promises.find(method->getParent()) : nullptr;
    return promise && is_contained(promise->errorHandlers, method->getName());
  });
  for (Obligation &work : seen.obligations) {
    const ValueDecl *owner = nullptr;
    const Awaitable *promise = promiseOf(work, names, owner);
    if (!promise)
      continue;
    const auto *special =
        dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(work.origin->getType()));
    bool isVoid = special && special->getTemplateArgs().size() != 0 &&
                  special->getTemplateArgs()[0].getKind() == TemplateArgument::Type &&
                  special->getTemplateArgs()[0].getAsType()->isVoidType();
    const auto *local = dyn_cast_or_null<VarDecl>(owner);
    work.signal = isVoid && !fails;
    work.ownPromise = local && local->hasLocalStorage() && !isa<ParmVarDecl>(local) &&
                      local->getDeclContext() == work.inside;
    if (work.ownPromise && work.inside->hasBody()) {
      ValueFinder finder(*local, *promise);
      finder.TraverseStmt(work.inside->getBody());
      work.infallible = finder.onlyValues();
    }
  }
}

Sightings look(ASTContext &context, const Names &names, HandleTypes &types, OwnCode isOwn) {
  Walk walk(context, names, types);
  auto enter = [&](Decl *decl) {
    if (isOwn(decl->getLocation()))
      walk.TraverseDecl(decl);
  };
  for (Decl *top : context.getTraversalScope())
    if (auto *unit = dyn_cast<TranslationUnitDecl>(top))
      for_each(unit->decls(), enter);
    else
      enter(top);
  settleJoined(walk.seen, names, types);
  settleSignals(walk.seen, names);
  return std::move(walk.seen);
}

} // namespace tether
