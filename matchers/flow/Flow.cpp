#include "matchers/flow/Flow.h"

#include "clang/AST/DeclTemplate.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// Steps that may be spent on one function; a step is one block in one state. Functions of a
/// thousand lines need a few thousand.
constexpr unsigned StepsPerFunction = 20000;

const flow::Body *Flow::bodyOf(const FunctionDecl &function) {
  Meter::Scope scope = measure();
  auto [slot, fresh] = bodies.try_emplace(&function);
  if (fresh) {
    std::unique_ptr<flow::Body> body =
        broken.has(function) ? nullptr : flow::Body::of(function, names, types);
    return (bodies[&function] = std::move(body)).get();
  }
  return slot->second.get();
}

const flow::Fates *Flow::summary(const FunctionDecl &function, const ValueDecl &variable) {
  Pair pair{&function, &variable};
  auto [slot, fresh] = summaries.try_emplace(pair);
  // A function that calls itself is unknown to itself.
  if (!fresh)
    return slot->second.get();
  // The body of a generic lambda is its instance's, with variables of its own.
  const flow::Body *body = bodyOf(function);
  const HandleType *type =
      types.find(variable.getType()->isPointerType() ? variable.getType()->getPointeeType()
                                                     : variable.getType());
  if (!body || !type)
    return nullptr;
  flow::Token token;
  token.variable = &variable;
  token.owned = false;
  token.type = type;
  auto made = std::make_unique<flow::Fates>(follow(*body, token));
  for (flow::Path &path : made->paths)
    if (path.given == flow::Given::Member && path.into && isIdle && isIdle(*path.into))
      path.end = flow::End::KeptPending;
  return (summaries[pair] = std::move(made)).get();
}

flow::Fates Flow::follow(const flow::Body &body, flow::Token token) {
  unsigned &budget = budgets.try_emplace(&body.function, StepsPerFunction).first->second;
  unsigned left = budget;
  auto callee = [&](const FunctionDecl &function, const ValueDecl &variable) {
    return summary(function, variable);
  };
  flow::Fates fates = flow::follow(body, token, types, callee, left);
  budgets[&body.function] = left;
  if (!fates.complete)
    exhausted.insert(&body.function);
  return fates;
}

std::vector<int> partsOf(const CXXRecordDecl &record, HandleTypes &types) {
  std::vector<int> parts;
  for (const FieldDecl *field : record.fields())
    if (types.find(field->getType()))
      parts.push_back(int(field->getFieldIndex()));
  const auto *special = dyn_cast<ClassTemplateSpecializationDecl>(&record);
  if (!parts.empty() || !special || special->getTemplateArgs().size() != 1)
    return parts;
  const TemplateArgument &pack = special->getTemplateArgs()[0];
  // A variant has its elements in turns, a tuple at once.
  if (pack.getKind() != TemplateArgument::Pack || findMember(record, "index"))
    return parts;
  for (const auto &[i, element] : enumerate(pack.pack_elements()))
    if (element.getKind() == TemplateArgument::Type && types.find(element.getAsType()))
      parts.push_back(int(i));
  return parts;
}

const Journey *Flow::of(const Obligation &obligation) {
  Meter::Scope scope = measure();
  Fate fate = obligation.ending.fate;
  if (!obligation.inside || (fate != Fate::Stored && fate != Fate::Transferred))
    return nullptr;
  auto [slot, fresh] = known.try_emplace(&obligation, nullptr);
  if (!fresh)
    return slot->second;
  const flow::Body *body = bodyOf(*obligation.inside);
  if (!body)
    return nullptr;
  Journey &journey = journeys.emplace_back();
  journey.obligation = &obligation;
  journey.type = obligation.type;
  journey.inside = obligation.inside;
  flow::Token token;
  token.origin = obligation.origin;
  token.type = obligation.type;
  token.signal = obligation.signal;
  token.limited = obligation.ownPromise;
  std::vector<int> parts;
  const CXXRecordDecl *record = obligation.origin->getType()->getAsCXXRecordDecl();
  if (obligation.type->wrapper && record && record->hasDefinition())
    parts = partsOf(*record, types);
  if (parts.empty())
    parts = {-1};
  for (int part : parts) {
    token.part = part;
    flow::Fates fates = follow(*body, token);
    // The first part that is lost speaks for all.
    if (part == parts.front() ||
        (fates.find(flow::End::Pending) && !journey.fates.find(flow::End::Pending)))
      journey.fates = std::move(fates);
  }
  return known[&obligation] = &journey;
}

flow::Fates Flow::of(const Obligation &obligation, ArrayRef<const VarDecl *> borrowed) {
  Meter::Scope scope = measure();
  const flow::Body *body = obligation.inside ? bodyOf(*obligation.inside) : nullptr;
  if (!body)
    return {};
  flow::Token token;
  token.origin = obligation.origin;
  token.type = obligation.type;
  token.borrowed = borrowed;
  return follow(*body, token);
}

const Journey &Flow::of(const FunctionDecl &function, const ParmVarDecl &parameter,
                        const HandleType &type) {
  Meter::Scope scope = measure();
  if (const Journey *found = known.lookup(&parameter))
    return *found;
  Journey &journey = journeys.emplace_back();
  known[&parameter] = &journey;
  journey.parameter = &parameter;
  journey.type = &type;
  journey.inside = &function;
  flow::Token token;
  token.variable = &parameter;
  token.type = &type;
  if (const flow::Body *body = bodyOf(function))
    journey.fates = follow(*body, token);
  return journey;
}

const flow::Fates &Flow::of(const FunctionDecl &function, const Expr &origin,
                            const HandleType &type, int part) {
  Meter::Scope scope = measure();
  if (const flow::Fates *found = knownOrigins.lookup(&origin))
    return *found;
  flow::Fates &fates = others.emplace_back();
  knownOrigins[&origin] = &fates;
  flow::Token token;
  token.origin = &origin;
  token.type = &type;
  token.part = part;
  if (const flow::Body *body = bodyOf(function))
    fates = follow(*body, token);
  return fates;
}

} // namespace tether
