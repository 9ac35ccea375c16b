// What is said while a text is edited is what `tether check` says of the same text on disk.
#include "tests/Fixture.h"
#include "tool/lsp/LiveAnalysis.h"

#include "llvm/ADT/STLExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using namespace tether::tests;
using namespace tether::lsp;
namespace fs = std::filesystem;

namespace {

/// One file as an editor has it open.
struct Open {
  Workspace workspace;
  Command command;

  static Open file(const fs::path &path, std::vector<std::string> flags,
                   const std::string &config) {
    Options options;
    options.fixedFlags = std::move(flags);
    options.config = config;
    llvm::Expected<Session> session = openSession(options, {path.string()});
    if (!session)
      throw std::runtime_error(llvm::toString(session.takeError()));
    Workspace workspace{std::move(*session), std::nullopt};
    workspace.job = workspace.session.project.jobs.front();
    Command command(*workspace.job);
    return {std::move(workspace), std::move(command)};
  }
  /// As a worker does: with all bodies only where something is left unjudged without.
  LiveAnswer analyse(const std::string &text) const {
    LiveAnswer answer = analyse(text, Bodies::Own);
    return answer.unjudged.empty() ? answer : analyse(text, Bodies::All);
  }
  LiveAnswer analyse(const std::string &text, Bodies bodies) const {
    std::optional<Head> head =
        command.parseHead(text, bodies, workspace.session.settingsFor(*workspace.job));
    return analyseLive(workspace, command, head ? &*head : nullptr, text, Encoding::Utf8);
  }
};

std::string configOf(fs::path file) {
  file.replace_extension(".yaml");
  return fs::exists(file) ? file.string() : "";
}

std::string line(unsigned line, const std::string &check, const std::string &message) {
  return std::to_string(line) + ": " + check + ": " + message;
}

/// Equal findings of one line are one in a report and several in an editor.
std::vector<std::string> once(std::vector<std::string> lines) {
  llvm::sort(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

std::vector<std::string> toldBy(const Result &result, const fs::path &file) {
  std::vector<std::string> lines;
  for (const Finding &f : result.findings)
    if (!f.suppressed && fs::path(f.at.file).filename() == file.filename())
      lines.push_back(line(f.at.line, f.check, f.message));
  return once(std::move(lines));
}

std::vector<std::string> toldBy(const LiveAnswer &answer) {
  std::vector<std::string> lines;
  for (const LiveFinding &f : answer.findings)
    lines.push_back(line(f.range.start.line + 1, f.check, f.message));
  return once(std::move(lines));
}

} // namespace

class LiveFixtureTest : public testing::TestWithParam<fs::path> {};

TEST_P(LiveFixtureTest, SaysWhatCheckSays) {
  std::string source = readFile(GetParam());
  Result result = check(GetParam(), flagsOf(GetParam(), source), configOf(GetParam()));
  Open open = Open::file(GetParam(), flagsOf(GetParam(), source), configOf(GetParam()));
  EXPECT_EQ(toldBy(open.analyse(source)), toldBy(result, GetParam()));
}

static std::string nameOf(const testing::TestParamInfo<fs::path> &info) {
  std::string name = fs::relative(info.param, sourceDir() / "fixtures").replace_extension();
  std::replace_if(name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, LiveFixtureTest, testing::ValuesIn(markedFixtures()), nameOf);
