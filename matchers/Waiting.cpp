#include "matchers/Waiting.h"

#include "matchers/Callable.h"
#include "matchers/Spawning.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// Finds loops that go round until something borrowed changes.
class SpinFinder : public RecursiveASTVisitor<SpinFinder> {
public:
  explicit SpinFinder(const Borrowed &borrowed) : borrowed(borrowed) {}
  bool found = false;

  bool TraverseTypeLoc(TypeLoc) { return true; }
  bool VisitWhileStmt(WhileStmt *loop) { return lookAt(loop->getCond()); }
  bool VisitDoStmt(DoStmt *loop) { return lookAt(loop->getCond()); }
  bool VisitDeclRefExpr(DeclRefExpr *name) {
    found |= inCondition && is_contained(borrowed.locals, name->getDecl());
    return true;
  }

private:
  bool lookAt(Expr *condition) {
    inCondition = true;
    TraverseStmt(condition);
    inCondition = false;
    return true;
  }
  const Borrowed &borrowed;
  bool inCondition = false;
};

} // namespace

bool waitsLater(const Expr &launch, const FunctionDecl &inside, const Borrowed &borrowed,
                Unit &unit, const ValueDecl *except) {
  const SourceManager &sources = unit.context.getSourceManager();
  auto isLater = [&](const Call &call) {
    return call.standing.inside == &inside &&
           sources.isBeforeInTranslationUnit(launch.getEndLoc(), call.expr->getBeginLoc());
  };
  bool calls = any_of(unit.seen.calls, [&](const Call &later) {
    // A thread that is joined is another work's end.
    const auto *member = dyn_cast<CXXMemberCallExpr>(later.expr);
    const HandleType *type = member ? handleAsked(*member, unit.types) : nullptr;
    bool known = except && member && scopeOf(later) == except;
    return !known && !(type && type->isThread()) && later.callee && later.callee->getIdentifier() &&
           unit.names.synchronises(later.callee->getName()) && isLater(later);
  });
  if (calls || any_of(unit.seen.awaits, isLater))
    return true;
  SpinFinder spin(borrowed);
  spin.TraverseStmt(inside.getBody());
  return spin.found;
}

/// Whether every way from the launch to the end of the variable passes the other expression.
static bool alwaysFollowedBy(const Expr &launch, const Expr &other, const VarDecl &variable,
                             const flow::Body &body) {
  std::vector<bool> seen(body.blocks.size());
  SmallVector<std::pair<unsigned, unsigned>, 8> left; // block and index of an event
  for (unsigned i = 0; i != body.blocks.size(); ++i)
    for (unsigned k = 0; k != body.blocks[i].events.size(); ++k)
      if (const flow::Event &event = body.blocks[i].events[k];
          event.act == flow::Act::Start && event.value == &launch)
        left.push_back({i, k + 1});
  bool begun = !left.empty();
  while (!left.empty()) {
    auto [number, index] = left.pop_back_val();
    const flow::Block &block = body.blocks[number];
    bool passed = false;
    for (; index < block.events.size() && !passed; ++index) {
      const flow::Event &event = block.events[index];
      passed = event.act == flow::Act::Start && event.value == &other;
      if (event.variable == &variable &&
          (event.act == flow::Act::End || event.act == flow::Act::Declare))
        return false;
    }
    if (passed || block.ends)
      continue;
    if (number == body.exit)
      return false;
    for (const flow::Way &way : block.ways)
      if (!seen[way.to]) {
        seen[way.to] = true;
        left.push_back({way.to, 0});
      }
  }
  return begun;
}

bool isAnnounced(const Obligation &work, const Borrowed &borrowed, Unit &unit) {
  const flow::Body *body = unit.flow.bodyOf(*work.inside);
  return body && any_of(unit.seen.obligations, [&](const Obligation &sign) {
           const auto *call = dyn_cast<CXXMemberCallExpr>(sign.origin);
           const auto *promise = dyn_cast_or_null<VarDecl>(
               call && sign.inside == work.inside ? bottomOf(call->getImplicitObjectArgument())
                                                  : nullptr);
           if (!promise || !is_contained(borrowed.locals, promise) ||
               !unit.names.promises.find(recordOf(promise->getType())))
             return false;
           if (sign.ending.fate == Fate::Waited || sign.ending.fate == Fate::Observed)
             return alwaysFollowedBy(*work.origin, *sign.origin, *promise, *body);
           const Journey *journey = unit.flow.of(sign);
           return journey && !journey->fates.paths.empty() &&
                  all_of(journey->fates.paths, [](const flow::Path &path) {
                    return path.end == flow::End::Observed || path.end == flow::End::Waited;
                  });
         });
}

} // namespace tether
