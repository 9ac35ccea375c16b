#include "matchers/CoroutinePromise.h"

#include "matchers/Effects.h"
#include "matchers/Structure.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// Whether a coroutine of this promise yields the class: an iterator may name a promise, too.
static bool yields(const CXXRecordDecl &promise, const CXXRecordDecl &record) {
  const FunctionDecl *made = findMethod(promise, "get_return_object");
  const CXXRecordDecl *given = made ? baseClass(made->getReturnType()) : nullptr;
  if (!given || given->isDependentContext() != record.isDependentContext()) {
    // What cannot be seen is believed, unless it is the pattern of another class.
    const CXXRecordDecl *pattern = record.getTemplateInstantiationPattern();
    return !given || !pattern || declaresSameEntity(given, pattern) ||
           given->getDeclName() == record.getDeclName();
  }
  if (declaresSameEntity(given, &record) || given->getDeclName() == record.getDeclName())
    return true;
  // Something the class is made from, or that turns into it.
  bool converts = given->hasDefinition() && !given->getVisibleConversionFunctions().empty();
  return converts || any_of(record.ctors(), [&](const CXXConstructorDecl *constructor) {
           return constructor->getNumParams() != 0 &&
                  declaresSameEntity(
                      baseClass(constructor->getParamDecl(0)->getType().getNonReferenceType()),
                      given);
         });
}

bool isCoroutinePromise(const CXXRecordDecl &record) {
  return findMember(record, "initial_suspend") ||
         (findMember(record, "get_return_object") && findMember(record, "final_suspend"));
}

bool namesClass(QualType parameter, const CXXRecordDecl &record) {
  const CXXRecordDecl *taken = baseClass(parameter.getNonReferenceType());
  const CXXRecordDecl *pattern = record.getTemplateInstantiationPattern();
  return taken &&
         (declaresSameEntity(taken, &record) || (pattern && declaresSameEntity(taken, pattern)));
}

/// What a specialisation of `std::coroutine_traits` for the class says, as one with the class as
/// its first argument.
static const NamedDecl *promiseInTraits(const CXXRecordDecl &record) {
  ASTContext &context = record.getASTContext();
  for (const Decl *named : context.getTranslationUnitDecl()->lookup(&context.Idents.get("std"))) {
    // Where something else has that name, there is nothing to find.
    const auto *space = dyn_cast<NamespaceDecl>(named);
    if (!space)
      continue;
    for (NamedDecl *found : space->lookup(&context.Idents.get("coroutine_traits"))) {
      auto *traits = dyn_cast<ClassTemplateDecl>(found);
      SmallVector<ClassTemplatePartialSpecializationDecl *, 8> specials;
      if (traits)
        traits->getPartialSpecializations(specials);
      for (const ClassTemplatePartialSpecializationDecl *special : specials) {
        const TemplateArgument &first = special->getTemplateArgs()[0];
        if (first.getKind() == TemplateArgument::Type && namesClass(first.getAsType(), record))
          return findMember(*special, "promise_type");
      }
    }
  }
  return nullptr;
}

static const CXXRecordDecl *promiseNamedBy(const CXXRecordDecl &record) {
  const NamedDecl *member = findMember(record, "promise_type");
  if (!member)
    member = promiseInTraits(record);
  if (member && member->getAccess() == AS_private)
    return nullptr;
  if (const auto *alias = dyn_cast_or_null<TypedefNameDecl>(member))
    return withMembers(baseClass(alias->getUnderlyingType()));
  return withMembers(dyn_cast_or_null<CXXRecordDecl>(member));
}

const CXXRecordDecl *promiseOf(const CXXRecordDecl &record) {
  const CXXRecordDecl *promise = promiseNamedBy(record);
  return promise && isCoroutinePromise(*promise) && yields(*promise, record) ? promise : nullptr;
}

namespace {

/// Whether a body throws on, or ends the program.
class FailureFinder : public RecursiveASTVisitor<FailureFinder> {
public:
  bool terminates = false;
  bool rethrows = false;

  bool VisitCXXThrowExpr(CXXThrowExpr *) { return rethrows = true; }
  bool VisitCallExpr(CallExpr *call) {
    const FunctionDecl *callee = call->getDirectCallee();
    if (!callee || !callee->getIdentifier())
      return true;
    terminates |= callee->isNoReturn() && callee->getName() != "rethrow_exception";
    rethrows |= callee->getName() == "rethrow_exception";
    return true;
  }
};

} // namespace

Unhandled unhandledIn(const CXXRecordDecl &record) {
  const CXXRecordDecl *promise = promiseOf(record);
  const FunctionDecl *method = promise ? findMethod(*promise, "unhandled_exception") : nullptr;
  Stmt *body = patternBody(method);
  if (!body)
    return Unhandled::Unknown;
  if (doesNothing(body))
    return Unhandled::Lost;
  FailureFinder finder;
  finder.TraverseStmt(body);
  const auto *type = method->getType()->getAs<FunctionProtoType>();
  if (finder.rethrows && type && type->isNothrow())
    return Unhandled::Terminates;
  return finder.rethrows     ? Unhandled::Rethrows
         : finder.terminates ? Unhandled::Terminates
                             : Unhandled::Handled;
}

bool isMadeByCoroutines(const CXXRecordDecl &record) {
  if (findMember(record, "promise_type"))
    return true;
  // Somebody may make coroutines of a library's future that other functions return as well.
  const NamedDecl *promise = promiseInTraits(record);
  const SourceManager &sources = record.getASTContext().getSourceManager();
  return promise && sources.isInSystemHeader(promise->getLocation()) ==
                        sources.isInSystemHeader(record.getLocation());
}

bool looksLikeCoroutine(const FunctionDecl &function) {
  const CXXRecordDecl *record = function.getReturnType()->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition())
    return false;
  // A library's own functions hand such objects out in other ways.
  bool library =
      function.getASTContext().getSourceManager().isInSystemHeader(function.getLocation());
  return findMember(*record, "promise_type") || (!library && isMadeByCoroutines(*record));
}

} // namespace tether
