// What a worker says must arrive as it was said.
#include "tool/Wire.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using testing::HasSubstr;

namespace {

UnitResult backAndForth(const UnitResult &result) {
  auto back = fromWire(toWire(result));
  if (back)
    return std::move(*back);
  ADD_FAILURE() << llvm::toString(back.takeError());
  return {};
}

std::string failure(llvm::StringRef text) {
  auto result = fromWire(text);
  return result ? "no failure" : llvm::toString(result.takeError());
}

Finding fullFinding() {
  Finding made;
  made.check = "discarded-future";
  made.level = Level::Error;
  made.at = {"/root/ä b.cpp", 3, 5, 3, 9};
  made.message = "a \"quoted\" word, a \\ and a\nline";
  made.help = "wait";
  made.function = "shop::save(int)::(lambda)";
  made.handler = HandlerReach{"cpp-httplib", "get", {"get", "save"}};
  made.trace = {{{"/root/a.h", 1, 2, 3, 4}, "here"}, {{}, "nowhere"}};
  made.fixes = {{"await it", true, {{{"/root/a.cpp", 3, 5, 3, 5}, "co_await "}, {{}, ""}}},
                {"", false, {}}};
  made.expression = "save ( \t)";
  made.voided = true;
  made.statement = 2;
  made.statementEnd = 4;
  made.count = 7;
  made.fingerprint = "0123";
  made.suppressed = Suppressed{"comment", "known"};
  return made;
}

void expectEqual(const Finding &left, const Finding &right) {
  EXPECT_EQ(left.check, right.check);
  EXPECT_EQ(left.level, right.level);
  EXPECT_EQ(left.at, right.at);
  EXPECT_EQ(left.message, right.message);
  EXPECT_EQ(left.help, right.help);
  EXPECT_EQ(left.function, right.function);
  EXPECT_EQ(left.handler, right.handler);
  EXPECT_EQ(left.trace, right.trace);
  EXPECT_EQ(left.fixes, right.fixes);
  EXPECT_EQ(left.expression, right.expression);
  EXPECT_EQ(left.voided, right.voided);
  EXPECT_EQ(left.statement, right.statement);
  EXPECT_EQ(left.statementEnd, right.statementEnd);
  EXPECT_EQ(left.count, right.count);
  EXPECT_EQ(left.fingerprint, right.fingerprint);
  EXPECT_EQ(left.suppressed, right.suppressed);
}

TEST(Wire, FindingsOfEveryShape) {
  UnitResult sent;
  sent.findings = {fullFinding(), Finding()};
  UnitResult back = backAndForth(sent);
  ASSERT_EQ(back.findings.size(), 2u);
  expectEqual(back.findings[0], sent.findings[0]);
  expectEqual(back.findings[1], sent.findings[1]);
}

TEST(Wire, EveryLevel) {
  UnitResult sent;
  for (Level level : {Level::Note, Level::Warning, Level::Error})
    sent.findings.emplace_back().level = level;
  UnitResult back = backAndForth(sent);
  for (size_t i = 0; i != sent.findings.size(); ++i)
    EXPECT_EQ(back.findings[i].level, sent.findings[i].level);
}

TEST(Wire, SuppressionsHandlersAndFailures) {
  UnitResult sent;
  sent.suppressions = {{{"/root/a.cpp", 1, 2, 3, 4}, "nolint", 1, 3, {"a", "*"}, "why", true}, {}};
  sent.handlers = {"shop::get", ""};
  sent.failure = Failure{"parse", "/root/a.cpp", "no such word", 7, 8, "/root/a.h"};
  UnitResult back = backAndForth(sent);
  EXPECT_EQ(back.suppressions, sent.suppressions);
  EXPECT_EQ(back.handlers, sent.handlers);
  ASSERT_TRUE(back.failure);
  EXPECT_EQ(back.failure->kind, "parse");
  EXPECT_EQ(back.failure->file, "/root/a.cpp");
  EXPECT_EQ(back.failure->message, "no such word");
  EXPECT_EQ(back.failure->line, 7u);
  EXPECT_EQ(back.failure->column, 8u);
  EXPECT_EQ(back.failure->at, "/root/a.h");
}

TEST(Wire, TimesAndWhatWasTooComplex) {
  UnitResult sent;
  sent.unfinished = {"/root/a.cpp:3:6", "/root/a.h:1:2"};
  sent.profile.phases = {{"parse", 812.25}, {"walk", 0.5}};
  sent.profile.checks = {{"discarded-future", 0.125}};
  UnitResult back = backAndForth(sent);
  EXPECT_EQ(back.unfinished, sent.unfinished);
  EXPECT_EQ(back.profile.phases, sent.profile.phases);
  EXPECT_EQ(back.profile.checks, sent.profile.checks);
}

TEST(Wire, NothingToSay) {
  UnitResult back = backAndForth({});
  EXPECT_TRUE(back.findings.empty());
  EXPECT_TRUE(back.suppressions.empty());
  EXPECT_TRUE(back.handlers.empty());
  EXPECT_FALSE(back.failure);
}

TEST(Wire, TextOfAllKinds) {
  UnitResult sent;
  sent.handlers = {"\x01\x1f\x7f", "\u00e4\u6f22\U0001f600", std::string("a\0b", 3), "\r\n\t\"\\/"};
  EXPECT_EQ(backAndForth(sent).handlers, sent.handlers);
}

TEST(Wire, BytesThatAreNoTextAreReplaced) {
  UnitResult sent;
  sent.handlers = {"a\xff\xfe", "cut \xe2\x82"};
  UnitResult back = backAndForth(sent);
  ASSERT_EQ(back.handlers.size(), 2u);
  EXPECT_EQ(back.handlers[0], "a\uFFFD\uFFFD");
  EXPECT_EQ(back.handlers[1], "cut \uFFFD");
}

TEST(Wire, WhatIsNoAnswerIsAnErrorOfOneLine) {
  std::string whole = toWire({}), twice = whole + whole;
  for (llvm::StringRef text :
       {llvm::StringRef(""), llvm::StringRef("{}"), llvm::StringRef("[]"), llvm::StringRef("null"),
        llvm::StringRef("7"), llvm::StringRef("{\"findings\": 1}"), llvm::StringRef("\xff"),
        llvm::StringRef(whole).drop_back(), llvm::StringRef(twice)}) {
    std::string error = failure(text);
    EXPECT_THAT(error, HasSubstr("broken")) << text.str();
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
}

} // namespace
