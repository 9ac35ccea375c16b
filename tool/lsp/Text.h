//===- Text.h - positions in a text as the protocol counts them -----------===//
//
// Lines count from 0, characters in units of the encoding that client and server have settled on.
// Pure functions and plain data.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Finding.h"

#include "llvm/ADT/StringRef.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tether::lsp {

enum class Encoding { Utf8, Utf16, Utf32 };

/// "utf-8", "utf-16" or "utf-32"; nothing for any other word.
std::optional<Encoding> encodingNamed(llvm::StringRef name);
llvm::StringRef toString(Encoding encoding);

struct Position {
  unsigned line = 0;
  unsigned character = 0;

  auto operator<=>(const Position &) const = default;
};

struct Range {
  Position start;
  Position end;

  auto operator<=>(const Range &) const = default;
};

void to_json(nlohmann::json &out, const Position &position);
void from_json(const nlohmann::json &in, Position &position);
void to_json(nlohmann::json &out, const Range &range);
void from_json(const nlohmann::json &in, Range &range);

/// How long a piece of a line is; bytes that are no UTF-8 count one unit each.
unsigned unitsOf(llvm::StringRef piece, Encoding encoding);

/// The byte at a position. One behind the end of its line is that end, one behind the last line is
/// the end of the text.
size_t offsetAt(llvm::StringRef text, Position position, Encoding encoding);

/// The position of a byte.
Position positionAt(llvm::StringRef text, size_t offset, Encoding encoding);

/// The lines of one text, found once: to place many spans in it. Borrows the text.
class Lines {
public:
  Lines(llvm::StringRef text, Encoding encoding);
  /// Of a line and a column in bytes, both counted from 1.
  Position at(unsigned line, unsigned column) const;
  Range at(const Span &span) const;
  /// The line of that number, counted from 1, without its end; empty behind the last.
  llvm::StringRef line(unsigned number) const;
  /// What ends the first line: what is inserted should end likewise.
  llvm::StringRef lineBreak() const { return isDos ? "\r\n" : "\n"; }

private:
  Encoding encoding;
  bool isDos;
  std::vector<llvm::StringRef> lines;
};

/// A range whose text was replaced.
struct Change {
  Range range;     ///< in the text before
  Position newEnd; ///< where what replaced it ends, in the text after

  /// The change that takes this one back.
  Change inverse() const;
};

/// Where a range of the text before is in the text after; nothing if the change touches it.
std::optional<Range> shifted(Range range, const Change &change);

/// The smallest change from one text to another.
Change difference(llvm::StringRef before, llvm::StringRef after, Encoding encoding);

/// Whether two ranges have a character, or an end, in common.
bool overlap(const Range &a, const Range &b);

} // namespace tether::lsp
