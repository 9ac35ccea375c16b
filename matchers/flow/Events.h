//===- Events.h - what a function does to handles, in order ---------------===//
//
// A function's control-flow graph with the little that matters about each element: who starts,
// moves, asks, hands on or drops a handle. Made once per function and then only read. Borrows the
// AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Fate.h"
#include "matchers/flow/Holder.h"

namespace tether::flow {

enum class Act {
  Start,    ///< `value` is evaluated and may yield a fresh handle
  Move,     ///< `sources` go into `targets`
  Assign,   ///< likewise, and what was in `targets` is lost
  Clear,    ///< what is in `targets` is lost
  Swap,     ///< `targets` and `others` change places
  Exchange, ///< `sources` go into `targets`, whose old handle is the value of the expression
  Throw,    ///< an exception of the type of `value` (null: the current one) is thrown
  Ask,      ///< a member function (`ask`) is called on `sources` or `targets`
  Give,     ///< `sources` leave this function's care
  Lend,     ///< `callee` sees `targets` through its parameter `index`
  Close,    ///< `closure` is called, or handed to somebody who may call it
  Capture,  ///< `sources` go into `closure` as `variable`
  Declare,  ///< the life of `variable` begins anew
  Define,   ///< the bool `variable` takes the value of `value`
  Write,    ///< `variable` changes
  End       ///< the life of `variable` ends
};

/// How a handle left a function's care.
enum class Given { None, Returned, Thrown, Member, Elsewhere, Callee, Kept };

struct Event {
  Act act;
  const clang::Stmt *at = nullptr; ///< null at the end of a scope
  Sources sources;
  Holders targets;
  Holders others;
  Ask ask = Ask::Unknown;
  Given given = Given::None;
  bool element = false; ///< `targets` is reached through an index or iterator: one of many
  const clang::Expr *value = nullptr;
  const clang::FunctionDecl *callee = nullptr;
  unsigned index = 0;
  const clang::LambdaExpr *closure = nullptr;
  const clang::ValueDecl *variable = nullptr;
};

/// Turns the elements of one function into events.
class EventMaker {
public:
  EventMaker(const clang::FunctionDecl &function, const Names &names, HandleTypes &types)
      : function(function), names(names), types(types), holders(function, types) {}

  /// Appends what the statement or expression itself does; its operands have come before it.
  void append(const clang::Stmt &statement, std::vector<Event> &events);
  /// The same for a constructor's initialiser.
  void append(const clang::CXXCtorInitializer &initializer, std::vector<Event> &events);

  const HolderFinder &finder() const { return holders; }

private:
  void onDeclaration(const clang::DeclStmt &statement);
  void onVariable(const clang::VarDecl &variable, const clang::DeclStmt &statement);
  void onAssignment(const clang::Expr &at, const clang::Expr &target, const clang::Expr &value);
  void onOperatorCall(const clang::CXXOperatorCallExpr &call);
  void onMemberCall(const clang::CXXMemberCallExpr &call);
  bool onOwnerCall(const clang::CXXMemberCallExpr &call);
  void onCall(const clang::CallExpr &call);
  void onConstruct(const clang::CXXConstructExpr &construct);
  void onArguments(const clang::Expr &call);
  void onArgument(const clang::Expr &call, const clang::Expr &argument,
                  const clang::FunctionDecl *callee, unsigned index);
  void onList(const clang::InitListExpr &list);
  void onLambda(const clang::LambdaExpr &lambda);
  bool onElements(const clang::Expr &call, const clang::FunctionDecl &callee);
  void onWrite(const clang::Expr &target, const clang::Stmt &at);
  bool keeps(const Holder &holder) const;
  void give(const clang::Stmt &at, const clang::Expr *value, Given given);
  void ask(const clang::Expr &at, const clang::Expr &object, Ask ask);
  void move(const clang::Stmt &at, Sources sources, Holders targets);
  Event &add(Act act, const clang::Stmt &at);

  const clang::FunctionDecl &function;
  const Names &names;
  HandleTypes &types;
  HolderFinder holders;
  std::vector<Event> *out = nullptr;
};

} // namespace tether::flow
