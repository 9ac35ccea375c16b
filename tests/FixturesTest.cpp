// Every fixture says on its lines what must be found, and nothing else may be.
#include "matchers/Check.h"
#include "tests/Fixture.h"
#include "tests/Live.h"

#include "llvm/ADT/StringExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>

using namespace tether;
using namespace tether::tests;
namespace fs = std::filesystem;

class FixtureTest : public testing::TestWithParam<fs::path> {};

TEST_P(FixtureTest, SaysWhatItsMarkersWant) {
  std::string source = readFile(GetParam());
  std::vector<std::string> flags = flagsOf(GetParam(), source);
  fs::path configFile = GetParam();
  configFile.replace_extension(".yaml");
  std::string config = fs::exists(configFile) ? configFile.string() : "";
  Result result = check(GetParam(), flags, config);
  for (const Failure &failure : result.failures)
    ADD_FAILURE() << failure.line << ": " << failure.message;
  std::vector<std::string> said = told(result, source), expected = wanted(source), missing, extra;
  std::set_difference(expected.begin(), expected.end(), said.begin(), said.end(),
                      std::back_inserter(missing));
  std::set_difference(said.begin(), said.end(), expected.begin(), expected.end(),
                      std::back_inserter(extra));
  EXPECT_THAT(missing, testing::IsEmpty()) << "marked, but not found";
  EXPECT_THAT(extra, testing::IsEmpty()) << "found, but not marked: // want: ID on the line";
  EXPECT_EQ(linesOf(OpenedFile::open(GetParam(), flags, config).analyse(source)),
            linesOf(result, GetParam()))
      << "an editor is told something else";
}

static std::string nameOf(const testing::TestParamInfo<fs::path> &info) {
  std::string name = fs::relative(info.param, sourceDir() / "fixtures").replace_extension();
  std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, FixtureTest, testing::ValuesIn(markedFixtures()), nameOf);

TEST(Fixtures, EveryCheckHasMarkedAndSilentCases) {
  for (const Check *check : allChecks()) {
    fs::path folder = sourceDir() / "fixtures" / check->id.str();
    ASSERT_TRUE(fs::is_directory(folder)) << "no fixtures for " << check->id.str();
    size_t marked = 0;
    for (const fs::directory_entry &file : fs::directory_iterator(folder))
      if (file.path().extension() == ".cpp")
        for (const std::string &line : wanted(readFile(file.path())))
          marked += llvm::StringRef(line).contains(check->id);
    EXPECT_GE(marked, 25u) << check->id.str();
  }
}
