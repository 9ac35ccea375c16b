//===- Patch.h - the edits of one fix -------------------------------------===//
//
// Collects edits inside of one function and refuses the places that nobody may edit: macro
// expansions, other files, and templates, whose instances need not agree. Columns count bytes of
// the file. Borrows the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Finding.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Stmt.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

namespace tether {

class Patch {
public:
  /// Accepts edits in `inside`, which may be null: then none.
  explicit Patch(const clang::FunctionDecl *inside);

  /// Inserts in front of the token at `at`.
  Patch &before(clang::SourceLocation at, llvm::StringRef text);
  /// Inserts behind the token at `last`.
  Patch &after(clang::SourceLocation last, llvm::StringRef text);
  /// Replaces the token at `at`.
  Patch &token(clang::SourceLocation at, llvm::StringRef text);
  /// Replaces what stands from `begin` up to `end`, which stays.
  Patch &replace(clang::SourceLocation begin, clang::SourceLocation end, llvm::StringRef text);
  /// Inserts a statement in front of `at`: on a line of its own, with the indentation of the line
  /// of `like`, where `at` begins its line.
  Patch &statement(clang::SourceLocation at, clang::SourceLocation like, llvm::StringRef text);

  /// Adds the fix, unless a place was refused.
  void finish(std::vector<Fix> &fixes, std::string title, bool safe = false);

private:
  bool accepts(clang::SourceLocation location) const;
  Span emptySpan(clang::SourceLocation at) const;
  llvm::StringRef marginOf(clang::SourceLocation location) const;
  Patch &add(Span at, llvm::StringRef text);
  Patch &refuse();

  const clang::ASTContext *context = nullptr; ///< null once a place was refused
  clang::FileID file;
  std::vector<Edit> edits;
};

using Road = llvm::SmallVector<const clang::Stmt *, 16>;

/// The nodes from `root` down to the first that is the target, both included; empty if none is.
Road roadTo(const clang::Stmt &root, llvm::function_ref<bool(const clang::Stmt &)> isTarget);

/// What a qualified name stands for in the unit, or null: a fix may use only what is there.
const clang::NamedDecl *declared(const clang::ASTContext &context, llvm::StringRef name);

} // namespace tether
