#include "matchers/flow/Order.h"

#include "matchers/flow/State.h"

#include <set>

using namespace clang;
using namespace llvm;

namespace tether::flow {
namespace {

class Walk {
public:
  Walk(const Body &body, function_ref<Mark(const Stmt &)> markOf, HandleTypes &types)
      : body(body), markOf(markOf), types(types) {}

  Order run();

private:
  struct Node {
    unsigned block;
    const Stmt *since; ///< what has begun it; null while it is not late
    State state;       ///< only its facts
  };
  void enter(Node node);
  void look(Node &node);
  void learn(State &state, const Block &block) const;
  void leave(const Node &node);

  const Body &body;
  function_ref<Mark(const Stmt &)> markOf;
  HandleTypes &types;
  std::vector<Node> todo;
  std::set<std::pair<std::pair<unsigned, bool>, std::vector<uintptr_t>>> seen;
  Order order;
};

Order Walk::run() {
  enter({body.entry, nullptr, {}});
  // A catch that no `throw` of this function leads to.
  for (unsigned handler : body.handlers)
    enter({handler, nullptr, {}});
  while (!todo.empty()) {
    Node node = std::move(todo.back());
    todo.pop_back();
    look(node);
    learn(node.state, body.blocks[node.block]);
    leave(node);
  }
  return std::move(order);
}

void Walk::enter(Node node) {
  // Too many combinations of conditions: the rest of the walk does without them, and takes no more
  // steps than there are blocks.
  constexpr size_t MostNodes = 4000;
  if (seen.size() > MostNodes)
    node.state.facts.clear();
  if (seen.insert({{node.block, node.since != nullptr}, node.state.print()}).second)
    todo.push_back(std::move(node));
}

void Walk::look(Node &node) {
  for (const Stmt *statement : body.statements(node.block))
    switch (markOf(*statement)) {
    case Mark::None:
      break;
    case Mark::Begins:
      node.since = statement;
      break;
    case Mark::Ends:
      node.since = nullptr;
      break;
    case Mark::Late:
      if (node.since)
        order.late.insert({statement, node.since});
      break;
    }
  order.always &= node.block != body.exit || node.since;
}

/// What the block changes of what is known about conditions.
void Walk::learn(State &state, const Block &block) const {
  for (const Event &event : block.events) {
    if (event.act != Act::Write && event.act != Act::Define && event.act != Act::Declare)
      continue;
    erase_if(state.facts, [&](const auto &fact) {
      return is_contained(body.mentions(fact.first), event.variable);
    });
    int key = event.act == Act::Define ? body.keyOf(*event.variable) : -1;
    if (key < 0)
      continue;
    Condition condition = body.read(event.value);
    if (std::optional<bool> value = known(condition, state, body, types))
      state.learn(key, *value != condition.negated);
  }
}

void Walk::leave(const Node &node) {
  const Block &block = body.blocks[node.block];
  const Condition &condition = block.condition;
  bool isSwitch = isa_and_nonnull<SwitchStmt>(block.terminator);
  std::optional<bool> value = known(condition, node.state, body, types);
  std::optional<int64_t> chosen =
      isSwitch && condition.key >= 0 ? node.state.fact(condition.key) : std::nullopt;
  for (const Way &way : block.ways) {
    bool excluded = way.value && !isSwitch && value && (*way.value != 0) != *value;
    if (block.ends || excluded || (chosen && way.value && *way.value != *chosen))
      continue;
    Node next{way.to, node.since, node.state};
    if (way.value && condition.key >= 0)
      next.state.learn(condition.key,
                       isSwitch ? *way.value : (*way.value != 0) != condition.opposite);
    enter(std::move(next));
  }
}

} // namespace

Order orderOf(const Body &body, function_ref<Mark(const Stmt &)> markOf, HandleTypes &types) {
  return Walk(body, markOf, types).run();
}

} // namespace tether::flow
