#include "matchers/flow/Holder.h"

#include "matchers/Callable.h"
#include "matchers/Fate.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether::flow {

bool touch(const Holder &left, const Holder &right) {
  return left.variable == right.variable && left.closure == right.closure &&
         (left.part < 0 || right.part < 0 || left.part == right.part);
}

bool diesHere(const Holder &holder, const FunctionDecl &function) {
  if (holder.closure)
    return true;
  const auto *variable = dyn_cast<VarDecl>(holder.variable);
  if (!variable || !variable->hasLocalStorage() || variable->isInitCapture())
    return false;
  QualType type = variable->getType();
  if (isa<ParmVarDecl>(variable) && (type->isLValueReferenceType() || type->isPointerType()))
    return false;
  // A lambda's body also names what it has captured by reference.
  return variable->getDeclContext() == &function;
}

namespace {

/// Collects what is assigned to pointers and iterators.
class AssignmentFinder : public RecursiveASTVisitor<AssignmentFinder> {
public:
  using Map = DenseMap<const VarDecl *, SmallVector<const Expr *, 2>>;
  explicit AssignmentFinder(Map &assigned) : assigned(assigned) {}

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool VisitBinaryOperator(BinaryOperator *op) {
    if (op->getOpcode() == BO_Assign)
      note(op->getLHS(), op->getRHS());
    return true;
  }
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *call) {
    if (call->getOperator() == OO_Equal && call->getNumArgs() == 2)
      note(call->getArg(0), call->getArg(1));
    return true;
  }

private:
  void note(const Expr *target, const Expr *value) {
    const auto *named = dyn_cast<DeclRefExpr>(target->IgnoreParenImpCasts());
    if (const auto *variable = dyn_cast_or_null<VarDecl>(named ? named->getDecl() : nullptr))
      assigned[variable].push_back(value);
  }
  Map &assigned;
};

} // namespace

HolderFinder::HolderFinder(const FunctionDecl &function, HandleTypes &types) : types(types) {
  if (Stmt *body = function.getBody())
    AssignmentFinder(assigned).TraverseStmt(body);
}

/// Whether a value of the type leads to a handle that lives elsewhere: a pointer to one, or an
/// iterator.
bool HolderFinder::leadsElsewhere(QualType type) const {
  if (type.isNull() || type->isDependentType())
    return false;
  if (type->isPointerType())
    return types.find(type->getPointeeType()) != nullptr;
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition() || record->isLambda() || types.find(type))
    return false;
  DeclarationNameTable &table = record->getASTContext().DeclarationNames;
  return types.names.views.has(record) || findMember(*record, table.getCXXOperatorName(OO_Star));
}

bool HolderFinder::isAlias(const VarDecl &variable) const {
  // Pointers that are assigned to each other lead in circles.
  auto [slot, fresh] = aliases.try_emplace(&variable, false);
  if (!fresh)
    return slot->second;
  bool alias = isOtherName(variable);
  return aliases[&variable] = alias;
}

bool HolderFinder::isOtherName(const VarDecl &variable) const {
  if (isa<ParmVarDecl>(variable) || !variable.getInit())
    return false;
  QualType type = variable.getType();
  if (type->isReferenceType()) {
    // A temporary that the reference keeps alive is the variable's own.
    const Expr *init = variable.getInit();
    if (const auto *cleanups = dyn_cast<ExprWithCleanups>(init))
      init = cleanups->getSubExpr();
    return !isa<MaterializeTemporaryExpr>(init->IgnoreParenImpCasts()) &&
           !isa<MaterializeTemporaryExpr>(init);
  }
  if (!leadsElsewhere(type))
    return false;
  const Expr *init = bare(variable.getInit());
  return !isa<CXXNewExpr>(init) && !reached(init, 1).empty();
}

Holders HolderFinder::named(const ValueDecl *decl, unsigned steps) const {
  if (const auto *binding = dyn_cast<BindingDecl>(decl)) {
    const auto *whole = dyn_cast<VarDecl>(binding->getDecomposedDecl());
    if (!whole)
      return {};
    if (isAlias(*whole))
      return reached(whole->getInit(), steps + 1);
    const auto *all = cast<DecompositionDecl>(whole);
    return {{whole, int(llvm::find(all->bindings(), binding) - all->bindings().begin())}};
  }
  const auto *variable = dyn_cast<VarDecl>(decl);
  if (!variable || !isAlias(*variable))
    return {{decl}};
  // `one = other; other = one`: who leads to himself leads nowhere new.
  if (!following.insert(variable).second)
    return {};
  Holders all = reached(variable->getInit(), steps + 1);
  if (auto later = assigned.find(variable); later != assigned.end())
    for (const Expr *value : later->second)
      all.append(reached(value, steps + 1));
  following.erase(variable);
  return all;
}

Holders HolderFinder::member(const MemberExpr &expr, unsigned steps) const {
  const auto *field = dyn_cast<FieldDecl>(expr.getMemberDecl());
  const Expr *base = expr.getBase()->IgnoreParenImpCasts();
  if (!field)
    return isa<VarDecl>(expr.getMemberDecl()) ? Holders{{expr.getMemberDecl()}} : Holders{};
  if (isa<CXXThisExpr>(base))
    return {{field}};
  Holders all = reached(base, steps + 1);
  for (Holder &holder : all) {
    QualType type = holder.variable->getType().getNonReferenceType();
    if (type->isPointerType())
      type = type->getPointeeType();
    const CXXRecordDecl *record = type->getAsCXXRecordDecl();
    if (record &&
        record->getCanonicalDecl() == cast<RecordDecl>(field->getParent())->getCanonicalDecl())
      holder.part = int(field->getFieldIndex());
  }
  return all;
}

/// The index in `std::get<I>(…)` or of the type in `std::get<T>(…)`.
static std::optional<int> elementIndex(const FunctionDecl &callee, QualType whole) {
  const TemplateArgumentList *arguments = callee.getTemplateSpecializationArgs();
  if (!arguments || arguments->size() == 0)
    return std::nullopt;
  const TemplateArgument &which = arguments->get(0);
  if (which.getKind() == TemplateArgument::Integral)
    return int(which.getAsIntegral().getExtValue());
  const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(recordOf(whole));
  if (which.getKind() != TemplateArgument::Type || !special)
    return std::nullopt;
  ArrayRef<TemplateArgument> elements = special->getTemplateArgs().asArray();
  if (elements.size() == 1 && elements[0].getKind() == TemplateArgument::Pack)
    elements = elements[0].getPackAsArray();
  for (size_t i = 0; i != elements.size(); ++i)
    if (elements[i].structurallyEquals(which))
      return int(i);
  return std::nullopt;
}

static bool isLibrary(SourceLocation location, const ASTContext &context) {
  return context.getSourceManager().isInSystemHeader(location);
}

/// Whether the expression is a way to handles: an owner of handles, a pointer to them, an iterator.
/// The question is a part of the road that has led to it, and of no use at the road's end.
bool HolderFinder::leadsIn(const Expr &expr, unsigned steps) const {
  const Expr *inner = bare(&expr);
  QualType type = inner->getType().getNonReferenceType();
  if (types.find(type->isPointerType() ? type->getPointeeType() : type))
    return true;
  const auto *name = dyn_cast<DeclRefExpr>(inner);
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  if (variable)
    return isAlias(*variable);
  const auto *call = dyn_cast<CallExpr>(inner);
  return call && call->getNumArgs() + isa<CXXMemberCallExpr>(call) != 0 &&
         !reached(call, std::max(steps + 1, LongestRoad / 2)).empty();
}

/// An accessor: what it yields lies in what it is given.
Holders HolderFinder::reachedThrough(const CallExpr &call, unsigned steps) const {
  QualType yields = call.getType();
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(&call))
    return op->getOperator() == OO_Call ? Holders{} : reached(op->getArg(0), steps + 1);
  bool leads = call.isGLValue() || leadsElsewhere(yields);
  if (!leads)
    return {};
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call)) {
    // What a handle tells of itself is no way to it.
    const HandleType *asked = handleAsked(*member, types);
    if (asked && !asked->wrapper && !types.find(yields))
      return {};
    const Expr *object = member->getImplicitObjectArgument();
    return call.isGLValue() || leadsIn(*object, steps) ? reached(object, steps + 1) : Holders{};
  }
  const FunctionDecl *callee = call.getDirectCallee();
  if (!callee || call.getNumArgs() == 0 || types.names.makers.has(callee) ||
      !(call.isGLValue() || leadsIn(*call.getArg(0), steps)))
    return {};
  // A function of one's own is an accessor if it gives out a handle by reference.
  if (!isLibrary(callee->getLocation(), callee->getASTContext()) &&
      !(call.isGLValue() && types.find(yields) && leadsIn(*call.getArg(0), steps)))
    return {};
  Holders all = reached(call.getArg(0), steps + 1);
  if (std::optional<int> index = elementIndex(*callee, call.getArg(0)->getType()))
    for (Holder &holder : all)
      if (holder.part < 0)
        holder.part = *index;
  return all;
}

Holders HolderFinder::reached(const Expr *expr, unsigned steps) const {
  expr = bare(expr);
  if (!expr || steps > LongestRoad)
    return {};
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(expr))
    return reached(cast->getSubExpr(), steps + 1);
  if (const auto *name = dyn_cast<DeclRefExpr>(expr))
    return isa<VarDecl, BindingDecl>(name->getDecl()) ? named(name->getDecl(), steps) : Holders{};
  if (const auto *field = dyn_cast<MemberExpr>(expr))
    return member(*field, steps);
  if (const auto *op = dyn_cast<UnaryOperator>(expr))
    return reached(op->getSubExpr(), steps + 1);
  if (const auto *element = dyn_cast<ArraySubscriptExpr>(expr))
    return reached(element->getBase(), steps + 1);
  if (const auto *call = dyn_cast<CallExpr>(expr))
    return reachedThrough(*call, steps);
  if (const auto *choice = dyn_cast<ConditionalOperator>(expr)) {
    Holders all = reached(choice->getTrueExpr(), steps + 1);
    all.append(reached(choice->getFalseExpr(), steps + 1));
    return all;
  }
  if (const auto *op = dyn_cast<BinaryOperator>(expr)) {
    if (op->getOpcode() == BO_Comma)
      return reached(op->getRHS(), steps + 1);
    if (op->isAdditiveOp() || op->isAssignmentOp())
      return reached(op->getLHS(), steps + 1);
  }
  if (const auto *construct = dyn_cast<CXXConstructExpr>(expr);
      construct && construct->getNumArgs() != 0 && leadsElsewhere(construct->getType()) &&
      isLibrary(construct->getConstructor()->getLocation(),
                construct->getConstructor()->getASTContext()) &&
      leadsIn(*construct->getArg(0), steps))
    return reached(construct->getArg(0), steps + 1);
  return {};
}

bool HolderFinder::isElement(const Expr *expr) const {
  expr = bare(expr);
  if (isa<ArraySubscriptExpr>(expr))
    return true;
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(expr)) {
    if (op->getOperator() == OO_Subscript)
      return true;
    return op->getNumArgs() != 0 && leadsElsewhere(bare(op->getArg(0))->getType());
  }
  if (const auto *op = dyn_cast<UnaryOperator>(expr))
    return op->getOpcode() == UO_Deref && isElement(op->getSubExpr());
  if (const auto *field = dyn_cast<MemberExpr>(expr))
    return isElement(field->getBase());
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr))
    return call->isGLValue() && types.find(call->getImplicitObjectArgument()->getType());
  if (const auto *name = dyn_cast<DeclRefExpr>(expr))
    if (const auto *variable = dyn_cast<VarDecl>(name->getDecl()))
      return isAlias(*variable) && isElement(variable->getInit());
  return false;
}

const LambdaExpr *HolderFinder::closureOf(const Expr *expr) const {
  for (unsigned steps = 0; expr && steps != LongestRoad; ++steps) {
    expr = bare(expr);
    if (const auto *lambda = dyn_cast_or_null<LambdaExpr>(expr))
      return lambda;
    const auto *name = dyn_cast_or_null<DeclRefExpr>(expr);
    const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
    const auto *construct = dyn_cast_or_null<CXXConstructExpr>(expr);
    bool erased = construct && construct->getNumArgs() != 0 &&
                  types.names.callables.has(construct->getType()->getAsCXXRecordDecl());
    if (variable && !isa<ParmVarDecl>(variable) && isCallable(variable->getType()))
      expr = variable->getInit();
    else
      expr = erased ? construct->getArg(0) : nullptr;
  }
  return nullptr;
}

} // namespace tether::flow
