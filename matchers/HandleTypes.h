//===- HandleTypes.h - which types are handles ----------------------------===//
//
// Says of a type whether its objects are handles, and of what kind: listed in the vocabulary,
// derived from a listed type, a wrapper around one, or known by its shape. Remembers what it has
// decided; one per translation unit, not thread-safe.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Names.h"
#include "matchers/Structure.h"

#include "clang/AST/Type.h"
#include "llvm/ADT/DenseSet.h"

#include <deque>

namespace tether {

struct HandleType {
  const Awaitable *words = nullptr; ///< never null
  bool wrapper = false;             ///< owns handles rather than being one
  bool shared = false;              ///< others may own the same handle
  bool byShape = false;             ///< nobody listed it
  bool awaiterOnly = false;         ///< known by the awaiter protocol alone
  std::string why;                  ///< for the user who doubts
  bool many = false;                ///< a wrapper of more than one: no pointer, no optional

  /// Whether its work is a thread of its own.
  bool isThread() const;
};

class HandleTypes {
public:
  /// Handles are what `listed` has; with `shapes`, also what only looks like one.
  HandleTypes(const Names &names, const NamedList<Awaitable> &listed, bool shapes = true)
      : names(names), listed(listed), shaped(shapes) {}

  const Names &names;

  /// What kind of handle a value of the type is, or null. References are looked through, pointers
  /// are not.
  const HandleType *find(clang::QualType type);
  /// The same for a class.
  const HandleType *find(const clang::CXXRecordDecl *record);
  /// What kind of handle a plain pointer is that a launcher has returned, or null.
  const HandleType *pointedTo(clang::QualType type);
  /// What a function annotated with `tether::async` returns, whatever its type.
  const HandleType *annotated();
  /// Why a type is no handle although it looks like one: it is safe to ignore; else empty.
  std::string whyNot(clang::QualType type) const;

private:
  const HandleType *classify(const clang::CXXRecordDecl &record);
  const HandleType *fromBases(const clang::CXXRecordDecl &record);
  const HandleType *fromArguments(const clang::CXXRecordDecl &record);
  const HandleType *fromFields(const clang::CXXRecordDecl &record);
  const HandleType *inArgument(const clang::TemplateArgument &argument);
  const HandleType *keep(HandleType type);
  void settle(bool outermostIsHandle);

  const NamedList<Awaitable> &listed;
  bool shaped;
  std::deque<HandleType> known;
  std::deque<Awaitable> shapes;
  llvm::DenseMap<const clang::CXXRecordDecl *, const HandleType *> memo;
  llvm::DenseSet<const clang::CXXRecordDecl *> open; ///< being decided: a type may contain itself
  /// Answered with no while a type that they ask for was being decided.
  llvm::DenseSet<const clang::CXXRecordDecl *> provisional;
  bool cut = false; ///< a type without a final answer was asked for
};

} // namespace tether
