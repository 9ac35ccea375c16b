#include "tool/lsp/Text.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/ErrorHandling.h"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace llvm;

namespace tether::lsp {

std::optional<Encoding> encodingNamed(StringRef name) {
  return StringSwitch<std::optional<Encoding>>(name)
      .Cases("utf-8", "UTF-8", Encoding::Utf8)
      .Cases("utf-16", "UTF-16", Encoding::Utf16)
      .Cases("utf-32", "UTF-32", Encoding::Utf32)
      .Default(std::nullopt);
}

StringRef toString(Encoding encoding) {
  static constexpr StringLiteral names[] = {"utf-8", "utf-16", "utf-32"};
  return names[static_cast<size_t>(encoding)];
}

void to_json(nlohmann::json &out, const Position &position) {
  out = {{"line", position.line}, {"character", position.character}};
}
void from_json(const nlohmann::json &in, Position &position) {
  in.at("line").get_to(position.line);
  in.at("character").get_to(position.character);
}
void to_json(nlohmann::json &out, const Range &range) {
  out = {{"start", range.start}, {"end", range.end}};
}
void from_json(const nlohmann::json &in, Range &range) {
  in.at("start").get_to(range.start);
  in.at("end").get_to(range.end);
}

namespace {

/// One character of the text, or one byte that belongs to none.
struct Character {
  size_t bytes;
  unsigned units;
};

Character firstOf(StringRef text, Encoding encoding) {
  const auto *begin = reinterpret_cast<const UTF8 *>(text.begin());
  size_t bytes = getNumBytesForUTF8(*begin);
  if (bytes > text.size() || !isLegalUTF8Sequence(begin, begin + bytes))
    bytes = 1;
  switch (encoding) {
  case Encoding::Utf8:
    return {bytes, unsigned(bytes)};
  case Encoding::Utf16:
    return {bytes, bytes == 4 ? 2u : 1u};
  case Encoding::Utf32:
    return {bytes, 1};
  }
  llvm_unreachable("an encoding");
}

/// The byte behind so many units of a line.
size_t byteAt(StringRef line, unsigned units, Encoding encoding) {
  size_t at = 0;
  while (at < line.size() && units > 0) {
    Character next = firstOf(line.substr(at), encoding);
    if (next.units > units)
      break;
    units -= next.units;
    at += next.bytes;
  }
  return at;
}

/// What ends the line that begins at `start`: its offset and its length, 0 at the end of the text.
std::pair<size_t, size_t> lineEnd(StringRef text, size_t start) {
  size_t at = text.find_first_of("\r\n", start);
  if (at == StringRef::npos)
    return {text.size(), 0};
  return {at, text.substr(at).starts_with("\r\n") ? 2 : 1};
}

Position behind(Position start, Position end, Position moved) {
  // On the line where a change ends the characters count from there.
  return {moved.line + (start.line - end.line),
          start.line == end.line ? moved.character + (start.character - end.character)
                                 : start.character};
}

} // namespace

unsigned unitsOf(StringRef piece, Encoding encoding) {
  unsigned units = 0;
  while (!piece.empty()) {
    Character next = firstOf(piece, encoding);
    units += next.units;
    piece = piece.drop_front(next.bytes);
  }
  return units;
}

size_t offsetAt(StringRef text, Position position, Encoding encoding) {
  size_t start = 0;
  for (unsigned line = 0; line != position.line; ++line) {
    auto [end, length] = lineEnd(text, start);
    if (length == 0)
      return text.size();
    start = end + length;
  }
  return start +
         byteAt(text.slice(start, lineEnd(text, start).first), position.character, encoding);
}

Position positionAt(StringRef text, size_t offset, Encoding encoding) {
  unsigned line = 0;
  size_t start = 0;
  while (true) {
    auto [end, length] = lineEnd(text, start);
    if (length == 0 || end + length > offset)
      return {line, unitsOf(text.slice(start, std::min(offset, end)), encoding)};
    start = end + length;
    ++line;
  }
}

Lines::Lines(StringRef text, Encoding encoding)
    : encoding(encoding), isDos(text.substr(lineEnd(text, 0).first).starts_with("\r\n")) {
  for (size_t start = 0;;) {
    auto [end, length] = lineEnd(text, start);
    lines.push_back(text.slice(start, end));
    if (length == 0)
      return;
    start = end + length;
  }
}

StringRef Lines::line(unsigned number) const {
  return number - 1 < lines.size() ? lines[number - 1] : "";
}

Position Lines::at(unsigned number, unsigned column) const {
  return {number - 1, unitsOf(line(number).take_front(column - 1), encoding)};
}

Range Lines::at(const Span &span) const {
  return {at(span.line, span.column), at(span.endLine, span.endColumn)};
}

Change Change::inverse() const { return {{range.start, newEnd}, range.end}; }

std::optional<Range> shifted(Range range, const Change &change) {
  if (range.end <= change.range.start)
    return range;
  if (change.range.end > range.start)
    return std::nullopt;
  return Range{behind(range.start, change.range.end, change.newEnd),
               behind(range.end, change.range.end, change.newEnd)};
}

Change difference(StringRef before, StringRef after, Encoding encoding) {
  auto isInside = [](char c) { return (c & 0xC0) == 0x80; };
  size_t shorter = std::min(before.size(), after.size());
  size_t front =
      std::mismatch(before.begin(), before.begin() + shorter, after.begin()).first - before.begin();
  // Both cuts are between characters, and none between the two halves of a line's end.
  while (front > 0 &&
         ((front < before.size() && isInside(before[front])) ||
          (front < after.size() && isInside(after[front])) || before[front - 1] == '\r'))
    --front;
  size_t back = 0;
  while (back < shorter - front &&
         before[before.size() - 1 - back] == after[after.size() - 1 - back])
    ++back;
  auto isCut = [](StringRef text, size_t at) {
    return at > 0 && text[at - 1] == '\r' && text[at] == '\n';
  };
  while (back > 0 && (isInside(before[before.size() - back]) ||
                      isCut(before, before.size() - back) || isCut(after, after.size() - back)))
    --back;
  return {{positionAt(before, front, encoding), positionAt(before, before.size() - back, encoding)},
          positionAt(after, after.size() - back, encoding)};
}

bool overlap(const Range &a, const Range &b) { return a.start <= b.end && b.start <= a.end; }

} // namespace tether::lsp
