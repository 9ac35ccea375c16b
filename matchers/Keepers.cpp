#include "matchers/Keepers.h"

#include "clang/AST/DeclTemplate.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// Whether the bodies of all members are seen.
static bool isWhollySeen(const CXXRecordDecl &record) {
  for (const CXXMethodDecl *method : record.methods())
    if (!method->isImplicit() && !method->isDefaulted() && !method->isDeleted() &&
        !method->isPureVirtual() && !method->hasBody())
      return false;
  for (const Decl *decl : record.decls())
    if (const auto *pattern = dyn_cast<FunctionTemplateDecl>(decl);
        pattern && !pattern->getTemplatedDecl()->hasBody())
      return false;
  return true;
}

/// Whether nothing outside of what is seen can reach the keeper.
static bool isPrivate(const ValueDecl &keeper) {
  if (const auto *variable = dyn_cast<VarDecl>(&keeper))
    // What a header declares, others read.
    return variable->isFileVarDecl() && !variable->getPreviousDecl() && !variable->isInline() &&
           !variable->isStaticDataMember();
  const auto *field = dyn_cast<FieldDecl>(&keeper);
  const auto *record = field ? dyn_cast<CXXRecordDecl>(field->getParent()) : nullptr;
  return record && field->getAccess() == AS_private && !record->hasFriends() &&
         !record->isDependentType() && isWhollySeen(*record);
}

static bool isInside(const FunctionDecl &function, const DeclContext &record) {
  for (const DeclContext *context = &function; context; context = context->getParent())
    if (context == &record)
      return true;
  return false;
}

static Use useBy(const flow::Event &event, const ValueDecl &keeper, const HandleType &type) {
  auto isKeeper = [&](const flow::Holder &holder) { return holder.variable == &keeper; };
  bool target = any_of(event.targets, isKeeper) || any_of(event.others, isKeeper);
  bool source = any_of(event.sources, [&](const flow::Source &s) { return isKeeper(s.holder); });
  switch (event.act) {
  case flow::Act::Ask:
    if (!target && !source)
      return Use::None;
    if (event.ask == Ask::Wait)
      return type.words->consume.empty() ? Use::Asked : Use::Waited;
    return event.ask == Ask::TimedWait || event.ask == Ask::Neutral ? Use::None : Use::Asked;
  case flow::Act::Lend:
  case flow::Act::Swap:
  case flow::Act::Exchange:
    return target || source ? Use::Asked : Use::None;
  default:
    return source ? Use::Asked : Use::None;
  }
}

Use Keepers::inFunction(const FunctionDecl &function, const ValueDecl &keeper) {
  if (!function.doesThisDeclarationHaveABody())
    return Use::None;
  const flow::Body *body = flow.bodyOf(function);
  const HandleType *type = flow.types.find(keeper.getType());
  if (!body || !type)
    return Use::Asked;
  Use use = Use::None;
  for (const flow::Block &block : body->blocks)
    for (const flow::Event &event : block.events)
      use = std::max(use, useBy(event, keeper, *type));
  return use;
}

Use Keepers::look(const ValueDecl &keeper) {
  if (!isPrivate(keeper))
    return Use::Unknown;
  Use use = Use::None;
  const auto *field = dyn_cast<FieldDecl>(&keeper);
  if (!field) {
    for (const auto &[variable, reader] : seen.globals)
      if (variable == &keeper)
        use = std::max(use, reader ? inFunction(*reader, keeper) : Use::Asked);
    return use;
  }
  for (const FunctionDecl *function : seen.functions)
    if (isInside(*function, *cast<DeclContext>(field->getParent())))
      use = std::max(use, inFunction(*function, keeper));
  return use;
}

Use Keepers::of(const ValueDecl &keeper) {
  Meter::Scope scope = flow.measure();
  auto [slot, fresh] = known.try_emplace(&keeper, Use::Unknown);
  if (!fresh)
    return slot->second;
  Use use = look(keeper);
  return known[&keeper] = use;
}

} // namespace tether
