// A check is a file with everything in it: its name, its words, its documentation.
#include "matchers/Check.h"

#include "tests/Fixture.h"
#include "tool/Version.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <regex>

using namespace tether;
using namespace tether::tests;
using testing::HasSubstr;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> stems(const fs::path &folder, const std::string &extension) {
  std::vector<std::string> names;
  for (const fs::directory_entry &file : fs::directory_iterator(folder))
    if (file.path().extension() == extension)
      names.push_back(file.path().stem());
  llvm::sort(names);
  return names;
}

std::vector<std::string> ids(llvm::ArrayRef<const Check *> checks) {
  std::vector<std::string> all;
  for (const Check *check : checks)
    all.push_back(check->id.str());
  return all;
}

TEST(Checks, AreNamedAfterTheirFiles) {
  EXPECT_EQ(ids(allChecks()), stems(sourceDir() / "matchers/checks", ".cpp"));
  EXPECT_TRUE(llvm::is_sorted(ids(allChecks())));
}

TEST(Checks, HaveAPageOfDocumentationEach) {
  std::vector<std::string> expected = ids(allRules());
  expected.push_back("README");
  llvm::sort(expected);
  EXPECT_EQ(stems(sourceDir() / "docs/checks", ".md"), expected);
}

TEST(Checks, AreFoundByTheirIds) {
  for (const Check *rule : allRules()) {
    EXPECT_EQ(findCheck(rule->id), rule);
    EXPECT_EQ(findCheck("tether-" + rule->id.str()), rule);
  }
  EXPECT_EQ(findCheck("nonsense"), nullptr);
  EXPECT_EQ(findCheck(""), nullptr);
  EXPECT_EQ(findCheck("tether-"), nullptr);
}

class EveryRule : public testing::TestWithParam<const Check *> {};

TEST_P(EveryRule, SaysWhatItIs) {
  const Check &rule = *GetParam();
  EXPECT_TRUE(std::regex_match(rule.id.str(), std::regex("[a-z]+(-[a-z]+)*"))) << rule.id.str();
  EXPECT_FALSE(rule.summary.empty());
  EXPECT_LE(rule.summary.size(), 100u) << "a line of a list";
  EXPECT_FALSE(rule.summary.ends_with("."));
  EXPECT_TRUE(std::regex_match(rule.since.str(), std::regex("[0-9]+\\.[0-9]+\\.[0-9]+")));
  EXPECT_THAT(rule.docs.str(), HasSubstr("\n## What it does\n"));
  EXPECT_THAT(rule.docs.str(), HasSubstr("\n## Why is this bad\n"));
  EXPECT_THAT(rule.docs.str(), HasSubstr("\n## Use instead\n"));
}

class EveryCheck : public testing::TestWithParam<const Check *> {};

TEST_P(EveryCheck, HasCodeFixturesAndReferences) {
  const Check &check = *GetParam();
  EXPECT_NE(check.run, nullptr);
  EXPECT_TRUE(fs::is_directory(sourceDir() / "fixtures" / check.id.str()));
  EXPECT_FALSE(check.cwe.empty());
  EXPECT_FALSE(check.cousins.empty());
  EXPECT_THAT(check.docs.str(), HasSubstr("\n```cpp bad\n"));
  EXPECT_THAT(check.docs.str(), HasSubstr("\n```cpp good\n"));
}

/// The code blocks of a text that open with those words.
std::vector<std::string> blocks(llvm::StringRef docs, llvm::StringRef words) {
  std::vector<std::string> found;
  std::string fence = ("\n```" + words + "\n").str();
  while (docs.contains(fence)) {
    docs = docs.substr(docs.find(fence) + fence.size());
    found.push_back((docs.split("\n```").first + "\n").str());
  }
  return found;
}

/// The checks that say something about the code; what does not compile is a failure.
std::vector<std::string> saidOf(const std::string &code) {
  Result result = checkText(code);
  for (const Failure &failure : result.failures)
    ADD_FAILURE() << failure.line << ": " << failure.message << "\n" << code;
  std::vector<std::string> said;
  for (const Finding &finding : result.findings)
    if (!finding.suppressed)
      said.push_back(finding.check);
  return said;
}

TEST_P(EveryCheck, FindsItsBadExamples) {
  for (const std::string &code : blocks(GetParam()->docs, "cpp bad"))
    EXPECT_THAT(saidOf(code), testing::Contains(GetParam()->id.str())) << code;
}

TEST_P(EveryCheck, FindsNothingInItsGoodExamples) {
  for (const std::string &code : blocks(GetParam()->docs, "cpp good"))
    EXPECT_THAT(saidOf(code), testing::IsEmpty()) << code;
}

TEST(BrokenCode, LeavesHandlesAloneWhereSomethingIsMissing) {
  Result result = checkText(R"cpp(
    #include <future>
    #include <thread>
    void unknown_call() {
      auto job = std::async([] {});
      missing::take(std::move(job));
    }
    void unknown_type() {
      std::thread worker([] {});
      missing::Joiner joiner(worker);
    }
    void unknown_result() {
      auto job = std::async([] {});
      missing::Type value = job.get();
    }
    void complete() {
      std::thread worker([] {});
    }
  )cpp");
  EXPECT_FALSE(result.failures.empty());
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings.front().at.line, 17u);
}

std::string nameOf(const testing::TestParamInfo<const Check *> &info) {
  std::string name = info.param->id.str();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Checks, EveryRule, testing::ValuesIn(allRules().vec()), nameOf);
INSTANTIATE_TEST_SUITE_P(Checks, EveryCheck, testing::ValuesIn(allChecks().vec()), nameOf);

TEST(Release, TheVersionIsThatOfTheBuild) {
  std::string text = readFile(sourceDir() / "CMakeLists.txt");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(text, match, std::regex("project\\(\\w+ VERSION ([0-9.]+)")));
  EXPECT_EQ(match[1].str(), Version);
}

TEST(Release, NoCheckIsNewerThanTheRelease) {
  auto parts = [](llvm::StringRef version) {
    std::vector<unsigned> numbers;
    for (llvm::StringRef part : llvm::split(version, '.'))
      numbers.push_back(std::stoul(part.str()));
    return numbers;
  };
  for (const Check *rule : allRules())
    EXPECT_LE(parts(rule->since), parts({Version.data(), Version.size()})) << rule->id.str();
}

} // namespace
