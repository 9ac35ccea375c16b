// Sources, text and JSON reports, from values alone: no Clang, no tool run.
#include "tests/ReportsFixture.h"
#include "tool/Version.h"

#include "llvm/ADT/STLExtras.h"

#include <nlohmann/json.hpp>

using namespace tether;
using Json = nlohmann::json;
using Reports = ReportsFixture;

namespace {

TEST_F(Reports, SourcesReadLinesAsClangCountsThem) {
  file("a.cpp", "one\r\ntwo\rthree\n\nfive");
  Sources sources(result.root);
  EXPECT_EQ(sources.line("a.cpp", 1), "one");
  EXPECT_EQ(sources.line("a.cpp", 2), "two");
  EXPECT_EQ(sources.line("a.cpp", 3), "three");
  EXPECT_EQ(sources.line("a.cpp", 4), "");
  EXPECT_EQ(sources.line(result.root + "/a.cpp", 5), "five");
  EXPECT_EQ(sources.line("a.cpp", 6), std::nullopt);
  EXPECT_EQ(sources.line("a.cpp", 0), std::nullopt);
}

TEST_F(Reports, SourcesYieldNothingForWhatCannotBeRead) {
  Sources sources(result.root);
  EXPECT_EQ(sources.line("gone.cpp", 1), std::nullopt);
  EXPECT_EQ(sources.text("gone.cpp"), std::nullopt);
  EXPECT_EQ(sources.text("."), std::nullopt);
}

TEST_F(Reports, FormatsAreFoundByName) {
  EXPECT_EQ(reportFormatNames(), "text, json, sarif");
  EXPECT_NE(findReportFormat("sarif"), nullptr);
  EXPECT_EQ(findReportFormat("SARIF"), nullptr);
  EXPECT_EQ(findReportFormat(""), nullptr);
}

// Text ------------------------------------------------------------------------------------------

TEST_F(Reports, TextShowsTheLineAndUnderlinesTheSpan) {
  file("a.cpp", "void f() {\n  send(1);\n}\n");
  finding({"a.cpp", 2, 3, 2, 7});
  EXPECT_EQ(findingsText(),
            "a.cpp:2:3: warning: nobody will see that `send` failed [tether-discarded-future]\n"
            "    2 |   send(1);\n"
            "      |   ^~~~\n");
}

TEST_F(Reports, TextTellsTheWholeStory) {
  file("a.cpp", "void f() {\n  send(1);\n}\n");
  Finding &added = finding({"a.cpp", 2, 3, 2, 7});
  added.level = Level::Error;
  added.count = 2;
  added.help = "keep the handle and call `get()`";
  added.fixes = {{"wait for it", true, {{{"a.cpp", 2, 10, 2, 10}, ".get()"}}},
                 {"await it", false, {{{"a.cpp", 2, 3, 2, 3}, "co_await "}}}};
  added.handler = HandlerReach{"httplib", "shop::order", {"shop::order", "f"}};
  added.trace = {{{"a.cpp", 2, 3, 2, 7}, "started here"}, {{"a.cpp", 3, 1, 3, 2}, "lost here"}};
  EXPECT_EQ(findingsText(), "a.cpp:2:3: error: nobody will see that `send` failed (2 times on this "
                            "line) [tether-discarded-future]\n"
                            "    2 |   send(1);\n"
                            "      |   ^~~~\n"
                            "      = in request handler shop::order (httplib): shop::order -> f\n"
                            "      = help: keep the handle and call `get()`\n"
                            "      = fix: wait for it (safe)\n"
                            "      = fix: await it (changes behaviour)\n"
                            "a.cpp:2:3: note: started here\n"
                            "a.cpp:3:1: note: lost here\n"
                            "    3 | }\n"
                            "      | ^\n");
}

/// The part of the report that shows a line: what stands above the caret, and the carets.
static std::pair<std::string, std::string> shown(const std::string &text) {
  size_t bar = text.find("| ") + 2;
  size_t end = text.find('\n', bar);
  size_t caretBar = text.find("| ", end) + 2;
  return {text.substr(bar, end - bar), text.substr(caretBar, text.find('\n', caretBar) - caretBar)};
}

TEST_F(Reports, TextAlignsTabsAndWideCharacters) {
  file("a.cpp", "\ta(\"日本\", \"é\");\tsend(1);\n");
  finding({"a.cpp", 1, 21, 1, 25});
  EXPECT_EQ(shown(findingsText()), std::pair(std::string("    a(\"日本\", \"é\"); send(1);"),
                                             std::string("                    ^~~~")));
}

TEST_F(Reports, TextUnderlinesWideCharactersWholly) {
  file("a.cpp", "日本 x\n");
  finding({"a.cpp", 1, 4, 1, 7});
  EXPECT_EQ(shown(findingsText()).second, "  ^~");
}

TEST_F(Reports, TextSurvivesPlacesThatAreGone) {
  file("a.cpp", "f();\n");
  finding({"a.cpp", 1, 90, 1, 95});
  EXPECT_EQ(shown(findingsText()).second, "    ^");
  result.findings[0].at = {"a.cpp", 7, 1, 7, 2};
  EXPECT_EQ(findingsText().find(" | "), std::string::npos);
  result.findings[0].at = {"a.cpp", 1, 3, 3, 1};
  EXPECT_EQ(shown(findingsText()).second, "  ^~");
  result.findings[0].at = {"a.cpp", 1, 0, 0, 0};
  EXPECT_EQ(shown(findingsText()).second, "^");
}

TEST_F(Reports, TextCutsLongLinesAroundTheSpan) {
  file("a.cpp", std::string(1000, 'x') + "send(1);" + std::string(1000, 'y') + "\n");
  finding({"a.cpp", 1, 1001, 1, 1005});
  auto [line, carets] = shown(findingsText());
  EXPECT_EQ(line.find("send"), carets.find('^') + 2) << "an ellipsis is three bytes, one column";
  EXPECT_EQ(carets.substr(carets.find('^')), "^~~~");
  EXPECT_LT(line.size(), 200u);
}

TEST_F(Reports, TextLetsNoControlCharacterThrough) {
  file("a.cpp", "f(\"\x1b[31m\xff\u202e\");\n");
  finding({"a.cpp", 1, 1, 1, 2}).message = "odd \x1b[2J";
  std::string text = findingsText();
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("odd <U+001B>[2J"), std::string::npos);
  EXPECT_NE(text.find("f(\"<U+001B>[31m<FF><U+202E>\");"), std::string::npos);
}

TEST_F(Reports, TextColoursOnlyWhenAsked) {
  file("a.cpp", "f();\n");
  finding({"a.cpp", 1, 1, 1, 2});
  std::string painted = write("text", /*colour=*/true);
  EXPECT_NE(painted.find("\x1b["), std::string::npos);
  EXPECT_EQ(write("text").find('\x1b'), std::string::npos);
}

TEST_F(Reports, TextSumsUp) {
  result.summary.units = result.summary.analysed = 12;
  EXPECT_EQ(write("text"), "no findings\n12 files analysed\n");
  finding({"a.cpp", 1, 1, 1, 2});
  finding({"b.cpp", 1, 1, 1, 2});
  finding({"c.cpp", 1, 1, 1, 2}).suppressed = Suppressed{"comment", "fine"};
  result.summary = {12, 11, 1, 0, 0, 1, 1, 1, 4};
  result.failures = {{"parse", "d.cpp", "'x.h' file not found", 3, 10, "d.h"}};
  std::string text = write("text");
  EXPECT_EQ(text.find("c.cpp"), std::string::npos);
  EXPECT_NE(text.find("d.h:3:10: error: 'x.h' file not found (while analysing d.cpp)\n\n"
                      "2 findings (1 error, 1 warning) in 2 files, 1 suppressed\n"
                      "11 of 12 files analysed, 4 request handlers seen; 1 failed, so this "
                      "report may be incomplete\n"),
            std::string::npos)
      << text;
}

TEST_F(Reports, TextSaysOnceThatTheRunWasInterrupted) {
  for (const char *file : {"a.cpp", "b.cpp"})
    result.failures.push_back({"interrupted", file, "the run was ended", 0, 0, ""});
  result.failures.push_back({"crash", "c.cpp", "the analysis crashed", 0, 0, ""});
  result.summary.units = result.summary.failed = 3;
  EXPECT_EQ(write("text"), "c.cpp: error: the analysis crashed\n"
                           "error: 2 files not analysed: the run was interrupted\n\n"
                           "no findings\n"
                           "0 of 3 files analysed; 3 failed, so this report may be incomplete\n");
}

// JSON ------------------------------------------------------------------------------------------

/// The schema is what users rely on: exactly its keys are written.
static void expectKeys(const Json &written, const Json &schema) {
  std::vector<std::string> keys, wanted = schema["required"];
  for (auto &[key, value] : written.items())
    keys.push_back(key);
  llvm::sort(keys);
  llvm::sort(wanted);
  EXPECT_EQ(keys, wanted);
  EXPECT_EQ(schema["properties"].size(), wanted.size());
}

TEST_F(Reports, JsonHasTheKeysOfItsSchema) {
  Finding &added = finding({"a.cpp", 2, 3, 2, 7});
  added.handler = HandlerReach{"httplib", "order", {"order"}};
  added.trace = {{{"a.cpp", 2, 3, 2, 7}, "started here"}};
  added.fixes = {{"wait", true, {{{"a.cpp", 2, 3, 2, 3}, ".get()"}}}};
  added.suppressed = Suppressed{"nolint", ""};
  result.failures = {{"timeout", "b.cpp", "took too long", 0, 0, ""}};
  Json report = Json::parse(write("json"));
  std::ifstream in(TETHER_SOURCE_DIR "/docs/report.schema.json");
  Json schema = Json::parse(in), types = schema["$defs"];
  const Json &written = report["findings"][0];
  expectKeys(report, schema);
  expectKeys(report["tool"], schema["properties"]["tool"]);
  expectKeys(report["summary"], types["summary"]);
  expectKeys(report["summary"]["findings"], types["summary"]["properties"]["findings"]);
  expectKeys(written, types["finding"]);
  expectKeys(written["handler"], types["handler"]);
  expectKeys(written["trace"][0], types["step"]);
  expectKeys(written["fixes"][0], types["fix"]);
  expectKeys(written["fixes"][0]["edits"][0], types["edit"]);
  expectKeys(written["suppressed"], types["suppressed"]);
  expectKeys(report["failures"][0], types["failure"]);
  EXPECT_EQ(report["schema"], schema["properties"]["schema"]["const"]);
}

TEST_F(Reports, JsonSaysNullForWhatThereIsNot) {
  finding({"a.cpp", 2, 3, 2, 7});
  result.failures = {{"timeout", "b.cpp", "took too long", 0, 0, ""},
                     {"parse", "c.cpp", "no such file", 4, 1, ""}};
  Json report = Json::parse(write("json"));
  EXPECT_TRUE(report["findings"][0]["handler"].is_null());
  EXPECT_TRUE(report["findings"][0]["suppressed"].is_null());
  EXPECT_EQ(report["findings"][0]["trace"], Json::array());
  EXPECT_TRUE(report["failures"][0]["line"].is_null());
  EXPECT_EQ(report["failures"][1]["at"], "c.cpp");
  EXPECT_EQ(report["root"], result.root);
  EXPECT_EQ(report["tool"]["version"], Version);
}

TEST_F(Reports, JsonAndSarifReplaceBytesThatAreNoUtf8) {
  file("a.cpp", "f(\"\xff\");\n");
  finding({"a.cpp", 1, 1, 1, 2}).message = "call of `\xff`";
  EXPECT_EQ(Json::parse(write("json"))["findings"][0]["message"], "call of `\uFFFD`");
  EXPECT_NE(write("sarif").find("Call of `\uFFFD`."), std::string::npos);
}

} // namespace
