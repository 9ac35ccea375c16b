#include "tool/reports/Unicode.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Unicode.h"

#include <algorithm>

using namespace tether;
using llvm::StringRef;

static constexpr unsigned TabStop = 4;

/// The well-formed character that starts the text, or its first byte.
static StringRef firstCharacter(StringRef text, bool &wellFormed) {
  const auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  unsigned size = llvm::getNumBytesForUTF8(*begin);
  wellFormed = size <= text.size() && llvm::isLegalUTF8Sequence(begin, begin + size);
  return text.take_front(wellFormed ? size : 1);
}

static std::string escaped(StringRef character, bool wellFormed) {
  if (!wellFormed)
    return "<" + llvm::utohexstr(static_cast<unsigned char>(character[0]), false, 2) + ">";
  const auto *begin = reinterpret_cast<const llvm::UTF8 *>(character.begin());
  llvm::UTF32 code = 0;
  llvm::convertUTF8Sequence(&begin, begin + character.size(), &code, llvm::strictConversion);
  return "<U+" + llvm::utohexstr(code, false, 4) + ">";
}

std::vector<Cell> tether::cellsOf(StringRef line) {
  std::vector<Cell> cells;
  unsigned column = 0;
  for (size_t at = 0; at < line.size();) {
    bool wellFormed;
    StringRef character = firstCharacter(line.substr(at), wellFormed);
    Cell cell{character.str(), 0, static_cast<unsigned>(at)};
    int width = wellFormed ? llvm::sys::unicode::columnWidthUTF8(character) : -1;
    if (character == "\t")
      cell.text.assign(TabStop - column % TabStop, ' ');
    else if (width < 0)
      cell.text = escaped(character, wellFormed);
    cell.width = width < 0 ? cell.text.size() : width;
    column += cell.width;
    at += character.size();
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::string tether::printable(StringRef text) {
  std::string out;
  for (const Cell &cell : cellsOf(text))
    out += cell.text;
  return out;
}

std::vector<char16_t> tether::utf16(StringRef text) {
  // LLVM's own conversion to UTF-16 stops at a broken sequence; the one to UTF-32 replaces each
  // maximal broken part, as every JavaScript engine does.
  std::vector<llvm::UTF32> codes(text.size());
  const auto *source = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  llvm::UTF32 *target = codes.data();
  llvm::ConvertUTF8toUTF32(&source, source + text.size(), &target, target + codes.size(),
                           llvm::lenientConversion);
  std::vector<char16_t> units;
  units.reserve(text.size());
  for (const llvm::UTF32 *code = codes.data(); code != target; ++code) {
    if (*code > 0xFFFF)
      units.push_back(static_cast<char16_t>(0xD7C0 + (*code >> 10)));
    units.push_back(static_cast<char16_t>(*code > 0xFFFF ? 0xDC00 + (*code & 0x3FF) : *code));
  }
  return units;
}

unsigned tether::utf16Column(StringRef line, unsigned byteColumn) {
  size_t before = byteColumn > 0 ? byteColumn - 1 : 0;
  size_t past = before - std::min(before, line.size());
  return utf16(line.take_front(before)).size() + past + 1;
}
