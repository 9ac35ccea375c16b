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

/// The class with its members: a nested class of a specialisation may not be instantiated yet, its
/// pattern says the same. Null if neither is defined.
const clang::CXXRecordDecl *withMembers(const clang::CXXRecordDecl *record);

/// The class that a type names, through the template if the type is dependent.
const clang::CXXRecordDecl *baseClass(clang::QualType type);

/// The body of a function, of its pattern if it is not instantiated; null if it cannot be seen.
clang::Stmt *patternBody(const clang::FunctionDecl *function);

/// Whether `accepts` says yes to the class or to one of its bases, in the order of their
/// declaration. Templates stand for bases that depend on a parameter. Each class is asked about
/// once, however many ways lead to it: virtual bases have more ways than anybody can walk.
bool anyInHierarchy(const clang::CXXRecordDecl *record,
                    llvm::function_ref<bool(const clang::CXXRecordDecl &)> accepts);

/// The member function of that name in the class or its bases, template patterns included; null
/// if there is none.
const clang::NamedDecl *findMember(const clang::CXXRecordDecl &record, llvm::StringRef name);
const clang::NamedDecl *findMember(const clang::CXXRecordDecl &record, clang::DeclarationName name);

/// The same, if it is a function.
const clang::FunctionDecl *findMethod(const clang::CXXRecordDecl &record, llvm::StringRef name);

} // namespace tether
