//===- Nearest.h - "did you mean" -----------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace tether {

/// " (did you mean 'x'?)" for the candidate nearest to the word, or nothing if none is near.
inline std::string didYouMean(llvm::StringRef word, llvm::ArrayRef<std::string> candidates) {
  const std::string *nearest = nullptr;
  unsigned best = word.size() / 3 + 1;
  for (const std::string &candidate : candidates) {
    unsigned distance = word.edit_distance(candidate, true, best + 1);
    if (distance <= best && (!nearest || distance < best)) {
      nearest = &candidate;
      best = distance;
    }
  }
  return nearest ? " (did you mean '" + *nearest + "'?)" : "";
}

} // namespace tether
