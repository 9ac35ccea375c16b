#include "matchers/Fixes.h"

#include "matchers/Awaiting.h"
#include "matchers/Callable.h"
#include "matchers/Loss.h"
#include "matchers/Patch.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/LambdaCapture.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// How a piece of code uses a variable.
struct Reading {
  bool reads = true;  ///< nothing else than its value, as one that is constant
  bool after = false; ///< somewhere behind the place that was asked about
};

/// Looks at every mention of a variable in a body, one closure left out.
class UseJudge : public RecursiveASTVisitor<UseJudge> {
public:
  UseJudge(const VarDecl &variable, const LambdaExpr *except, SourceLocation place)
      : variable(variable), except(except), place(place) {}
  Reading use;

  bool TraverseStmt(Stmt *statement) {
    if (!statement)
      return true;
    parents.push_back(statement);
    bool result = RecursiveASTVisitor::TraverseStmt(statement);
    parents.pop_back();
    return result;
  }
  bool TraverseLambdaExpr(LambdaExpr *lambda) {
    return lambda == except || RecursiveASTVisitor::TraverseLambdaExpr(lambda);
  }
  bool VisitDeclRefExpr(DeclRefExpr *name) {
    if (name->getDecl() != &variable)
      return true;
    use.reads &= isRead();
    use.after |= place.isValid() && place < name->getLocation();
    return true;
  }

private:
  bool isRead() const;

  const VarDecl &variable;
  const LambdaExpr *except;
  SourceLocation place;
  SmallVector<const Stmt *, 32> parents;
};

/// Whether the innermost node is read as if it were constant: then a constant copy serves as well.
bool UseJudge::isRead() const {
  for (const Stmt *parent : drop_begin(reverse(parents))) {
    if (const auto *cast = dyn_cast<ImplicitCastExpr>(parent))
      return cast->getCastKind() == CK_LValueToRValue ||
             (cast->getCastKind() == CK_NoOp && cast->getType().isConstQualified());
    const auto *member = dyn_cast<MemberExpr>(parent);
    bool isPart = member && !member->isArrow() && isa<FieldDecl>(member->getMemberDecl()) &&
                  !member->getMemberDecl()->getType()->isReferenceType();
    if (!isPart && !isa<ParenExpr>(parent))
      return false;
  }
  return false;
}

/// What a closure that refers to variables of its function could do with copies of them.
class Capturing {
public:
  Capturing(const LambdaExpr &lambda, const Expr &launch, const FunctionDecl &inside)
      : lambda(lambda), launch(launch), inside(inside) {}

  /// Whether a constant copy does what the reference does inside of the closure.
  bool servesAsCopy(const VarDecl &variable) const;
  /// Whether nobody but the closure could tell the copy from the variable.
  bool isUnchanged(const VarDecl &variable) const;
  /// Whether the launch is the last that the function does with it.
  bool isLastUse(const VarDecl &variable) const;

private:
  Reading useOutside(const VarDecl &variable) const;

  const LambdaExpr &lambda;
  const Expr &launch;
  const FunctionDecl &inside;
};

} // namespace

/// Whether a value can be copied, and what a template holds, too: `vector<unique_ptr<int>>` only
/// says that it can.
static bool isCopyable(QualType type, unsigned steps = 0) {
  constexpr unsigned Deepest = 6;
  if (steps > Deepest || type.isVolatileQualified())
    return false;
  if (type->isArithmeticType() || type->isEnumeralType() || type->isVoidType())
    return true;
  const CXXRecordDecl *record = type->getAsCXXRecordDecl();
  // A lambda may hold references of its own.
  if (!record || !record->hasDefinition() || record->isLambda())
    return steps != 0 && (type->isPointerType() || type->isFunctionType());
  bool copies =
      record->needsImplicitCopyConstructor() && !record->defaultedCopyConstructorIsDeleted();
  for (const CXXConstructorDecl *each : record->ctors())
    if (each->isCopyConstructor())
      copies = !each->isDeleted() && each->getAccess() == AS_public;
  if (const auto *special = dyn_cast<ClassTemplateSpecializationDecl>(record))
    for (const TemplateArgument &argument : special->getTemplateArgs().asArray())
      copies &= argument.getKind() != TemplateArgument::Type ||
                isCopyable(argument.getAsType(), steps + 1);
  return copies;
}

bool Capturing::servesAsCopy(const VarDecl &variable) const {
  UseJudge judge(variable, nullptr, {});
  judge.TraverseStmt(lambda.getBody());
  return judge.use.reads;
}

Reading Capturing::useOutside(const VarDecl &variable) const {
  UseJudge judge(variable, &lambda, launch.getEndLoc());
  judge.TraverseStmt(inside.getBody());
  return judge.use;
}

bool Capturing::isUnchanged(const VarDecl &variable) const {
  return !variable.getType()->isReferenceType() && useOutside(variable).reads;
}

bool Capturing::isLastUse(const VarDecl &variable) const {
  Road road = roadTo(*inside.getBody(), [&](const Stmt &each) { return &each == &launch; });
  bool repeats = road.empty() || any_of(road, [](const Stmt *each) {
                   return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, LabelStmt>(each);
                 });
  QualType type = variable.getType();
  bool isOurs =
      !type->isReferenceType() || (isa<ParmVarDecl>(variable) && type->isRValueReferenceType());
  return isOurs && !repeats && !type.getNonReferenceType().isConstQualified() &&
         !useOutside(variable).after;
}

/// Adds the closures that are written among the arguments of a launch.
static void collectClosures(const Expr &launch, const Names &names,
                            SmallVectorImpl<const LambdaExpr *> &found) {
  for (const Expr *argument : argumentsOf(launch)) {
    const Expr *inner = bare(argument);
    if (const auto *lambda = dyn_cast<LambdaExpr>(inner))
      found.push_back(lambda);
    else if (isa<CXXConstructExpr>(inner) && names.callables.has(recordOf(inner->getType())))
      collectClosures(*inner, names, found);
  }
}

/// Whether what the closure returns may lead to what it holds.
static bool returnsPlace(const LambdaExpr &lambda, const Names &names) {
  QualType type = lambda.getCallOperator()->getReturnType();
  return type->isReferenceType() || type->isPointerType() || names.views.has(recordOf(type));
}

/// The variables that the closure holds by reference, in the order of the list; empty if there is
/// something in it that a copy would not settle.
static SmallVector<const LambdaCapture *, 4> referencesOf(const LambdaExpr &lambda,
                                                          const Borrowed &borrowed) {
  SmallVector<const LambdaCapture *, 4> found;
  SmallVector<const VarDecl *, 4> wanted(borrowed.locals.begin(), borrowed.locals.end());
  wanted.append(borrowed.outer.begin(), borrowed.outer.end());
  for (const LambdaCapture &capture : lambda.captures()) {
    if (capture.getCaptureKind() != LCK_ByRef || !capture.capturesVariable())
      continue;
    const auto *variable = dyn_cast<VarDecl>(capture.getCapturedVar());
    auto *at = find(wanted, variable);
    if (at == wanted.end() || variable->isInitCapture() || capture.isPackExpansion() ||
        !isCopyable(variable->getType().getNonReferenceType()))
      return {};
    wanted.erase(at);
    found.push_back(&capture);
  }
  bool all = wanted.empty() && !borrowed.object && !borrowed.temporary;
  return all ? found : SmallVector<const LambdaCapture *, 4>();
}

/// Where the `&` of an explicit capture stands; invalid if there is more than space behind it.
static SourceLocation ampersandOf(const LambdaCapture &capture, const SourceManager &sources) {
  SourceLocation name = capture.getLocation();
  if (!name.isFileID())
    return {};
  auto [file, offset] = sources.getDecomposedLoc(name);
  StringRef text = sources.getBufferData(file).take_front(offset);
  StringRef before = text.rtrim();
  return before.ends_with("&") ? name.getLocWithOffset(int(before.size()) - 1 - int(offset))
                               : SourceLocation();
}

/// "`a`, `b`"
static std::string listed(ArrayRef<const LambdaCapture *> captures) {
  std::vector<std::string> names;
  for (const LambdaCapture *capture : captures)
    names.push_back("`" + capture->getCapturedVar()->getNameAsString() + "`");
  return join(names, ", ");
}

/// Replaces `&x` by what `written` makes of its name; for `[&]`, the whole list.
static void addCaptures(const LambdaExpr &lambda, const FunctionDecl &inside,
                        ArrayRef<const LambdaCapture *> captures,
                        function_ref<std::string(const std::string &)> written, std::string title,
                        bool safe, std::vector<Fix> &fixes) {
  Patch patch(&inside);
  const SourceManager &sources = inside.getASTContext().getSourceManager();
  if (captures.front()->isImplicit()) {
    std::vector<std::string> names;
    for (const LambdaCapture *capture : captures)
      names.push_back(written(capture->getCapturedVar()->getNameAsString()));
    patch.token(lambda.getCaptureDefaultLoc(), join(names, ", "));
  } else {
    for (const LambdaCapture *capture : captures)
      patch.replace(ampersandOf(*capture, sources), capture->getLocation(), "")
          .token(capture->getLocation(), written(capture->getCapturedVar()->getNameAsString()));
  }
  patch.finish(fixes, std::move(title), safe);
}

/// Whether the list can be rewritten one by one: it names what it captures, or names nothing.
static bool isUniform(const LambdaExpr &lambda, ArrayRef<const LambdaCapture *> captures) {
  bool implicit = captures.front()->isImplicit();
  if (implicit)
    return captures.size() == size_t(lambda.capture_size());
  return lambda.getCaptureDefault() == LCD_None &&
         none_of(captures, [](const LambdaCapture *capture) { return capture->isImplicit(); });
}

/// The only closure of the launch, if a copy in it could do what a reference does; else null.
static const LambdaExpr *closureOf(const Expr &launch, const Names &names) {
  SmallVector<const LambdaExpr *, 2> closures;
  collectClosures(launch, names, closures);
  if (closures.size() != 1)
    return nullptr;
  const LambdaExpr *lambda = closures.front();
  bool leaks = isCoroutine(lambda->getCallOperator()) || lambda->isGenericLambda() ||
               returnsPlace(*lambda, names);
  return leaks ? nullptr : lambda;
}

std::vector<Fix> fixesOfCapture(const Expr &launch, const FunctionDecl &inside,
                                const Borrowed &borrowed, Unit &unit) {
  std::vector<Fix> fixes;
  const LambdaExpr *lambda = inside.getBody() ? closureOf(launch, unit.names) : nullptr;
  if (!lambda)
    return fixes;
  SmallVector<const LambdaCapture *, 4> captures = referencesOf(*lambda, borrowed);
  if (captures.empty() || !isUniform(*lambda, captures))
    return fixes;
  Capturing capturing(*lambda, launch, inside);
  bool unchanged = true, last = true, worthMoving = false;
  for (const LambdaCapture *capture : captures) {
    const auto &variable = *cast<VarDecl>(capture->getCapturedVar());
    if (!capturing.servesAsCopy(variable))
      return fixes;
    unchanged &= capturing.isUnchanged(variable);
    last &= capturing.isLastUse(variable);
    worthMoving |= !variable.getType().getNonReferenceType().isTrivialType(unit.context);
  }
  auto copied = [](const std::string &name) { return name; };
  auto moved = [](const std::string &name) { return name + " = std::move(" + name + ")"; };
  addCaptures(*lambda, inside, captures, copied, "capture " + listed(captures) + " by value",
              unchanged, fixes);
  if (last && worthMoving && declared(unit.context, "std::move"))
    addCaptures(*lambda, inside, captures, moved, "move " + listed(captures) + " into the work",
                /*safe=*/false, fixes);
  return fixes;
}

} // namespace tether
