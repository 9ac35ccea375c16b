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

/// What dropping the handle means: "nobody will see its result, or that it failed".
std::string consequenceOf(const HandleType &type, Drop onDrop, clang::QualType written);

/// The remark on a handle that a path of its journey loses, with the story of the path.
Remark remarkOn(Unit &unit, const Journey &journey, const flow::Path &path);

/// Where the path ends, as the last station of its story.
Step endingStep(Unit &unit, const flow::Path &path, const clang::FunctionDecl &function);

/// The end of the statement where something dies, or of the function if there is none.
clang::SourceLocation endOf(const clang::Stmt *at, const clang::FunctionDecl &function);
/// When the work of the handle begins, as far as its function knows.
Start startOf(const Journey &journey);
/// The member function that asks such a handle for its result, or empty if it is awaited.
std::string questionOf(const HandleType &type, clang::QualType written);

/// Whether work whose handle dies like that goes on.
bool goesOn(Drop onDrop);

/// How the path comes to lose a handle that should have been `done` ("joined", "asked for its
/// result"), as the end of a sentence: "is not joined when `bad` is true".
std::string storyOf(const flow::Path &path, llvm::StringRef done, bool many);

/// The function that a launch runs, for a message: "`audit`", or "the work".
std::string workName(const clang::Expr &launch, const Names &names);

/// What starts the work: the function that is called; for a thread that is made inside of its
/// container, the thread's type.
std::string startName(const clang::Expr &launch, HandleTypes &types);

/// A name in a message.
std::string quoted(llvm::StringRef name);

} // namespace tether
