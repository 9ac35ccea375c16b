#include "tool/Selection.h"

#include "matchers/Check.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using testing::HasSubstr;
using Ids = std::set<std::string>;

namespace {

Ids everything() {
  Ids ids;
  for (const Check *rule : allRules())
    ids.insert(rule->id.str());
  return ids;
}

Ids without(Ids ids, const Ids &taken) {
  for (const std::string &id : taken)
    ids.erase(id);
  return ids;
}

Ids select(const std::vector<std::string> &globs) {
  auto ids = selectChecks(globs);
  if (ids)
    return *ids;
  ADD_FAILURE() << llvm::toString(ids.takeError());
  return {};
}

std::string failure(const std::vector<std::string> &globs) {
  auto ids = selectChecks(globs);
  return ids ? "no failure" : llvm::toString(ids.takeError());
}

const Ids discarded = {"discarded-async", "discarded-coroutine", "discarded-future"};

TEST(Selection, AllByDefault) { EXPECT_EQ(select({}), everything()); }

TEST(Selection, OnlyWhatIsNamed) {
  EXPECT_EQ(select({"detached-thread"}), Ids{"detached-thread"});
  EXPECT_EQ(select({"discarded-*"}), discarded);
  EXPECT_EQ(select({"*"}), everything());
}

TEST(Selection, NamesMayCarryTheToolsPrefix) {
  EXPECT_EQ(select({"tether-detached-thread"}), Ids{"detached-thread"});
  EXPECT_EQ(select({"tether-*"}), everything());
  EXPECT_EQ(select({"-tether-detached-thread"}), without(everything(), {"detached-thread"}));
}

TEST(Selection, AListThatBeginsWithASubtractionBeginsWithAll) {
  EXPECT_EQ(select({"-discarded-*"}), without(everything(), discarded));
}

TEST(Selection, TheOrderCounts) {
  EXPECT_EQ(select({"discarded-*", "-discarded-async"}), without(discarded, {"discarded-async"}));
  EXPECT_EQ(select({"-*", "detached-thread"}), Ids{"detached-thread"});
  EXPECT_EQ(select({"detached-thread", "-*"}), Ids{});
  EXPECT_EQ(select({"-detached-thread", "detached-thread"}), everything());
}

TEST(Selection, RulesAboutSuppressionsAreNamesToo) {
  EXPECT_EQ(select({"*-suppression"}), (Ids{"unknown-suppression", "unused-suppression"}));
}

TEST(Selection, ANameThatFitsNothingIsAnError) {
  EXPECT_THAT(failure({"discarded-futur"}),
              testing::AllOf(HasSubstr("'discarded-futur'"), HasSubstr("'discarded-future'?")));
  EXPECT_THAT(failure({"-zzz-*"}), HasSubstr("'zzz-*'"));
  EXPECT_THAT(failure({"discarded-*", ""}), HasSubstr("unknown check ''"));
  EXPECT_THAT(failure({"Discarded-future"}), HasSubstr("unknown check"));
}

TEST(Selection, ABadGlobIsAnErrorOfOneLine) {
  std::string error = failure({"["});
  EXPECT_THAT(error, HasSubstr("glob"));
  EXPECT_EQ(error.find('\n'), std::string::npos);
}

TEST(Selection, RuleNames) {
  for (const std::string &id : everything()) {
    EXPECT_FALSE(bool(checkRuleName(id))) << id;
    EXPECT_FALSE(bool(checkRuleName("tether-" + id))) << id;
  }
  EXPECT_THAT(llvm::toString(checkRuleName("detached-tread")), HasSubstr("'detached-thread'?"));
  EXPECT_THAT(llvm::toString(checkRuleName("*")), HasSubstr("unknown check '*'"));
}

} // namespace
