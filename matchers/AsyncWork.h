//===- AsyncWork.h - which functions run as asynchronous work -------------===//
#pragma once

#include "matchers/Sightings.h"

#include "llvm/ADT/DenseMap.h"

namespace tether {

/// Knows the bodies that somebody runs as asynchronous work: given to a launcher, an executor, a
/// continuation, a scope, or written as a coroutine.
class AsyncWork {
public:
  AsyncWork(const Sightings &seen, const Names &names, HandleTypes &types);

  /// How the function comes to run asynchronously ("given to 'std::thread'"), or null.
  const std::string *find(const clang::FunctionDecl *function) const;

private:
  llvm::DenseMap<const clang::FunctionDecl *, std::string> bodies;
};

/// Whether the call makes a thread out of the callable that it is given: a container of threads,
/// `make_unique<thread>`.
bool buildsHandle(const Call &call, const Names &names, HandleTypes &types);

/// Whether the call runs a callable that it is given later or elsewhere.
bool runsCallables(const Call &call, const Names &names, HandleTypes &types);

/// The sink that the call lets go of its work through, given its arguments; null if it is none.
const DetachedSink *detachedSinkOf(const Call &call, const Names &names);

/// An object among the arguments that makes the call fire and forget: a completion token, bare or
/// in what binds something to it. Null if there is none.
const clang::NamedDecl *detachedToken(const clang::Expr &call, const Names &names);

/// Whether the call is a member function of a handle that takes a callable to go on with.
bool continues(const Call &call, HandleTypes &types);

} // namespace tether
