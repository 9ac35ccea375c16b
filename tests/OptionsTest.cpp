// The command line: every option, and one clear line for every mistake.
#include "tool/Options.h"

#include "tool/Version.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Words = std::vector<std::string>;

namespace {

Options parse(Words arguments) {
  auto options = parseOptions(std::move(arguments));
  if (options)
    return std::move(*options);
  ADD_FAILURE() << llvm::toString(options.takeError());
  return {};
}

std::string failure(Words arguments) {
  auto options = parseOptions(std::move(arguments));
  std::string message = options ? "no failure" : llvm::toString(options.takeError());
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

Words reports(const Options &options) {
  Words all;
  for (const ReportTarget &target : options.reports)
    all.push_back(target.format + ":" + target.file);
  return all;
}

TEST(Options, Defaults) {
  Options options = parse({"check"});
  EXPECT_EQ(options.command, "check");
  EXPECT_EQ(options.help, "");
  EXPECT_THAT(options.paths, IsEmpty());
  EXPECT_EQ(options.buildDir, "");
  EXPECT_FALSE(options.fixedFlags);
  EXPECT_EQ(options.config, "");
  EXPECT_THAT(reports(options), ElementsAre("text:"));
  EXPECT_THAT(options.checks, IsEmpty());
  EXPECT_TRUE(options.levels.empty());
  EXPECT_EQ(options.failOn, Level::Warning);
  EXPECT_GE(options.jobs, 1u);
  EXPECT_EQ(options.timeout, 120u);
  EXPECT_EQ(options.memory, 4096u);
  EXPECT_FALSE(options.allowIncomplete);
  EXPECT_EQ(options.colour, "auto");
  EXPECT_FALSE(options.quiet);
}

TEST(Options, EveryOptionOfCheck) {
  Options options = parse({"check",
                           "src",
                           "a.cpp",
                           "-p",
                           "build",
                           "--config",
                           "c.yaml",
                           "--timeout",
                           "7",
                           "-j",
                           "3",
                           "--format",
                           "json",
                           "--output",
                           "r.json",
                           "--checks=discarded-*",
                           "--fail-on",
                           "error",
                           "--level=a=note",
                           "--allow-incomplete",
                           "--colour",
                           "never",
                           "--quiet"});
  EXPECT_THAT(options.paths, ElementsAre("src", "a.cpp"));
  EXPECT_EQ(options.buildDir, "build");
  EXPECT_EQ(options.config, "c.yaml");
  EXPECT_EQ(options.timeout, 7u);
  EXPECT_EQ(options.jobs, 3u);
  EXPECT_THAT(reports(options), ElementsAre("json:r.json"));
  EXPECT_THAT(options.checks, ElementsAre("discarded-*"));
  EXPECT_EQ(options.failOn, Level::Error);
  EXPECT_EQ(options.levels, (std::map<std::string, Level>{{"a", Level::Note}}));
  EXPECT_TRUE(options.allowIncomplete);
  EXPECT_EQ(options.colour, "never");
  EXPECT_TRUE(options.quiet);
}

TEST(Options, OtherSpellings) {
  Options options =
      parse({"check", "--build-dir=b", "--jobs=2", "-o", "r", "--color=always", "-q"});
  EXPECT_EQ(options.buildDir, "b");
  EXPECT_EQ(options.jobs, 2u);
  EXPECT_THAT(reports(options), ElementsAre("text:r"));
  EXPECT_EQ(options.colour, "always");
  EXPECT_TRUE(options.quiet);
  EXPECT_EQ(parse({"check", "-pb"}).buildDir, "b");
  EXPECT_EQ(parse({"check", "-j4"}).jobs, 4u);
}

TEST(Options, PathsMayStandBehindAnyOption) {
  for (const Words &option :
       {Words{"--checks", "discarded-*"}, Words{"--checks=-detached-*"}, Words{"--level", "a=note"},
        Words{"--report", "json:r"}, Words{"--format", "json"}, Words{"-j", "2"}, Words{"-q"},
        Words{"-p", "b"}, Words{"--config", "c"}, Words{"-o", "r"}, Words{"--fail-on", "note"},
        Words{"--allow-incomplete"}, Words{"--timeout", "3"}, Words{"--color", "auto"}}) {
    Words arguments = {"check"};
    arguments.insert(arguments.end(), option.begin(), option.end());
    arguments.push_back("src");
    EXPECT_THAT(parse(arguments).paths, ElementsAre("src")) << option[0];
  }
}

TEST(Options, FlagsBehindDashes) {
  Options options = parse({"check", "a.cpp", "--", "-std=c++20", "-j", "--", "-q"});
  EXPECT_THAT(options.paths, ElementsAre("a.cpp"));
  ASSERT_TRUE(options.fixedFlags);
  EXPECT_THAT(*options.fixedFlags, ElementsAre("-std=c++20", "-j", "--", "-q"));
  EXPECT_FALSE(options.quiet);

  options = parse({"check", "a.cpp", "--"});
  ASSERT_TRUE(options.fixedFlags);
  EXPECT_THAT(*options.fixedFlags, IsEmpty());

  options = parse({"why", "a.cpp:3", "--", "-DX"});
  EXPECT_EQ(options.subject, "a.cpp:3");
  ASSERT_TRUE(options.fixedFlags);
  EXPECT_THAT(*options.fixedFlags, ElementsAre("-DX"));
}

TEST(Options, SeveralReports) {
  EXPECT_THAT(reports(parse({"check", "--report", "json:a", "--report", "sarif:b"})),
              ElementsAre("text:", "json:a", "sarif:b"));
  EXPECT_THAT(reports(parse({"check", "--format=json", "-o", "x", "--report=text:/a/b:c"})),
              ElementsAre("json:x", "text:/a/b:c"));
  EXPECT_THAT(reports(parse({"check", "--report", "json:-"})), ElementsAre("text:", "json:-"));
}

TEST(Options, MalformedReports) {
  EXPECT_THAT(failure({"check", "--report", "json"}),
              AllOf(HasSubstr("FORMAT:FILE"), HasSubstr("'json'")));
  EXPECT_THAT(failure({"check", "--report", "json:"}), HasSubstr("FORMAT:FILE"));
  EXPECT_THAT(failure({"check", "--report", ":a"}), HasSubstr("unknown format ''"));
  EXPECT_THAT(failure({"check", "--report", "jsn:a"}),
              AllOf(HasSubstr("unknown format 'jsn'"), HasSubstr("'json'?")));
}

TEST(Options, ListsOfChecks) {
  EXPECT_THAT(parse({"check", "--checks", "a,-b", "--checks=-c,,d"}).checks,
              ElementsAre("a", "-b", "-c", "d"));
  EXPECT_THAT(parse({"check", "--checks", "-a"}).checks, ElementsAre("-a"));
  EXPECT_THAT(parse({"check", "--checks", "-discarded-*,x"}).checks,
              ElementsAre("-discarded-*", "x"));
}

TEST(Options, LevelsOfChecks) {
  Options options =
      parse({"check", "--level", "a=note", "--level", "b=warning", "--level=a=error"});
  EXPECT_EQ(options.levels,
            (std::map<std::string, Level>{{"a", Level::Error}, {"b", Level::Warning}}));
  EXPECT_THAT(failure({"check", "--level", "a=loud"}),
              AllOf(HasSubstr("unknown level 'loud'"), HasSubstr("error, warning, note")));
  EXPECT_THAT(failure({"check", "--level", "a=eror"}), HasSubstr("'error'?"));
  EXPECT_THAT(failure({"check", "--level", "a"}), HasSubstr("level"));
  EXPECT_THAT(failure({"check", "--level", "a="}), HasSubstr("unknown level ''"));
}

TEST(Options, FailLevels) {
  EXPECT_EQ(parse({"check", "--fail-on", "note"}).failOn, Level::Note);
  EXPECT_EQ(parse({"check", "--fail-on", "error"}).failOn, Level::Error);
  EXPECT_EQ(parse({"check", "--fail-on", "never"}).failOn, std::nullopt);
  EXPECT_THAT(
      failure({"check", "--fail-on", "warnin"}),
      AllOf(HasSubstr("unknown level 'warnin'"), HasSubstr("'warning'?"), HasSubstr("never")));
}

TEST(Options, UnknownFormats) {
  std::string error = failure({"check", "--format", "sarfi"});
  EXPECT_THAT(error, AllOf(HasSubstr("unknown format 'sarfi'"), HasSubstr("'sarif'?"),
                           HasSubstr("text"), HasSubstr("json")));
}

TEST(Options, NumbersInBounds) {
  for (const char *wrong : {"0", "-1", "1025", "two", "", "1.5", "99999999999999999999"})
    EXPECT_THAT(failure({"check", "--jobs", wrong}), HasSubstr("--jobs")) << wrong;
  for (const char *wrong : {"0", "-1", "86401", "s"})
    EXPECT_THAT(failure({"check", "--timeout", wrong}), HasSubstr("--timeout")) << wrong;
  EXPECT_EQ(parse({"check", "--timeout", "86400"}).timeout, 86400u);
  for (const char *wrong : {"0", "63", "-1", "4G", ""})
    EXPECT_THAT(failure({"check", "--memory", wrong}), HasSubstr("--memory")) << wrong;
  EXPECT_EQ(parse({"why", "--memory", "64", "a.cpp:1"}).memory, 64u);
  EXPECT_EQ(parse({"check", "-j", "1024"}).jobs, 1024u);
}

TEST(Options, UnknownOptionsAndCommands) {
  EXPECT_THAT(failure({"check", "--formt", "json"}),
              AllOf(HasSubstr("--formt"), HasSubstr("'--format'?"), HasSubstr("tether --help")));
  EXPECT_THAT(failure({"check", "--allow-incomplet"}), HasSubstr("'--allow-incomplete'?"));
  EXPECT_THAT(failure({"check", "--fail-no=never"}), HasSubstr("'--fail-on'?"));
  EXPECT_THAT(failure({"check", "--zzzzzzzz"}),
              AllOf(HasSubstr("--zzzzzzzz"), Not(HasSubstr("did you mean"))));
  EXPECT_THAT(failure({"chekc", "a.cpp"}), HasSubstr("'check'?"));
  EXPECT_THAT(failure({"--format", "json"}), HasSubstr("tether --help"));
  EXPECT_THAT(failure({}), HasSubstr("tether --help"));
  EXPECT_THAT(failure({"check", "--output"}), HasSubstr("--output"));
  EXPECT_THAT(failure({"check", "--color", "red"}), HasSubstr("red"));
}

TEST(Options, OtherCommands) {
  Options why = parse({"why", "src/a.cpp:12", "-p", "b", "--config", "c"});
  EXPECT_EQ(why.command, "why");
  EXPECT_EQ(why.subject, "src/a.cpp:12");
  EXPECT_EQ(why.buildDir, "b");
  EXPECT_EQ(why.config, "c");
  EXPECT_EQ(parse({"explain", "detached-thread"}).subject, "detached-thread");
  EXPECT_FALSE(parse({"checks"}).json);
  EXPECT_TRUE(parse({"checks", "--json"}).json);
  EXPECT_EQ(parse({"docs", "d"}).subject, "d");
  EXPECT_FALSE(parse({"docs", "d"}).checkOnly);
  EXPECT_TRUE(parse({"docs", "d", "--check"}).checkOnly);
}

TEST(Options, OtherCommandsWantTheirSubject) {
  EXPECT_THAT(failure({"why"}), HasSubstr("required"));
  EXPECT_THAT(failure({"explain"}), HasSubstr("required"));
  EXPECT_THAT(failure({"docs"}), HasSubstr("required"));
  EXPECT_THAT(failure({"explain", "a", "b"}), HasSubstr("b"));
  EXPECT_THAT(failure({"checks", "a"}), HasSubstr("a"));
}

TEST(Options, HelpAndVersion) {
  EXPECT_EQ(parse({"--version"}).help, "tether " + std::string(Version) + "\n");
  for (const char *flag : {"-h", "--help"}) {
    EXPECT_THAT(parse({flag}).help,
                AllOf(HasSubstr("check"), HasSubstr("explain"), HasSubstr("Exit codes")));
    EXPECT_THAT(parse({"check", flag}).help,
                AllOf(HasSubstr("--fail-on"), HasSubstr("--report"), HasSubstr("'--'")));
    EXPECT_EQ(parse({"check", flag}).command, "");
  }
  // Behind the dashes it is a flag of the compiler.
  EXPECT_EQ(parse({"check", "a.cpp", "--", "--help"}).help, "");
}

} // namespace
