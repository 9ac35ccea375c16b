//===- Flow.h - the fate of every handle on every path --------------------===//
//
// The flow analysis as checks see it: one journey for each handle that is kept somewhere, with the
// ways in which its paths end. Computed on first use; functions without such a handle cost nothing.
// Borrows the AST; one per unit and kind of handle, not thread-safe.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Broken.h"
#include "matchers/Profile.h"
#include "matchers/Sightings.h"
#include "matchers/flow/Paths.h"

namespace tether {

/// A handle on its way through a function.
struct Journey {
  const Obligation *obligation = nullptr;        ///< null for a parameter
  const clang::ParmVarDecl *parameter = nullptr; ///< null for an obligation
  const HandleType *type = nullptr;
  const clang::FunctionDecl *inside = nullptr;
  flow::Fates fates;
};

class Flow {
public:
  Flow(const Names &names, HandleTypes &types, Meter &meter, const Broken &broken)
      : types(types), names(names), meter(meter), broken(broken) {}

  /// Follows an obligation; null if it is not kept in a function whose body is seen.
  const Journey *of(const Obligation &obligation);
  /// Follows a parameter by value or rvalue reference.
  const Journey &of(const clang::FunctionDecl &function, const clang::ParmVarDecl &parameter,
                    const HandleType &type);
  /// Follows what `origin` yields inside of the function, or one part of it.
  const flow::Fates &of(const clang::FunctionDecl &function, const clang::Expr &origin,
                        const HandleType &type, int part = -1);

  HandleTypes &types;

  /// Whether a member is known to be asked by nobody: a reference kept there changes nothing.
  std::function<bool(const clang::ValueDecl &)> isIdle;

  /// Follows the obligation with an eye on what its work refers to.
  flow::Fates of(const Obligation &obligation, llvm::ArrayRef<const clang::VarDecl *> borrowed);

  /// The graph of the function; null if it cannot be made, or not of all that is written there.
  const flow::Body *bodyOf(const clang::FunctionDecl &function);
  /// The functions that were too complex to be followed to the end.
  const llvm::DenseSet<const clang::FunctionDecl *> &unfinished() const { return exhausted; }
  /// While it lives, time is the flow's and not that of the check that happened to ask first.
  Meter::Scope measure() { return meter.phase("flow"); }

private:
  flow::Fates follow(const flow::Body &body, flow::Token token);
  const flow::Fates *summary(const clang::FunctionDecl &function, const clang::ValueDecl &variable);

  const Names &names;
  Meter &meter;
  const Broken &broken;
  std::deque<Journey> journeys;
  std::deque<flow::Fates> others;
  llvm::DenseMap<const void *, const Journey *> known;
  llvm::DenseMap<const clang::Expr *, const flow::Fates *> knownOrigins;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<flow::Body>> bodies;
  llvm::DenseMap<const clang::FunctionDecl *, unsigned> budgets;
  llvm::DenseSet<const clang::FunctionDecl *> exhausted;
  using Pair = std::pair<const clang::FunctionDecl *, const clang::ValueDecl *>;
  llvm::DenseMap<Pair, std::unique_ptr<flow::Fates>> summaries; ///< null while it is made
};

/// The parts of a value that are handles of their own: the fields of a pair or an aggregate, the
/// elements of a tuple.
std::vector<int> partsOf(const clang::CXXRecordDecl &record, HandleTypes &types);

} // namespace tether
