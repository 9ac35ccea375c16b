// Comments that silence: how one is read, and what it speaks of in a file.
#include "matchers/Suppression.h"

#include "tests/Fixture.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using testing::ElementsAre;
using Names = std::vector<std::string>;

namespace {

/// The comment on line 10, columns of no interest; the next line of code is 12.
std::optional<Suppression> parse(llvm::StringRef comment, bool alone = true) {
  unsigned lines = comment.count('\n');
  return parseSuppression(comment, {"a.cpp", 10, 3, 10 + lines, 40}, alone, 12 + lines);
}

Names checks(llvm::StringRef comment) {
  auto parsed = parse(comment);
  return parsed ? parsed->checks : Names{"no suppression"};
}

std::string reason(llvm::StringRef comment) {
  auto parsed = parse(comment);
  return parsed ? parsed->reason : "no suppression";
}

TEST(Suppression, OwnForm) {
  auto parsed = parse("// tether: allow(discarded-future) the heartbeat follows");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->kind, "comment");
  EXPECT_EQ(parsed->checks, Names{"discarded-future"});
  EXPECT_EQ(parsed->reason, "the heartbeat follows");
  EXPECT_FALSE(parsed->blanket);
  EXPECT_EQ(parsed->at.line, 10u);
}

TEST(Suppression, LinesItSpeaksOf) {
  auto lines = [](llvm::StringRef comment, bool alone) {
    auto parsed = parse(comment, alone);
    return parsed ? std::pair(parsed->firstLine, parsed->lastLine) : std::pair(0u, 0u);
  };
  EXPECT_EQ(lines("// tether: allow(a) r", true), std::pair(10u, 12u));
  EXPECT_EQ(lines("// tether: allow(a) r", false), std::pair(10u, 10u));
  EXPECT_EQ(lines("/* tether: allow(a) r\n of two lines */", true), std::pair(10u, 13u));
  EXPECT_EQ(lines("// NOLINT(tether-a): r", true), std::pair(10u, 10u));
  EXPECT_EQ(lines("// NOLINTNEXTLINE(tether-a): r", false), std::pair(12u, 12u));
}

TEST(Suppression, MarkersOfComments) {
  for (const std::string open : {"//", "///", "//!", "///<", "/*", "/**", "/*!", "// ", "//\t"})
    EXPECT_EQ(checks(open + " tether: allow(a) r"), Names{"a"}) << open;
}

TEST(Suppression, SeveralNames) {
  EXPECT_EQ(checks("// tether: allow(a, b ,c) r"), (Names{"a", "b", "c"}));
  EXPECT_EQ(checks("// tether: allow(tether-a,b) r"), (Names{"a", "b"}));
  EXPECT_EQ(checks("// tether: allow(discarded-*) r"), Names{"discarded-*"});
  EXPECT_EQ(checks("// tether: allow() r"), Names{});
  EXPECT_EQ(checks("// tether: allow(,) r"), Names{});
  EXPECT_EQ(checks("// tether: allow (a) r"), Names{"a"});
}

TEST(Suppression, Reasons) {
  EXPECT_EQ(reason("// tether: allow(a) because of (b) and c"), "because of (b) and c");
  EXPECT_EQ(reason("// tether: allow(a): because"), "because");
  EXPECT_EQ(reason("// tether: allow(a) - because"), "because");
  EXPECT_EQ(reason("// tether: allow(a)"), "");
  EXPECT_EQ(reason("// tether: allow(a)  \t "), "");
  EXPECT_EQ(reason("/* tether: allow(a) because */"), "because");
  EXPECT_EQ(reason("// tether: allow(a) because\r"), "because");
  EXPECT_EQ(reason("// tether: allow(a) see https://example.org/1"), "see https://example.org/1");
  EXPECT_EQ(reason("// tether: allow(a) because // another remark"), "because");
  EXPECT_EQ(reason("// NOLINT(tether-a): because"), "because");
  EXPECT_EQ(reason("// NOLINTNEXTLINE(tether-a) because"), "because");
}

TEST(Suppression, WhatIsNone) {
  for (llvm::StringRef comment :
       {"// tether: allow", "// tether: allow a", "// tether: deny(a) r", "// allow(a) r",
        "// see tether: allow(a) r", "// tether allow(a) r", "//", "/**/", "", "/", "// a remark"})
    EXPECT_FALSE(parse(comment)) << comment.str();
}

TEST(Suppression, NoLintForEveryTool) {
  for (llvm::StringRef comment : {"// NOLINT", "// NOLINT: generated", "// NOLINT(*)",
                                  "// NOLINTNEXTLINE", "/* NOLINT */", "// NOLINT(a,*)"}) {
    auto parsed = parse(comment);
    ASSERT_TRUE(parsed) << comment.str();
    EXPECT_TRUE(parsed->blanket) << comment.str();
    EXPECT_EQ(parsed->kind, "nolint");
    EXPECT_THAT(parsed->checks, ElementsAre("*"));
  }
}

TEST(Suppression, NoLintForUs) {
  EXPECT_EQ(checks("// NOLINT(tether-a)"), Names{"a"});
  EXPECT_EQ(checks("// NOLINT(tether-*): r"), Names{"*"});
  EXPECT_EQ(checks("// NOLINT(bugprone-b, tether-a, tether-c)"), (Names{"a", "c"}));
  EXPECT_FALSE(parse("// NOLINT(tether-a)")->blanket);
  EXPECT_FALSE(parse("// NOLINT(tether-*)")->blanket);
}

TEST(Suppression, NoLintForOthers) {
  for (llvm::StringRef comment :
       {"// NOLINT(bugprone-b)", "// NOLINT(a)", "// NOLINT()", "// NOLINTBEGIN(tether-a)",
        "// NOLINTEND(tether-a)", "// nolint(tether-a)", "// NOLINTNEXTLINE(bugprone-b)"})
    EXPECT_FALSE(parse(comment)) << comment.str();
}

/// The lines of the blocks in a file with these comments, one a line; the last are those unclosed.
std::vector<std::pair<unsigned, unsigned>> blocks(const std::vector<std::string> &comments) {
  SuppressionBlocks all;
  std::vector<std::pair<unsigned, unsigned>> lines;
  for (unsigned line = 1; const std::string &comment : comments) {
    auto mark = parseBlockMark(comment, {"a.cpp", line, 1, line, 40});
    auto block = mark ? all.add(std::move(*mark)) : std::nullopt;
    if (block)
      lines.push_back({block->firstLine, block->lastLine});
    ++line;
  }
  for (const Suppression &block : all.unclosed())
    lines.push_back({block.firstLine, block.lastLine});
  return lines;
}

TEST(Suppression, Blocks) {
  const std::string begin = "// NOLINTBEGIN(tether-a): r", end = "// NOLINTEND(tether-a)";
  EXPECT_THAT(blocks({begin, "", end, ""}), ElementsAre(std::pair(1u, 3u)));
  EXPECT_THAT(blocks({begin, begin, end, end}), ElementsAre(std::pair(2u, 3u), std::pair(1u, 4u)));
  EXPECT_THAT(blocks({"/* NOLINTBEGIN */", "// NOLINTEND"}), ElementsAre(std::pair(1u, 2u)));
  EXPECT_THAT(blocks({begin, "// NOLINTBEGIN(tether-b)", end, "// NOLINTEND(tether-b)"}),
              ElementsAre(std::pair(1u, 3u), std::pair(2u, 4u)));
  EXPECT_THAT(blocks({"// NOLINTBEGIN(bugprone-b)", "// NOLINTEND(bugprone-b)"}), ElementsAre());
  EXPECT_THAT(blocks({end, begin}), ElementsAre(std::pair(2u, 0u)));
  EXPECT_THAT(blocks({begin, "// NOLINTEND", "// NOLINTEND(tether-*)"}),
              ElementsAre(std::pair(1u, 0u)));
}

TEST(Suppression, ABlockHasTheReasonOfItsBegin) {
  auto mark = parseBlockMark("// NOLINTBEGIN(tether-a, other): because", {"a.cpp", 1, 1, 1, 40});
  ASSERT_TRUE(mark);
  EXPECT_TRUE(mark->opens);
  EXPECT_EQ(mark->block.reason, "because");
  EXPECT_EQ(mark->block.checks, Names{"a"});
  EXPECT_FALSE(parseBlockMark("// NOLINT(tether-a)", {"a.cpp", 1, 1, 1, 40}));
  EXPECT_FALSE(parseBlockMark("//   f(); // NOLINTBEGIN(tether-a)", {"a.cpp", 1, 1, 1, 40}));
}

TEST(Suppression, NamesFit) {
  EXPECT_TRUE(fits("discarded-future", "discarded-future"));
  EXPECT_TRUE(fits("discarded-*", "discarded-future"));
  EXPECT_TRUE(fits("*", "discarded-future"));
  EXPECT_FALSE(fits("discarded", "discarded-future"));
  EXPECT_FALSE(fits("", "discarded-future"));
  EXPECT_FALSE(fits("[", "discarded-future"));
}

/// The lines of findings; negative for those that are silenced.
std::vector<int> linesOf(const std::string &text) {
  std::vector<int> lines;
  for (const Finding &finding : tests::checkText(text).findings)
    lines.push_back(finding.suppressed ? -int(finding.at.line) : int(finding.at.line));
  return lines;
}

const std::string prelude =
    "struct F { int get(); void wait(); bool valid(); }; F f(); void g();\n";

/// The same for statements of a function; the first line of them has number 3.
std::vector<int> inFunction(const std::string &statements) {
  return linesOf(prelude + "void x() {\n" + statements + "}\n");
}

TEST(SuppressionInFile, OnTheLineOrAbove) {
  EXPECT_THAT(inFunction("  f(); // tether: allow(discarded-future) r\n"), ElementsAre(-3));
  EXPECT_THAT(inFunction("  // tether: allow(discarded-future) r\n  f();\n"), ElementsAre(-4));
  EXPECT_THAT(inFunction("  f(/* tether: allow(discarded-future) r */);\n"), ElementsAre(-3));
  EXPECT_THAT(inFunction("  /* tether: allow(discarded-future) r */ f();\n"), ElementsAre(-3));
  EXPECT_THAT(inFunction("  // NOLINTNEXTLINE(tether-discarded-future): r\n  f();\n"),
              ElementsAre(-4));
}

TEST(SuppressionInFile, OtherCommentsMayStandBetween) {
  EXPECT_THAT(inFunction("  // tether: allow(discarded-future) r\n  // more\n  f();\n"),
              ElementsAre(-5));
  EXPECT_THAT(inFunction("  /* tether: allow(discarded-future) r\n     r */\n  f();\n"),
              ElementsAre(-5));
  EXPECT_THAT(inFunction("  // tether: allow(discarded-future) r\n  /* more */\n  f();\n"),
              ElementsAre(-5));
  EXPECT_THAT(inFunction("  // tether: allow(discarded-future) r\n  /* more\n   */ /**/ // and\n"
                         "  f();\n"),
              ElementsAre(-6));
  EXPECT_THAT(inFunction("  // NOLINTNEXTLINE(tether-discarded-future): r\n  /* more */ f();\n"),
              ElementsAre(-4));
  EXPECT_THAT(inFunction("  // tether: allow(discarded-future) r\n  /* more */\n\n  f();\n"),
              ElementsAre(3, 6));
}

TEST(SuppressionInFile, NotBehindCodeOrABlankLineFurtherUp) {
  // What stands behind code speaks of that line only; the note is about the suppression.
  EXPECT_THAT(inFunction("  g(); // tether: allow(discarded-future) r\n  f();\n"),
              ElementsAre(3, 4));
  EXPECT_THAT(inFunction("  // tether: allow(discarded-future) r\n\n  f();\n"), ElementsAre(3, 5));
}

TEST(SuppressionInFile, AStatementOfSeveralLines) {
  EXPECT_THAT(inFunction("  // tether: allow(discarded-future) r\n  (g(),\n   f());\n"),
              ElementsAre(-5));
  EXPECT_THAT(inFunction("  (f(),\n   g(),\n   g()); // tether: allow(discarded-future) r\n"),
              ElementsAre(-3));
  // What is written in the middle may be meant for something else that is there.
  EXPECT_THAT(inFunction("  (f(),\n   g(), // tether: allow(discarded-future) r\n   g());\n"),
              ElementsAre(3, 4));
}

TEST(SuppressionInFile, AStatementThatAMacroEnds) {
  EXPECT_THAT(linesOf(prelude + "#define TWICE(x) (x, g())\nvoid x() {\n  TWICE(f(\n  )); "
                                "// tether: allow(discarded-future) r\n}\n"),
              ElementsAre(-4));
}

TEST(SuppressionInFile, Blocks) {
  EXPECT_THAT(inFunction("  f();\n  // NOLINTBEGIN(tether-discarded-future): r\n  f();\n  f();\n"
                         "  // NOLINTEND(tether-discarded-future)\n  f();\n"),
              ElementsAre(3, -5, -6, 8));
  EXPECT_THAT(inFunction("  // NOLINTBEGIN\n  f();\n  // NOLINTEND\n"), ElementsAre(-4));
}

TEST(SuppressionInFile, ABlockThatNothingClosesSilencesNothing) {
  std::string text =
      prelude + "// NOLINTBEGIN(tether-discarded-future): r\nvoid x() {\n  f();\n}\n";
  std::vector<std::string> told;
  for (const Finding &finding : tests::checkText(text).findings)
    told.push_back(std::to_string(finding.at.line) + " " + finding.check);
  EXPECT_THAT(told, ElementsAre("2 unused-suppression", "4 discarded-future"));
}

TEST(SuppressionInFile, LineEndsOfOtherSystems) {
  std::string text = prelude + "void x() {\n  // tether: allow(discarded-future) r\n  f();\n"
                               "  f(); // tether: allow(discarded-future) r\n}";
  std::string windows;
  for (char c : text)
    windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_THAT(linesOf(windows), ElementsAre(-4, -5));
}

TEST(SuppressionInFile, NotInStringsNorInSkippedCode) {
  EXPECT_THAT(inFunction("  const char *s = \"// tether: allow(discarded-future) r\"; f();\n"),
              ElementsAre(3));
  EXPECT_THAT(inFunction("#if 0\n  // tether: allow(discarded-future) r\n#endif\n  f();\n"),
              ElementsAre(6));
}

TEST(SuppressionInFile, AtTheVeryEnd) {
  EXPECT_THAT(linesOf(prelude + "// tether: allow(discarded-future) r"), ElementsAre(2));
}

} // namespace
