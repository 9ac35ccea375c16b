// The SARIF report, piece by piece; scripts/validate-reports judges the whole.
#include "tests/ReportsFixture.h"

#include "matchers/Check.h"
#include "tool/Version.h"
#include "tool/reports/LineHash.h"
#include "tool/reports/Unicode.h"

#include <nlohmann/json.hpp>

using namespace tether;
using Json = nlohmann::json;
using Hashes = std::vector<std::string>;

namespace {

class Sarif : public ReportsFixture {
protected:
  Json run() { return Json::parse(write("sarif"))["runs"][0]; }
  Json sarifResult() { return run()["results"][0]; }
  Json region() { return sarifResult()["locations"][0]["physicalLocation"]["region"]; }
};

Json regionJson(unsigned line, unsigned column, unsigned endLine, unsigned endColumn) {
  return {
      {"startLine", line}, {"startColumn", column}, {"endLine", endLine}, {"endColumn", endColumn}};
}

// Line hashes: the values are those that GitHub publishes with its own implementation ------------

TEST(LineHash, AgreesWithGitHubOnBlanksAndShortLines) {
  EXPECT_EQ(lineHashes(""), Hashes{"c129715d7a2bc9a3:1"});
  EXPECT_EQ(lineHashes(" a\nb\n  \t\tc\n d"), (Hashes{"271789c17abda88f:1", "54703d4cd895b18:1",
                                                      "180aee12dab6264:1", "a23a3dc5e078b07b:1"}));
}

TEST(LineHash, AgreesWithGitHubOnEveryLineEnd) {
  Hashes wanted = {"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1",
                   "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1",
                   "c129715d7a2bc9a3:1"};
  EXPECT_EQ(lineHashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n"), wanted);
  EXPECT_EQ(lineHashes(" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r"), wanted);
  EXPECT_EQ(lineHashes(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n"), wanted);
  EXPECT_EQ(lineHashes(" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n"), wanted);
}

TEST(LineHash, CountsEqualHashesAsGitHubDoes) {
  std::string text;
  for (int i = 0; i < 10; ++i)
    text += "Lorem ipsum dolor sit amet.\n";
  EXPECT_EQ(lineHashes(text),
            (Hashes{"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3",
                    "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
                    "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1",
                    "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1"}));
}

// Computed with Node's decoder, which is what GitHub's implementation reads files with.
TEST(LineHash, DecodesAsNodeDoes) {
  EXPECT_EQ(lineHashes("\"\U0001F600\"; // \u00e9\nx"),
            (Hashes{"ea40c1590cb4d020:1", "638816509450efbf:1"}));
  EXPECT_EQ(lineHashes("a\xff\xe2\x82\nb\xf0\x9f"),
            (Hashes{"a88b3c7a20449ed7:1", "cba9fe1a5298c76a:1"}));
  EXPECT_EQ(lineHashes("\xef\xbb\xbf"
                       "a"),
            Hashes{"32afc9aa38d90537:1"});
  EXPECT_EQ(lineHashes("a\r \nb"),
            (Hashes{"67c066a59e652f5e:1", "cc4c43d77869440f:1", "8ee5a81e681643c1:1"}));
}

// Columns ---------------------------------------------------------------------------------------

TEST(Utf16Column, CountsUnits) {
  EXPECT_EQ(utf16Column("abc", 3), 3u);
  EXPECT_EQ(utf16Column("\u00e9x", 3), 2u) << "two bytes, one unit";
  EXPECT_EQ(utf16Column("\u65e5x", 4), 2u) << "three bytes, one unit";
  EXPECT_EQ(utf16Column("\U0001F600x", 5), 3u) << "four bytes, a surrogate pair";
  EXPECT_EQ(utf16Column("\xff\xffx", 3), 3u) << "each broken byte is one U+FFFD";
  EXPECT_EQ(utf16Column("ab", 7), 7u) << "past the end";
  EXPECT_EQ(utf16Column("ab", 0), 1u);
}

TEST_F(Sarif, RegionsAreInUtf16Units) {
  file("a.cpp", "f(\"\U0001F600\"); send();\n");
  finding({"a.cpp", 1, 12, 1, 16});
  EXPECT_EQ(region(), regionJson(1, 10, 1, 14));
  EXPECT_EQ(run()["columnKind"], "utf16CodeUnits");
}

TEST_F(Sarif, RegionsAreNeverEmptyOrBackwards) {
  file("a.cpp", "send();\n");
  finding({"a.cpp", 1, 5, 1, 5});
  EXPECT_EQ(region(), regionJson(1, 5, 1, 6));
  result.findings[0].at = {"gone.cpp", 4, 7, 0, 0};
  EXPECT_EQ(region(), regionJson(4, 7, 4, 8));
  result.findings[0].at = {"gone.cpp", 0, 0, 0, 0};
  EXPECT_TRUE(region().is_null());
}

// Names of files --------------------------------------------------------------------------------

TEST_F(Sarif, UrisAreRelativeAndEncoded) {
  finding({"src/a b#1%.cpp", 1, 1, 1, 2});
  Json location = sarifResult()["locations"][0]["physicalLocation"]["artifactLocation"];
  EXPECT_EQ(location, (Json{{"uri", "src/a%20b%231%25.cpp"}, {"uriBaseId", "SRCROOT"}}));
  result.root = "/home/me/my project";
  EXPECT_EQ(run()["originalUriBaseIds"]["SRCROOT"]["uri"], "file:///home/me/my%20project/");
}

TEST_F(Sarif, UrisOutsideTheRootAreAbsolute) {
  finding({"/usr/include/a.h", 1, 1, 1, 2});
  finding({"../b.h", 1, 1, 1, 2});
  result.root = "/home/me";
  Json results = run()["results"];
  auto uri = [&](int i) { return results[i]["locations"][0]["physicalLocation"]; };
  EXPECT_EQ(uri(0)["artifactLocation"], (Json{{"uri", "file:///usr/include/a.h"}}));
  EXPECT_EQ(uri(1)["artifactLocation"], (Json{{"uri", "file:///home/b.h"}}));
}

// Rules -----------------------------------------------------------------------------------------

TEST_F(Sarif, RulesAreWhatGitHubRequires) {
  Json rules = run()["tool"]["driver"]["rules"];
  ASSERT_EQ(rules.size(), allRules().size());
  for (const Json &rule : rules) {
    SCOPED_TRACE(rule["id"]);
    for (const char *key : {"shortDescription", "fullDescription", "help"})
      EXPECT_FALSE(rule[key]["text"].get<std::string>().empty());
    EXPECT_LE(rule["fullDescription"]["text"].get<std::string>().size(), 1024u);
    EXPECT_FALSE(rule["help"]["markdown"].get<std::string>().empty());
    EXPECT_TRUE(levelOf(rule["defaultConfiguration"]["level"].get<std::string>()));
    EXPECT_LE(rule["properties"]["tags"].size(), 20u);
  }
}

TEST_F(Sarif, ResultsNameTheirRule) {
  finding({"a.cpp", 1, 1, 1, 2}, "detached-thread");
  Json written = run();
  Json shown = written["results"][0];
  EXPECT_EQ(shown["ruleId"], "detached-thread");
  EXPECT_EQ(written["tool"]["driver"]["rules"][shown["ruleIndex"].get<int>()]["id"],
            "detached-thread");
}

TEST_F(Sarif, UnknownCheckIsJustAnId) {
  finding({"a.cpp", 1, 1, 1, 2}, "of-tomorrow");
  EXPECT_EQ(sarifResult()["ruleId"], "of-tomorrow");
  EXPECT_FALSE(sarifResult().contains("ruleIndex"));
}

TEST_F(Sarif, RelationshipsPointIntoTheTaxonomy) {
  Json written = run();
  for (const Json &rule : written["tool"]["driver"]["rules"])
    for (const Json &relation : rule.value("relationships", Json::array())) {
      const Json &target = relation["target"];
      Json taxon = written["taxonomies"][0]["taxa"][target["index"].get<int>()];
      EXPECT_EQ(taxon["id"], target["id"]);
      EXPECT_TRUE(taxon.contains("shortDescription")) << "no name for CWE " << taxon["id"];
    }
}

// Results ---------------------------------------------------------------------------------------

TEST_F(Sarif, MessageCarriesHandlerHelpAndLinks) {
  Finding &added = finding({"a.cpp", 2, 3, 2, 7});
  added.count = 2;
  added.help = "keep the handle";
  added.handler = HandlerReach{"httplib", "order", {"order", "f"}};
  added.trace = {{{"a.cpp", 2, 3, 2, 7}, "started [here]"}, {{"a.cpp", 3, 1, 3, 2}, "lost"}};
  EXPECT_EQ(sarifResult()["message"]["text"],
            "Nobody will see that `send` failed (2 times on this line). In request handler `order` "
            "(httplib): order -> f. Keep the handle. See [started \\[here\\]](1), [lost](2).");
  EXPECT_EQ(sarifResult()["occurrenceCount"], 2);
  Json related = sarifResult()["relatedLocations"];
  EXPECT_EQ(related[0]["id"], 1);
  EXPECT_EQ(related[1]["message"]["text"], "lost");
}

TEST_F(Sarif, CodeFlowPassesTheFinding) {
  Finding &added = finding({"a.cpp", 9, 3, 9, 7});
  added.trace = {{{"a.cpp", 2, 1, 2, 2}, "started here"}};
  auto steps = [&] { return sarifResult()["codeFlows"][0]["threadFlows"][0]["locations"]; };
  ASSERT_EQ(steps().size(), 2u);
  EXPECT_EQ(steps()[1]["location"]["physicalLocation"]["region"]["startLine"], 9);
  added.trace.push_back({{"a.cpp", 9, 1, 9, 2}, "lost here"});
  EXPECT_EQ(steps().size(), 2u);
  added.trace.clear();
  EXPECT_FALSE(sarifResult().contains("codeFlows"));
}

TEST_F(Sarif, FingerprintsAreGitHubsAndOurs) {
  file("a.cpp", "one\nsend();\n");
  finding({"a.cpp", 2, 1, 2, 5}).fingerprint = "cafe";
  EXPECT_EQ(
      sarifResult()["partialFingerprints"],
      (Json{{"primaryLocationLineHash", lineHashes("one\nsend();\n")[1]}, {"tether/v1", "cafe"}}));
  result.findings[0].at.file = "gone.cpp";
  EXPECT_EQ(sarifResult()["partialFingerprints"], (Json{{"tether/v1", "cafe"}}));
}

TEST_F(Sarif, FixesReplaceRegions) {
  file("a.cpp", "(void)send();\n");
  finding({"a.cpp", 1, 7, 1, 11}).fixes = {
      {"wait for it", true, {{{"a.cpp", 1, 1, 1, 7}, ""}, {{"a.cpp", 1, 13, 1, 13}, ".get()"}}},
      {"nothing to edit", false, {}}};
  ASSERT_EQ(sarifResult()["fixes"].size(), 1u);
  Json fix = sarifResult()["fixes"][0], change = fix["artifactChanges"][0];
  EXPECT_EQ(fix["artifactChanges"].size(), 1u);
  EXPECT_EQ(fix["description"]["text"], "Wait for it.");
  EXPECT_EQ(change["replacements"][0], (Json{{"deletedRegion", regionJson(1, 1, 1, 7)}}));
  EXPECT_EQ(change["replacements"][1]["deletedRegion"], regionJson(1, 13, 1, 13));
  EXPECT_EQ(change["replacements"][1]["insertedContent"]["text"], ".get()");
}

TEST_F(Sarif, SuppressionsAreOnAllResultsOrNone) {
  finding({"a.cpp", 1, 1, 1, 2});
  EXPECT_FALSE(sarifResult().contains("suppressions"));
  finding({"a.cpp", 2, 1, 2, 2}).suppressed = Suppressed{"comment", "by design"};
  Json results = run()["results"];
  EXPECT_EQ(results[0]["suppressions"], Json::array());
  EXPECT_EQ(results[1]["suppressions"][0]["kind"], "inSource");
  EXPECT_EQ(results[1]["suppressions"][0]["justification"], "by design");
}

TEST_F(Sarif, FailuresAreNotifications) {
  EXPECT_TRUE(run()["invocations"][0]["executionSuccessful"]);
  result.failures = {{"parse", "a.cpp", "'x.h' file not found", 3, 10, "a.h"},
                     {"crash", "b.cpp", "", 0, 0, ""}};
  Json invocation = run()["invocations"][0], notes = invocation["toolExecutionNotifications"];
  EXPECT_FALSE(invocation["executionSuccessful"]);
  Json place = notes[0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "a.h");
  EXPECT_EQ(place["region"]["startLine"], 3);
  EXPECT_EQ(notes[0]["properties"], (Json{{"kind", "parse"}, {"unit", "a.cpp"}}));
  EXPECT_FALSE(notes[1]["message"]["text"].get<std::string>().empty());
  EXPECT_FALSE(notes[1]["locations"][0]["physicalLocation"].contains("region"));
}

TEST_F(Sarif, LogSaysWhatItIs) {
  Json log = Json::parse(write("sarif"));
  EXPECT_EQ(log["version"], "2.1.0");
  EXPECT_TRUE(log.contains("$schema"));
  EXPECT_EQ(log["runs"].size(), 1u);
  EXPECT_EQ(log["runs"][0]["tool"]["driver"]["version"], Version);
  EXPECT_EQ(log["runs"][0]["automationDetails"]["id"], "tether/");
  EXPECT_EQ(log["runs"][0]["results"], Json::array());
}

} // namespace
