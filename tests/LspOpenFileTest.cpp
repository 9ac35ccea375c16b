// Two producers of one list, at different versions.
#include "tool/lsp/OpenFile.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether::lsp;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const ClientFacts Plain;

Range at(unsigned line, unsigned character = 0) {
  return {{line, character}, {line, character + 4}};
}

Theirs theirs(std::optional<int> version, std::vector<unsigned> lines) {
  Theirs made{"file:///a.cpp", version, 0, json::array()};
  for (unsigned line : lines)
    made.diagnostics.push_back({{"range", at(line)}, {"message", "theirs"}});
  return made;
}

LiveAnswer ours(int version, std::vector<unsigned> lines) {
  LiveAnswer made;
  made.version = version;
  for (unsigned line : lines) {
    LiveFinding finding;
    finding.check = "discarded-future";
    finding.range = at(line);
    finding.message = "ours";
    finding.remedies = {{"allow", true, false, {{{{line, 0}, {line, 0}}, "x"}}}};
    made.findings.push_back(std::move(finding));
  }
  return made;
}

/// A text of ten lines.
OpenFile opened() {
  std::string text;
  for (char line = '0'; line <= '9'; ++line)
    text += std::string(8, line) + "\n";
  return {"/a.cpp", Document("file:///a.cpp", "cpp", 1, text)};
}

void insertLine(OpenFile &file, unsigned line) {
  file.document.change(file.document.version() + 1,
                       json::array({{{"range", Range{{line, 0}, {line, 0}}}, {"text", "\n"}}}),
                       Encoding::Utf8);
}

void touch(OpenFile &file, unsigned line) {
  file.document.change(file.document.version() + 1,
                       json::array({{{"range", Range{{line, 1}, {line, 2}}}, {"text", "!"}}}),
                       Encoding::Utf8);
}

/// "theirs 3" for each diagnostic, as published.
std::vector<std::string> listed(const json &params) {
  std::vector<std::string> lines;
  for (const json &each : params.at("diagnostics"))
    lines.push_back(each.at("message").get<std::string>() + " " +
                    std::to_string(each.at("range").get<Range>().start.line));
  return lines;
}

} // namespace

TEST(LspOpenFile, OfOneVersionBothAreOneList) {
  OpenFile file = opened();
  EXPECT_THAT(listed(file.take(theirs(1, {2}), Plain)), ElementsAre("theirs 2"));
  std::optional<json> both = file.take(ours(1, {5}), true, Plain);
  ASSERT_TRUE(both);
  EXPECT_THAT(listed(*both), ElementsAre("theirs 2", "ours 5"));
  EXPECT_EQ(both->at("version"), 1);
}

TEST(LspOpenFile, OursMoveToTheVersionThatClangdHasSeen) {
  OpenFile file = opened();
  file.take(theirs(1, {}), Plain);
  file.take(ours(1, {5, 7}), true, Plain);
  insertLine(file, 0);
  touch(file, 8); // what was line 7
  json both = file.take(theirs(3, {1}), Plain);
  EXPECT_THAT(listed(both), ElementsAre("theirs 1", "ours 6"));
  EXPECT_EQ(both.at("version"), 3);
}

TEST(LspOpenFile, WhileClangdIsBehindOursAreHeldBack) {
  OpenFile file = opened();
  file.take(theirs(1, {2}), Plain);
  insertLine(file, 0);
  EXPECT_FALSE(file.take(ours(2, {6}), true, Plain));
  // What it says of the older text gets ours where they were in that.
  json behind = file.take(theirs(1, {3}), Plain);
  EXPECT_THAT(listed(behind), ElementsAre("theirs 3", "ours 5"));
  EXPECT_EQ(behind.at("version"), 1);
  EXPECT_THAT(listed(file.take(theirs(2, {4}), Plain)), ElementsAre("theirs 4", "ours 6"));
}

TEST(LspOpenFile, WhoIsTooLateIsNotWaitedFor) {
  OpenFile file = opened();
  file.take(theirs(1, {2}), Plain);
  insertLine(file, 0);
  EXPECT_FALSE(file.take(ours(2, {6}), true, Plain));
  json late = file.late(Plain);
  EXPECT_THAT(listed(late), ElementsAre("theirs 3", "ours 6"));
  EXPECT_FALSE(late.contains("version")) << "no version was seen by both";
}

TEST(LspOpenFile, BeforeClangdHasSaidAnythingOursWait) {
  OpenFile file = opened();
  EXPECT_FALSE(file.take(ours(1, {6}), true, Plain));
  EXPECT_THAT(listed(file.late(Plain)), ElementsAre("ours 6"));
}

TEST(LspOpenFile, AClangdWithoutVersionsSpeaksOfTheTextAsItIs) {
  OpenFile file = opened();
  insertLine(file, 0);
  json said = file.take(theirs(std::nullopt, {1}), Plain);
  EXPECT_FALSE(said.contains("version"));
  EXPECT_TRUE(file.take(ours(2, {3}), true, Plain));
}

TEST(LspOpenFile, AloneOursAreOfTheTextAsItIs) {
  OpenFile file = opened();
  insertLine(file, 0);
  std::optional<json> said = file.take(ours(1, {6}), false, Plain);
  ASSERT_TRUE(said);
  EXPECT_THAT(listed(*said), ElementsAre("ours 7"));
  EXPECT_EQ(said->at("version"), 2);
}

TEST(LspOpenFile, WhatCanBeDoneMovesAlong) {
  OpenFile file = opened();
  file.take(ours(1, {6}), false, Plain);
  insertLine(file, 2);
  ASSERT_EQ(file.findings().size(), 1u);
  EXPECT_EQ(file.findings()[0].remedies.at(0).edits[0].range.start.line, 7u);
  touch(file, 7);
  EXPECT_THAT(file.findings(), IsEmpty());
}

TEST(LspOpenFile, ALostClangdTakesItsListWithIt) {
  OpenFile file = opened();
  file.take(theirs(1, {2}), Plain);
  file.take(ours(1, {5}), true, Plain);
  file.forgetTheirs();
  EXPECT_THAT(listed(file.now(Plain)), ElementsAre("ours 5"));
}
