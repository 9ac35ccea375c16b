//===- Keepers.h - handles in members and at namespace scope --------------===//
#pragma once

#include "matchers/Sightings.h"
#include "matchers/flow/Flow.h"

namespace tether {

/// What all the code that can reach a member or variable does with the handles in it.
enum class Use {
  Unknown, ///< others can reach it, or not all of them are seen
  None,    ///< puts them there and looks at most whether there are any
  Waited,  ///< waits for them and asks for nothing
  Asked    ///< asks them, joins them or hands them on
};

/// Looks at every function that can reach a keeper. Borrows all that it is given.
class Keepers {
public:
  Keepers(const Sightings &seen, Flow &flow) : seen(seen), flow(flow) {}

  Use of(const clang::ValueDecl &keeper);

private:
  Use look(const clang::ValueDecl &keeper);
  Use inFunction(const clang::FunctionDecl &function, const clang::ValueDecl &keeper);

  const Sightings &seen;
  Flow &flow;
  llvm::DenseMap<const clang::ValueDecl *, Use> known;
};

} // namespace tether
