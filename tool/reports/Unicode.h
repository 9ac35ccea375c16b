//===- Unicode.h - columns and characters as readers count them -----------===//
//
// Findings count bytes; terminals count cells, SARIF counts UTF-16 units. Pure functions over
// one line or text; bytes that are no UTF-8 are never an error.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <vector>

namespace tether {

/// One character of a line, as a terminal may safely be shown it.
struct Cell {
  std::string text;   ///< spaces for a tab; `<U+202E>` or `<FF>` for what has no safe picture
  unsigned width = 0; ///< terminal columns; 0 for a combining mark
  unsigned begin = 0; ///< first byte in the line, counted from 0
};

/// The characters of one line, tabs expanded.
std::vector<Cell> cellsOf(llvm::StringRef line);

/// The text with everything replaced that could move a cursor, change a colour or reorder the
/// line: file names and messages may come from a stranger's code.
std::string printable(llvm::StringRef text);

/// UTF-16 units; each broken sequence is one U+FFFD, as editors and JavaScript decode it.
std::vector<char16_t> utf16(llvm::StringRef text);

/// The UTF-16 column of a byte column, both counted from 1. A column past the end of the line
/// stays as far past it.
unsigned utf16Column(llvm::StringRef line, unsigned byteColumn);

} // namespace tether
