#include "matchers/Suspension.h"

#include "matchers/Callable.h"
#include "matchers/Effects.h"
#include "matchers/Structure.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Analysis/CFG.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// What is asked about: a parameter, or the object that the coroutine belongs to.
class Subject {
public:
  Subject(const FunctionDecl &coroutine, const ParmVarDecl *parameter) : parameter(parameter) {
    const auto *method = dyn_cast<CXXMethodDecl>(&coroutine);
    isClosure = !parameter && method && method->getParent()->isLambda();
    if (isClosure)
      noteCaptures(*method->getParent());
  }

  /// Whether the evaluation of the expression alone, its operands left out, looks at it.
  bool isUsedBy(const Stmt &statement) const {
    if (parameter) {
      const auto *name = dyn_cast<DeclRefExpr>(&statement);
      return name && name->getDecl() == parameter;
    }
    if (isClosure && isCapture(statement))
      return true;
    return isa<CXXThisExpr>(statement);
  }

  /// Whether what the expression refers to lies in it: a closure only has the address of what it
  /// has captured by reference, or of an object.
  bool isReferredToBy(const Stmt &statement) const {
    if (!isClosure)
      return isUsedBy(statement);
    const auto *name = dyn_cast<DeclRefExpr>(&statement);
    return name && isCapture(statement) && !name->getType().isNull() && !isByReference(*name);
  }

private:
  void noteCaptures(const CXXRecordDecl &closure) {
    for (const LambdaCapture &capture : closure.captures())
      if (capture.capturesVariable() && (capture.getCaptureKind() == LCK_ByRef ||
                                         capture.getCapturedVar()->getType()->isReferenceType()))
        byReference.push_back(capture.getCapturedVar());
  }
  static bool isCapture(const Stmt &statement) {
    const auto *name = dyn_cast<DeclRefExpr>(&statement);
    return name &&
           (name->refersToEnclosingVariableOrCapture() ||
            (isa<VarDecl>(name->getDecl()) && cast<VarDecl>(name->getDecl())->isInitCapture()));
  }
  bool isByReference(const DeclRefExpr &name) const {
    return is_contained(byReference, name.getDecl());
  }

  const ParmVarDecl *parameter;
  bool isClosure = false;
  SmallVector<const ValueDecl *, 4> byReference;
};

/// Whether the value of the expression may still refer to the subject. A number does not.
bool holds(const Stmt *statement, const Subject &subject) {
  const auto *expr = dyn_cast_or_null<Expr>(statement);
  if (!expr)
    return false;
  if (expr->isPRValue() && expr->getType()->isArithmeticType())
    return false;
  return subject.isReferredToBy(*expr) ||
         any_of(expr->children(), [&](const Stmt *part) { return holds(part, subject); });
}

/// An awaiter that is seen to be of no use any more when its coroutine goes on.
bool isForgotten(const Expr &awaited) {
  const CXXRecordDecl *record = bare(&awaited)->getType()->getAsCXXRecordDecl();
  const FunctionDecl *resume =
      record && record->hasDefinition() ? findMethod(*record, "await_resume") : nullptr;
  Stmt *body = patternBody(resume);
  return body && doesNothing(body);
}

/// Finds what keeps the subject beyond the expression that names it: an operation that is awaited,
/// a reference, a closure.
class KeeperFinder : public RecursiveASTVisitor<KeeperFinder> {
public:
  KeeperFinder(const Subject &subject, const Names &names) : subject(subject), names(names) {}
  bool found = false;

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool VisitCoawaitExpr(CoawaitExpr *await) {
    return note(!isForgotten(*await->getOperand()) && holds(await->getOperand(), subject));
  }
  bool VisitCoyieldExpr(CoyieldExpr *yielded) {
    return note(holds(yielded->getOperand(), subject));
  }
  bool VisitVarDecl(VarDecl *variable) {
    QualType type = variable->getType();
    bool refers = type->isReferenceType() || type->isPointerType() ||
                  names.views.has(type->getAsCXXRecordDecl());
    return note(refers && holds(variable->getInit(), subject));
  }
  bool TraverseLambdaExpr(LambdaExpr *lambda) {
    for (const Expr *init : lambda->capture_inits())
      note(holds(init, subject));
    return !found;
  }

private:
  bool note(bool keeps) {
    found |= keeps;
    return !found;
  }
  const Subject &subject;
  const Names &names;
};

} // namespace

/// Whether an expression that uses the subject comes after one that may suspend.
static bool isUsedLate(const CFG &graph, const Subject &subject) {
  std::vector<bool> known(graph.getNumBlockIDs() * 2);
  SmallVector<std::pair<const CFGBlock *, bool>, 16> work = {{&graph.getEntry(), false}};
  // A catch may be entered from anywhere in its try.
  for (const CFGBlock *attempt : graph.try_blocks())
    work.push_back({attempt, true});
  while (!work.empty()) {
    auto [block, suspended] = work.pop_back_val();
    if (known[block->getBlockID() * 2 + suspended])
      continue;
    known[block->getBlockID() * 2 + suspended] = true;
    for (const CFGElement &element : *block) {
      std::optional<CFGStmt> statement = element.getAs<CFGStmt>();
      if (!statement)
        continue;
      if (suspended && subject.isUsedBy(*statement->getStmt()))
        return true;
      suspended |= isa<CoawaitExpr, CoyieldExpr>(statement->getStmt());
    }
    for (const CFGBlock::AdjacentBlock &next : block->succs())
      if (next.getReachableBlock())
        work.push_back({next.getReachableBlock(), suspended});
  }
  return false;
}

bool usesAfterSuspension(const FunctionDecl &coroutine, const ParmVarDecl *parameter,
                         const Names &names) {
  const FunctionDecl *definition = nullptr;
  const auto *body =
      coroutine.hasBody(definition) ? dyn_cast<CoroutineBodyStmt>(definition->getBody()) : nullptr;
  if (!body || definition->isDependentContext())
    return true;
  if (parameter)
    parameter = definition->getParamDecl(parameter->getFunctionScopeIndex());
  Subject subject(*definition, parameter);
  KeeperFinder keeper(subject, names);
  keeper.TraverseStmt(body->getBody());
  if (keeper.found)
    return true;
  CFG::BuildOptions options;
  options.setAllAlwaysAdd();
  std::unique_ptr<CFG> graph =
      CFG::buildCFG(definition, body->getBody(), &definition->getASTContext(), options);
  return !graph || isUsedLate(*graph, subject);
}

} // namespace tether
