#include "matchers/Awaiting.h"

#include "matchers/Structure.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool isCoroutine(const FunctionDecl *function) {
  return function && isa_and_nonnull<CoroutineBodyStmt>(function->getBody());
}

static const CXXRecordDecl *classOf(QualType type) {
  return type.isNull() ? nullptr : type.getNonReferenceType()->getAsCXXRecordDecl();
}

static bool isSame(const CXXRecordDecl *left, const CXXRecordDecl *right) {
  return left && right && left->getCanonicalDecl() == right->getCanonicalDecl();
}

/// Whether everybody may call it, on a temporary too.
static bool isOpen(const FunctionDecl &function) {
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  bool hidden = function.getAccess() == AS_private || function.getAccess() == AS_protected;
  return !hidden && !function.isDeleted() && !(method && method->getRefQualifier() == RQ_LValue);
}

/// Whether the parameter takes a temporary of the class.
static bool takes(QualType parameter, const CXXRecordDecl &record) {
  if (parameter->isLValueReferenceType() && !parameter->getPointeeType().isConstQualified())
    return false;
  return isSame(classOf(parameter), &record);
}

/// Whether the parameter of a template is written as the template that the class is made of.
static bool takesTemplateOf(QualType parameter, const CXXRecordDecl &record) {
  const auto *special = dyn_cast<ClassTemplateSpecializationDecl>(&record);
  const auto *written = parameter.getNonReferenceType()->getAs<TemplateSpecializationType>();
  const TemplateDecl *pattern = written ? written->getTemplateName().getAsTemplateDecl() : nullptr;
  return special && pattern &&
         pattern->getCanonicalDecl() == special->getSpecializedTemplate()->getCanonicalDecl();
}

/// Whether the template takes anything, with no condition that could say no.
static bool takesAnything(const FunctionTemplateDecl &pattern, QualType parameter) {
  return pattern.getTemplateParameters()->size() == 1 && !pattern.hasAssociatedConstraints() &&
         parameter.getNonReferenceType()->isTemplateTypeParmType();
}

/// Whether the suspended coroutine's handle fits what `await_suspend` takes.
static bool suspends(const FunctionDecl &suspend, const CXXRecordDecl &promise) {
  if (suspend.getNumParams() != 1 || !isOpen(suspend))
    return false;
  if (const FunctionTemplateDecl *pattern = suspend.getDescribedFunctionTemplate())
    return !pattern->hasAssociatedConstraints();
  const auto *handle = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      classOf(suspend.getParamDecl(0)->getType()));
  if (!handle || handle->getTemplateArgs().size() != 1 ||
      handle->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
    return false;
  QualType of = handle->getTemplateArgs()[0].getAsType();
  return of->isVoidType() || isSame(classOf(of), &promise);
}

const FunctionDecl *openMethod(const CXXRecordDecl &record, StringRef name) {
  const NamedDecl *member = findMember(record, name);
  const FunctionDecl *method = member ? member->getAsFunction() : nullptr;
  return method && isOpen(*method) ? method : nullptr;
}

static bool isAwaiter(const CXXRecordDecl &record, const CXXRecordDecl &promise) {
  const FunctionDecl *suspend = openMethod(record, "await_suspend");
  return suspend && openMethod(record, "await_ready") && openMethod(record, "await_resume") &&
         suspends(*suspend, promise);
}

/// The `operator co_await` for a temporary of the class: its own, or one beside it.
static const FunctionDecl *coAwaitOf(const CXXRecordDecl &record) {
  DeclarationName name = record.getASTContext().DeclarationNames.getCXXOperatorName(OO_Coawait);
  for (const NamedDecl *member : record.lookup(name))
    if (const FunctionDecl *function = member->getAsFunction(); function && isOpen(*function))
      return function;
  for (const NamedDecl *free :
       record.getDeclContext()->getEnclosingNamespaceContext()->lookup(name))
    if (const FunctionDecl *function = free->getAsFunction();
        function && function->getNumParams() == 1 && isOpen(*function) &&
        (takes(function->getParamDecl(0)->getType(), record) ||
         takesTemplateOf(function->getParamDecl(0)->getType(), record)))
      return function;
  return nullptr;
}

static bool isAwaitable(const CXXRecordDecl &record, const CXXRecordDecl &promise) {
  const FunctionDecl *coAwait = coAwaitOf(record);
  if (!coAwait)
    return isAwaiter(record, promise);
  const CXXRecordDecl *awaiter = classOf(coAwait->getReturnType());
  return awaiter && awaiter->hasDefinition() && isAwaiter(*awaiter, promise);
}

static bool transforms(const FunctionDecl &transform, const CXXRecordDecl &record,
                       const CXXRecordDecl &promise) {
  if (transform.getNumParams() == 0 || !isOpen(transform))
    return false;
  QualType parameter = transform.getParamDecl(0)->getType();
  const FunctionTemplateDecl *pattern = transform.getDescribedFunctionTemplate();
  if (!pattern)
    return transform.getMinRequiredArguments() == 1 && takes(parameter, record);
  return takesTemplateOf(parameter, record) ||
         (takesAnything(*pattern, parameter) && isAwaitable(record, promise));
}

bool canAwait(const FunctionDecl &coroutine, QualType type) {
  const auto *body = dyn_cast_or_null<CoroutineBodyStmt>(coroutine.getBody());
  const VarDecl *kept = body ? body->getPromiseDecl() : nullptr;
  const CXXRecordDecl *promise = kept ? classOf(kept->getType()) : nullptr;
  const CXXRecordDecl *record = classOf(type);
  if (!promise || !record || !record->hasDefinition() || type.isConstQualified())
    return false;
  const NamedDecl *first = findMember(*promise, "await_transform");
  if (!first)
    return isAwaitable(*record, *promise);
  for (const NamedDecl *each : first->getDeclContext()->lookup(first->getDeclName()))
    if (const FunctionDecl *transform = each->getAsFunction();
        transform && transforms(*transform, *record, *promise))
      return true;
  return false;
}

} // namespace tether
