//===- Uri.h - files as the protocol names them ----------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace tether::lsp {

/// The path of a `file:` URI, absolute and cleaned of dots; empty for any other.
std::string pathOf(llvm::StringRef uri);

/// The URI of an absolute path.
std::string uriOf(llvm::StringRef path);

} // namespace tether::lsp
