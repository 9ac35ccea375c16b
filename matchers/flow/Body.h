//===- Body.h - the control flow of one function --------------------------===//
//
// `clang::CFG` reduced to blocks of events and to the conditions between them. A condition that is
// tested more than once, unchanged, has a key. Immutable once made; owns its graph, borrows the
// AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/flow/Events.h"

#include "clang/Analysis/CFG.h"
#include "llvm/ADT/DenseSet.h"

#include <memory>

namespace tether::flow {

/// What decides between the successors of a block.
struct Condition {
  const clang::Expr *expr = nullptr; ///< parentheses and negations stripped; null if none decides
  bool negated = false;              ///< the first successor is taken if `expr` is false
  int key = -1;                      ///< equal for equal conditions; -1: not worth remembering
  bool opposite = false;             ///< the key stands for the contrary of `expr`
};

/// One way out of a block.
struct Way {
  unsigned to = 0;
  std::optional<int64_t> value; ///< of the condition's `expr` on this way: 0 or 1, or the case's
  const clang::Stmt *label = nullptr;           ///< the case or catch that it leads to
  const clang::CXXCatchStmt *handler = nullptr; ///< the catch that it leads into
};

struct Block {
  std::vector<Event> events;
  const clang::CFGBlock *source = nullptr;
  Condition condition;
  const clang::Stmt *terminator = nullptr;
  std::vector<Way> ways;
  bool ends = false;    ///< nothing comes after: a call that does not return
  bool asserts = false; ///< a test's assertion: only its first way goes on
};

/// A loop that looks at the elements of containers.
struct Loop {
  const clang::Stmt *statement = nullptr;
  const clang::Stmt *body = nullptr;
  bool atLeastOnce = false;                                ///< constant bounds say so
  llvm::SmallDenseSet<const clang::ValueDecl *, 4> drains; ///< containers whose elements it asks
};

class Body {
public:
  /// Null if Clang cannot make a graph.
  static std::unique_ptr<Body> of(const clang::FunctionDecl &function, const Names &names,
                                  HandleTypes &types);

  const clang::FunctionDecl &function;
  std::vector<Block> blocks; ///< by the number of Clang's block
  unsigned entry = 0;
  unsigned exit = 0;
  std::vector<unsigned> handlers; ///< catches that no explicit throw leads to
  std::vector<Loop> loops;
  /// Variables that an object with a destructor of its own refers to.
  llvm::SmallDenseSet<const clang::ValueDecl *, 4> guarded;

  /// What is evaluated in the block, in order.
  std::vector<const clang::Stmt *> statements(unsigned block) const;
  /// The loop whose condition ends the block, or null.
  const Loop *loopAt(const Block &block) const;
  /// The variables that the condition of the key depends on.
  llvm::ArrayRef<const clang::ValueDecl *> mentions(int key) const { return keys[key].variables; }
  /// The key of a bool variable as a condition, or -1.
  int keyOf(const clang::ValueDecl &variable) const;
  /// The condition without parentheses and negations, with its key if the body tests it.
  Condition read(const clang::Expr *condition) const;
  /// Whether the statement is inside of the other.
  bool isWithin(const clang::Stmt &inner, const clang::Stmt &outer) const;
  /// Blocks from which one of the given blocks can be reached.
  std::vector<bool> leadingTo(llvm::ArrayRef<unsigned> targets) const;

  const HolderFinder &finder() const { return maker.finder(); }

private:
  Body(const clang::FunctionDecl &function, const Names &names, HandleTypes &types);
  bool build();
  void readBlock(const clang::CFGBlock &from);
  void readWays(const clang::CFGBlock &from, Block &block);
  void addKey(Condition &condition);
  void forgetSingleKeys();
  void findLoops();
  void findGuards();
  bool isAsserting(clang::SourceLocation at) const;
  void noteCapture(const clang::LambdaCapture &capture, Loop &loop) const;

  struct Key {
    llvm::FoldingSetNodeID id;
    llvm::SmallVector<const clang::ValueDecl *, 2> variables;
    unsigned uses = 0;
  };

  const Names &names;
  EventMaker maker;
  std::unique_ptr<clang::CFG> graph;
  std::vector<Key> keys;
  HandleTypes &types;
};

} // namespace tether::flow
