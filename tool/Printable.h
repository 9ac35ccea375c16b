//===- Printable.h - strangers' text in our messages ------------*- C++ -*-===//
//
// File names and flags of a compile database are chosen by whoever wrote it. In a message they
// must neither break the line nor steer the terminal.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace tether {

/// `text` with control characters replaced and at most `limit` bytes (cut between characters).
inline std::string printable(llvm::StringRef text, size_t limit = 200) {
  std::string shown = text.substr(0, limit).str();
  if (text.size() > limit) {
    while (!shown.empty() && (shown.back() & 0xC0) == 0x80)
      shown.pop_back();
    if (!shown.empty() && (shown.back() & 0x80))
      shown.pop_back();
    shown += "...";
  }
  for (char &c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      c = '?';
  return shown;
}

} // namespace tether
