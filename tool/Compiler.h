//===- Compiler.h - what the name of a compiler tells -----------*- C++ -*-===//
//
// The compiler that a command names is never run. Its name alone tells the target that it
// generates code for and whether it takes .c files for C++.
//
// Pure and thread-safe; cannot fail.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "clang/Driver/Types.h"
#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace tether {

enum class DriverStyle {
  Gcc,  ///< the language follows the file's name
  Gxx,  ///< C is taken for C++
  Msvc, ///< clang-cl and cl: another command line language
};

struct Compiler {
  DriverStyle style = DriverStyle::Gcc;
  std::string target; ///< a triple, empty for the host or if the name does not say
};

/// \param program as in the command: "g++-12", "/opt/x/bin/aarch64-linux-gnu-g++", "cl.exe".
Compiler compilerNamed(llvm::StringRef program);

/// Whether our Clang can parse C++ for `triple`. Targets of graphics processors cannot, and their
/// toolchains run helper programs to look for devices.
bool isHostLikeTarget(llvm::StringRef triple);

/// Removes `ccache`, `distcc`, `env A=b` and their like from the front of a command.
void dropLaunchers(std::vector<std::string> &command);

/// The language that Clang gives `file` by its extension alone, TY_INVALID if none.
clang::driver::types::ID languageByName(llvm::StringRef file);

} // namespace tether
