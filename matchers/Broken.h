//===- Broken.h - functions that were not parsed completely ---------------===//
//
// Clang leaves out what it does not understand: a call of an unknown function may be gone without a
// trace. What becomes of a handle in such a function is unknown. Borrows the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "clang/AST/Decl.h"

namespace tether {

class Broken {
public:
  /// `errors` are the places that the parser has complained about.
  explicit Broken(llvm::ArrayRef<clang::SourceLocation> errors) : errors(errors) {}

  /// Whether something in the body may be missing.
  bool has(const clang::FunctionDecl &function) const;

private:
  llvm::ArrayRef<clang::SourceLocation> errors;
};

} // namespace tether
