//===- State.h - what is known of a handle at one point -------------------===//
#pragma once

#include "matchers/flow/Body.h"

namespace tether::flow {

enum class Status { None, Pending, Waited };

/// What is known on one path: plain data, compared to find out where one has been before.
struct State {
  Status status = Status::None;
  bool loose = false;                      ///< a temporary: nobody holds it yet
  const clang::Expr *carrier = nullptr;    ///< the expression whose value it is while loose
  const clang::Expr *thrown = nullptr;     ///< the exception under way, if its type is known
  const clang::ValueDecl *first = nullptr; ///< the first holder
  llvm::SmallVector<Holder, 2> holders;
  llvm::SmallVector<std::pair<int, int64_t>, 4> facts;    ///< key and value, sorted
  llvm::SmallVector<const clang::Stmt *, 2> entered;      ///< loops known to have begun
  llvm::SmallVector<const clang::ValueDecl *, 1> guarded; ///< what objects made so far look after

  bool holds(const Holder &holder) const;
  bool alive() const { return status != Status::None; }
  void remove(const Holder &holder);
  void addHolder(const Holder &holder);
  std::optional<int64_t> fact(int key) const;
  void learn(int key, int64_t value);
  void forget(int key);

  /// The state as numbers, for a set.
  std::vector<uintptr_t> print() const;
};

/// What a condition must be, given where the handle is; nothing if both are possible.
std::optional<bool> known(const Condition &condition, const State &state, const Body &body,
                          HandleTypes &types);

} // namespace tether::flow
