#include "matchers/Sightings.h"

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
  bool isThrownAway(const Expr &expr);
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

/// Whether the value of a member call is dropped. Others are not asked: they have their
/// obligations.
bool Walk::isThrownAway(const Expr &expr) {
  if (!isa<CXXMemberCallExpr>(expr) || expr.getType()->isVoidType())
    return false;
  Fate fate = endingOf(expr, around(), names, types).fate;
  return fate == Fate::Dropped || fate == Fate::Voided;
}

bool Walk::VisitExpr(Expr *expr) {
  if (isa<CallExpr, CXXConstructExpr>(expr))
    seen.calls.push_back({expr, calleeOf(*expr), standing(), !isThrownAway(*expr)});
  else if (!isa<CoawaitExpr, InitListExpr>(expr))
    return true;
  std::string whyNot = testMacroAround(expr->getExprLoc(), context, names);
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

Sightings look(ASTContext &context, const Names &names, HandleTypes &types, OwnCode isOwn) {
  Walk walk(context, names, types);
  for (Decl *decl : context.getTranslationUnitDecl()->decls())
    if (isOwn(decl->getLocation()))
      walk.TraverseDecl(decl);
  return std::move(walk.seen);
}

} // namespace tether
