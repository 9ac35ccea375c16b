// What a fix promises: the code compiles afterwards, and the finding is gone.
#include "matchers/Finding.h"
#include "tests/Fixture.h"
#include "tests/TempFolder.h"
#include "tool/Policy.h"
#include "tool/Runner.h"
#include "tool/Session.h"

#include "clang/Tooling/Core/Replacement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <map>

using namespace tether;
using namespace tether::tests;
using clang::tooling::Replacement;
using clang::tooling::Replacements;
using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

namespace {

/// A file to be analysed, and what it says.
struct Source {
  std::string name; ///< of the fixture
  std::string text;
  std::vector<std::string> flags;
  std::string config;
};

/// Where the position is in the text; columns count bytes.
size_t offsetOf(llvm::StringRef text, unsigned line, unsigned column) {
  size_t at = 0;
  for (unsigned i = 1; i < line; ++i)
    at = text.find('\n', at) + 1;
  return at + column - 1;
}

std::pair<unsigned, unsigned> placeOf(llvm::StringRef text, size_t offset) {
  llvm::StringRef before = text.take_front(offset);
  size_t line = before.rfind('\n');
  return {unsigned(before.count('\n')) + 1,
          unsigned(line == llvm::StringRef::npos ? offset : offset - line - 1) + 1};
}

/// Adds all edits of the fix, or none.
bool add(const Fix &fix, llvm::StringRef text, Replacements &all) {
  Replacements more = all;
  for (const Edit &edit : fix.edits) {
    size_t begin = offsetOf(text, edit.at.line, edit.at.column);
    size_t end = offsetOf(text, edit.at.endLine, edit.at.endColumn);
    if (llvm::Error error = more.add(Replacement("input.cpp", begin, end - begin, edit.text))) {
      llvm::consumeError(std::move(error));
      return false;
    }
  }
  all = std::move(more);
  return true;
}

std::string applied(llvm::StringRef text, const Replacements &edits) {
  llvm::Expected<std::string> changed = clang::tooling::applyAllReplacements(text, edits);
  if (changed)
    return *changed;
  ADD_FAILURE() << llvm::toString(changed.takeError());
  return "";
}

/// Analyses all of them in two worker processes, as `tether check` does with each.
std::vector<Result> analyseAll(llvm::ArrayRef<Source> sources) {
  TempFolder folder;
  std::vector<Session> sessions;
  std::vector<Job> jobs;
  std::map<std::string, size_t> sessionOf;
  for (const Source &source : sources) {
    std::string file = folder.write(std::to_string(sessions.size()) + "/" +
                                        fs::path(source.name).filename().string(),
                                    source.text);
    Options options;
    options.fixedFlags = source.flags;
    options.config = source.config;
    llvm::Expected<Session> session = openSession(options, {file});
    if (!session) {
      ADD_FAILURE() << llvm::toString(session.takeError());
      return {};
    }
    sessionOf[file] = sessions.size();
    llvm::append_range(jobs, session->project.jobs);
    sessions.push_back(std::move(*session));
  }
  auto work = [&](const Job &job) {
    return analyse(job, sessions[sessionOf.at(job.file)].settingsFor(job));
  };
  RunnerOptions options;
  options.workers = 2;
  auto units = runJobs(jobs, work, options, [](size_t, size_t, llvm::StringRef) {});
  if (!units) {
    ADD_FAILURE() << llvm::toString(units.takeError());
    return {};
  }
  std::vector<Result> results;
  for (auto [unit, session] : llvm::zip(*units, sessions))
    results.push_back(applyPolicy({unit}, session.policy));
  return results;
}

/// A source with some of its fixes, no two of them of one finding.
struct Trial {
  size_t source;
  Replacements edits;
  std::vector<std::pair<const Finding *, const Fix *>> fixes;
};

/// Every fix is in one trial of its file.
std::vector<Trial> trialsOf(size_t index, const Source &source, const Result &result) {
  std::vector<Trial> trials;
  std::map<const Finding *, size_t> tried;
  auto fits = [&](const Finding &finding, const Fix &fix, Trial &trial) {
    bool other = llvm::any_of(trial.fixes, [&](auto &each) { return each.first == &finding; });
    return !other && add(fix, source.text, trial.edits);
  };
  for (const Finding &finding : result.findings)
    for (const Fix &fix : finding.fixes) {
      auto trial = llvm::find_if(trials, [&](Trial &each) { return fits(finding, fix, each); });
      if (trial == trials.end()) {
        trials.push_back({index, {}, {}});
        trial = std::prev(trials.end());
        EXPECT_TRUE(add(fix, source.text, trial->edits)) << source.name << ": " << fix.title;
      }
      trial->fixes.emplace_back(&finding, &fix);
    }
  return trials;
}

/// What is wrong with the trial's outcome: it does not compile, or says the same again.
std::string complaint(const Trial &trial, const Source &before, const std::string &after,
                      const Result &result) {
  std::string said;
  for (const Failure &failure : result.failures)
    said += before.name + ":" + std::to_string(failure.line) + ": " + failure.message + "\n";
  for (auto [finding, fix] : trial.fixes) {
    size_t offset = offsetOf(before.text, finding->at.line, finding->at.column);
    auto place = placeOf(after, trial.edits.getShiftedCodePosition(offset));
    for (const Finding &left : result.findings)
      if (left.check == finding->check && std::pair(left.at.line, left.at.column) == place)
        said += before.name + ":" + std::to_string(finding->at.line) + ": " + fix->title + ": " +
                left.message + "\n";
  }
  return said;
}

/// The fixtures of the checks that offer fixes.
std::vector<Source> fixturesWithFixes() {
  std::vector<Source> sources;
  for (const char *check :
       {"dangling-capture", "discarded-async", "discarded-coroutine", "discarded-future",
        "unawaited-future", "unjoined-thread", "unobserved-error"})
    for (const fs::directory_entry &file : fs::directory_iterator(sourceDir() / "fixtures" / check))
      if (file.path().extension() == ".cpp") {
        std::string text = readFile(file.path());
        fs::path config = file.path();
        config.replace_extension(".yaml");
        sources.push_back({file.path().string(), text, flagsOf(file.path(), text),
                           fs::exists(config) ? config.string() : ""});
      }
  llvm::sort(sources, [](const Source &a, const Source &b) { return a.name < b.name; });
  return sources;
}

TEST(Fixes, LeaveCodeThatCompilesAndTheFindingGone) {
  std::vector<Source> sources = fixturesWithFixes();
  std::vector<Result> results = analyseAll(sources);
  std::vector<Trial> trials;
  for (size_t i = 0; i != results.size(); ++i)
    llvm::append_range(trials, trialsOf(i, sources[i], results[i]));
  std::vector<Source> changed;
  for (const Trial &trial : trials) {
    changed.push_back(sources[trial.source]);
    changed.back().text = applied(changed.back().text, trial.edits);
  }
  std::vector<Result> outcomes = analyseAll(changed);
  std::map<std::string, unsigned> tried;
  for (size_t i = 0; i != outcomes.size(); ++i) {
    EXPECT_EQ(complaint(trials[i], sources[trials[i].source], changed[i].text, outcomes[i]), "");
    for (auto [finding, fix] : trials[i].fixes)
      ++tried[finding->check];
  }
  for (auto &[check, count] : tried)
    RecordProperty(check, int(count));
  EXPECT_EQ(tried.size(), 7u) << "some check offers nothing in any fixture";
}

TEST(Fixes, AreNotBelievedButTried) {
  Source source{"a.cpp", "#include <future>\nstd::future<int> f();\nvoid g() { f(); }\n", {}, ""};
  std::vector<Result> before = analyseAll({source});
  ASSERT_EQ(before.size(), 1u);
  std::vector<Trial> trials = trialsOf(0, source, before[0]);
  ASSERT_EQ(trials.size(), 1u);
  trials[0].edits.clear();
  EXPECT_THAT(complaint(trials[0], source, source.text, before[0]),
              testing::StartsWith("a.cpp:3: wait for it here: `.get()`: "));
}

/// The outcome of each fix of the text, applied alone, under its title.
std::map<std::string, std::string> outcomes(const std::string &text) {
  std::map<std::string, std::string> found;
  Result result = checkText(text);
  EXPECT_FALSE(result.findings.empty()) << text;
  for (const Failure &failure : result.failures)
    ADD_FAILURE() << failure.line << ": " << failure.message;
  for (const Finding &finding : result.findings)
    for (const Fix &fix : finding.fixes) {
      Replacements edits;
      EXPECT_TRUE(add(fix, text, edits));
      found[fix.title + (fix.safe ? " (safe)" : "")] = applied(text, edits);
    }
  return found;
}

const std::string Head =
    "#include <future>\n#include <string>\n#include <thread>\n#include <vector>\n"
    "std::future<int> save(int); void audit(int); int size(std::string);\n";

/// The same behind what the cases have in common.
std::map<std::string, std::string> fixed(const std::string &text) {
  std::map<std::string, std::string> found = outcomes(Head + text);
  for (auto &[title, outcome] : found)
    outcome.erase(0, Head.size());
  return found;
}

using Outcomes = std::map<std::string, std::string>;
constexpr const char *AskNow = "wait for it here: `.get()`";
constexpr const char *Keep = "keep the handle, and call `get()` on it when the scope ends";

TEST(Fixes, AskWhereBlockingIsLegal) {
  EXPECT_EQ(fixed("void f() { (void)save(1); }"),
            (Outcomes{{AskNow, "void f() { (void)save(1).get(); }"}}));
  EXPECT_THAT(fixed("void f() noexcept { save(1); }"), IsEmpty());
  EXPECT_THAT(fixed("struct S { ~S() { save(1); } };"), IsEmpty());
}

TEST(Fixes, KeepTheHandleUntilTheScopeEnds) {
  EXPECT_EQ(fixed("int f() {\n"
                  "\t(void)std::async(std::launch::async, audit, 1);\n"
                  "\taudit(2);\n"
                  "\treturn 3;\n"
                  "}")[Keep],
            "int f() {\n"
            "\tauto pending = std::async(std::launch::async, audit, 1);\n"
            "\taudit(2);\n"
            "\tpending.get();\n"
            "\treturn 3;\n"
            "}");
  EXPECT_EQ(fixed("void f() { std::async(std::launch::async, audit, 1); audit(2); }")[Keep],
            "void f() { auto pending = std::async(std::launch::async, audit, 1); audit(2); "
            "pending.get(); }");
}

TEST(Fixes, KeepTheLineEnds) {
  EXPECT_EQ(fixed("void f() {\r\n  auto a = save(1);\r\n}\r\n"),
            (Outcomes{{"ask `a` when its scope ends",
                       "void f() {\r\n  auto a = save(1);\r\n  a.get();\r\n}\r\n"}}));
}

TEST(Fixes, KeepNoHandleThatSomeWayWouldLose) {
  std::string async = "std::async(std::launch::async, audit, 1); ";
  for (std::string text : {"void f(int i) { " + async + "if (i) return; audit(2); }",
                           "void f(int i) { for (;;) { " + async + "if (i) break; audit(2); } }",
                           "void f(int i) { if (i) " + async + "audit(2); }",
                           "void f(int i) { switch (i) { case 1: " + async + "audit(2); } }",
                           "void f() { audit(2); " + async + "}"})
    EXPECT_EQ(fixed(text).count(Keep), 0u) << text;
}

TEST(Fixes, NameWhatIsKeptByWhatNobodyElseIsCalled) {
  EXPECT_EQ(fixed("void f(int pending) { std::async(audit, pending); audit(2); }")[Keep],
            "void f(int pending) { auto pendingWork = std::async(audit, pending); audit(2); "
            "pendingWork.get(); }");
}

TEST(Fixes, CountBytes) {
  EXPECT_EQ(fixed("void f() { /* größer */ std::thread größe(audit, 1); /* ß */ }"),
            (Outcomes{{"make it a `std::jthread`, which joins where it dies",
                       "void f() { /* größer */ std::jthread größe(audit, 1); /* ß */ }"},
                      {"join `größe` when its scope ends",
                       "void f() { /* größer */ std::thread größe(audit, 1); /* ß */ größe.join(); "
                       "}"}}));
}

TEST(Fixes, LeaveMacrosAndTemplatesAlone) {
  EXPECT_THAT(fixed("#define RUN(x) x\nvoid f() { RUN(save(1)); }"), IsEmpty());
  EXPECT_THAT(fixed("#define SAVE save(1)\nvoid f() { SAVE; }"), IsEmpty());
  EXPECT_THAT(fixed("template <class T> void f(T t) { save(t); }\nvoid g() { f(1); }"), IsEmpty());
  EXPECT_THAT(fixed("template <class T> struct S { void f() { save(1); } };\n"
                    "void g() { S<int>().f(); }"),
              IsEmpty());
  EXPECT_THAT(fixed("auto f = [](auto t) { save(t); };\nvoid g() { f(1); }"), IsEmpty());
}

TEST(Fixes, JoinOnlyAThreadThatRunsTheSame) {
  const std::string joining = "make it a `std::jthread`, which joins where it dies";
  for (std::string text : {"void f() { auto t = std::thread(audit, 1); }",
                           "void f() { std::thread t([](auto...) {}); }",
                           "using Thread = std::thread; void f() { Thread t(audit, 1); }"})
    EXPECT_EQ(fixed(text).count(joining), 0u) << text;
}

TEST(Fixes, AskOnceInsteadOfWaiting) {
  const std::string ask = "call `get()` instead: it throws the work's error";
  EXPECT_EQ(fixed("void f() { save(1).wait(); }"),
            (Outcomes{{ask, "void f() { save(1).get(); }"}}));
  EXPECT_EQ(fixed("void f() { auto a = save(1); a.wait(); }"),
            (Outcomes{{ask, "void f() { auto a = save(1); a.get(); }"}}));
  EXPECT_THAT(fixed("void f(int n) { auto a = save(1); while (n--) a.wait(); }"), IsEmpty());
  EXPECT_THAT(fixed("void f(int n) { auto a = save(1); a.wait(); if (n) a.get(); }"), IsEmpty());
}

TEST(Fixes, AskEachInsteadOfWaitingForIt) {
  const std::string ask = "call `get()` instead: it throws the work's error";
  std::string fill = "void f() { std::vector<std::future<int>> all; all.push_back(save(1)); ";
  EXPECT_EQ(fixed(fill + "for (auto &one : all) { if (one.valid()) one.wait(); } }"),
            (Outcomes{{ask, fill + "for (auto &one : all) { if (one.valid()) one.get(); } }"}}));
  EXPECT_THAT(fixed(fill + "for (auto &one : all) for (int i : {1, 2}) one.wait(); }"), IsEmpty());
  EXPECT_THAT(fixed(fill + "for (auto &one : all) one.wait(); all.clear(); }"), IsEmpty());
}

std::string launched(const std::string &before, const std::string &closure) {
  return "std::future<int> f(std::string s, int n) { " + before +
         "return std::async(std::launch::async, " + closure + "); }";
}

TEST(Fixes, CaptureByValueWhatIsOnlyRead) {
  const std::string both = "capture `s`, `n` by value (safe)";
  EXPECT_EQ(fixed(launched("", "[& s, &n] { return size(s) + n; }"))[both],
            launched("", "[s, n] { return size(s) + n; }"));
  EXPECT_EQ(fixed(launched("", "[&] { return size(s) + n; }"))[both],
            launched("", "[s, n] { return size(s) + n; }"));
  EXPECT_EQ(fixed(launched("", "[&s] { return size(s); }"))["move `s` into the work"],
            launched("", "[s = std::move(s)] { return size(s); }"));
}

TEST(Fixes, CaptureByValueIsNotSafeWhereSomebodyWrites) {
  std::string text = launched("n = 2; ", "[&n] { return n; }");
  EXPECT_THAT(fixed(text), ElementsAre(testing::Key("capture `n` by value")));
}

TEST(Fixes, CaptureNoCopyOfWhatTheWorkWrites) {
  EXPECT_THAT(fixed(launched("", "[&n] { return ++n; }")), IsEmpty());
  EXPECT_THAT(fixed(launched("", "[&s] { s.clear(); return 1; }")), IsEmpty());
  EXPECT_THAT(fixed(launched("std::mutex m; ", "[&m] { m.lock(); return 1; }")), IsEmpty());
  EXPECT_THAT(fixed(launched("", "[=, &n] { return size(s) + n; }")), IsEmpty());
}

} // namespace
