#include "matchers/Asking.h"

#include "matchers/Awaiting.h"
#include "matchers/Callable.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// The first of the words that is a member function to be called with nothing.
static const FunctionDecl *firstCallable(const Strings &words, QualType written) {
  written = written.getNonReferenceType();
  const CXXRecordDecl *record = written->getAsCXXRecordDecl();
  if (!record || !record->hasDefinition())
    return nullptr;
  for (const std::string &word : words) {
    // That one is the coroutine's to call.
    if (!isValidAsciiIdentifier(word) || word == "await_resume")
      continue;
    const FunctionDecl *method = openMethod(*record, word);
    if (!method || method->isTemplated() || method->getMinRequiredArguments() != 0)
      continue;
    const auto *member = dyn_cast<CXXMethodDecl>(method);
    if (member && (member->isConst() || !written.isConstQualified()))
      return method;
  }
  return nullptr;
}

const FunctionDecl *waitOf(const HandleType &type, QualType written) {
  return type.wrapper ? nullptr : firstCallable(type.words->waitOnly, written);
}

const FunctionDecl *askOfResult(const HandleType &type, QualType written, Unit &unit) {
  bool blocks = waitOf(type, written) && type.words->start != Start::Lazy;
  const FunctionDecl *ask =
      blocks && !type.wrapper ? firstCallable(type.words->consume, written) : nullptr;
  // Its result would be lost in turn.
  bool owes = ask && (unit.types.find(ask->getReturnType()) ||
                      unit.names.payloads.has(recordOf(ask->getReturnType())));
  return owes ? nullptr : ask;
}

bool mayThrow(const FunctionDecl &function) {
  const auto *type = function.getType()->getAs<FunctionProtoType>();
  if (!type || isa<CXXDestructorDecl>(function) ||
      isUnresolvedExceptionSpec(type->getExceptionSpecType()))
    return false;
  return !type->isNothrow();
}

namespace {

class UseFinder : public RecursiveASTVisitor<UseFinder> {
public:
  explicit UseFinder(const VarDecl &variable) : variable(variable) {}
  Uses uses;

  bool VisitDeclRefExpr(DeclRefExpr *name) {
    uses.mentions += name->getDecl() == &variable;
    return true;
  }
  bool VisitCXXMemberCallExpr(CXXMemberCallExpr *call) {
    const auto *name =
        dyn_cast<DeclRefExpr>(call->getImplicitObjectArgument()->IgnoreParenImpCasts());
    if (name && name->getDecl() == &variable)
      uses.calls.push_back(call);
    return true;
  }

private:
  const VarDecl &variable;
};

} // namespace

Uses usesOf(const VarDecl &variable, const FunctionDecl &inside) {
  UseFinder finder(variable);
  finder.TraverseStmt(inside.getBody());
  return std::move(finder.uses);
}

std::optional<Local> localOf(const Journey &journey) {
  const auto *variable =
      journey.obligation ? dyn_cast_or_null<VarDecl>(journey.obligation->ending.into) : nullptr;
  if (!variable || !variable->hasLocalStorage() || !variable->getIdentifier() ||
      variable->isInitCapture() || variable->getType()->isReferenceType() || !variable->getInit() ||
      bare(variable->getInit()) != bare(journey.obligation->origin) || !journey.inside ||
      !journey.inside->getBody() || journey.type->wrapper)
    return std::nullopt;
  Local local;
  local.variable = variable;
  local.road = roadTo(*journey.inside->getBody(), [&](const Stmt &each) {
    const auto *statement = dyn_cast<DeclStmt>(&each);
    return statement && statement->isSingleDecl() && statement->getSingleDecl() == variable;
  });
  if (local.road.size() >= 2)
    local.block = dyn_cast<CompoundStmt>(local.road[local.road.size() - 2]);
  if (!local.block)
    return std::nullopt;
  local.uses = usesOf(*variable, *journey.inside);
  return local;
}

/// Whether the statement may be left for somewhere else than what follows it, or entered there.
static bool jumps(const Stmt &statement, bool inLoop) {
  if (isa<BreakStmt, ContinueStmt>(statement))
    return !inLoop;
  if (isa<ReturnStmt, CoreturnStmt, GotoStmt, IndirectGotoStmt, CXXThrowExpr, LabelStmt>(statement))
    return true;
  if (isa<LambdaExpr>(statement))
    return false;
  inLoop |= isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt, SwitchStmt>(statement);
  return any_of(statement.children(),
                [&](const Stmt *child) { return child && jumps(*child, inLoop); });
}

SourceLocation wayOut(const Road &road, const CompoundStmt &block, const Stmt &first) {
  // What stands between two labels of a `switch` has no end that is its own.
  for (size_t i = 1; i < road.size(); ++i)
    if (road[i] == &block && isa<SwitchStmt, StmtExpr>(road[i - 1]))
      return {};
  const auto *at = find(block.body(), &first);
  if (at == block.body_end())
    return {};
  for (++at; at != block.body_end(); ++at) {
    bool last = *at == block.body_back();
    if (last && isa<ReturnStmt, CoreturnStmt>(*at))
      return (*at)->getBeginLoc();
    if (jumps(**at, /*inLoop=*/false))
      return {};
  }
  return block.getRBracLoc();
}

bool isLast(const CompoundStmt &block, const Stmt &statement) {
  return block.body_back() == &statement;
}

} // namespace tether
