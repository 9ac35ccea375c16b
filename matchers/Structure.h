//===- Structure.h - handles that no vocabulary lists ---------------------===//
//
// Recognises coroutine types, awaiters and future-like classes by what they offer. Pure functions
// of the AST; "unknown" (an incomplete or dependent type) counts as no.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Vocabulary.h"

#include "clang/AST/DeclCXX.h"

namespace tether {

/// A handle described by its shape, and the sentence that says why.
struct Shape {
  Awaitable words;
  std::string why;
  bool awaiterOnly = false; ///< known by the awaiter protocol alone
  bool namesOnly = false;   ///< known by what its members are called
};

/// What the class is by its shape, or nothing.
std::optional<Shape> shapeOf(const clang::CXXRecordDecl &record, const StructuralNames &names);

/// Whether the class is the promise of a coroutine.
bool isCoroutinePromise(const clang::CXXRecordDecl &record);

/// Whether a function that is only declared may be taken for a coroutine: the class that it returns
/// says so, or those who wrote the class do in `std::coroutine_traits`.
bool looksLikeCoroutine(const clang::FunctionDecl &function);
/// Whether coroutines return the class, as far as it is known.
bool isMadeByCoroutines(const clang::CXXRecordDecl &record);

/// Whether `accepts` says yes to the class or to one of its bases, in the order of their
/// declaration. Templates stand for bases that depend on a parameter. Each class is asked about
/// once, however many ways lead to it: virtual bases have more ways than anybody can walk.
bool anyInHierarchy(const clang::CXXRecordDecl *record,
                    llvm::function_ref<bool(const clang::CXXRecordDecl &)> accepts);

/// The member function of that name in the class or its bases, template patterns included; null
/// if there is none.
const clang::NamedDecl *findMember(const clang::CXXRecordDecl &record, llvm::StringRef name);
const clang::NamedDecl *findMember(const clang::CXXRecordDecl &record, clang::DeclarationName name);

} // namespace tether
