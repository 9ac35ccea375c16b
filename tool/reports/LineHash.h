//===- LineHash.h - the line fingerprints of GitHub's code scanning -------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace tether {

/// For every line of the file, the value of `primaryLocationLineHash` that GitHub computes when a
/// report brings none: a hash over 100 characters from the start of the line, blanks left out,
/// and how often that hash has occurred so far. The vector has an element for the line after the
/// last line end, too. Values that differ from GitHub's would open every alert a second time.
std::vector<std::string> lineHashes(llvm::StringRef text);

} // namespace tether
