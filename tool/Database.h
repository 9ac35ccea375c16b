//===- Database.h - where the compile commands of a project are -*- C++ -*-===//
//
// Finds a compile_commands.json or compile_flags.txt, and reads it into compile commands. Looks at
// folders and reads these files; runs nothing. Thread-safe.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace tether {

struct DatabaseFile {
  std::string path; ///< absolute
  /// compile_flags.txt: the same flags for whatever source is asked for, no list of files.
  bool isFlags = false;
};

/// The database that `-p` names: a folder with one in it, or the file itself.
/// Fails with a line that tells how to make one.
llvm::Expected<DatabaseFile> databaseAt(llvm::StringRef path);

/// Looks in `folder` and every folder above it; the nearest wins. In each: compile_commands.json,
/// compile_flags.txt, then compile_commands.json in build*, out* and cmake-build*, in the order of
/// their names. Fails with the places looked in and how to make a database (several lines).
llvm::Expected<DatabaseFile> findDatabase(llvm::StringRef folder);

/// The flags of a compile_flags.txt as a command, compiler first, no file.
llvm::Expected<std::vector<std::string>> readCompileFlags(llvm::StringRef file);

/// A database over commands in memory that guesses a command for a file it does not have from the
/// most similar one. Owns its commands.
std::unique_ptr<clang::tooling::CompilationDatabase>
guessingDatabase(std::vector<clang::tooling::CompileCommand> commands);

} // namespace tether
