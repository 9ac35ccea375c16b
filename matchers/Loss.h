//===- Loss.h - what is lost when a handle is thrown away -----------------===//
#pragma once

#include "matchers/Unit.h"

namespace tether {

/// Whose business a dropped handle is.
enum class Loss {
  None,       ///< nothing is lost, or another check speaks of it
  Result,     ///< running work whose result and error nobody will see
  Asynchrony, ///< a call that blocks, or never runs, because its handle dies at once
  Work        ///< work that never begins
};

/// What the obligation loses where it is made.
Loss lossOf(const Obligation &obligation);

/// The remark on a dropped obligation: place, trace, how to settle it; the message is the check's.
Remark remarkOn(Unit &unit, const Obligation &obligation);

/// The function that a launch runs, for a message: "`audit`", or "the work".
std::string workName(const clang::Expr &launch, const Names &names);

/// A name in a message.
std::string quoted(llvm::StringRef name);

} // namespace tether
