#include "matchers/Polls.h"

#include "matchers/Callable.h"

#include "clang/AST/ASTContext.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool isPoll(const CXXMemberCallExpr &call, HandleTypes &types) {
  const HandleType *type = handleAsked(call, types);
  const CXXMethodDecl *method = call.getMethodDecl();
  if (!type || type->wrapper || !method)
    return false;
  Ask ask = askOf(call, *type, types);
  if (ask == Ask::TimedWait)
    return true;
  bool asks = (ask == Ask::Neutral || ask == Ask::Unknown) && call.getNumArgs() == 0;
  return asks && method->getIdentifier() &&
         is_contained(types.names.vocabulary.structure.readiness, method->getName());
}

/// How the expression is written, no matter where.
static FoldingSetNodeID profileOf(const Expr &expr, const ASTContext &context) {
  FoldingSetNodeID id;
  bare(&expr)->Profile(id, context, /*Canonical=*/true);
  return id;
}

static const ASTContext *contextOf(ArrayRef<const ValueDecl *> variables) {
  return variables.empty() ? nullptr : &variables.front()->getASTContext();
}

static void collect(const Stmt *statement, SmallVectorImpl<const ValueDecl *> &variables) {
  if (!statement)
    return;
  if (const auto *name = dyn_cast<DeclRefExpr>(statement);
      name && isa<VarDecl, BindingDecl>(name->getDecl()))
    variables.push_back(name->getDecl());
  if (const auto *member = dyn_cast<MemberExpr>(statement);
      member && isa<FieldDecl>(member->getMemberDecl()))
    variables.push_back(member->getMemberDecl());
  for (const Stmt *child : statement->children())
    collect(child, variables);
}

Asked::Asked(const Expr &object) {
  collect(&object, variables);
  // A handle that no variable leads to is another one each time.
  if (const ASTContext *context = contextOf(variables))
    id = profileOf(object, *context);
}

bool Asked::is(const Expr &expr) const {
  const ASTContext *context = contextOf(variables);
  return context && profileOf(expr, *context) == id;
}

bool Asked::isAskedBy(const Expr &expr) const {
  const auto *call = dyn_cast<CXXMemberCallExpr>(bare(&expr));
  return call && is(*call->getImplicitObjectArgument());
}

bool Asked::dependsOn(const ValueDecl &decl) const { return is_contained(variables, &decl); }

bool Asked::isMadeBy(const flow::Event &event) const {
  return event.act == flow::Act::Declare && dependsOn(*event.variable);
}

bool Asked::isChangedBy(const flow::Event &event) const {
  auto ours = [&](const flow::Holder &holder) {
    return holder.variable && dependsOn(*holder.variable);
  };
  auto taken = [&](const flow::Source &source) { return !source.copied && ours(source.holder); };
  switch (event.act) {
  case flow::Act::Declare:
  case flow::Act::Write:
    return dependsOn(*event.variable);
  case flow::Act::Assign:
  case flow::Act::Clear:
  case flow::Act::Exchange:
  case flow::Act::Swap:
    return any_of(event.targets, ours) || any_of(event.others, ours);
  case flow::Act::Move:
  case flow::Act::Give:
    return any_of(event.sources, taken);
  default:
    return false;
  }
}

} // namespace tether
