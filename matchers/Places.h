//===- Places.h - from the AST to lines, columns and names ----------------===//
#pragma once

#include "matchers/Finding.h"

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"

namespace tether {

/// Where a reader looks: a macro's expansion, or the argument written in it.
clang::SourceLocation fileLoc(clang::SourceLocation location, const clang::SourceManager &sources);

/// The token at the location, as a span on one line. The file is the absolute path, links resolved.
Span spanOf(clang::SourceLocation location, const clang::ASTContext &context);

/// The name that does it: the callee's name, the type constructed, `co_await`.
clang::SourceLocation nameLoc(const clang::Expr &expr);

/// What a message calls the function: "fetch", "Client::get", "the lambda"; without template
/// arguments and without the namespace.
std::string shortName(const clang::NamedDecl &decl);

/// The same for what an expression calls: the function, or the variable that is called.
std::string calledName(const clang::Expr &call);

/// The qualified name of a function for reports; a lambda is "outer::(lambda)".
std::string qualifiedName(const clang::FunctionDecl &function);

/// The function that a declaration context is in, lambdas counted; null at namespace scope.
const clang::FunctionDecl *functionAround(const clang::DeclContext *context);

/// The source text of an expression with its white space folded, at most 120 characters.
std::string normalisedText(clang::SourceRange range, const clang::ASTContext &context);

/// The name of the outermost macro that the location was expanded from; empty if none.
/// `accepts` is asked for each macro on the way; the first accepted one is returned.
std::string macroAround(clang::SourceLocation location, const clang::ASTContext &context,
                        llvm::function_ref<bool(llvm::StringRef)> accepts);

} // namespace tether
