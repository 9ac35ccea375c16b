// The shipped vocabulary is whole, and names mean the declarations that the documentation says.
#include "matchers/Vocabulary.h"

#include "matchers/Names.h"
#include "tests/Fixture.h"

#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/Tooling/Tooling.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
namespace fs = std::filesystem;

namespace {

Vocabulary parse(llvm::StringRef text) {
  auto vocabulary = parseVocabulary(text, "v.yaml");
  if (vocabulary)
    return std::move(*vocabulary);
  ADD_FAILURE() << llvm::toString(vocabulary.takeError());
  return {};
}

std::string failure(llvm::StringRef text) {
  auto vocabulary = parseVocabulary(text, "v.yaml");
  return vocabulary ? "no failure" : llvm::toString(vocabulary.takeError());
}

/// Names of the entries that do not say why they are there, or have no name.
template <class Entry>
void addUnexplained(const std::vector<Entry> &entries, std::string Entry::*name,
                    std::vector<std::string> &found) {
  for (const Entry &entry : entries)
    if (entry.because.empty() || (entry.*name).empty())
      found.push_back(entry.*name);
}

std::vector<std::string> unexplained(const Vocabulary &v) {
  std::vector<std::string> found;
  addUnexplained(v.awaitables, &Awaitable::type, found);
  addUnexplained(v.launchers, &Launcher::function, found);
  addUnexplained(v.detachedSinks, &DetachedSink::function, found);
  addUnexplained(v.scopes, &JoiningScope::type, found);
  addUnexplained(v.wrappers, &Wrapper::type, found);
  addUnexplained(v.handlers, &HandlerEntry::name, found);
  for (const auto *list : {&v.sanctionedSinks, &v.safeToIgnore, &v.combinators, &v.makers,
                           &v.binders, &v.callables, &v.completions, &v.errorClosers, &v.errorTypes,
                           &v.broadExceptions, &v.testMacros, &v.ignorers})
    addUnexplained(*list, &Named::name, found);
  return found;
}

fs::path folder() { return tests::sourceDir() / "matchers/vocabulary"; }

TEST(ShippedVocabulary, EveryFileIsEmbedded) {
  std::vector<std::string> files, embedded;
  for (const fs::directory_entry &file : fs::recursive_directory_iterator(folder()))
    if (file.is_regular_file())
      files.push_back(fs::relative(file.path(), folder()));
  std::sort(files.begin(), files.end());
  for (const VocabularySource &source : shippedVocabularySources()) {
    embedded.push_back(source.name.str());
    EXPECT_EQ(source.text.str(), tests::readFile(folder() / source.name.str()));
  }
  EXPECT_EQ(embedded, files);
}

std::vector<std::string> stemsIn(const fs::path &where) {
  std::vector<std::string> stems;
  for (const fs::directory_entry &entry : fs::directory_iterator(where))
    stems.push_back(entry.path().stem());
  std::sort(stems.begin(), stems.end());
  return stems;
}

TEST(ShippedVocabulary, EveryFileHasItsFixtures) {
  for (const char *kind : {"libraries", "frameworks"}) {
    fs::path fixtures = tests::sourceDir() / "fixtures" / kind;
    EXPECT_EQ(stemsIn(folder() / kind), stemsIn(fixtures)) << kind;
    for (const std::string &name : stemsIn(fixtures)) {
      size_t marked = 0;
      for (const fs::directory_entry &file : fs::directory_iterator(fixtures / name))
        if (file.path().extension() == ".cpp")
          marked += tests::wanted(tests::readFile(file.path())).size();
      EXPECT_GT(marked, 2u) << kind << "/" << name;
    }
  }
}

TEST(ShippedVocabulary, EveryLibraryAndFrameworkIntroducesItself) {
  auto all = shippedVocabulary();
  ASSERT_TRUE(bool(all)) << llvm::toString(all.takeError());
  EXPECT_GE(all->libraries.size(), 44u);
  EXPECT_GE(all->frameworks.size(), 31u);
  auto introduced = [](const auto &each) {
    EXPECT_FALSE(each.because.empty()) << each.name;
    EXPECT_FALSE(each.headers.empty()) << each.name;
    EXPECT_FALSE(each.seen.empty()) << each.name;
  };
  for (const Library &library : all->libraries)
    if (library.name != "shapes" && library.name != "testing")
      introduced(library);
  for (const Framework &framework : all->frameworks)
    introduced(framework);
}

TEST(ShippedVocabulary, EveryFileParsesAndEveryEntrySaysWhy) {
  for (const VocabularySource &source : shippedVocabularySources()) {
    auto vocabulary = parseVocabulary(source.text, source.name);
    ASSERT_TRUE(bool(vocabulary)) << llvm::toString(vocabulary.takeError());
    EXPECT_THAT(unexplained(*vocabulary), testing::IsEmpty()) << source.name.str();
  }
}

TEST(ShippedVocabulary, AllOfItParsesTogether) {
  auto all = shippedVocabulary();
  ASSERT_TRUE(bool(all)) << llvm::toString(all.takeError());
  EXPECT_FALSE(all->awaitables.empty());
  EXPECT_FALSE(all->handlers.empty());
  EXPECT_FALSE(all->executors.functions.empty());
  EXPECT_FALSE(all->structure.futureExtras.empty());
}

TEST(ShippedVocabulary, NoTypeIsListedTwice) {
  auto all = shippedVocabulary();
  ASSERT_TRUE(bool(all)) << llvm::toString(all.takeError());
  std::set<std::string> seen;
  for (const Awaitable &entry : all->awaitables)
    EXPECT_TRUE(seen.insert(entry.type).second) << entry.type;
  for (const Wrapper &entry : all->wrappers)
    EXPECT_TRUE(seen.insert(entry.type).second) << entry.type;
}

TEST(VocabularyFile, EveryKeyOfAnAwaitable) {
  Vocabulary v = parse("awaitables:\n"
                       "  - type: A\n    also: [B]\n    start: lazy\n    on-drop: cancels\n"
                       "    work: thread\n    consume: [c]\n    wait-only: [w]\n"
                       "    timed-wait: [t]\n    transfer: [m]\n    continuations: [n, finally]\n"
                       "    finalizers: [f]\n    error-handlers: [e]\n    detach: [d]\n"
                       "    neutral: [q]\n    because: so it is\n");
  ASSERT_EQ(v.awaitables.size(), 1u);
  const Awaitable &a = v.awaitables[0];
  EXPECT_EQ(a.type, "A");
  EXPECT_THAT(a.also, ElementsAre("B"));
  EXPECT_EQ(a.start, Start::Lazy);
  EXPECT_EQ(a.onDrop, Drop::Cancels);
  EXPECT_EQ(a.work, Work::Thread);
  EXPECT_THAT(a.consume, ElementsAre("c"));
  EXPECT_THAT(a.waitOnly, ElementsAre("w"));
  EXPECT_THAT(a.timedWait, ElementsAre("t"));
  EXPECT_THAT(a.transfer, ElementsAre("m"));
  // `finally` handles no error, whatever list has it.
  EXPECT_THAT(a.continuations, ElementsAre("n"));
  EXPECT_THAT(a.finalizers, ElementsAre("f", "finally"));
  EXPECT_THAT(a.errorHandlers, ElementsAre("e"));
  EXPECT_THAT(a.detach, ElementsAre("d"));
  EXPECT_THAT(a.neutral, ElementsAre("q"));
  EXPECT_EQ(a.because, "so it is");
}

TEST(VocabularyFile, LaunchersAndSinks) {
  Vocabulary v = parse("launchers:\n"
                       "  - function: run\n    returns: A\n    on-drop: blocks\n"
                       "    on-drop-if: [{argument: 'lazy', on-drop: never-runs}]\n"
                       "  - function: start\n"
                       "detached-sinks:\n"
                       "  - {function: go, work: thread, when-argument: detached}\n");
  ASSERT_EQ(v.launchers.size(), 2u);
  EXPECT_EQ(v.launchers[0].onDrop, Drop::Blocks);
  ASSERT_EQ(v.launchers[0].onDropIf.size(), 1u);
  EXPECT_EQ(v.launchers[0].onDropIf[0].argument, "lazy");
  EXPECT_EQ(v.launchers[0].onDropIf[0].onDrop, Drop::NeverRuns);
  EXPECT_EQ(v.launchers[1].onDrop, std::nullopt);
  ASSERT_EQ(v.detachedSinks.size(), 1u);
  EXPECT_EQ(v.detachedSinks[0].work, Work::Thread);
  EXPECT_EQ(v.detachedSinks[0].whenArgument, "detached");
}

TEST(VocabularyFile, Handlers) {
  Vocabulary v = parse("frameworks:\n"
                       "  - framework: shop\n"
                       "    entries:\n"
                       "      - {name: 'Server::Get', kind: registration-call, handler: arg 1}\n"
                       "      - {name: on, handler: the callable}\n"
                       "      - {name: h, kind: signature, parameters: [Request, Response]}\n");
  ASSERT_EQ(v.handlers.size(), 3u);
  EXPECT_EQ(v.handlers[0].framework, "shop");
  EXPECT_EQ(v.handlers[0].argument, 1);
  EXPECT_EQ(v.handlers[1].argument, -1);
  EXPECT_EQ(v.handlers[2].kind, HandlerEntry::Kind::Signature);
  EXPECT_THAT(v.handlers[2].parameters, ElementsAre("Request", "Response"));
}

TEST(VocabularyFile, NamesUnderAnyOfTheirWords) {
  Vocabulary v = parse("safe-to-ignore:\n"
                       "  - {function: a}\n  - {type: b}\n  - {name: c}\n"
                       "test-macros:\n  - {macro: D}\n");
  ASSERT_EQ(v.safeToIgnore.size(), 3u);
  EXPECT_EQ(v.safeToIgnore[2].name, "c");
  ASSERT_EQ(v.testMacros.size(), 1u);
  EXPECT_EQ(v.testMacros[0].name, "D");
}

TEST(VocabularyFile, SeveralLibrariesInOneFile) {
  Vocabulary v = parse("libraries:\n"
                       "  - library: one\n    awaitables: [{type: A}]\n"
                       "  - library: two\n    awaitables: [{type: B}]\n"
                       "awaitables: [{type: C}]\n");
  ASSERT_EQ(v.awaitables.size(), 3u);
}

TEST(VocabularyFile, MistakesHaveAPlace) {
  EXPECT_THAT(failure("awaitables:\n  - tipe: A\n"), StartsWith("v.yaml:2:"));
  EXPECT_THAT(failure("awaitables:\n  - start: eager\n"),
              AllOf(StartsWith("v.yaml:2:"), HasSubstr("type")));
  EXPECT_THAT(failure("awaitables:\n  - type: A\n    start: soon\n"), StartsWith("v.yaml:3:12: "));
  EXPECT_THAT(failure("awaitables:\n  - type: A\n    on-drop: explodes\n"),
              StartsWith("v.yaml:3:14: "));
  EXPECT_THAT(failure("awaitables: A\n"), StartsWith("v.yaml:1:13: "));
  EXPECT_THAT(failure("safe-to-ignore:\n  - because: no name\n"), StartsWith("v.yaml:2:"));
  EXPECT_THAT(failure("nonsense: 1\n"), AllOf(StartsWith("v.yaml:1:1: "), HasSubstr("nonsense")));
}

/// Declarations of a source, found by the names that Clang prints for them.
class Declarations {
public:
  explicit Declarations(const std::string &code)
      : unit(clang::tooling::buildASTFromCodeWithArgs(code, {"-std=c++20"})) {}

  const clang::NamedDecl *operator[](const std::string &printed) const {
    using namespace clang::ast_matchers;
    for (const auto &match :
         match(namedDecl(unless(isImplicit())).bind("decl"), unit->getASTContext())) {
      const auto *decl = match.getNodeAs<clang::NamedDecl>("decl");
      if (decl->getQualifiedNameAsString() == printed)
        return decl;
    }
    ADD_FAILURE() << "no " << printed;
    return nullptr;
  }

private:
  std::unique_ptr<clang::ASTUnit> unit;
};

/// Which of `names` the declaration has; the last one wins. -1 for none.
int named(const clang::NamedDecl *decl, const std::vector<std::string> &names) {
  NameIndex index;
  for (unsigned i = 0; i != names.size(); ++i)
    index.add(names[i], i);
  return decl ? index.find(decl) : -2;
}

bool has(const clang::NamedDecl *decl, const std::string &name) { return named(decl, {name}) == 0; }

TEST(VocabularyNames, InlineAndUnnamedNamespacesAreLeftOut) {
  Declarations all("namespace a { inline namespace v1 { namespace b { namespace {\n"
                   "void f(); struct S { void m(); };\n"
                   "} } } }\n");
  const clang::NamedDecl *f = all["a::b::(anonymous namespace)::f"];
  EXPECT_TRUE(has(f, "a::b::f"));
  EXPECT_FALSE(has(f, "a::v1::b::f"));
  EXPECT_FALSE(has(f, "b::f"));
  EXPECT_FALSE(has(f, "a::f"));
  EXPECT_FALSE(has(f, "x::a::b::f"));
  EXPECT_TRUE(has(all["a::b::(anonymous namespace)::S::m"], "a::b::S::m"));
}

TEST(VocabularyNames, ANameWithoutScopesMatchesInEveryScope) {
  Declarations all("void f(); namespace a { void f(); struct S { void f(); }; }");
  for (const char *each : {"f", "a::f", "a::S::f"})
    EXPECT_TRUE(has(all[each], "f")) << each;
  EXPECT_FALSE(has(all["f"], "F"));
}

TEST(VocabularyNames, ALeadingScopeMeansTheGlobalOne) {
  Declarations all("void f(); namespace a { void f(); } extern \"C\" { void c(); }");
  EXPECT_TRUE(has(all["f"], "::f"));
  EXPECT_FALSE(has(all["a::f"], "::f"));
  EXPECT_TRUE(has(all["a::f"], "::a::f"));
  EXPECT_TRUE(has(all["c"], "::c"));
}

TEST(VocabularyNames, GlobsInTheLastPart) {
  Declarations all("namespace a { void async_read(); void read();\n"
                   "namespace ip { struct tcp { void async_connect(); }; } }\n"
                   "namespace b { void async_read(); }\n");
  EXPECT_TRUE(has(all["a::async_read"], "a::async_*"));
  EXPECT_TRUE(has(all["a::async_read"], "a::*_read"));
  EXPECT_FALSE(has(all["a::read"], "a::async_*"));
  EXPECT_FALSE(has(all["b::async_read"], "a::async_*"));
  // The namespace also matches from further in.
  EXPECT_TRUE(has(all["a::ip::tcp::async_connect"], "a::async_*"));
  EXPECT_TRUE(has(all["b::async_read"], "async_*"));
}

TEST(VocabularyNames, AStarInAnOperatorIsNoGlob) {
  Declarations all("struct S { int operator*(); int operator+(); };");
  EXPECT_TRUE(has(all["S::operator*"], "S::operator*"));
  EXPECT_FALSE(has(all["S::operator+"], "S::operator*"));
}

TEST(VocabularyNames, Constructors) {
  Declarations all("namespace a { struct S { explicit S(int); }; template <class T> struct U {\n"
                   "template <class F> explicit U(F); }; }");
  EXPECT_TRUE(has(all["a::S::S"], "a::S::S"));
  EXPECT_FALSE(has(all["a::S::S"], "a::S"));
  EXPECT_TRUE(has(all["a::S"], "a::S"));
  EXPECT_FALSE(has(all["a::S"], "a::S::S"));
  EXPECT_TRUE(has(all["a::U"], "a::U"));
}

TEST(VocabularyNames, TemplatesAndTheirInstances) {
  Declarations all("namespace a { template <class T> struct F { void get(); };\n"
                   "template <class T> F<T> make(T); }\n"
                   "void use() { a::make(1).get(); }\n");
  EXPECT_TRUE(has(all["a::F::get"], "a::F::get"));
  EXPECT_TRUE(has(all["a::make"], "a::make"));
}

TEST(VocabularyNames, LaterEntriesWin) {
  Declarations all("namespace a { void f(); void async_f(); }");
  EXPECT_EQ(named(all["a::f"], {"a::f", "b::f", "a::f"}), 2);
  EXPECT_EQ(named(all["a::f"], {"a::f", "f"}), 1);
  EXPECT_EQ(named(all["a::async_f"], {"a::async_*", "async_*"}), 1);
  EXPECT_EQ(named(all["a::f"], {"g"}), -1);
}

TEST(VocabularyNames, AConfigurationReplacesWhatIsShipped) {
  auto shipped = shippedVocabulary();
  ASSERT_TRUE(bool(shipped));
  shipped->add(parse("awaitables: [{type: 'std::future', also: ['my::future'], on-drop: aborts}]"));
  Declarations all("namespace std { inline namespace _1 { struct future {}; } struct thread {}; }\n"
                   "namespace my { struct future {}; }");
  Names names(*shipped);
  const Awaitable *found = names.awaitables.find(all["std::future"]);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->onDrop, Drop::Aborts);
  EXPECT_EQ(names.awaitables.find(all["my::future"]), found);
  ASSERT_TRUE(names.awaitables.find(all["std::thread"]));
  EXPECT_FALSE(names.awaitables.find(nullptr));
}

TEST(VocabularyNames, NothingIsFoundInAnEmptyIndex) {
  Declarations all("void f();");
  EXPECT_EQ(named(all["f"], {}), -1);
  EXPECT_EQ(named(all["f"], {""}), -1);
}

} // namespace
