// .tether.yaml: each key, and a place and a hint for every mistake.
#include "tool/ConfigTree.h"

#include "tests/TempFolder.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

namespace {

Config parse(llvm::StringRef text) {
  auto config = parseConfig(text, "c.yaml");
  if (config)
    return std::move(*config);
  ADD_FAILURE() << llvm::toString(config.takeError());
  return {};
}

std::string failure(llvm::StringRef text) {
  auto config = parseConfig(text, "c.yaml");
  std::string message = config ? "no failure" : llvm::toString(config.takeError());
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  return message;
}

TEST(Config, EveryKey) {
  Config config = parse("checks: [discarded-*, -discarded-async]\n"
                        "levels: {detached-thread: error, discarded-future: note}\n"
                        "void-cast: forbid\n"
                        "exclude: ['gen/**', \"*.tpp\"]\n"
                        "flags: {add: [-isystem, /opt/inc], remove: ['-march=*']}\n"
                        "vocabulary:\n"
                        "  awaitables:\n"
                        "    - type: shop::Job\n");
  EXPECT_THAT(config.checks, ElementsAre("discarded-*", "-discarded-async"));
  EXPECT_EQ(config.levels, (std::map<std::string, Level>{{"detached-thread", Level::Error},
                                                         {"discarded-future", Level::Note}}));
  EXPECT_EQ(config.voidCast, VoidCast::Forbid);
  ASSERT_EQ(config.exclude.size(), 2u);
  EXPECT_EQ(config.exclude[0].glob, "gen/**");
  EXPECT_EQ(config.exclude[1].glob, "*.tpp");
  EXPECT_THAT(config.addFlags, ElementsAre("-isystem", "/opt/inc"));
  EXPECT_THAT(config.removeFlags, ElementsAre("-march=*"));
  ASSERT_EQ(config.vocabulary.awaitables.size(), 1u);
  EXPECT_EQ(config.vocabulary.awaitables[0].type, "shop::Job");
}

TEST(Config, NothingSaysNothing) {
  for (llvm::StringRef text : {"", "\n", "   \n\t\n", "# only a remark\n", "---\n", "{}\n"}) {
    Config config = parse(text);
    EXPECT_THAT(config.checks, IsEmpty());
    EXPECT_TRUE(config.levels.empty());
    EXPECT_FALSE(config.voidCast);
    EXPECT_THAT(config.exclude, IsEmpty());
    EXPECT_THAT(config.addFlags, IsEmpty());
    EXPECT_THAT(config.removeFlags, IsEmpty());
  }
}

TEST(Config, EveryPolicyOfVoidCasts) {
  EXPECT_EQ(parse("void-cast: allow").voidCast, VoidCast::Allow);
  EXPECT_EQ(parse("void-cast: require-reason").voidCast, VoidCast::RequireReason);
  EXPECT_EQ(parse("void-cast: forbid").voidCast, VoidCast::Forbid);
  EXPECT_THAT(failure("void-cast: maybe"), StartsWith("c.yaml:1:12: "));
}

TEST(Config, FlagsInPart) {
  EXPECT_THAT(parse("flags: {add: [-DA]}").removeFlags, IsEmpty());
  EXPECT_THAT(parse("flags: {remove: [-DA]}").addFlags, IsEmpty());
}

TEST(Config, UnknownKeysHaveAPlaceAndAHint) {
  EXPECT_THAT(failure("checks: []\nexclud: [a]\n"),
              AllOf(StartsWith("c.yaml:2:1: "), HasSubstr("'exclud'"), HasSubstr("'exclude'?")));
  EXPECT_THAT(failure("void_cast: allow\n"), HasSubstr("'void-cast'?"));
  EXPECT_THAT(failure("zzzzzzzz: 1\n"),
              AllOf(HasSubstr("'zzzzzzzz'"), testing::Not(HasSubstr("did you mean"))));
  EXPECT_THAT(failure("flags: {ad: [-DA]}\n"),
              AllOf(StartsWith("c.yaml:1:9: "), HasSubstr("'ad'")));
  EXPECT_THAT(failure("vocabulary:\n  awaitable: []\n"),
              AllOf(StartsWith("c.yaml:2:3: "), HasSubstr("'awaitable'")));
  EXPECT_THAT(failure("vocabulary:\n  awaitables:\n    - type: A\n      consum: [get]\n"),
              AllOf(StartsWith("c.yaml:4:7: "), HasSubstr("'consum'")));
}

TEST(Config, WrongTypesHaveAPlace) {
  EXPECT_THAT(failure("void-cast: forbid\nchecks: {a: b}\n"), StartsWith("c.yaml:2:"));
  EXPECT_THAT(failure("checks:\n  - [a]\n"), StartsWith("c.yaml:2:"));
  EXPECT_THAT(failure("\nlevels: [a]\n"), StartsWith("c.yaml:2:"));
  EXPECT_THAT(failure("flags: [a]\n"), StartsWith("c.yaml:1:"));
  EXPECT_THAT(failure("vocabulary: 7\n"), StartsWith("c.yaml:1:13: "));
  EXPECT_THAT(failure("[a, b]\n"), StartsWith("c.yaml:1:"));
  EXPECT_THAT(failure("just words\n"), StartsWith("c.yaml:1:1: "));
}

TEST(Config, WhatIsNoYamlHasAPlace) {
  EXPECT_THAT(failure("checks: [a\n"), StartsWith("c.yaml:"));
  EXPECT_THAT(failure("checks: \"a\n"), StartsWith("c.yaml:"));
  EXPECT_THAT(failure("a: b: c\n"), StartsWith("c.yaml:"));
  EXPECT_THAT(failure("checks: [\xff]\n"), StartsWith("c.yaml:"));
}

TEST(Config, WordsOfTheVocabularyInBothSpellings) {
  Config config = parse("vocabulary:\n"
                        "  awaitables:\n"
                        "    - {type: A, on-drop: never-runs, wait-only: [w], timed-wait: [t]}\n"
                        "    - {type: B, on_drop: never_runs, wait_only: [w], timed_wait: [t]}\n"
                        "  detached_sinks:\n"
                        "    - {function: f, when_argument: detached}\n"
                        "  detached-sinks: []\n");
  ASSERT_EQ(config.vocabulary.awaitables.size(), 2u);
  for (const Awaitable &each : config.vocabulary.awaitables) {
    EXPECT_EQ(each.onDrop, Drop::NeverRuns) << each.type;
    EXPECT_THAT(each.waitOnly, ElementsAre("w")) << each.type;
    EXPECT_THAT(each.timedWait, ElementsAre("t")) << each.type;
  }
}

TEST(Config, ReadFromAFile) {
  TempFolder folder;
  std::string file = folder.write(".tether.yaml", "void-cast: allow\n");
  auto config = readConfig(file);
  ASSERT_TRUE(bool(config));
  EXPECT_EQ(config->file, file);
  EXPECT_EQ(config->voidCast, VoidCast::Allow);
  std::string missing = folder.path("no.yaml");
  EXPECT_THAT(llvm::toString(readConfig(missing).takeError()), HasSubstr(missing));
  EXPECT_THAT(llvm::toString(readConfig(folder.path()).takeError()), HasSubstr(folder.path()));
  std::string wrong = folder.write("wrong.yaml", "\nnonsense: 1\n");
  EXPECT_THAT(llvm::toString(readConfig(wrong).takeError()), StartsWith(wrong + ":2:1: "));
}

TEST(Config, TheNearestUpwardsIsFound) {
  TempFolder folder;
  std::string deep = folder.makeFolder("a/b/c");
  std::string far = folder.write(".tether.yaml");
  auto nearest = [](const std::string &folder) {
    ConfigTree tree = llvm::cantFail(ConfigTree::create(""));
    return llvm::cantFail(tree.of(folder))->files;
  };
  EXPECT_THAT(nearest(deep), ElementsAre(far));
  std::string near = folder.write("a/b/.tether.yaml");
  EXPECT_THAT(nearest(deep), ElementsAre(near));
  EXPECT_THAT(nearest(folder.path("a")), ElementsAre(far));
}

} // namespace
