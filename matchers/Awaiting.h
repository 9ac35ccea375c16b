//===- Awaiting.h - whether a coroutine can await a type ------------------===//
#pragma once

#include "clang/AST/DeclCXX.h"

namespace tether {

/// Whether the body of the function is that of a coroutine.
bool isCoroutine(const clang::FunctionDecl *function);

/// Whether `co_await` of a temporary of the type compiles in the coroutine, as far as its promise
/// and the type show it. What cannot be seen counts as no.
bool canAwait(const clang::FunctionDecl &coroutine, clang::QualType type);

/// The member function of that name if everybody may call it, on a temporary too; else null.
const clang::FunctionDecl *openMethod(const clang::CXXRecordDecl &record, llvm::StringRef name);

} // namespace tether
