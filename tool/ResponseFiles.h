//===- ResponseFiles.h - @file arguments, read within bounds ----*- C++ -*-===//
//
// llvm::cl::ExpansionContext stops at cycles only: a chain of files that each name the next one
// twice grows without end, and `@/dev/zero` never ends. A command of a stranger needs a bound on
// depth, number and size, so the expansion is our own; the words are cut by LLVM.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace tether {

/// Replaces every `@file` of `arguments` by the words in that file, as gcc and clang do: names are
/// relative to `directory`, also within files. Reads files, runs nothing.
///
/// Fails with one line that names the file if it is missing, not a regular file, or beyond the
/// bounds. A missing `*.modmap` is no failure: CMake writes it during the build, and it holds
/// nothing but the places of module files, which would be dropped anyway.
llvm::Error expandResponseFiles(std::vector<std::string> &arguments, llvm::StringRef directory);

} // namespace tether
