//===- Handlers.h - request handlers and the code that they reach ---------===//
#pragma once

#include "matchers/Finding.h"
#include "matchers/Sightings.h"

#include "llvm/ADT/DenseMap.h"

namespace tether {

/// Finds the functions that answer requests (registered, overriding, annotated, by signature or by
/// what they read) and follows calls from them within the file.
class Handlers {
public:
  Handlers(const Sightings &seen, const Names &names);

  /// The handler on whose behalf the function runs, with the chain of calls, or nothing.
  std::optional<HandlerReach> reaching(const clang::FunctionDecl *function) const;
  /// The unit's handlers, in the order in which they were found.
  std::vector<const clang::FunctionDecl *> entries() const;

private:
  struct Reached {
    const clang::FunctionDecl *from; ///< null for the handler itself
    std::string framework;           ///< of the handler; empty further on
  };
  void enter(const clang::FunctionDecl *function, llvm::StringRef framework);
  void reach(const clang::FunctionDecl &function, const Reached &how);
  void findRegistered(const Sightings &seen);
  void onRegistration(const Call &call, const HandlerEntry &entry);
  void findDeclared(const Sightings &seen);
  void follow(const Sightings &seen);

  const Names &names;
  std::vector<const clang::FunctionDecl *> order; ///< breadth first, so chains are shortest
  llvm::DenseMap<const clang::FunctionDecl *, Reached> reached;
};

} // namespace tether
