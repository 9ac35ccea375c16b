#include "matchers/Borrowing.h"

#include "matchers/Callable.h"
#include "matchers/Suspension.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/LambdaCapture.h"
#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// References and pointers may lead in circles.
constexpr unsigned LongestRoad = 12;

void Borrowed::add(const Borrowed &other) {
  locals.append(other.locals);
  outer.append(other.outer);
  object |= other.object;
  temporary |= other.temporary;
}

namespace {

/// Whether the function gives a variable away: returns it, or moves out of it.
class GiveawayFinder : public RecursiveASTVisitor<GiveawayFinder> {
public:
  explicit GiveawayFinder(const VarDecl &variable) : variable(variable) {}
  bool found = false;

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool VisitReturnStmt(ReturnStmt *statement) { return note(statement->getRetValue()); }
  bool VisitCallExpr(CallExpr *call) { return passesThrough(*call) ? note(call->getArg(0)) : true; }

private:
  bool note(const Expr *value) {
    const auto *name = value ? dyn_cast<DeclRefExpr>(bare(value)) : nullptr;
    found |= name && name->getDecl() == &variable;
    return !found;
  }
  const VarDecl &variable;
};

class Borrowing {
public:
  Borrowing(const FunctionDecl &inside, const Names &names) : inside(inside), names(names) {}

  /// Whose the object is that the expression stands for.
  Borrowed place(const Expr *expr, unsigned steps = 0) const;
  /// Whose the object is that the value points or refers to; nothing for a value of its own.
  Borrowed target(const Expr *expr, unsigned steps = 0) const;
  Borrowed closure(const LambdaExpr &lambda) const;
  Borrowed argument(const Expr &expr) const;

private:
  Borrowed pointed(const Expr &pointer, unsigned steps) const;
  Borrowed variable(const VarDecl &decl, unsigned steps) const;
  Borrowed pointee(const VarDecl &decl, unsigned steps) const;
  bool isView(QualType type) const;
  bool ownsObject(const LambdaExpr &lambda) const;

  const FunctionDecl &inside;
  const Names &names;
};

bool Borrowing::isView(QualType type) const {
  return type->isPointerType() || names.views.has(type->getAsCXXRecordDecl());
}

Borrowed Borrowing::variable(const VarDecl &decl, unsigned steps) const {
  Borrowed found;
  if (!decl.hasLocalStorage() || decl.getDeclContext() != &inside)
    return found;
  if (!decl.getType()->isReferenceType())
    found.locals.push_back(&decl);
  else if (isa<ParmVarDecl>(decl))
    found.outer.push_back(&decl);
  else if (const Expr *init = decl.getInit())
    // A temporary that the reference keeps alive lives as long as a local.
    if (bare(init)->isPRValue())
      found.locals.push_back(&decl);
    else
      return place(init, steps + 1);
  return found;
}

/// What a pointer or view among the variables leads to.
Borrowed Borrowing::pointee(const VarDecl &decl, unsigned steps) const {
  Borrowed found;
  if (!decl.hasLocalStorage() || decl.getDeclContext() != &inside)
    return found;
  if (isa<ParmVarDecl>(decl)) {
    if (decl.getType()->isPointerType())
      found.outer.push_back(&decl);
    return found;
  }
  return decl.getInit() ? target(decl.getInit(), steps + 1) : found;
}

Borrowed Borrowing::place(const Expr *expr, unsigned steps) const {
  if (!expr || steps > LongestRoad)
    return {};
  bool temporary = isa<MaterializeTemporaryExpr>(expr->IgnoreParenImpCasts()) ||
                   isa<MaterializeTemporaryExpr>(expr);
  expr = bare(expr);
  if (const auto *name = dyn_cast<DeclRefExpr>(expr)) {
    const auto *decl = dyn_cast<VarDecl>(name->getDecl());
    return decl ? variable(*decl, steps) : Borrowed();
  }
  if (const auto *member = dyn_cast<MemberExpr>(expr)) {
    if (isa<VarDecl>(member->getMemberDecl()))
      return {};
    return member->isArrow() ? target(member->getBase(), steps + 1)
                             : place(member->getBase(), steps + 1);
  }
  if (const auto *op = dyn_cast<UnaryOperator>(expr); op && op->getOpcode() == UO_Deref)
    return target(op->getSubExpr(), steps + 1);
  if (const auto *element = dyn_cast<ArraySubscriptExpr>(expr))
    return element->getBase()->IgnoreImpCasts()->getType()->isArrayType()
               ? place(element->getBase(), steps + 1)
               : target(element->getBase(), steps + 1);
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(expr); op && op->isGLValue()) {
    if (op->getOperator() == OO_Subscript)
      return place(op->getArg(0), steps + 1);
    return op->getOperator() == OO_Star ? pointed(*op->getArg(0), steps) : Borrowed();
  }
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr); call && call->isGLValue())
    return place(call->getImplicitObjectArgument(), steps + 1);
  Borrowed found;
  found.temporary = temporary || expr->isPRValue();
  return found;
}

/// `*it`: what a smart pointer owns dies with it, what an iterator leads to is its container's.
Borrowed Borrowing::pointed(const Expr &pointer, unsigned steps) const {
  if (names.wrappers.has(recordOf(pointer.getType())))
    return place(&pointer, steps + 1);
  const auto *name = dyn_cast<DeclRefExpr>(bare(&pointer));
  const auto *iterator = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  const auto *begin = iterator && iterator->getInit()
                          ? dyn_cast<CXXMemberCallExpr>(bare(iterator->getInit()))
                          : nullptr;
  return begin ? place(begin->getImplicitObjectArgument(), steps + 1) : Borrowed();
}

Borrowed Borrowing::target(const Expr *expr, unsigned steps) const {
  if (!expr || steps > LongestRoad)
    return {};
  expr = bare(expr);
  Borrowed found;
  if (isa<CXXThisExpr>(expr)) {
    found.object = true;
    return found;
  }
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(expr))
    return target(cast->getSubExpr(), steps + 1);
  if (expr->getType()->isArrayType() && !isa<clang::StringLiteral>(expr))
    return place(expr, steps + 1);
  if (const auto *name = dyn_cast<DeclRefExpr>(expr)) {
    const auto *decl = dyn_cast<VarDecl>(name->getDecl());
    return decl && isView(decl->getType()) ? pointee(*decl, steps) : found;
  }
  if (const auto *op = dyn_cast<UnaryOperator>(expr); op && op->getOpcode() == UO_AddrOf)
    return place(op->getSubExpr(), steps + 1);
  // A function lives on, also the one of a closure without captures.
  if (expr->getType()->isFunctionPointerType())
    return found;
  const FunctionDecl *callee = calleeOf(*expr);
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(expr); member && isView(expr->getType())) {
    // `job.release()`: nobody owns it any more.
    if (callee && is_contained(names.vocabulary.structure.releases, lastName(*callee)))
      return found;
    found = place(member->getImplicitObjectArgument(), steps + 1);
    // What an owner that is given away points to lives on.
    erase_if(found.locals, [&](const VarDecl *owner) {
      GiveawayFinder finder(*owner);
      finder.TraverseStmt(inside.getBody());
      return finder.found && names.wrappers.has(recordOf(owner->getType()));
    });
    return found;
  }
  if (names.referrers.has(callee) && !argumentsOf(*expr).empty())
    return place(argumentsOf(*expr)[0], steps + 1);
  if (isa<CXXConstructExpr>(expr) && isView(expr->getType()) && !argumentsOf(*expr).empty()) {
    const Expr *first = argumentsOf(*expr)[0];
    return isView(first->getType())                 ? target(first, steps + 1)
           : isa<clang::StringLiteral>(bare(first)) ? found
                                                    : place(first, steps + 1);
  }
  return found;
}

/// The class of the object that `this` means in the function, through the lambdas around it; null
/// where there is none.
static const CXXRecordDecl *classOfThis(const FunctionDecl &inside) {
  for (const DeclContext *context = &inside; context; context = context->getParent())
    if (const auto *record = dyn_cast<CXXRecordDecl>(context); record && !record->isLambda())
      return record;
  return nullptr;
}

/// Whether the closure also holds a shared or weak pointer to the object.
bool Borrowing::ownsObject(const LambdaExpr &lambda) const {
  const CXXRecordDecl *own = classOfThis(inside);
  for (const LambdaCapture &capture : lambda.captures()) {
    if (!capture.capturesVariable() || capture.getCaptureKind() == LCK_ByRef)
      continue;
    const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        recordOf(capture.getCapturedVar()->getType()));
    const Wrapper *wrapper = special ? names.wrappers.find(special) : nullptr;
    const CXXRecordDecl *pointee =
        wrapper && wrapper->shared && special->getTemplateArgs().size() != 0 &&
                special->getTemplateArgs()[0].getKind() == TemplateArgument::Type
            ? special->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl()
            : nullptr;
    if (!pointee)
      continue;
    if (!own || own->getCanonicalDecl() == pointee->getCanonicalDecl() ||
        (own->hasDefinition() && own->isDerivedFrom(pointee)) ||
        (pointee->hasDefinition() && pointee->isDerivedFrom(own)))
      return true;
  }
  return false;
}

Borrowed Borrowing::closure(const LambdaExpr &lambda) const {
  Borrowed found;
  for (const LambdaCapture &capture : lambda.captures()) {
    if (capture.getCaptureKind() == LCK_This)
      found.object = true;
    if (!capture.capturesVariable())
      continue;
    const auto *decl = dyn_cast<VarDecl>(capture.getCapturedVar());
    if (!decl)
      continue;
    if (decl->isInitCapture())
      found.add(decl->getType()->isReferenceType() ? place(decl->getInit())
                                                   : target(decl->getInit()));
    else if (capture.getCaptureKind() == LCK_ByRef)
      found.add(variable(*decl, 0));
    else if (isView(decl->getType()))
      found.add(pointee(*decl, 0));
  }
  if (found.object && ownsObject(lambda))
    found.object = false;
  return found;
}

Borrowed Borrowing::argument(const Expr &expr) const {
  const Expr *inner = bare(&expr);
  // A named closure has captured what it has captured.
  if (const auto *name = dyn_cast<DeclRefExpr>(inner))
    if (const auto *decl = dyn_cast<VarDecl>(name->getDecl());
        decl && !isa<ParmVarDecl>(decl) && decl->getInit() &&
        isa_and_nonnull<LambdaExpr>(bare(decl->getInit())))
      inner = bare(decl->getInit());
  if (const auto *lambda = dyn_cast<LambdaExpr>(inner))
    return closure(*lambda);
  Borrowed found;
  const FunctionDecl *callee = calleeOf(*inner);
  bool erased = isa<CXXConstructExpr>(inner) && names.callables.has(recordOf(inner->getType()));
  if (erased ||
      (isa<CallExpr>(inner) && names.binders.has(callee) && !names.referrers.has(callee))) {
    for (const Expr *part : argumentsOf(*inner))
      found.add(argument(*part));
    return found;
  }
  return target(inner);
}

} // namespace

Borrowed borrowedByPointers(const Expr &launch, const FunctionDecl &inside, const Names &names) {
  Borrowing borrowing(inside, names);
  Borrowed found;
  const FunctionDecl *callee = calleeOf(launch);
  const Launcher *launcher = names.launchers.find(callee);
  ArrayRef<const Expr *> arguments = argumentsOf(launch);
  for (unsigned i = 0; launcher && i < arguments.size() && i < callee->getNumParams(); ++i) {
    QualType taken = callee->getParamDecl(i)->getType();
    if (!taken->isVoidPointerType() && !is_contained(launcher->borrows, i))
      continue;
    // What is moved in belongs to the work.
    if (taken->isLValueReferenceType())
      found.add(borrowing.place(arguments[i]));
    else if (taken->isPointerType())
      found.add(borrowing.target(arguments[i]));
  }
  return found;
}

Borrowed borrowedByLaunch(const Expr &launch, const FunctionDecl &inside, const Names &names,
                          bool onlyWork) {
  Borrowing borrowing(inside, names);
  Borrowed found = borrowedByPointers(launch, inside, names);
  ArrayRef<const Expr *> arguments = argumentsOf(launch);
  for (const Expr *argument : arguments)
    if (!onlyWork || isCallable(argument->getType()))
      found.add(borrowing.argument(*argument));
  return found;
}

Borrowed borrowedByCoroutine(const CallExpr &call, const FunctionDecl &inside, const Names &names,
                             bool eager) {
  Borrowing borrowing(inside, names);
  Borrowed found;
  const FunctionDecl *callee = calleeOf(call);
  if (!callee)
    return found;
  ArrayRef<const Expr *> arguments = argumentsOf(call);
  for (unsigned i = 0; i != arguments.size() && i < callee->getNumParams(); ++i) {
    QualType type = callee->getParamDecl(i)->getType();
    // What takes over what it is given may keep it.
    if (type->isRValueReferenceType() && !callee->hasBody())
      continue;
    if (type->isReferenceType() &&
        (!eager || usesAfterSuspension(*callee, callee->getParamDecl(i), names)))
      found.add(borrowing.place(arguments[i]));
  }
  const Expr *object = nullptr;
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call))
    object = member->getImplicitObjectArgument();
  else if (const auto *op = dyn_cast<CXXOperatorCallExpr>(&call); op && op->getNumArgs() != 0)
    object = op->getArg(0);
  const CXXRecordDecl *record = object ? recordOf(object->getType()) : nullptr;
  // A closure without captures has nothing that its body could miss.
  if (object && !object->getType()->isPointerType() &&
      !(record && record->isLambda() && record->captures().empty()) &&
      !isa<CXXThisExpr>(bare(object)) && (!eager || usesAfterSuspension(*callee, nullptr, names)))
    found.add(borrowing.place(object));
  return found;
}

const ValueDecl *bottomOf(const Expr *expr) {
  for (unsigned steps = 0; expr && steps != LongestRoad; ++steps) {
    expr = bare(expr);
    if (const auto *name = dyn_cast<DeclRefExpr>(expr))
      return name->getDecl();
    if (const auto *member = dyn_cast<MemberExpr>(expr)) {
      if (isa<CXXThisExpr>(bare(member->getBase())))
        return member->getMemberDecl();
      expr = member->getBase();
    } else if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr)) {
      expr = call->getImplicitObjectArgument();
    } else if (const auto *op = dyn_cast<CXXOperatorCallExpr>(expr)) {
      expr = op->getNumArgs() != 0 ? op->getArg(0) : nullptr;
    } else if (const auto *unary = dyn_cast<UnaryOperator>(expr)) {
      expr = unary->getSubExpr();
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

} // namespace tether
