#include "matchers/flow/State.h"

#include "matchers/Callable.h"

#include "clang/AST/ASTContext.h"

using namespace clang;
using namespace llvm;

namespace tether::flow {

bool State::holds(const Holder &holder) const {
  return any_of(holders, [&](const Holder &held) { return touch(held, holder); });
}

void State::remove(const Holder &holder) {
  erase_if(holders, [&](const Holder &held) { return touch(held, holder); });
}

void State::addHolder(const Holder &holder) {
  if (!first)
    first = holder.variable;
  if (!is_contained(holders, holder))
    holders.push_back(holder);
}

std::optional<int64_t> State::fact(int key) const {
  for (const auto &[known, value] : facts)
    if (known == key)
      return value;
  return std::nullopt;
}

void State::learn(int key, int64_t value) {
  forget(key);
  facts.insert(lower_bound(facts, std::pair(key, value)), {key, value});
}

void State::forget(int key) {
  erase_if(facts, [&](const auto &fact) { return fact.first == key; });
}

std::vector<uintptr_t> State::print() const {
  std::vector<uintptr_t> numbers = {uintptr_t(status), uintptr_t(loose),
                                    reinterpret_cast<uintptr_t>(carrier),
                                    reinterpret_cast<uintptr_t>(thrown), holders.size()};
  for (const Holder &holder : holders) {
    numbers.push_back(reinterpret_cast<uintptr_t>(holder.variable));
    numbers.push_back(uintptr_t(holder.part));
    numbers.push_back(reinterpret_cast<uintptr_t>(holder.closure));
  }
  for (const auto &[key, value] : facts) {
    numbers.push_back(uintptr_t(key));
    numbers.push_back(uintptr_t(value));
  }
  for (const Stmt *loop : entered)
    numbers.push_back(reinterpret_cast<uintptr_t>(loop));
  for (const ValueDecl *variable : guarded)
    numbers.push_back(reinterpret_cast<uintptr_t>(variable));
  return numbers;
}

static bool holdsAny(const State &state, const Holders &holders) {
  return any_of(holders, [&](const Holder &holder) { return state.holds(holder); });
}

/// A null pointer, or a constant without content: `std::nullopt`.
static bool isNull(const Expr *expr) {
  expr = bare(expr);
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(expr))
    return true;
  const auto *name = dyn_cast<DeclRefExpr>(expr);
  const CXXRecordDecl *record = expr->getType()->getAsCXXRecordDecl();
  return name && record && record->hasDefinition() && record->isEmpty() &&
         expr->getType().isConstQualified();
}

/// `p == nullptr`, `it == all.end()`.
static std::optional<bool> knownComparison(OverloadedOperatorKind kind, const Expr *left,
                                           const Expr *right, const State &state,
                                           const Body &body) {
  if (kind != OO_EqualEqual && kind != OO_ExclaimEqual)
    return std::nullopt;
  if (isNull(left))
    std::swap(left, right);
  Holders place = body.finder().reachedBy(left);
  if (!holdsAny(state, place))
    return std::nullopt;
  if (!isNull(right)) {
    Holders other = body.finder().reachedBy(right);
    // An iterator against the end of the same container.
    const auto *end = dyn_cast<CallExpr>(bare(right));
    if (other != place || !end)
      return std::nullopt;
  }
  return kind == OO_ExclaimEqual;
}

static std::optional<bool> knownAnswer(const CXXMemberCallExpr &call, const State &state,
                                       const Body &body, HandleTypes &types) {
  const CXXMethodDecl *method = call.getMethodDecl();
  const Expr *object = call.getImplicitObjectArgument();
  if (!method || call.getNumArgs() != 0 || !holdsAny(state, body.finder().reachedBy(object)))
    return std::nullopt;
  QualType type = object->IgnoreParenImpCasts()->getType();
  const HandleType *handle = types.find(type->isPointerType() ? type->getPointeeType() : type);
  if (!handle)
    return std::nullopt;
  if (isa<CXXConversionDecl>(method))
    return true;
  std::string name = method->getDeclName().getAsString();
  const StructuralNames &words = types.names.vocabulary.structure;
  if (is_contained(words.presence, name))
    return true;
  if (is_contained(words.absence, name))
    return false;
  return std::nullopt;
}

/// `if (const Result ok = Result(thread.joinable()))`: an object that is as true as what it was
/// made of.
static const Expr *madeOf(const Expr &object) {
  const auto *name = dyn_cast<DeclRefExpr>(bare(&object));
  const auto *variable = name ? dyn_cast<VarDecl>(name->getDecl()) : nullptr;
  const auto *construct = variable && variable->getInit()
                              ? dyn_cast<CXXConstructExpr>(bare(variable->getInit()))
                              : nullptr;
  const Expr *first = construct && construct->getNumArgs() != 0 ? construct->getArg(0) : nullptr;
  return first && first->IgnoreParenImpCasts()->getType()->isBooleanType() ? first : nullptr;
}

std::optional<bool> known(const Condition &condition, const State &state, const Body &body,
                          HandleTypes &types) {
  const Expr *expr = condition.expr;
  if (!expr)
    return std::nullopt;
  if (const auto *literal = dyn_cast<CXXBoolLiteralExpr>(expr))
    return literal->getValue();
  if (condition.key >= 0)
    if (std::optional<int64_t> fact = state.fact(condition.key))
      return (*fact != 0) != condition.opposite;
  expr = bare(expr);
  if (const auto *call = dyn_cast<CallExpr>(expr))
    if (types.names.alwaysTrue.has(calleeOf(*call)))
      return true;
  const auto *conversion = dyn_cast<CXXMemberCallExpr>(expr);
  if (conversion && isa_and_nonnull<CXXConversionDecl>(conversion->getMethodDecl())) {
    const Expr &object = *conversion->getImplicitObjectArgument();
    if (types.names.alwaysTrue.has(recordOf(object.getType())))
      return true;
    if (const Expr *inner = madeOf(object)) {
      Condition made = body.read(inner);
      std::optional<bool> value = known(made, state, body, types);
      return value ? std::optional(*value != made.negated) : std::nullopt;
    }
  }
  if (!state.alive() || state.loose)
    return std::nullopt;
  if (const auto *call = dyn_cast<CXXMemberCallExpr>(expr))
    return knownAnswer(*call, state, body, types);
  if (const auto *op = dyn_cast<BinaryOperator>(expr))
    return knownComparison(BinaryOperator::getOverloadedOperator(op->getOpcode()), op->getLHS(),
                           op->getRHS(), state, body);
  if (const auto *call = dyn_cast<CXXOperatorCallExpr>(expr); call && call->getNumArgs() == 2)
    return knownComparison(call->getOperator(), call->getArg(0), call->getArg(1), state, body);
  if (const auto *op = dyn_cast<CXXRewrittenBinaryOperator>(expr))
    return knownComparison(BinaryOperator::getOverloadedOperator(op->getOpcode()), op->getLHS(),
                           op->getRHS(), state, body);
  if (expr->getType()->isPointerType() && holdsAny(state, body.finder().reachedBy(expr)))
    return true;
  return std::nullopt;
}

} // namespace tether::flow
