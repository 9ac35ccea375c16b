// What clangd's files say, which clangd is found, and how a configuration is edited.
#include "tests/TempFolder.h"
#include "tool/lsp/Clangd.h"
#include "tool/lsp/ClangdConfig.h"
#include "tool/lsp/ClientFacts.h"
#include "tool/lsp/HandlerActions.h"

#include "llvm/Support/FileSystem.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace tether::lsp;
using testing::ElementsAre;
using testing::IsEmpty;
using tether::TempFolder;

static ClangdConfig configOf(const std::string &text) {
  ClangdConfig config;
  addClangdConfig(text, "/p", "/p/src/a.cpp", config);
  return config;
}

TEST(LspClangdConfig, FlagsAndDatabase) {
  ClangdConfig config = configOf("CompileFlags:\n  Add: [-DX=1, -Iinc]\n  Remove: -W*\n"
                                 "  CompilationDatabase: out\n");
  EXPECT_THAT(config.add, ElementsAre("-DX=1", "-Iinc"));
  EXPECT_THAT(config.remove, ElementsAre("-W*"));
  EXPECT_EQ(config.database, "/p/out");
  EXPECT_EQ(configOf("CompileFlags: {CompilationDatabase: None}").database, "");
  EXPECT_FALSE(configOf("CompileFlags: {CompilationDatabase: Ancestors}").database);
}

TEST(LspClangdConfig, FragmentsHoldForTheirFiles) {
  const char *text = "If: {PathMatch: 'src/.*'}\nCompileFlags: {Add: -DSRC}\n---\n"
                     "If: {PathMatch: ['lib/.*']}\nCompileFlags: {Add: -DLIB}\n---\n"
                     "If: {PathExclude: .*\\.cpp}\nCompileFlags: {Add: -DHEADER}\n";
  EXPECT_THAT(configOf(text).add, ElementsAre("-DSRC"));
}

TEST(LspClangdConfig, NonsenseSaysNothing) {
  EXPECT_THAT(configOf("CompileFlags: [").add, IsEmpty());
  EXPECT_THAT(configOf("- a\n- b").add, IsEmpty());
  EXPECT_THAT(configOf(std::string(100000, '[')).add, IsEmpty());
  EXPECT_THAT(configOf("If: {PathMatch: '('}\nCompileFlags: {Add: -DX}").add, IsEmpty());
}

TEST(LspClangd, TheNewestOnThePath) {
  TempFolder folder;
  for (const char *name : {"a/clangd-9", "a/clangd", "b/clangd-19", "b/clangd-tidy", "b/clangd-20"})
    folder.write(name, "");
  for (const char *name : {"a/clangd-9", "a/clangd", "b/clangd-19", "b/clangd-tidy"})
    llvm::sys::fs::setPermissions(folder.path(name), llvm::sys::fs::all_all);
  EXPECT_THAT(
      clangdsOn(folder.path("a") + ":" + folder.path("b")),
      ElementsAre(folder.path("b/clangd-19"), folder.path("a/clangd-9"), folder.path("a/clangd")));
}

static std::string withHandler(const std::string &config) {
  std::optional<TextEdit> edit = addHandler(config, "app::f", Encoding::Utf8);
  if (!edit)
    return "none";
  std::string text = config;
  return text.insert(offsetAt(config, edit->range.start, Encoding::Utf8), edit->text);
}

TEST(LspHandlerActions, EditConfigurationsOfEveryForm) {
  EXPECT_EQ(withHandler(""), "handlers: ['app::f']\n");
  EXPECT_EQ(withHandler("# none yet\n"), "# none yet\nhandlers: ['app::f']\n");
  EXPECT_EQ(withHandler("runtime: server"), "runtime: server\nhandlers: ['app::f']\n");
  EXPECT_EQ(withHandler("handlers: [a, b]\nruntime: server\n"),
            "handlers: ['app::f', a, b]\nruntime: server\n");
  EXPECT_EQ(withHandler("handlers: []\n"), "handlers: ['app::f']\n");
  EXPECT_EQ(withHandler("handlers:\n  - a # why\n  - {passed-to: b, argument: 1}\nx: y\n"),
            "handlers:\n  - a # why\n  - 'app::f'\n  - {passed-to: b, argument: 1}\nx: y\n");
  EXPECT_EQ(withHandler("handlers:\n- passed-to: 'a-b'\n  argument: 1\n"),
            "handlers:\n- 'app::f'\n- passed-to: 'a-b'\n  argument: 1\n");
}

TEST(LspHandlerActions, LeaveAloneWhatIsNoConfiguration) {
  EXPECT_EQ(withHandler("- a\n"), "none");
  EXPECT_EQ(withHandler("handlers: a\n"), "none");
  EXPECT_EQ(withHandler("handlers: [a\n"), "none");
}

TEST(LspClientFacts, NonsenseIsNotGiven) {
  EXPECT_FALSE(clientFacts(nlohmann::json()).documentChanges);
  ClientFacts facts = clientFacts(nlohmann::json::parse(
      R"({"capabilities":{"offsetEncoding":["utf-7",3,"utf-8"],"textDocument":{"hover":4}},
          "initializationOptions":{"fallbackFlags":"-x","compilationDatabasePath":"b"}})"));
  EXPECT_THAT(facts.encodings, ElementsAre(Encoding::Utf8));
  EXPECT_THAT(facts.fallbackFlags, IsEmpty());
  EXPECT_EQ(facts.buildDir, "b");
}
