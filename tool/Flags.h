//===- Flags.h - one compile command, made safe for our own Clang -*- C++ -*-===//
//
// A compile command was written for somebody else's compiler, perhaps by a stranger. Out of it
// comes an argument vector for the Clang that we are linked to: nothing in it loads code, writes
// files, starts programs or reads precompiled ASTs; everything in it is on the allow-list of
// FlagTable.h. The compiler that the command names is never run.
//
// The functions are pure but for reading response files, and thread-safe.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace tether {

/// What applies to every command of a run.
struct FlagRules {
  /// Of our Clang, as <prefix>/lib/clang/19: builtin headers, and libc++ in the same <prefix>.
  std::string resourceDir;
  /// `flags: add` of the configuration. It lies in the same repository as the database, so it
  /// passes the same allow-list.
  std::vector<std::string> add;
  /// `flags: remove`: a flag as written ("-DX=1", "-I /opt/x"), its name alone ("-include") for
  /// all of them, or a glob ("-march=*"). Does not touch what `add` adds.
  std::vector<std::string> remove;
};

/// Fails with one line for the first `remove` that is no valid glob. Call it once before
/// `cleanCommand`, for which it is a precondition.
llvm::Error checkFlagRules(const FlagRules &rules);

struct CleanCommand {
  /// For clang::createInvocation, clang::tooling and the like: [0] is a path beside the resource
  /// directory that only tells where to look for headers, the last two are `--` and the file.
  /// Relative paths count from the command's directory. Empty if `otherLanguage`.
  std::vector<std::string> arguments;
  /// Names of the flags that were dropped and may matter, without values, in order, repeated ones
  /// once. Printable.
  std::vector<std::string> dropped;
  /// Assembler, Fortran, objects ...: there is nothing in it for us.
  bool otherLanguage = false;
};

/// \param file absolute; it becomes the only input, whatever else the command compiles.
/// \param directory absolute; response files are relative to it.
/// \param command with the compiler's name first.
/// Fails with one line that does not repeat the file's name: an empty command, a command for cl,
/// a bad response file, a language that we do not analyse.
llvm::Expected<CleanCommand> cleanCommand(llvm::StringRef file, llvm::StringRef directory,
                                          llvm::ArrayRef<std::string> command,
                                          const FlagRules &rules);

} // namespace tether
