#include "matchers/Completion.h"

#include "matchers/Callable.h"
#include "matchers/Structure.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

using Signatures = SmallVector<const FunctionProtoType *, 2>;

void collect(const FunctionDecl *function, Signatures &found, unsigned steps);

void collect(ArrayRef<TemplateArgument> arguments, Signatures &found) {
  for (const TemplateArgument &argument : arguments) {
    if (argument.getKind() == TemplateArgument::Pack)
      collect(argument.getPackAsArray(), found);
    else if (argument.getKind() == TemplateArgument::Type)
      if (const auto *signature = argument.getAsType()->getAs<FunctionProtoType>())
        found.push_back(signature);
  }
}

/// Finds the signatures that the calls in a body are given.
class CallFinder : public RecursiveASTVisitor<CallFinder> {
public:
  CallFinder(Signatures &found, unsigned steps) : found(found), steps(steps) {}

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool TraverseLambdaExpr(LambdaExpr *) { return true; }
  bool VisitCallExpr(CallExpr *call) {
    collect(call->getDirectCallee(), found, steps);
    return true;
  }

private:
  Signatures &found;
  unsigned steps;
};

/// Operations are made of operations: the signature stands in the call of the innermost.
constexpr unsigned LongestRoad = 4;

void collect(const FunctionDecl *function, Signatures &found, unsigned steps) {
  if (!function || steps > LongestRoad)
    return;
  size_t before = found.size();
  if (const TemplateArgumentList *arguments = function->getTemplateSpecializationArgs())
    collect(arguments->asArray(), found);
  const auto *method = dyn_cast<CXXMethodDecl>(function);
  if (const auto *special =
          method ? dyn_cast<ClassTemplateSpecializationDecl>(method->getParent()) : nullptr)
    collect(special->getTemplateArgs().asArray(), found);
  if (found.size() != before)
    return;
  CallFinder finder(found, steps + 1);
  if (const auto *type = function->getReturnType()->getAs<DecltypeType>())
    finder.TraverseStmt(type->getUnderlyingExpr());
  const FunctionDecl *definition = nullptr;
  if (found.size() == before && function->hasBody(definition))
    finder.TraverseStmt(definition->getBody());
}

} // namespace

bool tellsNoError(const Expr &call, const Names &names) {
  Signatures signatures;
  collect(calleeOf(call), signatures, 0);
  return !signatures.empty() && all_of(signatures, [&](const FunctionProtoType *signature) {
    return none_of(signature->param_types(),
                   [&](QualType parameter) { return names.errorTypes.has(recordOf(parameter)); });
  });
}

} // namespace tether
