//===- CoroutinePromise.h - the promise behind a coroutine's type ---------===//
//
// Finds the promise class that a coroutine type names, inside of itself or by
// `std::coroutine_traits`, and reads what the promise does. Pure functions of the AST.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "clang/AST/DeclCXX.h"

namespace tether {

/// Whether the class is the promise of a coroutine.
bool isCoroutinePromise(const clang::CXXRecordDecl &record);

/// The promise of coroutines that return the class; null if it is no coroutine type.
const clang::CXXRecordDecl *promiseOf(const clang::CXXRecordDecl &record);

/// Whether a function that is only declared may be taken for a coroutine: the class that it returns
/// says so, or those who wrote the class do in `std::coroutine_traits`.
bool looksLikeCoroutine(const clang::FunctionDecl &function);
/// Whether coroutines return the class, as far as it is known.
bool isMadeByCoroutines(const clang::CXXRecordDecl &record);

/// Whether the type is written as the class, or as the template that the class is made of.
bool namesClass(clang::QualType type, const clang::CXXRecordDecl &record);

/// What a promise does with an exception that leaves its coroutine.
enum class Unhandled {
  Unknown,
  Lost,       ///< nothing
  Terminates, ///< ends the program
  Rethrows,   ///< lets it out to whoever resumes the coroutine
  Handled     ///< keeps or reports it
};

Unhandled unhandledIn(const clang::CXXRecordDecl &record);

} // namespace tether
