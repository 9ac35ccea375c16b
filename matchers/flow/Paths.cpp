#include "matchers/flow/Paths.h"

#include "matchers/Callable.h"
#include "matchers/Places.h"
#include "matchers/flow/State.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

#include <set>

using namespace clang;
using namespace llvm;

namespace tether::flow {

const Path *Fates::find(End end) const {
  for (const Path &path : paths)
    if (path.end == end)
      return &path;
  return nullptr;
}

namespace {

/// A block that was entered in some state, and from where.
struct Node {
  unsigned block = 0;
  State state;
  int parent = -1;
  int way = -1;        ///< the parent's way that led here
  bool forced = false; ///< no other way was possible
};

class Follower {
public:
  Follower(const Body &body, const Token &token, HandleTypes &types, Callee callee, unsigned &steps)
      : body(body), token(token), types(types), callee(callee), steps(steps),
        visited(body.blocks.size()) {}

  Fates run();

private:
  /// How a path ended, while it is followed.
  struct Stop {
    End end;
    std::string how = {};
    Given given = Given::None;
    const ValueDecl *into = nullptr;
    std::vector<Station> more = {};
  };

  void enter(Node node);
  void walk(unsigned index);
  void leave(unsigned index, State state, const Block &block);
  void dispatch(unsigned index, State state, const Block &block);
  std::optional<Stop> apply(const Event &event, State &state);
  std::optional<Stop> onStart(const Event &event, State &state);
  std::optional<Stop> onMove(const Event &event, State &state);
  std::optional<Stop> onAssign(const Event &event, State &state);
  std::optional<Stop> onSwap(const Event &event, State &state);
  std::optional<Stop> onExchange(const Event &event, State &state);
  std::optional<Stop> onAsk(const Event &event, State &state);
  std::optional<Stop> onGive(const Event &event, State &state);
  std::optional<Stop> onLend(const Event &event, State &state);
  std::optional<Stop> onClose(const Event &event, State &state);
  std::optional<Stop> onCapture(const Event &event, State &state);
  std::optional<Stop> onEnd(const ValueDecl &variable, State &state, StringRef how,
                            bool withClosure);
  std::optional<Stop> seenByClosure(const Event &event, const ValueDecl &variable, State &state);
  std::optional<Stop> ownedByClosure(const Event &event, const Holder &held, State &state);
  std::optional<Stop> lost(State &state, std::string how) const;
  void onGuard(const Event &event, State &state);
  void onDefine(const Event &event, State &state);
  void onWrite(const Event &event, State &state);
  bool isOurs(const Sources &sources, const State &state) const;
  bool reaches(const Holders &holders, const State &state) const;
  bool takesOut(const Sources &sources, State &state, bool &loose) const;
  bool mustEnter(const Block &block, const State &state) const;
  void finish(unsigned index, Stop stop, const Stmt *at, const State &state);
  Stop atExit(const State &state) const;
  void findTurn(Path &path) const;

  const Body &body;
  const Token &token;
  HandleTypes &types;
  Callee callee;
  unsigned &steps;
  std::deque<Node> nodes;
  std::vector<std::set<std::vector<uintptr_t>>> visited;
  std::vector<bool> towards; ///< blocks from which the origin can be reached
  std::vector<unsigned> work;
  std::vector<unsigned> settling; ///< blocks in which paths end well
  Fates fates;
};

bool Follower::isOurs(const Sources &sources, const State &state) const {
  return any_of(sources, [&](const Source &source) {
    if (source.origin)
      return state.loose && source.origin == state.carrier;
    return source.holder.variable && state.holds(source.holder);
  });
}

bool Follower::reaches(const Holders &holders, const State &state) const {
  return any_of(holders, [&](const Holder &holder) { return state.holds(holder); });
}

std::optional<Follower::Stop> Follower::lost(State &state, std::string how) const {
  if (!state.holders.empty() || state.loose)
    return std::nullopt;
  return Stop{state.status == Status::Waited ? End::Waited : End::Pending, std::move(how)};
}

/// A second handle from the same expression: a container takes both, a variable loses the first.
std::optional<Follower::Stop> Follower::onStart(const Event &event, State &state) {
  if (!token.origin || event.value != token.origin)
    return std::nullopt;
  bool single = any_of(state.holders, [&](const Holder &held) {
    QualType type = held.variable->getType();
    const HandleType *handle = types.find(type);
    return !type->isArrayType() && handle && !handle->wrapper && !held.closure;
  });
  // The first is followed on: what replaces it loses it.
  if (state.alive() && single)
    return std::nullopt;
  state.status = Status::Pending;
  state.loose = true;
  state.carrier = token.origin;
  return std::nullopt;
}

/// Takes the handle out of its sources; false if it is in none of them.
bool Follower::takesOut(const Sources &sources, State &state, bool &loose) const {
  bool found = false;
  for (const Source &source : sources) {
    if (source.origin && state.loose && source.origin == state.carrier) {
      found = loose = true;
    } else if (source.holder.variable && state.holds(source.holder)) {
      found = true;
      if (!source.copied)
        state.remove(source.holder);
    }
  }
  if (loose)
    state.loose = false;
  return found;
}

std::optional<Follower::Stop> Follower::onMove(const Event &event, State &state) {
  // A closure moves with all that it holds: its captures go by the name of the closure.
  bool loose = false;
  if (!state.alive() || !takesOut(event.sources, state, loose))
    return std::nullopt;
  if (any_of(event.targets,
             [&](const Holder &t) { return is_contained(state.guarded, t.variable); }))
    return Stop{End::Lent};
  // Another kind of handle joins it.
  for (const Holder &target : event.targets)
    if (const HandleType *type = types.find(target.variable->getType());
        type && type->words != token.type->words && type->words->onDrop == Drop::Blocks)
      return Stop{End::Given, "", Given::Callee};
  for (Holder target : event.targets) {
    if (target.part < 0)
      target.part = token.part;
    state.addHolder(target);
  }
  return std::nullopt;
}

std::optional<Follower::Stop> Follower::onAssign(const Event &event, State &state) {
  if (!state.alive())
    return std::nullopt;
  if (isOurs(event.sources, state))
    return onMove(event, state);
  if (event.element || event.targets.size() != 1 || !state.holds(event.targets.front()))
    return std::nullopt;
  // Only a part of what holds it may be replaced.
  if (event.targets.front().part >= 0 && state.holders.front().part < 0)
    return std::nullopt;
  state.remove(event.targets.front());
  return lost(state, "replaced here");
}

std::optional<Follower::Stop> Follower::onSwap(const Event &event, State &state) {
  if (event.targets.size() != 1 || event.others.size() != 1) {
    if (reaches(event.targets, state) || reaches(event.others, state))
      return Stop{End::Lent, ""};
    return std::nullopt;
  }
  const Holder &left = event.targets.front(), &right = event.others.front();
  bool inLeft = state.holds(left), inRight = state.holds(right);
  if (inLeft == inRight)
    return std::nullopt;
  const Holder &to = inLeft ? right : left;
  state.remove(inLeft ? left : right);
  if (!diesHere(to, body.function))
    return Stop{End::Given, "", Given::Elsewhere, to.variable};
  state.addHolder(to);
  return std::nullopt;
}

std::optional<Follower::Stop> Follower::onExchange(const Event &event, State &state) {
  if (!state.alive())
    return std::nullopt;
  if (isOurs(event.sources, state)) {
    bool here = event.targets.size() == 1 && diesHere(event.targets.front(), body.function);
    if (here)
      return onMove(event, state);
    return Stop{End::Given, "", Given::Elsewhere};
  }
  if (event.targets.size() != 1 || !state.holds(event.targets.front()))
    return std::nullopt;
  state.remove(event.targets.front());
  state.loose = true;
  state.carrier = event.value;
  return std::nullopt;
}

std::optional<Follower::Stop> Follower::onAsk(const Event &event, State &state) {
  if (!isOurs(event.sources, state) && !reaches(event.targets, state))
    return std::nullopt;
  switch (event.ask) {
  case Ask::Consume:
  case Ask::HandleError:
  case Ask::Continue:
    return Stop{End::Observed, ""};
  case Ask::Detach:
    return Stop{End::Detached, ""};
  case Ask::Wait:
    if (token.type->words->consume.empty() || token.signal)
      return Stop{End::Observed, ""};
    state.status = Status::Waited;
    return std::nullopt;
  case Ask::TimedWait:
    return token.signal || token.limited ? std::optional(Stop{End::Observed}) : std::nullopt;
  case Ask::AskError:
    return state.status == Status::Waited ? std::optional(Stop{End::Observed}) : std::nullopt;
  case Ask::Neutral:
  case Ask::Transfer:
    return std::nullopt;
  case Ask::Unknown:
    return Stop{End::Lent, ""};
  }
  llvm_unreachable("all asks are listed");
}

std::optional<Follower::Stop> Follower::onGive(const Event &event, State &state) {
  if (!isOurs(event.sources, state))
    return std::nullopt;
  const ValueDecl *into = event.targets.size() == 1 ? event.targets.front().variable : nullptr;
  return Stop{End::Given, "", event.given, into};
}

/// Whether a callee's paths leave the handle as it was.
static bool untouched(const Fates &fates) {
  return fates.complete &&
         all_of(fates.paths, [](const Path &path) { return path.end == End::KeptPending; });
}

/// An object with a destructor of its own gets to see variables that hold nothing yet.
void Follower::onGuard(const Event &event, State &state) {
  if (state.alive() || !isa_and_nonnull<CXXConstructExpr>(event.at))
    return;
  Holders seen = event.targets;
  if (event.closure)
    for (const LambdaCapture &capture : event.closure->captures())
      if (capture.capturesVariable())
        seen.push_back({capture.getCapturedVar()});
  for (const Holder &holder : seen)
    if (body.guarded.count(holder.variable) && !is_contained(state.guarded, holder.variable))
      state.guarded.push_back(holder.variable);
}

std::optional<Follower::Stop> Follower::onLend(const Event &event, State &state) {
  onGuard(event, state);
  if (!reaches(event.targets, state))
    return std::nullopt;
  const FunctionDecl *definition = nullptr;
  if (!event.callee || !event.callee->hasBody(definition) ||
      event.index >= definition->getNumParams() ||
      definition->getASTContext().getSourceManager().isInSystemHeader(definition->getLocation()))
    return Stop{End::Lent, ""};
  const Fates *inside = callee(*definition, *definition->getParamDecl(event.index));
  if (!inside)
    return Stop{End::Lent, ""};
  if (untouched(*inside))
    return std::nullopt;
  if (!inside->complete)
    return Stop{End::Lent};
  // A function that tells what it did may be asked by its caller.
  if (inside->find(End::KeptPending))
    return definition->getReturnType()->isVoidType() && !inside->find(End::Lent)
               ? std::nullopt
               : std::optional(Stop{End::Lent});
  if (!inside->find(End::KeptWaited))
    return Stop{End::Lent};
  state.status = Status::Waited;
  return std::nullopt;
}

/// The handle that a closure owns, when the closure is called or handed on.
std::optional<Follower::Stop> Follower::ownedByClosure(const Event &event, const Holder &held,
                                                       State &state) {
  if (event.given == Given::Returned || event.given == Given::Elsewhere)
    return Stop{End::Given, "", event.given};
  const Fates *inside = callee(*held.closure->getCallOperator(), *held.variable);
  if (!inside || !inside->complete || (token.signal && !untouched(*inside)))
    return Stop{End::Given, "", Given::Callee};
  const Path *lost = inside->find(End::Pending);
  const Path *pending = lost ? lost : inside->find(End::KeptPending);
  const Path *waited = inside->find(End::KeptWaited);
  if (event.given == Given::None) {
    // It is called, and lives on with its closure.
    if (pending && !lost)
      return std::nullopt;
    if (lost)
      return Stop{End::Pending, lost->how};
    if (!waited)
      return Stop{End::Observed};
    state.status = Status::Waited;
    return std::nullopt;
  }
  const Path *dies = pending ? pending : waited;
  if (!dies)
    return Stop{End::Given, "", Given::Callee};
  Stop stop{pending ? End::Pending : End::Waited,
            "never asked on a path of the lambda that owns it"};
  stop.more = dies->stations;
  return stop;
}

/// A handle that a closure refers to, when the closure is called or handed on.
std::optional<Follower::Stop> Follower::seenByClosure(const Event &event, const ValueDecl &variable,
                                                      State &state) {
  const Fates *inside = callee(*event.closure->getCallOperator(), variable);
  // A signal is looked at in many ways.
  if (!inside || !inside->complete || token.signal)
    return Stop{End::Lent};
  if (untouched(*inside))
    return std::nullopt;
  // Called here, it runs here: what it leaves pending still is.
  bool called = event.given == Given::None && isa_and_nonnull<CXXOperatorCallExpr>(event.at);
  if (inside->find(End::KeptPending))
    return called ? std::nullopt : std::optional(Stop{End::Lent});
  if (!inside->find(End::KeptWaited))
    return Stop{End::Lent};
  state.status = Status::Waited;
  return std::nullopt;
}

std::optional<Follower::Stop> Follower::onClose(const Event &event, State &state) {
  onGuard(event, state);
  if (!state.alive())
    return std::nullopt;
  for (const Holder &held : state.holders)
    if (held.closure == event.closure)
      return ownedByClosure(event, held, state);
  for (const LambdaCapture &capture : event.closure->captures()) {
    if (!capture.capturesVariable())
      continue;
    const auto *variable = dyn_cast<VarDecl>(capture.getCapturedVar());
    if (!variable)
      continue;
    Holders reached = {{variable}};
    if ((variable->isInitCapture() || body.finder().isAlias(*variable)) && variable->getInit())
      reached = body.finder().reachedBy(variable->getInit());
    std::optional<Stop> stop;
    // In the lambda the name leads to the same place.
    if (reaches(reached, state))
      stop = seenByClosure(event, *reached.front().variable, state);
    else if (const LambdaExpr *inner = isa<ParmVarDecl>(variable)
                                           ? nullptr
                                           : body.finder().closureOf(variable->getInit());
             inner && inner != event.closure) {
      Event nested = event;
      nested.closure = inner;
      stop = onClose(nested, state);
    }
    if (stop)
      return stop;
  }
  return std::nullopt;
}

std::optional<Follower::Stop> Follower::onCapture(const Event &event, State &state) {
  bool loose = false;
  if (!state.alive() || !takesOut(event.sources, state, loose))
    return std::nullopt;
  const Fates *inside = callee(*event.closure->getCallOperator(), *event.variable);
  bool used = !inside || !untouched(*inside) || inside->paths.empty();
  if (used || token.type->shared)
    state.addHolder({event.variable, -1, event.closure});
  return lost(state, "moved into a lambda that never asks it");
}

std::optional<Follower::Stop> Follower::onEnd(const ValueDecl &variable, State &state,
                                              StringRef how, bool withClosure) {
  if (!state.alive())
    return std::nullopt;
  // What a plain pointer leaks does not die.
  if (variable.getType()->isPointerType() && state.holds({&variable}))
    return Stop{End::Lent};
  size_t before = state.holders.size();
  erase_if(state.holders,
           [&](const Holder &held) { return held.variable == &variable && !held.closure; });
  // A closure dies with its variable.
  if (const auto *local = dyn_cast<VarDecl>(&variable); withClosure && local && local->getInit())
    if (const LambdaExpr *closure =
            isa<ParmVarDecl>(local) ? nullptr : body.finder().closureOf(local->getInit()))
      erase_if(state.holders, [&](const Holder &held) { return held.closure == closure; });
  if (before == state.holders.size())
    return std::nullopt;
  return lost(state, how.str());
}

void Follower::onDefine(const Event &event, State &state) {
  int key = body.keyOf(*event.variable);
  if (key < 0)
    return;
  Condition condition = body.read(event.value);
  if (std::optional<bool> value = known(condition, state, body, types))
    state.learn(key, *value != condition.negated);
}

void Follower::onWrite(const Event &event, State &state) {
  for (size_t i = state.facts.size(); i-- != 0;)
    if (is_contained(body.mentions(state.facts[i].first), event.variable))
      state.facts.erase(state.facts.begin() + i);
}

std::optional<Follower::Stop> Follower::apply(const Event &event, State &state) {
  switch (event.act) {
  case Act::Start:
    return onStart(event, state);
  case Act::Move:
    return onMove(event, state);
  case Act::Assign:
    return onAssign(event, state);
  case Act::Clear:
    if (!reaches(event.targets, state) || event.targets.size() != 1)
      return std::nullopt;
    state.remove(event.targets.front());
    return lost(state, "thrown away here");
  case Act::Swap:
    return onSwap(event, state);
  case Act::Exchange:
    return onExchange(event, state);
  case Act::Throw:
    state.thrown = event.value;
    return std::nullopt;
  case Act::Ask:
    return onAsk(event, state);
  case Act::Give:
    return onGive(event, state);
  case Act::Lend:
    return onLend(event, state);
  case Act::Close:
    return onClose(event, state);
  case Act::Capture:
    return onCapture(event, state);
  case Act::Declare:
    onWrite(event, state);
    return onEnd(*event.variable, state, "replaced in the next round", /*withClosure=*/false);
  case Act::End:
    return onEnd(*event.variable, state, "its scope ends", /*withClosure=*/true);
  case Act::Define:
    onDefine(event, state);
    return std::nullopt;
  case Act::Write:
    onWrite(event, state);
    return std::nullopt;
  }
  llvm_unreachable("all acts are listed");
}

void Follower::enter(Node node) {
  if (!node.state.alive() && !towards[node.block])
    return;
  if (!visited[node.block].insert(node.state.print()).second)
    return;
  nodes.push_back(std::move(node));
  work.push_back(unsigned(nodes.size()) - 1);
}

/// The handle is in a container, so a loop over the container runs.
bool Follower::mustEnter(const Block &block, const State &state) const {
  const Loop *loop = state.alive() ? body.loopAt(block) : nullptr;
  if (!loop || is_contained(state.entered, loop->statement))
    return false;
  if (token.origin && body.isWithin(*token.origin, *loop->body))
    return false;
  return loop->atLeastOnce || any_of(state.holders, [&](const Holder &held) {
           return !held.closure && loop->drains.count(held.variable);
         });
}

/// Whether the catch takes an exception of that type.
static bool takes(const CXXCatchStmt &handler, QualType thrown) {
  QualType caught = handler.getCaughtType();
  if (caught.isNull())
    return true;
  const CXXRecordDecl *base = recordOf(caught), *record = recordOf(thrown);
  if (!base || !record)
    return handler.getExceptionDecl()->getASTContext().hasSameUnqualifiedType(
        caught.getNonReferenceType(), thrown);
  return base->getCanonicalDecl() == record->getCanonicalDecl() ||
         (record->hasDefinition() && base->hasDefinition() && record->isDerivedFrom(base));
}

/// The ways out of a try for what was thrown: the first catch that takes it, or outwards.
void Follower::dispatch(unsigned index, State state, const Block &block) {
  const Expr *thrown = std::exchange(state.thrown, nullptr);
  for (size_t i = 0; i != block.ways.size(); ++i) {
    const Way &way = block.ways[i];
    bool fits =
        way.handler ? !thrown || takes(*way.handler, thrown->getType()) : nodes[index].parent >= 0;
    if (!fits)
      continue;
    State next = state;
    if (!way.handler)
      next.thrown = thrown;
    enter({way.to, std::move(next), int(index), int(i), false});
    if (way.handler && thrown)
      return;
  }
}

void Follower::leave(unsigned index, State state, const Block &block) {
  if (isa_and_nonnull<CXXTryStmt>(block.terminator))
    return dispatch(index, std::move(state), block);
  std::optional<bool> value = known(block.condition, state, body, types);
  if (mustEnter(block, state)) {
    state.entered.push_back(block.terminator);
    if (block.ways.size() == 2 && block.ways.front().value)
      value = *block.ways.front().value != 0;
  }
  if (block.asserts && !value && block.ways.size() == 2 && block.ways.front().value)
    value = *block.ways.front().value != 0;
  bool isSwitch = isa_and_nonnull<SwitchStmt>(block.terminator);
  std::optional<int64_t> chosen =
      isSwitch && block.condition.key >= 0 ? state.fact(block.condition.key) : std::nullopt;
  for (size_t i = 0; i != block.ways.size(); ++i) {
    const Way &way = block.ways[i];
    bool excluded = way.value && !isSwitch && value && (*way.value != 0) != *value;
    if (excluded || (chosen && way.value && *way.value != *chosen))
      continue;
    Node next{way.to, state, int(index), int(i), value.has_value()};
    if (way.value && block.condition.key >= 0)
      next.state.learn(block.condition.key,
                       isSwitch ? *way.value : (*way.value != 0) != block.condition.opposite);
    enter(std::move(next));
  }
}

Follower::Stop Follower::atExit(const State &state) const {
  bool waited = state.status == Status::Waited;
  // What an exchange has yielded and nobody has taken is gone.
  if (state.loose && state.carrier == token.origin)
    return {End::Lent, ""};
  if (state.loose)
    return {waited ? End::Waited : End::Pending, "thrown away"};
  bool kept = !token.owned && any_of(state.holders, [&](const Holder &held) {
    return held.variable == token.variable && !held.closure;
  });
  if (kept)
    return {waited ? End::KeptWaited : End::KeptPending, ""};
  return {waited ? End::Waited : End::Pending,
          state.thrown ? "an exception leaves the function" : "the function ends"};
}

void Follower::walk(unsigned index) {
  const Block &block = body.blocks[nodes[index].block];
  State state = nodes[index].state;
  if (nodes[index].block == body.exit) {
    if (state.alive())
      finish(index, atExit(state), state.thrown, state);
    return;
  }
  for (const Event &event : block.events) {
    State before = state;
    if ((event.act == Act::End || event.act == Act::Declare) && state.status == Status::Pending &&
        is_contained(token.borrowed, event.variable))
      finish(index, {End::Outlives, ""}, event.at, state);
    if (std::optional<Stop> stop = apply(event, state))
      return finish(index, std::move(*stop), event.at, before);
  }
  if (!block.ends)
    leave(index, std::move(state), block);
}

static std::string describedCase(const Way &way, StringRef value, const ASTContext &context) {
  const auto *label = way.value ? dyn_cast_or_null<CaseStmt>(way.label) : nullptr;
  if (!label)
    return formatv(isa_and_nonnull<DefaultStmt>(way.label) ? "when `{0}` takes the default"
                                                           : "when `{0}` has no case",
                   value);
  return formatv("when `{0}` is {1}", value,
                 normalisedText(label->getLHS()->getSourceRange(), context));
}

/// What is known on this way out of the block, in words: "when `ok` is false".
static std::string described(const Block &block, const Way &way, const ASTContext &context) {
  if (isa_and_nonnull<CXXForRangeStmt>(block.terminator))
    return *way.value ? "in the loop" : "when the loop has ended";
  const Expr &expr = *block.condition.expr;
  std::string text;
  if (expr.getBeginLoc().isMacroID()) {
    const SourceManager &sources = context.getSourceManager();
    text = normalisedText(sources.getExpansionRange(expr.getExprLoc()).getAsRange(), context);
    return text.empty() ? "" : formatv("at `{0}`", text).str();
  }
  text = normalisedText(expr.getSourceRange(), context);
  if (text.empty())
    return "";
  if (isa_and_nonnull<SwitchStmt>(block.terminator))
    return describedCase(way, text, context);
  return formatv("when `{0}` is {1}", text, *way.value ? "true" : "false");
}

static bool isSettled(End end) {
  return end == End::Observed || end == End::Given || end == End::Lent || end == End::Detached;
}

/// The station after which the handle cannot be settled any more while before it could.
void Follower::findTurn(Path &path) const {
  std::vector<bool> settles = body.leadingTo(settling);
  for (const Station &station : path.stations) {
    if (station.block == ~0u)
      continue;
    const Block &block = body.blocks[station.block];
    bool taken = settles[block.ways[station.way].to];
    bool other = false;
    for (unsigned i = 0; i != block.ways.size(); ++i)
      other |= i != station.way && settles[block.ways[i].to];
    if (!taken && other)
      path.turn = station.what;
  }
}

void Follower::finish(unsigned index, Stop stop, const Stmt *at, const State &state) {
  if (isSettled(stop.end))
    settling.push_back(nodes[index].block);
  for (const Path &path : fates.paths)
    if (path.end == stop.end && path.given == stop.given)
      return;
  Path path;
  path.end = stop.end;
  path.given = stop.given;
  path.into = stop.into;
  path.first = state.first;
  path.how = std::move(stop.how);
  path.at = at;
  if (!state.holders.empty())
    path.holder = state.holders.front().variable;
  const ASTContext &context = body.function.getASTContext();
  for (int i = int(index); i >= 0 && nodes[i].parent >= 0; i = nodes[i].parent) {
    const Node &from = nodes[nodes[i].parent];
    const Block &block = body.blocks[from.block];
    const Way &way = block.ways[nodes[i].way];
    bool isSwitch = isa_and_nonnull<SwitchStmt>(block.terminator);
    bool started = nodes[i].state.alive();
    if (!at && isa_and_nonnull<ContinueStmt, BreakStmt, GotoStmt>(block.terminator) && !path.at)
      path.at = block.terminator;
    if (!started || nodes[i].forced || (!way.value && !isSwitch) || !block.condition.expr ||
        block.ways.size() < 2)
      continue;
    if (std::string text = described(block, way, context); !text.empty())
      path.stations.push_back({block.condition.expr->getBeginLoc(), std::move(text), from.block,
                               unsigned(nodes[i].way)});
  }
  std::reverse(path.stations.begin(), path.stations.end());
  for (Station &station : stop.more)
    path.stations.push_back({station.at, std::move(station.what)});
  fates.paths.push_back(std::move(path));
}

Fates Follower::run() {
  Node first{body.entry, {}, -1, -1, false};
  std::vector<unsigned> origins;
  if (token.origin) {
    for (unsigned i = 0; i != body.blocks.size(); ++i)
      for (const Event &event : body.blocks[i].events)
        if (event.act == Act::Start && event.value == token.origin)
          origins.push_back(i);
  } else {
    first.state.status = Status::Pending;
    first.state.holders = {{token.variable, token.part}};
  }
  towards = body.leadingTo(origins);
  enter(std::move(first));
  if (token.origin)
    for (unsigned handler : body.handlers)
      enter({handler, {}, -1, -1, false});
  while (!work.empty()) {
    if (steps == 0) {
      fates.complete = false;
      break;
    }
    --steps;
    // Breadth first: the shortest path makes the clearest story.
    unsigned next = work.front();
    work.erase(work.begin());
    walk(next);
  }
  for (Path &path : fates.paths)
    if (!isSettled(path.end) && !settling.empty())
      findTurn(path);
  return std::move(fates);
}

} // namespace

Fates follow(const Body &body, const Token &token, HandleTypes &types, Callee callee,
             unsigned &steps) {
  return Follower(body, token, types, callee, steps).run();
}

} // namespace tether::flow
