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

/// Aliases may lead in circles.
constexpr unsigned LongestRoad = 16;

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
  Holders all = reached(variable->getInit(), steps + 1);
  if (auto later = assigned.find(variable); later != assigned.end())
    for (const Expr *value : later->second)
      all.append(reached(value, steps + 1));
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
bool HolderFinder::leadsIn(const Expr &expr) const {
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
         !reached(call, LongestRoad / 2).empty();
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
    return call.isGLValue() || leadsIn(*object) ? reached(object, steps + 1) : Holders{};
  }
  const FunctionDecl *callee = call.getDirectCallee();
  if (!callee || call.getNumArgs() == 0 || types.names.makers.has(callee) ||
      !(call.isGLValue() || leadsIn(*call.getArg(0))))
    return {};
  // A function of one's own is an accessor if it gives out a handle by reference.
  if (!isLibrary(callee->getLocation(), callee->getASTContext()) &&
      !(call.isGLValue() && types.find(yields) && leadsIn(*call.getArg(0))))
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
      leadsIn(*construct->getArg(0)))
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

Sources HolderFinder::unite(ArrayRef<const Expr *> parts, unsigned steps) const {
  Sources all;
  for (const Expr *part : parts)
    all.append(carried(part, steps + 1));
  return all;
}

static Sources outOf(const Holders &holders, bool copied) {
  Sources all;
  for (const Holder &holder : holders)
    all.push_back({nullptr, holder, copied, nullptr});
  return all;
}

Sources HolderFinder::carriedCall(const CallExpr &call, unsigned steps) const {
  const FunctionDecl *callee = calleeOf(call);
  if (passesThrough(call)) {
    const LambdaExpr *closure = closureOf(call.getArg(0));
    return closure ? Sources{{nullptr, {}, false, closure}}
                   : outOf(reached(call.getArg(0), steps + 1), /*copied=*/false);
  }
  // What it yields is known when it is called: see `Act::Exchange`.
  if (callee && callee->getIdentifier() &&
      is_contained(types.names.vocabulary.structure.exchanges, callee->getName()))
    return {{&call, {}, false, nullptr}};
  if (types.names.makers.has(callee)) {
    Sources inside = unite(argumentsOf(call), steps);
    erase_if(inside, [](const Source &source) { return source.closure != nullptr; });
    if (!inside.empty())
      return inside;
  }
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call)) {
    const HandleType *type = handleAsked(*member, types);
    Ask ask = type && !type->wrapper ? askOf(*member, *type, types) : Ask::Unknown;
    // A wait that returns the handle goes on with it.
    if (ask == Ask::Transfer || (ask == Ask::Wait && yieldsItself(call, *type, types)))
      return carried(member->getImplicitObjectArgument(), steps + 1);
  }
  if (call.isGLValue())
    return outOf(reachedThrough(call, steps), /*copied=*/false);
  bool yields = types.find(call.getType()) || (callee && hasAnnotation(*callee, "tether::async"));
  return yields ? Sources{{&call, {}, false, nullptr}} : Sources{};
}

Sources HolderFinder::carriedConstruct(const CXXConstructExpr &construct, unsigned steps) const {
  const CXXConstructorDecl *constructor = construct.getConstructor();
  if (constructor->isCopyOrMoveConstructor() && construct.getNumArgs() != 0) {
    const Expr *original = construct.getArg(0);
    Sources all = carried(original, steps + 1);
    for (Source &source : all)
      source.copied |= constructor->isCopyConstructor() && original->isLValue();
    return all;
  }
  bool erased = types.names.callables.has(constructor->getParent());
  const HandleType *made = types.find(construct.getType());
  if (made || erased) {
    Sources inside = unite(argumentsOf(construct), steps);
    // A container is made from a range of another.
    if (made && made->wrapper)
      for (const Expr *argument : argumentsOf(construct))
        if (!types.find(argument->getType()) && leadsIn(*argument))
          inside.append(outOf(reached(argument, steps + 1), /*copied=*/false));
    // What a handle is made of runs; what a function object is made of is kept.
    if (!erased)
      erase_if(inside, [](const Source &source) { return source.closure != nullptr; });
    if (!inside.empty())
      return inside;
  }
  return types.find(construct.getType()) ? Sources{{&construct, {}, false, nullptr}} : Sources{};
}

Sources HolderFinder::carried(const Expr *expr, unsigned steps) const {
  if (!expr || steps > LongestRoad)
    return {};
  expr = expr->IgnoreParenImpCasts();
  if (const auto *full = dyn_cast<FullExpr>(expr))
    return carried(full->getSubExpr(), steps + 1);
  if (const auto *temporary = dyn_cast<MaterializeTemporaryExpr>(expr))
    return carried(temporary->getSubExpr(), steps + 1);
  if (const auto *bound = dyn_cast<CXXBindTemporaryExpr>(expr))
    return carried(bound->getSubExpr(), steps + 1);
  if (const auto *list = dyn_cast<CXXStdInitializerListExpr>(expr))
    return carried(list->getSubExpr(), steps + 1);
  if (const auto *lambda = dyn_cast<LambdaExpr>(expr))
    return {{nullptr, {}, false, lambda}};
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(expr))
    return carried(cast->getSubExpr(), steps + 1);
  if (const auto *choice = dyn_cast<ConditionalOperator>(expr))
    return unite({choice->getTrueExpr(), choice->getFalseExpr()}, steps);
  if (const auto *comma = dyn_cast<BinaryOperator>(expr); comma && comma->getOpcode() == BO_Comma)
    return carried(comma->getRHS(), steps + 1);
  if (const auto *list = dyn_cast<InitListExpr>(expr)) {
    Sources inside;
    for (const Expr *init : list->inits())
      inside.append(carried(init, steps + 1));
    if (inside.empty() && types.find(list->getType()))
      inside.push_back({list, {}, false, nullptr});
    return inside;
  }
  if (const auto *fresh = dyn_cast<CXXNewExpr>(expr))
    return carried(fresh->getInitializer(), steps + 1);
  if (const auto *construct = dyn_cast<CXXConstructExpr>(expr))
    return carriedConstruct(*construct, steps);
  if (const auto *call = dyn_cast<CallExpr>(expr))
    return carriedCall(*call, steps);
  if (const auto *block = dyn_cast<StmtExpr>(expr)) {
    const CompoundStmt *body = block->getSubStmt();
    const auto *last = body->body_empty() ? nullptr : dyn_cast<Expr>(body->body_back());
    return carried(last, steps + 1);
  }
  if (const LambdaExpr *closure = closureOf(expr))
    return {{nullptr, {}, false, closure}};
  // A pointer that owns is a value like any other.
  if (expr->isGLValue() && (types.find(expr->getType()) || leadsElsewhere(expr->getType())))
    return expr->getType()->isPointerType() || types.find(expr->getType())
               ? outOf(reached(expr, steps + 1), /*copied=*/false)
               : Sources{};
  return types.find(expr->getType()) ? Sources{{expr, {}, false, nullptr}} : Sources{};
}

} // namespace tether::flow
