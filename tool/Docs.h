//===- Docs.h - the pages of docs/ that are written from the code ---------===//
#pragma once

#include "matchers/Check.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace tether {

/// The page of a check: what `tether explain` shows and what docs/checks/ID.md holds.
std::string documentOf(const Check &check);

/// Writes into the folder a page per check and an index of them (checks/), the list of libraries
/// and frameworks (libraries.md), and the schema of configurations (config.schema.json). Returns
/// the names of the files that changed. Pages of checks that are gone are removed.
llvm::Expected<std::vector<std::string>> writeDocs(llvm::StringRef folder);

/// The names of the files in the folder that `writeDocs` would change.
llvm::Expected<std::vector<std::string>> staleDocs(llvm::StringRef folder);

} // namespace tether
