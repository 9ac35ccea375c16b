//===- YamlFile.h - YAML that may come from a stranger --------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace tether {

/// Reads a regular file of at most 1 MiB. \param what it is, and \param name what it is called, in
/// the one line of an error.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readYamlFile(llvm::StringRef path, llvm::StringRef name, llvm::StringRef what);

/// Fails for a text that is nested deeper than a person would write: the parser goes down one stack
/// frame per level. Call it before the text is parsed.
llvm::Error checkDepth(llvm::StringRef text, llvm::StringRef name, llvm::StringRef what);

} // namespace tether
