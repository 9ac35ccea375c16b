//===- CompileCommands.h - reads compile_commands.json ----------*- C++ -*-===//
//
// Not clang::tooling::JSONCompilationDatabase: that parses YAML, so it takes what is no JSON,
// breaks names outside the basic plane that other programs escape as surrogate pairs, fails on
// unknown keys that hold more than a string, prints to stderr, and cannot say which entry is bad.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace tether {

/// The entries of a compile database in their order. `Filename` and `Directory` are made absolute
/// (relative to the folder of the database) and cleaned of dots; whether they exist is not looked
/// at. `command` strings are cut into words as a shell would, but nothing in them is expanded or
/// run.
///
/// Fails with one line if the file cannot be read, is malformed, or has no entry. The depth of the
/// JSON is of no danger. Thread-safe.
llvm::Expected<std::vector<clang::tooling::CompileCommand>>
readCompileCommands(llvm::StringRef file);

/// Cuts a command line into words by the quoting rules of the POSIX shell.
std::vector<std::string> shellWords(llvm::StringRef command);

/// `path` without "." and "..", made absolute from `folder`. Symbolic links stay.
std::string absolutePath(llvm::StringRef path, llvm::StringRef folder);

} // namespace tether
