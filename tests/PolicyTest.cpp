// From the plain data of several units to one result; no Clang here.
#include "tool/Policy.h"

#include "matchers/Check.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <algorithm>

using namespace tether;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Lines = std::vector<std::string>;

namespace {

Finding finding(unsigned line, unsigned column = 3, std::string check = "discarded-future") {
  Finding made;
  made.check = std::move(check);
  made.at = {"/root/a.cpp", line, column, line, column + 4};
  made.statement = line;
  made.message = "lost";
  made.function = "work";
  made.expression = "save()";
  return made;
}

/// A comment that speaks of its line and, as one that stands alone, of the next.
Suppression comment(unsigned line, Lines checks, std::string reason = "known") {
  Suppression made;
  made.at = {"/root/a.cpp", line, 1, line, 40};
  made.kind = "comment";
  made.firstLine = line;
  made.lastLine = line + 1;
  made.checks = std::move(checks);
  made.reason = std::move(reason);
  return made;
}

UnitResult unit(std::vector<Finding> findings, std::vector<Suppression> suppressions = {}) {
  UnitResult made;
  made.findings = std::move(findings);
  made.suppressions = std::move(suppressions);
  return made;
}

UnitResult failing(UnitResult made, std::string kind, std::string file = "/root/a.cpp") {
  made.failure = Failure{std::move(kind), file, "what happened", 2, 3, file};
  return made;
}

/// The same policy for all files.
struct Everywhere : FilePolicy {
  std::string root = "/root";
};

Everywhere options() {
  Everywhere made;
  for (const Check *rule : allRules())
    made.checks.insert(rule->id.str());
  return made;
}

Result policy(std::vector<UnitResult> units, const Everywhere &with = options()) {
  return applyPolicy(std::move(units),
                     {with.root, [&](llvm::StringRef) -> const FilePolicy & { return with; }});
}

/// "LINE:COLUMN check", with "(silenced)" behind those that do not count.
Lines told(const Result &result) {
  Lines lines;
  for (const Finding &each : result.findings)
    lines.push_back(std::to_string(each.at.line) + ":" + std::to_string(each.at.column) + " " +
                    each.check + (each.suppressed ? " (silenced)" : ""));
  return lines;
}

Lines fingerprints(const Result &result) {
  Lines prints;
  for (const Finding &each : result.findings)
    prints.push_back(each.fingerprint);
  return prints;
}

TEST(Policy, NothingInNothingOut) {
  Result result = policy({});
  EXPECT_THAT(result.findings, IsEmpty());
  EXPECT_THAT(result.failures, IsEmpty());
  EXPECT_EQ(result.root, "/root");
  EXPECT_EQ(result.summary.units, 0u);
}

TEST(Policy, AHeadersFindingIsToldOnce) {
  Result result = policy({unit({finding(4)}), unit({finding(4)}), unit({finding(4), finding(9)})});
  EXPECT_THAT(told(result), ElementsAre("4:3 discarded-future", "9:3 discarded-future"));
  EXPECT_EQ(result.findings[0].count, 1u);
  EXPECT_EQ(result.summary.warnings, 2u);
}

TEST(Policy, TwoChecksMaySpeakOfOnePlace) {
  Result result = policy({unit({finding(4), finding(4, 3, "detached-thread")})});
  EXPECT_THAT(told(result), ElementsAre("4:3 detached-thread", "4:3 discarded-future"));
}

TEST(Policy, TheLoudestOfOnePlaceStays) {
  Finding quiet = finding(4), loud = finding(4);
  quiet.level = Level::Note;
  loud.level = Level::Error;
  for (auto units : {std::vector{unit({quiet}), unit({loud})}, {unit({loud}), unit({quiet})}}) {
    Result result = policy(units);
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_EQ(result.findings[0].level, Level::Error);
  }
}

TEST(Policy, TheOneThatRunsForAHandlerStays) {
  Finding plain = finding(4), handled = finding(4);
  plain.level = Level::Error;
  handled.level = Level::Note;
  handled.handler = HandlerReach{"shop", "get", {"get", "work"}};
  for (auto units :
       {std::vector{unit({plain}), unit({handled})}, {unit({handled}), unit({plain})}}) {
    Result result = policy(units);
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_TRUE(result.findings[0].handler);
  }
}

TEST(Policy, EqualFindingsOfALineAreOneWithACount) {
  Finding other = finding(4, 30);
  other.message = "lost otherwise";
  Result result = policy({unit({finding(4, 3), finding(4, 9), finding(4, 20), other})});
  ASSERT_THAT(told(result), ElementsAre("4:3 discarded-future", "4:30 discarded-future"));
  EXPECT_EQ(result.findings[0].count, 3u);
  EXPECT_EQ(result.findings[1].count, 1u);
  EXPECT_EQ(result.summary.warnings, 2u);
}

TEST(Policy, TheLoudestOfOneLineStays) {
  Finding quiet = finding(4, 3), loud = finding(4, 9);
  quiet.level = Level::Note;
  loud.level = Level::Error;
  for (auto findings : {std::vector{quiet, loud}, {loud, quiet}}) {
    Result result = policy({unit(findings)});
    ASSERT_THAT(result.findings, SizeIs(1));
    EXPECT_EQ(result.findings[0].level, Level::Error);
    EXPECT_EQ(result.findings[0].count, 2u);
  }
}

TEST(Policy, EqualFindingsOfDifferentLinesOrFilesStay) {
  Finding elsewhere = finding(4);
  elsewhere.at.file = "/root/b.cpp";
  Result result = policy({unit({finding(4), finding(5), elsewhere})});
  EXPECT_THAT(result.findings, SizeIs(3));
}

TEST(Policy, TheOrderOfUnitsIsOfNoMatter) {
  Finding b = finding(2, 1);
  b.at.file = "/root/b.cpp";
  std::vector<UnitResult> units = {unit({finding(9), finding(4, 8)}, {comment(8, {"*"})}),
                                   unit({b, finding(4, 3)}), unit({finding(4, 3)})};
  Result forwards = policy(units);
  std::reverse(units.begin(), units.end());
  Result backwards = policy(units);
  EXPECT_EQ(told(forwards), told(backwards));
  EXPECT_EQ(fingerprints(forwards), fingerprints(backwards));
  EXPECT_TRUE(std::is_sorted(forwards.findings.begin(), forwards.findings.end(), before));
}

TEST(Policy, ACommentSilencesItsLineAndTheNext) {
  Result result = policy({unit({finding(3), finding(4), finding(5), finding(6)},
                               {comment(4, {"discarded-future"}, "the reason")})});
  EXPECT_THAT(told(result), ElementsAre("3:3 discarded-future", "4:3 discarded-future (silenced)",
                                        "5:3 discarded-future (silenced)", "6:3 discarded-future"));
  EXPECT_EQ(result.findings[1].suppressed, (Suppressed{"comment", "the reason"}));
  EXPECT_EQ(result.summary.suppressed, 2u);
  EXPECT_EQ(result.summary.warnings, 2u);
}

TEST(Policy, ACommentAboveAStatementOfSeveralLinesSilencesIt) {
  Finding deep = finding(7);
  deep.statement = 5;
  EXPECT_THAT(told(policy({unit({deep}, {comment(4, {"discarded-future"})})})),
              ElementsAre("7:3 discarded-future (silenced)"));
}

TEST(Policy, ACommentSpeaksOfItsOwnFileAndCheckOnly) {
  Finding elsewhere = finding(4), otherCheck = finding(4, 3, "detached-thread");
  elsewhere.at.file = "/root/b.cpp";
  Result result =
      policy({unit({elsewhere, otherCheck}, {comment(4, {"discarded-future", "detached-*"})})});
  EXPECT_THAT(told(result), ElementsAre("4:1 unused-suppression", "4:3 detached-thread (silenced)",
                                        "4:3 discarded-future"));
}

TEST(Policy, AnUnusedSuppressionIsANote) {
  Result result = policy({unit({}, {comment(4, {"discarded-future"})})});
  ASSERT_THAT(told(result), ElementsAre("4:1 unused-suppression"));
  EXPECT_EQ(result.findings[0].level, Level::Note);
  EXPECT_EQ(result.findings[0].at.file, "a.cpp");
  EXPECT_THAT(result.findings[0].message, HasSubstr("`discarded-future`"));
  EXPECT_NE(result.findings[0].fingerprint, "");
  EXPECT_EQ(result.summary.notes, 1u);
}

TEST(Policy, EachNameOfASuppressionIsJudged) {
  Result result = policy(
      {unit({finding(4)}, {comment(4, {"discarded-future", "detached-thread", "nonsense"})})});
  ASSERT_THAT(told(result), ElementsAre("4:1 unknown-suppression", "4:1 unused-suppression",
                                        "4:3 discarded-future (silenced)"));
  EXPECT_THAT(result.findings[0].message, HasSubstr("`nonsense`"));
  EXPECT_THAT(result.findings[1].message, HasSubstr("`detached-thread`"));
}

TEST(Policy, AHeadersSuppressionIsUsedIfOneUnitUsesIt) {
  // A template that only the second unit instantiates.
  Suppression header = comment(4, {"discarded-future"});
  Result result = policy({unit({}, {header}), unit({finding(4)}, {header}), unit({}, {header})});
  EXPECT_THAT(told(result), ElementsAre("4:3 discarded-future (silenced)"));
}

TEST(Policy, AnUnusedSuppressionOfAHeaderIsToldOnce) {
  Suppression header = comment(4, {"discarded-future"});
  EXPECT_THAT(told(policy({unit({}, {header}), unit({}, {header})})),
              ElementsAre("4:1 unused-suppression"));
}

TEST(Policy, AnIncompleteUnitMakesNothingUnused) {
  Suppression header = comment(4, {"discarded-future"});
  EXPECT_THAT(told(policy({unit({}, {header}), failing(unit({}, {header}), "parse")})), IsEmpty());
}

TEST(Policy, AnInterruptedRunMakesNothingUnused) {
  // What was not analysed may include the same header.
  Suppression header = comment(4, {"discarded-future"});
  UnitResult rest = failing(unit({}), "interrupted", "/root/b.cpp");
  EXPECT_THAT(told(policy({unit({}, {header}), std::move(rest)})), IsEmpty());
}

TEST(Policy, ACheckThatDidNotRunMakesNothingUnused) {
  Everywhere some = options();
  some.checks.erase("discarded-future");
  EXPECT_THAT(told(policy({unit({}, {comment(4, {"discarded-future"})})}, some)), IsEmpty());
  // A glob may have meant any of the checks that it fits.
  EXPECT_THAT(told(policy({unit({}, {comment(4, {"discarded-*"})})}, some)), IsEmpty());
  EXPECT_THAT(told(policy({unit({}, {comment(4, {"*"})})}, some)), IsEmpty());
}

TEST(Policy, RulesAboutSuppressionsCanBeLeftOut) {
  Everywhere some = options();
  std::vector<UnitResult> units = {
      unit({}, {comment(4, {"discarded-future"}, ""), comment(8, {"nonsense"})})};
  some.checks.erase("unused-suppression");
  EXPECT_THAT(told(policy(units, some)),
              ElementsAre("4:1 suppression-without-reason", "8:1 unknown-suppression"));
  some.checks.erase("unknown-suppression");
  EXPECT_THAT(told(policy(units, some)), ElementsAre("4:1 suppression-without-reason"));
  some.checks.erase("suppression-without-reason");
  EXPECT_THAT(told(policy(units, some)), IsEmpty());
}

TEST(Policy, AMissingReasonIsTold) {
  Result result = policy({unit({finding(4)}, {comment(4, {"discarded-future"}, "")})});
  EXPECT_THAT(told(result),
              ElementsAre("4:1 suppression-without-reason", "4:3 discarded-future (silenced)"));
}

TEST(Policy, ASuppressionWithoutNamesIsUnknown) {
  EXPECT_THAT(told(policy({unit({finding(4)}, {comment(4, {})})})),
              ElementsAre("4:1 unknown-suppression", "4:3 discarded-future"));
}

TEST(Policy, WhatSpeaksToEveryToolOwesNothing) {
  Suppression blanket = comment(4, {"*"}, "");
  blanket.kind = "nolint";
  blanket.blanket = true;
  EXPECT_THAT(told(policy({unit({}, {blanket})})), IsEmpty());
  EXPECT_THAT(told(policy({unit({finding(4)}, {blanket})})),
              ElementsAre("4:3 discarded-future (silenced)"));
}

TEST(Policy, ASuppressionOfSeveralLinesIsReportedOnItsFirst) {
  Suppression tall = comment(4, {"nonsense"});
  tall.at.endLine = 6;
  Result result = policy({unit({}, {tall})});
  ASSERT_THAT(result.findings, SizeIs(1));
  EXPECT_EQ(result.findings[0].at.line, 4u);
  EXPECT_EQ(result.findings[0].at.endLine, 4u);
  EXPECT_GT(result.findings[0].at.endColumn, result.findings[0].at.column);
}

TEST(Policy, CastsToVoid) {
  Finding voided = finding(4);
  voided.voided = true;
  Everywhere with = options();
  std::vector<UnitResult> bare = {unit({voided})};
  std::vector<UnitResult> reasoned = {unit({voided}, {comment(4, {"discarded-future"})})};

  with.voidCast = VoidCast::Allow;
  EXPECT_THAT(told(policy(bare, with)), IsEmpty());
  with.voidCast = VoidCast::RequireReason;
  EXPECT_THAT(told(policy(bare, with)), ElementsAre("4:3 discarded-future"));
  EXPECT_THAT(told(policy(reasoned, with)), ElementsAre("4:3 discarded-future (silenced)"));
  with.voidCast = VoidCast::Forbid;
  EXPECT_THAT(told(policy(bare, with)), ElementsAre("4:3 discarded-future"));
  EXPECT_THAT(told(policy(reasoned, with)), testing::Contains("4:3 discarded-future"));
}

TEST(Policy, ForbiddenCastsLeaveOtherSuppressionsAlone) {
  Everywhere with = options();
  with.voidCast = VoidCast::Forbid;
  EXPECT_THAT(told(policy({unit({finding(4)}, {comment(4, {"discarded-future"})})}, with)),
              ElementsAre("4:3 discarded-future (silenced)"));
}

TEST(Policy, LevelsReplaceThoseOfAllFindingsOfACheck) {
  Finding raised = finding(4);
  raised.level = Level::Error;
  Everywhere with = options();
  with.levels = {{"discarded-future", Level::Note}, {"unused-suppression", Level::Error}};
  Result result = policy({unit({raised, finding(8), finding(8, 3, "detached-thread")},
                               {comment(20, {"discarded-future"})})},
                         with);
  EXPECT_EQ(result.summary.notes, 2u);
  EXPECT_EQ(result.summary.warnings, 1u);
  EXPECT_EQ(result.summary.errors, 1u);
}

TEST(Policy, FingerprintsOutliveLinesInsertedAbove) {
  Finding moved = finding(104, 9);
  moved.statement = 104;
  EXPECT_EQ(fingerprints(policy({unit({finding(4)})})), fingerprints(policy({unit({moved})})));
}

TEST(Policy, FingerprintsOutliveFindingsOfOtherKinds) {
  Finding other = finding(2);
  other.expression = "load()";
  Lines alone = fingerprints(policy({unit({finding(4)})}));
  Lines both = fingerprints(policy({unit({other, finding(4)})}));
  EXPECT_THAT(both, testing::Contains(alone[0]));
}

TEST(Policy, FingerprintsTellEqualFindingsApartByTheirOrdinal) {
  Result result = policy({unit({finding(4), finding(8), finding(12)})});
  Lines prints = fingerprints(result);
  ASSERT_THAT(prints, SizeIs(3));
  EXPECT_EQ(std::set(prints.begin(), prints.end()).size(), 3u);
  EXPECT_EQ(prints[0], fingerprints(policy({unit({finding(4)})}))[0]);
}

TEST(Policy, FingerprintsKnowCheckFileFunctionAndExpression) {
  std::set<std::string> prints;
  auto add = [&](auto change) {
    Finding changed = finding(4);
    change(changed);
    prints.insert(fingerprints(policy({unit({changed})}))[0]);
  };
  add([](Finding &) {});
  add([](Finding &f) { f.check = "detached-thread"; });
  add([](Finding &f) { f.at.file = "/root/b.cpp"; });
  add([](Finding &f) { f.function = "other"; });
  add([](Finding &f) { f.expression = "load()"; });
  EXPECT_EQ(prints.size(), 5u);
  // What is said about it, and how loudly, may change between releases.
  add([](Finding &f) { f.message = "lost in other words"; });
  add([](Finding &f) { f.level = Level::Error; });
  EXPECT_EQ(prints.size(), 5u);
}

TEST(Policy, FingerprintsDoNotDependOnWhereTheProjectLies) {
  Finding moved = finding(4);
  moved.at.file = "/elsewhere/a.cpp";
  Everywhere there = options();
  there.root = "/elsewhere";
  EXPECT_EQ(fingerprints(policy({unit({finding(4)})})),
            fingerprints(policy({unit({moved})}, there)));
}

TEST(Policy, PathsAreRelativeToTheRoot) {
  Finding told = finding(4);
  told.trace.push_back({{"/root/inc/a.h", 1, 1, 1, 2}, "here"});
  told.trace.push_back({{"/usr/include/b.h", 1, 1, 1, 2}, "there"});
  told.fixes.push_back({"await", true, {{{"/root/a.cpp", 4, 3, 4, 3}, "co_await "}}});
  Result result = policy({failing(unit({told}), "parse", "/root/sub/c.cpp")});
  const Finding &found = result.findings.at(0);
  EXPECT_EQ(found.at.file, "a.cpp");
  EXPECT_EQ(found.trace[0].at.file, "inc/a.h");
  EXPECT_EQ(found.trace[1].at.file, "/usr/include/b.h");
  EXPECT_EQ(found.fixes[0].edits[0].at.file, "a.cpp");
  EXPECT_EQ(result.failures.at(0).file, "sub/c.cpp");
  EXPECT_EQ(result.failures.at(0).at, "sub/c.cpp");
}

TEST(Policy, RelativeTo) {
  EXPECT_EQ(relativeTo("/root/a.cpp", "/root"), "a.cpp");
  EXPECT_EQ(relativeTo("/root/a.cpp", "/root/"), "a.cpp");
  EXPECT_EQ(relativeTo("/a.cpp", "/"), "a.cpp");
  EXPECT_EQ(relativeTo("/rooted/a.cpp", "/root"), "/rooted/a.cpp");
  EXPECT_EQ(relativeTo("/root", "/root"), "/root");
  EXPECT_EQ(relativeTo("", "/root"), "");
}

TEST(Policy, FailuresAreListedAndCounted) {
  Result result = policy({failing(unit({finding(4)}), "parse", "/root/b.cpp"),
                          failing(unit({}), "crash", "/root/a.cpp"),
                          failing(unit({}), "timeout", "/root/c.cpp"), unit({})});
  ASSERT_THAT(result.failures, SizeIs(3));
  EXPECT_EQ(result.failures[0].file, "a.cpp");
  EXPECT_EQ(result.failures[1].file, "b.cpp");
  EXPECT_EQ(result.failures[2].file, "c.cpp");
  EXPECT_EQ(result.summary.units, 4u);
  EXPECT_EQ(result.summary.failed, 3u);
  // A file that does not parse is analysed as far as Clang recovers.
  EXPECT_EQ(result.summary.analysed, 2u);
  EXPECT_THAT(told(result), ElementsAre("4:3 discarded-future"));
}

TEST(Policy, AHandlerSeenByTwoUnitsIsOne) {
  UnitResult one = unit({}), two = unit({});
  Span get{"/root/a.h", 1, 6, 1, 9}, put{"/root/a.h", 2, 6, 2, 9},
      remove{"/root/b.cpp", 1, 6, 1, 12};
  one.handlerPlaces = {get, put};
  two.handlerPlaces = {put, remove};
  EXPECT_EQ(policy({one, two}).summary.handlers, 3u);
}

} // namespace
