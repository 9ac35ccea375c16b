// What an editor is told of a text, and what it can do about it. That it is told what `tether
// check` says is part of the test of every fixture.
#include "matchers/Check.h"
#include "tests/Live.h"
#include "tests/TempFolder.h"

#include "llvm/ADT/STLExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using namespace tether::tests;
using namespace tether::lsp;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
namespace fs = std::filesystem;

namespace {

const std::string Prelude = "struct Future { int get(); void wait(); bool valid(); };\n"
                            "Future save(int);\n";

LiveAnswer analysed(const std::string &text, const std::string &config = "") {
  TempFolder folder;
  std::string file = folder.write("a.cpp", "");
  std::string configFile = config.empty() ? "" : folder.write("config.yaml", config);
  return OpenedFile::open(file, {"-std=c++20"}, configFile).analyse(text);
}

/// The text with every finding accepted, as the editor's action does, and a reason typed.
std::string accepted(const LiveAnswer &answer, std::string text) {
  std::map<Position, std::string> comments;
  for (const LiveFinding &finding : answer.findings)
    for (const Remedy &remedy : finding.remedies)
      if (!remedy.isFix) {
        std::string &there = comments[remedy.edits.at(0).range.start];
        std::string comment = remedy.edits.at(0).text;
        comment.insert(comment.find('\n'), "because");
        if (there.find(comment) == std::string::npos)
          there += comment;
      }
  for (const auto &[at, comment] : llvm::reverse(comments))
    text.insert(offsetAt(text, at, Encoding::Utf8), comment);
  return text;
}

/// For each check the first of its fixtures that has findings.
std::vector<fs::path> examples() {
  std::vector<fs::path> files;
  std::string last;
  for (const fs::path &file : markedFixtures()) {
    std::string folder = file.parent_path().filename().string();
    if (folder != last && findCheck(folder) && !wanted(readFile(file)).empty()) {
      files.push_back(file);
      last = folder;
    }
  }
  return files;
}

std::vector<std::string> handlersOf(const LiveAnswer &answer) {
  std::vector<std::string> names;
  for (const LiveFunction &function : answer.functions)
    if (function.isHandler)
      names.push_back(function.name + " " + function.framework);
  return names;
}

} // namespace

class AcceptingTest : public testing::TestWithParam<fs::path> {};

TEST_P(AcceptingTest, LeavesNothing) {
  std::string text = readFile(GetParam());
  fs::path config = GetParam();
  config.replace_extension(".yaml");
  OpenedFile file = OpenedFile::open(GetParam(), flagsOf(GetParam(), text),
                                     fs::exists(config) ? config.string() : "");
  LiveAnswer before = file.analyse(text);
  EXPECT_FALSE(before.findings.empty());
  EXPECT_THAT(linesOf(file.analyse(accepted(before, text))), IsEmpty());
}

static std::string nameOf(const testing::TestParamInfo<fs::path> &info) {
  std::string name = info.param.parent_path().filename().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(EveryCheck, AcceptingTest, testing::ValuesIn(examples()), nameOf);

TEST(LspLive, AFunctionWithAnErrorIsPassedOver) {
  std::string good = "void good() {\n  save(1);\n}\n";
  LiveAnswer answer = analysed(Prelude + good + "void half() {\n  save(2);\n  int x = ;\n}\n");
  EXPECT_THAT(linesOf(answer), ElementsAre(HasSubstr("4: discarded-future")));
}

TEST(LspLive, ACommentInTheHeadCounts) {
  TempFolder folder;
  folder.write("h.h", Prelude);
  std::string file = folder.write("a.cpp", "");
  std::string text = "// NOLINTBEGIN(tether-discarded-future): the whole file is a trial\n"
                     "#include \"h.h\"\nvoid f() { save(1); }\n"
                     "// NOLINTEND(tether-discarded-future)\nvoid g() { save(2); }\n";
  LiveAnswer answer = OpenedFile::open(file, {"-std=c++20"}, "").analyse(text);
  EXPECT_THAT(linesOf(answer), ElementsAre(HasSubstr("5: discarded-future")));
}

TEST(LspLive, WhatHeadersOfTheProjectSayCounts) {
  TempFolder folder;
  folder.write("h.h", "#pragma once\n" + Prelude +
                          "inline void settle(Future f) { f.get(); }\n"
                          "class Keeper {\n  Future f;\npublic:\n  void start() { f = save(1); }\n"
                          "  void stop();\n};\n");
  std::string file = folder.write("a.cpp", "");
  std::string text = "#include \"h.h\"\nvoid f() { settle(save(1)); }\n"
                     "void Keeper::stop() { f.get(); }\n";
  EXPECT_THAT(linesOf(OpenedFile::open(file, {"-std=c++20"}, "").analyse(text)), IsEmpty());
}

TEST(LspLive, HandlersAreTold) {
  LiveAnswer answer = analysed(Prelude + "[[clang::annotate(\"tether::handler\")]] void get() {\n"
                                         "  save(1);\n}\nnamespace app { void on_x() {} }\n",
                               "handlers: ['app::on_*']\n");
  EXPECT_THAT(handlersOf(answer), ElementsAre("get annotation", HasSubstr("app::on_x")));
  ASSERT_EQ(answer.findings.size(), 1u);
  EXPECT_EQ(answer.findings[0].level, Level::Error);
  EXPECT_THAT(answer.findings[0].reach, HasSubstr("request handler get"));
}

TEST(LspLive, OnlyWhatCanBeAnnotatedMayBecomeAHandler) {
  LiveAnswer answer =
      analysed("#define F void made() {}\nF\ntemplate <class T> void generic(T) {}\n"
               "int main() { auto l = [] {}; l(); }\nvoid plain() {}\n");
  std::vector<std::string> names;
  for (const LiveFunction &function : answer.functions)
    if (function.mayBecomeHandler)
      names.push_back(function.name);
  EXPECT_THAT(names, ElementsAre("plain"));
}

TEST(LspLive, ATemplateThatNobodyInstantiatesIsUnjudged) {
  LiveAnswer answer = analysed(Prelude + "template <class T> void a(T) {}\n"
                                         "template <class T> void b(T) {}\nvoid c() { b(1); }\n");
  ASSERT_EQ(answer.unjudged.size(), 1u);
  EXPECT_EQ(answer.unjudged[0].name, "a");
  EXPECT_EQ(answer.unjudged[0].range.start.line, 2u);
}
