#include "matchers/flow/Body.h"

#include "matchers/Callable.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether::flow {

/// Whether the value of the expression depends on variables alone, which are collected; a call of a
/// const member function without arguments counts as one. Nothing that asks a handle.
static bool dependsOnVariables(const Expr *expr, SmallVectorImpl<const ValueDecl *> &variables,
                               HandleTypes &types) {
  expr = expr->IgnoreParenImpCasts();
  if (types.find(expr->getType()))
    return false;
  auto both = [&](const Expr *left, const Expr *right) {
    return dependsOnVariables(left, variables, types) &&
           dependsOnVariables(right, variables, types);
  };
  if (isa<IntegerLiteral, CXXBoolLiteralExpr, CXXNullPtrLiteralExpr, CharacterLiteral, CXXThisExpr,
          clang::StringLiteral>(expr))
    return true;
  if (const auto *name = dyn_cast<DeclRefExpr>(expr)) {
    if (!isa<VarDecl, BindingDecl, EnumConstantDecl>(name->getDecl()))
      return false;
    variables.push_back(name->getDecl());
    return true;
  }
  if (const auto *member = dyn_cast<MemberExpr>(expr)) {
    variables.push_back(member->getMemberDecl());
    return isa<FieldDecl>(member->getMemberDecl()) &&
           dependsOnVariables(member->getBase(), variables, types);
  }
  if (const auto *op = dyn_cast<UnaryOperator>(expr))
    return !op->isIncrementDecrementOp() && dependsOnVariables(op->getSubExpr(), variables, types);
  if (const auto *op = dyn_cast<BinaryOperator>(expr))
    return !op->isAssignmentOp() && both(op->getLHS(), op->getRHS());
  if (const auto *cast = dyn_cast<ExplicitCastExpr>(expr))
    return dependsOnVariables(cast->getSubExpr(), variables, types);
  if (const auto *rewritten = dyn_cast<CXXRewrittenBinaryOperator>(expr))
    return both(rewritten->getLHS(), rewritten->getRHS());
  if (const auto *call = dyn_cast<CXXOperatorCallExpr>(expr)) {
    bool looks = call->isComparisonOp() || call->getOperator() == OO_Arrow ||
                 call->getOperator() == OO_Star || call->getOperator() == OO_Exclaim;
    return looks && all_of(call->arguments(), [&](const Expr *argument) {
             return dependsOnVariables(argument, variables, types);
           });
  }
  const auto *call = dyn_cast<CXXMemberCallExpr>(expr);
  return call && call->getNumArgs() == 0 && call->getMethodDecl() &&
         call->getMethodDecl()->isConst() &&
         dependsOnVariables(call->getImplicitObjectArgument(), variables, types);
}

/// `a != b` as `a == b`, negated; likewise the other comparisons.
static void profile(const Expr &expr, const ASTContext &context, FoldingSetNodeID &id,
                    bool &negated) {
  const auto *op = dyn_cast<BinaryOperator>(&expr);
  if (!op || !op->isComparisonOp())
    return expr.Profile(id, context, /*Canonical=*/true);
  BinaryOperatorKind kind = op->getOpcode();
  if (kind == BO_NE || kind == BO_GE || kind == BO_LE) {
    kind = BinaryOperator::negateComparisonOp(kind);
    negated = !negated;
  }
  id.AddInteger(kind);
  op->getLHS()->IgnoreParenImpCasts()->Profile(id, context, true);
  op->getRHS()->IgnoreParenImpCasts()->Profile(id, context, true);
}

/// Without parentheses, implicit casts and negations.
static Condition stripped(const Expr *expr) {
  Condition condition;
  while (expr) {
    expr = expr->IgnoreParenImpCasts();
    if (const auto *full = dyn_cast<FullExpr>(expr))
      expr = full->getSubExpr();
    else if (const auto *op = dyn_cast<UnaryOperator>(expr); op && op->getOpcode() == UO_LNot) {
      condition.negated = !condition.negated;
      expr = op->getSubExpr();
    } else if (const auto *cast = dyn_cast<ExplicitCastExpr>(expr);
               cast && cast->getType()->isBooleanType())
      expr = cast->getSubExpr();
    else
      break;
  }
  condition.expr = expr;
  return condition;
}

Condition Body::read(const Expr *expr) const {
  Condition condition = stripped(expr);
  if (!condition.expr || condition.expr->isInstantiationDependent())
    return condition;
  FoldingSetNodeID id;
  profile(*condition.expr, function.getASTContext(), id, condition.opposite);
  for (size_t i = 0; i != keys.size(); ++i)
    if (keys[i].id == id)
      condition.key = int(i);
  return condition;
}

void Body::addKey(Condition &condition) {
  const Expr &expr = *condition.expr;
  Key key;
  if (expr.isInstantiationDependent() || !dependsOnVariables(&expr, key.variables, types))
    return;
  profile(expr, function.getASTContext(), key.id, condition.opposite);
  for (condition.key = 0; condition.key != int(keys.size()); ++condition.key)
    if (keys[condition.key].id == key.id)
      break;
  if (condition.key == int(keys.size()))
    keys.push_back(std::move(key));
  ++keys[condition.key].uses;
}

int Body::keyOf(const ValueDecl &variable) const {
  for (size_t i = 0; i != keys.size(); ++i)
    if (keys[i].variables.size() == 1 && keys[i].variables.front() == &variable)
      return int(i);
  return -1;
}

/// The value of a case label, if it is a plain number.
static std::optional<int64_t> caseValue(const Stmt *label, const ASTContext &context) {
  const auto *choice = dyn_cast_or_null<CaseStmt>(label);
  if (!choice || choice->getRHS() || choice->getLHS()->isValueDependent())
    return std::nullopt;
  Expr::EvalResult result;
  if (!choice->getLHS()->EvaluateAsInt(result, context))
    return std::nullopt;
  return result.Val.getInt().getExtValue();
}

void Body::readWays(const CFGBlock &from, Block &block) {
  bool isSwitch = isa_and_nonnull<SwitchStmt>(block.terminator);
  bool decides = from.succ_size() == 2 || isSwitch;
  const Expr *condition = decides ? from.getLastCondition() : nullptr;
  if (const auto *choice = dyn_cast_or_null<SwitchStmt>(block.terminator))
    condition = choice->getCond();
  if (isa_and_nonnull<CXXTryStmt, IndirectGotoStmt>(block.terminator))
    condition = nullptr;
  if (condition) {
    block.condition = stripped(condition);
    if (block.condition.expr) {
      addKey(block.condition);
      SourceLocation at = block.condition.expr->getExprLoc();
      block.asserts =
          at.isMacroID() && !macroAround(at, function.getASTContext(), [&](StringRef macro) {
                               return names.isAssertion(macro) || names.isTestMacro(macro);
                             }).empty();
    }
  }
  unsigned index = 0;
  for (const CFGBlock::AdjacentBlock &next : from.succs()) {
    bool first = index++ == 0;
    const CFGBlock *to = next.getReachableBlock();
    if (!to)
      continue;
    Way way{to->getBlockID(), std::nullopt, to->getLabel(),
            dyn_cast_or_null<CXXCatchStmt>(to->getLabel())};
    if (isSwitch)
      way.value = caseValue(to->getLabel(), function.getASTContext());
    else if (block.condition.expr)
      way.value = first != block.condition.negated;
    block.ways.push_back(way);
  }
}

/// Whether the code comes out of a macro that leaves a test where it fails.
bool Body::isAsserting(SourceLocation at) const {
  return at.isMacroID() && !macroAround(at, function.getASTContext(), [&](StringRef macro) {
                              return names.isAssertion(macro) || names.isTestMacro(macro);
                            }).empty();
}

void Body::readBlock(const CFGBlock &from) {
  Block &block = blocks[from.getBlockID()];
  block.source = &from;
  DenseSet<const Stmt *> seen;
  for (const CFGElement &element : from) {
    if (std::optional<CFGStmt> statement = element.getAs<CFGStmt>()) {
      if (seen.insert(statement->getStmt()).second)
        maker.append(*statement->getStmt(), block.events);
      // What a failing test leaves behind is no loss.
      if (isa<ReturnStmt>(statement->getStmt()) &&
          isAsserting(statement->getStmt()->getBeginLoc())) {
        block.ends = true;
        return;
      }
    } else if (std::optional<CFGInitializer> initializer = element.getAs<CFGInitializer>()) {
      maker.append(*initializer->getInitializer(), block.events);
    } else if (std::optional<CFGLifetimeEnds> end = element.getAs<CFGLifetimeEnds>()) {
      Event &event = block.events.emplace_back();
      event.act = Act::End;
      event.at = end->getTriggerStmt();
      event.variable = end->getVarDecl();
    }
  }
  block.terminator = from.getTerminatorStmt();
  block.ends = from.hasNoReturnElement();
  readWays(from, block);
}

void Body::forgetSingleKeys() {
  DenseSet<const ValueDecl *> defined;
  for (const Block &block : blocks)
    for (const Event &event : block.events)
      if (event.act == Act::Define)
        defined.insert(event.variable);
  for (Block &block : blocks) {
    int &key = block.condition.key;
    if (key < 0 || keys[key].uses > 1)
      continue;
    const auto &variables = keys[key].variables;
    if (variables.size() != 1 || !defined.count(variables.front()))
      key = -1;
  }
}

/// Whether the variable holds any number of things: it has a length or an index.
static bool holdsMany(const ValueDecl &variable) {
  QualType type = variable.getType().getNonReferenceType();
  const auto *pointer = dyn_cast<VarDecl>(&variable);
  const auto *fresh = pointer && type->isPointerType() && pointer->getInit()
                          ? dyn_cast<CXXNewExpr>(pointer->getInit()->IgnoreParenImpCasts())
                          : nullptr;
  if (fresh && fresh->isArray())
    return true;
  if (type->isArrayType())
    return true;
  const CXXRecordDecl *record = recordOf(type);
  if (!record || !record->hasDefinition())
    return false;
  DeclarationNameTable &table = record->getASTContext().DeclarationNames;
  return findMember(*record, "size") || findMember(*record, table.getCXXOperatorName(OO_Subscript));
}

static const Stmt *bodyOf(const Stmt &loop) {
  if (const auto *range = dyn_cast<CXXForRangeStmt>(&loop))
    return range->getBody();
  if (const auto *counted = dyn_cast<ForStmt>(&loop))
    return counted->getBody();
  return cast<WhileStmt>(loop).getBody();
}

/// Whether the constants in its head let the loop run at least once.
static bool runsOnce(const Stmt &loop, const ASTContext &context) {
  if (const auto *range = dyn_cast<CXXForRangeStmt>(&loop)) {
    const Expr *over = range->getRangeInit();
    const auto *array = over ? context.getAsConstantArrayType(over->getType()) : nullptr;
    return array && array->getSize() != 0;
  }
  const auto *counted = dyn_cast<ForStmt>(&loop);
  const auto *init = counted ? dyn_cast_or_null<DeclStmt>(counted->getInit()) : nullptr;
  const auto *index =
      init && init->isSingleDecl() ? dyn_cast<VarDecl>(init->getSingleDecl()) : nullptr;
  const auto *test = counted && counted->getCond()
                         ? dyn_cast<BinaryOperator>(counted->getCond()->IgnoreParenImpCasts())
                         : nullptr;
  if (!index || !index->getInit() || !test || !test->isComparisonOp())
    return false;
  const auto *name = dyn_cast<DeclRefExpr>(test->getLHS()->IgnoreParenImpCasts());
  Expr::EvalResult first, last;
  if (!name || name->getDecl() != index || index->getInit()->isValueDependent() ||
      test->getRHS()->isValueDependent() || !index->getInit()->EvaluateAsInt(first, context) ||
      !test->getRHS()->EvaluateAsInt(last, context))
    return false;
  int64_t from = first.Val.getInt().getExtValue(), to = last.Val.getInt().getExtValue();
  switch (test->getOpcode()) {
  case BO_LT:
    return from < to;
  case BO_LE:
    return from <= to;
  case BO_GT:
    return from > to;
  case BO_GE:
    return from >= to;
  case BO_NE:
    return from != to;
  default:
    return false;
  }
}

/// A lambda in the loop that refers to elements.
void Body::noteCapture(const LambdaCapture &capture, Loop &loop) const {
  const auto *variable =
      capture.capturesVariable() ? dyn_cast<VarDecl>(capture.getCapturedVar()) : nullptr;
  if (!variable)
    return;
  Holders reached = {{variable}};
  if (finder().isAlias(*variable))
    reached = finder().reachedBy(variable->getInit());
  for (const Holder &holder : reached)
    if (holdsMany(*holder.variable))
      loop.drains.insert(holder.variable);
}

void Body::findLoops() {
  for (const Block &block : blocks) {
    if (!isa_and_nonnull<WhileStmt, ForStmt, CXXForRangeStmt>(block.terminator))
      continue;
    Loop loop{block.terminator,
              bodyOf(*block.terminator),
              runsOnce(*block.terminator, function.getASTContext()),
              {}};
    for (const Block &other : blocks)
      for (const Event &event : other.events)
        if (event.at &&
            (event.act == Act::Ask || event.act == Act::Lend || event.act == Act::Give ||
             event.act == Act::Close || event.act == Act::Move) &&
            isWithin(*event.at, *block.terminator)) {
          for (const Holder &holder : event.targets)
            if (event.act != Act::Move && holdsMany(*holder.variable))
              loop.drains.insert(holder.variable);
          for (const Source &source : event.sources)
            if (source.holder.variable && holdsMany(*source.holder.variable))
              loop.drains.insert(source.holder.variable);
          if (event.closure)
            for (const LambdaCapture &capture : event.closure->captures())
              noteCapture(capture, loop);
        }
    if (!loop.drains.empty() || loop.atLeastOnce)
      loops.push_back(std::move(loop));
  }
}

void Body::findGuards() {
  for (const Block &block : blocks)
    for (const Event &event : block.events) {
      const auto *construct = event.act == Act::Lend || event.act == Act::Close
                                  ? dyn_cast_or_null<CXXConstructExpr>(event.at)
                                  : nullptr;
      const CXXRecordDecl *guard = construct ? construct->getConstructor()->getParent() : nullptr;
      if (!guard || !guard->hasUserDeclaredDestructor() || types.find(construct->getType()))
        continue;
      for (const Holder &holder : event.targets)
        guarded.insert(holder.variable);
      if (event.closure)
        for (const LambdaCapture &capture : event.closure->captures())
          if (capture.capturesVariable())
            guarded.insert(capture.getCapturedVar());
    }
}

std::vector<const Stmt *> Body::statements(unsigned block) const {
  std::vector<const Stmt *> statements;
  if (const CFGBlock *source = blocks[block].source)
    for (const CFGElement &element : *source)
      if (std::optional<CFGStmt> statement = element.getAs<CFGStmt>())
        statements.push_back(statement->getStmt());
  return statements;
}

const Loop *Body::loopAt(const Block &block) const {
  for (const Loop &loop : loops)
    if (loop.statement == block.terminator)
      return &loop;
  return nullptr;
}

bool Body::isWithin(const Stmt &inner, const Stmt &outer) const {
  const SourceManager &sources = function.getASTContext().getSourceManager();
  SourceLocation at = sources.getExpansionLoc(inner.getBeginLoc());
  SourceLocation begin = sources.getExpansionLoc(outer.getBeginLoc());
  SourceLocation end = sources.getExpansionRange(outer.getEndLoc()).getEnd();
  return at.isValid() && begin.isValid() && !(at < begin) && !(end < at);
}

std::vector<bool> Body::leadingTo(ArrayRef<unsigned> targets) const {
  std::vector<std::vector<unsigned>> from(blocks.size());
  for (unsigned i = 0; i != blocks.size(); ++i)
    for (const Way &way : blocks[i].ways)
      from[way.to].push_back(i);
  std::vector<bool> leads(blocks.size());
  std::vector<unsigned> work(targets.begin(), targets.end());
  while (!work.empty()) {
    unsigned block = work.back();
    work.pop_back();
    if (leads[block])
      continue;
    leads[block] = true;
    work.insert(work.end(), from[block].begin(), from[block].end());
  }
  return leads;
}

Body::Body(const FunctionDecl &function, const Names &names, HandleTypes &types)
    : function(function), names(names), maker(function, names, types), types(types) {}

bool Body::build() {
  Stmt *body = function.getBody();
  if (const auto *coroutine = dyn_cast_or_null<CoroutineBodyStmt>(body))
    body = coroutine->getBody();
  if (!body || function.isDependentContext())
    return false;
  CFG::BuildOptions options;
  options.setAllAlwaysAdd();
  options.AddInitializers = true;
  options.AddImplicitDtors = false;
  options.AddLifetime = true;
  options.AddEHEdges = false;
  options.PruneTriviallyFalseEdges = true;
  graph = CFG::buildCFG(&function, body, &function.getASTContext(), options);
  if (!graph)
    return false;
  blocks.resize(graph->getNumBlockIDs());
  for (const CFGBlock *block : *graph) {
    readBlock(*block);
    bool dispatches = isa_and_nonnull<CXXTryStmt>(block->getTerminatorStmt());
    if (dispatches && block->pred_empty())
      handlers.push_back(block->getBlockID());
  }
  entry = graph->getEntry().getBlockID();
  exit = graph->getExit().getBlockID();
  forgetSingleKeys();
  findLoops();
  findGuards();
  return true;
}

std::unique_ptr<Body> Body::of(const FunctionDecl &function, const Names &names,
                               HandleTypes &types) {
  std::unique_ptr<Body> body(new Body(function, names, types));
  return body->build() ? std::move(body) : nullptr;
}

} // namespace tether::flow
