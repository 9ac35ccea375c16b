// Positions, changes and documents as the protocol counts them.
#include "tool/lsp/Document.h"

#include "gtest/gtest.h"

#include <nlohmann/json.hpp>

using namespace tether::lsp;
using nlohmann::json;

namespace {

// One, two, three and four bytes; the last is two units of UTF-16.
const std::string Mixed = "a\u00e9\u6f22\U0001f600z";

Range range(unsigned line, unsigned from, unsigned to) { return {{line, from}, {line, to}}; }

json replacing(Range range, const std::string &text) { return {{"range", range}, {"text", text}}; }

Document document(const std::string &text) { return {"file:///a.cpp", "cpp", 1, text}; }

} // namespace

TEST(LspText, UnitsOfEachEncoding) {
  EXPECT_EQ(unitsOf(Mixed, Encoding::Utf8), 11u);
  EXPECT_EQ(unitsOf(Mixed, Encoding::Utf16), 6u);
  EXPECT_EQ(unitsOf(Mixed, Encoding::Utf32), 5u);
  EXPECT_EQ(unitsOf("\xff\xfe", Encoding::Utf16), 2u);
}

TEST(LspText, OffsetsAndPositionsAreInverse) {
  const std::string text = Mixed + "\r\n" + Mixed + "\n\nlast";
  for (Encoding encoding : {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32})
    for (size_t offset : {size_t(0), size_t(1), size_t(3), size_t(6), size_t(10), size_t(11),
                          size_t(13), size_t(24), size_t(25), size_t(26), text.size()})
      EXPECT_EQ(offsetAt(text, positionAt(text, offset, encoding), encoding), offset);
}

TEST(LspText, PlacesBehindAnEndAreThatEnd) {
  EXPECT_EQ(offsetAt("ab\ncd", {0, 99}, Encoding::Utf16), 2u);
  EXPECT_EQ(offsetAt("ab\ncd", {9, 0}, Encoding::Utf16), 5u);
  // The middle of a surrogate pair is no place.
  EXPECT_EQ(offsetAt("\U0001f600x", {0, 1}, Encoding::Utf16), 0u);
}

TEST(LspText, LinesPlaceColumnsInBytes) {
  Lines lines("x\n" + Mixed + "\r\n", Encoding::Utf16);
  EXPECT_EQ(lines.at(2, 11), (Position{1, 5}));
  EXPECT_EQ(lines.line(2), Mixed);
  EXPECT_EQ(lines.line(7), "");
  EXPECT_EQ(lines.lineBreak(), "\n");
  EXPECT_EQ(Lines("a\r\nb", Encoding::Utf8).lineBreak(), "\r\n");
}

TEST(LspText, WhatStandsBeforeAChangeStays) {
  Change typed{range(3, 5, 5), {4, 2}};
  EXPECT_EQ(shifted(range(3, 0, 5), typed), range(3, 0, 5));
  EXPECT_EQ(shifted(range(2, 0, 9), typed), range(2, 0, 9));
}

TEST(LspText, WhatStandsBehindAChangeMoves) {
  Change typed{range(3, 5, 5), {4, 2}}; // a line break and two characters
  EXPECT_EQ(shifted(range(3, 5, 8), typed), range(4, 2, 5));
  EXPECT_EQ(shifted(range(7, 1, 2), typed), range(8, 1, 2));
  Change removed{{{1, 0}, {3, 0}}, {1, 0}};
  EXPECT_EQ(shifted(range(5, 1, 2), removed), range(3, 1, 2));
}

TEST(LspText, WhatAChangeTouchesIsGone) {
  EXPECT_FALSE(shifted(range(3, 0, 6), {range(3, 5, 7), {3, 5}}));
  EXPECT_FALSE(shifted(range(3, 4, 6), {range(3, 5, 5), {3, 6}}));
  EXPECT_FALSE(shifted({{1, 0}, {4, 0}}, {range(2, 0, 1), {2, 0}}));
}

TEST(LspText, AChangeCanBeTakenBack) {
  Change typed{range(3, 5, 7), {4, 2}};
  std::optional<Range> there = shifted(range(3, 9, 12), typed);
  ASSERT_TRUE(there);
  EXPECT_EQ(shifted(*there, typed.inverse()), range(3, 9, 12));
}

TEST(LspText, TheDifferenceIsSmallAndBetweenCharacters) {
  Change typed = difference("one two\nthree", "one TWO\nthree", Encoding::Utf16);
  EXPECT_EQ(typed.range, range(0, 4, 7));
  EXPECT_EQ(typed.newEnd, (Position{0, 7}));
  // é and è share their first byte.
  Change accent = difference("x\u00e9y", "x\u00e8y", Encoding::Utf16);
  EXPECT_EQ(accent.range, range(0, 1, 2));
  EXPECT_EQ(difference("same", "same", Encoding::Utf8).range, range(0, 4, 4));
  Change grown = difference("a\nb\n", "a\na\nb\n", Encoding::Utf8);
  EXPECT_EQ(grown.newEnd.line, grown.range.end.line + 1);
}

TEST(LspDocument, AppliesChangesInTheirOrder) {
  Document text = document("one\ntwo\n");
  text.change(2,
              {replacing(range(0, 0, 3), "1"), replacing(range(0, 1, 1), "!"),
               replacing({{1, 0}, {2, 0}}, "")},
              Encoding::Utf16);
  EXPECT_EQ(text.text(), "1!\n");
  EXPECT_EQ(text.version(), 2);
}

TEST(LspDocument, CountsInTheEncodingThatWasSettled) {
  Document text = document(Mixed);
  text.change(2, json::array({replacing(range(0, 5, 6), "!")}), Encoding::Utf16);
  EXPECT_EQ(text.text(), "a\u00e9\u6f22\U0001f600!");
}

TEST(LspDocument, WholeTextsAreChangesToo) {
  Document text = document("a\nb\nc\n");
  text.change(2, json::array({{{"text", "a\nnew\nb\nc\n"}}}), Encoding::Utf8);
  EXPECT_EQ(text.shifted(range(2, 0, 1), 1, 2), range(3, 0, 1));
  EXPECT_EQ(text.shifted(range(3, 0, 1), 2, 1), range(2, 0, 1));
}

TEST(LspDocument, ForgetsTheWay) {
  Document text = document("a\nb\n");
  for (int version : {2, 3, 4})
    text.change(version, json::array({replacing(range(0, 0, 0), "\n")}), Encoding::Utf8);
  EXPECT_EQ(text.shifted(range(1, 0, 1), 1, 4), range(4, 0, 1));
  text.forget(3);
  EXPECT_EQ(text.shifted(range(3, 0, 1), 3, 4), range(4, 0, 1));
  EXPECT_FALSE(text.shifted(range(1, 0, 1), 1, 4));
}

TEST(LspDocument, NonsenseChangesNothing) {
  Document text = document("a");
  text.change(2, json::parse(R"([7, {"text": 3}, {"range": {"start": 1}, "text": "x"}])"),
              Encoding::Utf8);
  EXPECT_EQ(text.text(), "a");
}
