#include "tool/Project.h"

#include "tests/TempFolder.h"
#include "tool/Database.h"
#include "tool/SourceTree.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include "gtest/gtest.h"

#include <nlohmann/json.hpp>

using namespace tether;
using nlohmann::json;

namespace {

using Words = std::vector<std::string>;

Project load(const ProjectOptions &options) {
  auto project = loadProject(options);
  if (project)
    return std::move(*project);
  ADD_FAILURE() << llvm::toString(project.takeError());
  return {};
}

std::string failure(const ProjectOptions &options) {
  auto project = loadProject(options);
  return project ? "no failure" : llvm::toString(project.takeError());
}

ProjectOptions in(const TempFolder &tmp, Words paths = {}, std::string buildDir = "") {
  ProjectOptions options;
  options.cwd = tmp.path();
  options.paths = std::move(paths);
  options.buildDir = std::move(buildDir);
  return options;
}

/// The jobs' files relative to the folder.
Words files(const Project &project, const TempFolder &tmp) {
  Words names;
  for (const Job &job : project.jobs)
    names.push_back(job.file.substr(tmp.path().size() + 1));
  return names;
}

json entry(const TempFolder &tmp, const std::string &file, Words flags = {}) {
  Words arguments = {"g++"};
  llvm::append_range(arguments, flags);
  llvm::append_range(arguments, Words{"-c", file});
  return {{"directory", tmp.path()}, {"file", file}, {"arguments", arguments}};
}

std::string databaseOf(const std::vector<json> &entries) { return json(entries).dump(); }

bool has(const Job &job, const std::string &argument) {
  return llvm::is_contained(job.arguments, argument);
}

TEST(Project, BothFormsOfCommands) {
  TempFolder tmp;
  tmp.write("src/a.cpp");
  tmp.write("src/b.cpp");
  tmp.write(
      "compile_commands.json",
      databaseOf({{{"directory", "src"}, // relative to the database
                   {"file", "../src/./a.cpp"},
                   {"command", "/usr/bin/g++ -DN=\\\"a\\ b\\\" '-DM=c\\d' \"-DO=\\e\\$\" -c a.cpp"},
                   {"output", "a.o"},
                   {"more", {{"x", {1, 2, nullptr}}}}},
                  {{"directory", tmp.path("src")},
                   {"file", "b.cpp"},
                   {"arguments", {"g++", "-DP=q r", "-c", "b.cpp"}}}}));
  Project project = load(in(tmp));
  ASSERT_EQ(files(project, tmp), (Words{"src/a.cpp", "src/b.cpp"}));
  EXPECT_TRUE(has(project.jobs[0], "N=\"a b\""));
  EXPECT_TRUE(has(project.jobs[0], "M=c\\d"));
  EXPECT_TRUE(has(project.jobs[0], "O=\\e$"));
  EXPECT_EQ(project.jobs[0].directory, tmp.path("src"));
  EXPECT_TRUE(has(project.jobs[1], "P=q r"));
  EXPECT_EQ(project.jobs[1].arguments.back(), tmp.path("src/b.cpp"));
  EXPECT_EQ(project.databases, Words{tmp.path("compile_commands.json")});
}

TEST(Project, ShellCommandsAreNeverRun) {
  TempFolder tmp;
  tmp.write("a.cpp");
  tmp.write(
      "compile_commands.json",
      databaseOf({{{"directory", tmp.path()},
                   {"file", "a.cpp"},
                   {"command", "g++ $(touch pwned) `touch pwned` ; touch pwned & | touch pwned "
                               "> pwned && touch pwned -DA -c a.cpp 'open"}}}));
  Project project = load(in(tmp));
  ASSERT_EQ(project.jobs.size(), 1u);
  EXPECT_TRUE(has(project.jobs[0], "A"));
  EXPECT_FALSE(llvm::sys::fs::exists(tmp.path("pwned")));
  EXPECT_FALSE(llvm::any_of(project.jobs[0].arguments, [](llvm::StringRef argument) {
    return argument.contains("pwned") || argument.contains("touch");
  }));
}

TEST(Project, KeepsDifferentCommandsAndMergesEqualOnes) {
  TempFolder tmp;
  tmp.write("a.cpp");
  tmp.write("b.cpp");
  tmp.write("build/compile_commands.json",
            databaseOf({entry(tmp, "b.cpp"), entry(tmp, "a.cpp", {"-DONE", "-O2"}),
                        entry(tmp, "a.cpp", {"-DTWO"}),
                        entry(tmp, "./a.cpp", {"-DONE", "-g", "-fPIC"})}));
  Project project = load(in(tmp));
  ASSERT_EQ(files(project, tmp), (Words{"a.cpp", "a.cpp", "b.cpp"}));
  EXPECT_TRUE(has(project.jobs[0], "ONE"));
  EXPECT_TRUE(has(project.jobs[1], "TWO"));
}

TEST(Project, FindsDatabasesUpwards) {
  TempFolder tmp;
  for (const char *file : {"x.cpp", "p/src/deep/a.cpp", "p/src/deep/b.cpp"})
    tmp.write(file);
  std::string far = tmp.write("compile_commands.json", databaseOf({entry(tmp, "x.cpp")}));
  auto nearest = [&] { return llvm::cantFail(findDatabase(tmp.path("p/src/deep"))).path; };
  EXPECT_EQ(nearest(), far);
  std::string next = tmp.write("p/out-x/compile_commands.json");
  EXPECT_EQ(nearest(), next);
  next = tmp.write("p/build-z/compile_commands.json");
  EXPECT_EQ(nearest(), next);
  next = tmp.write("p/build/compile_commands.json");
  EXPECT_EQ(nearest(), next);
  next = tmp.write("p/compile_flags.txt");
  EXPECT_EQ(nearest(), next);
  next = tmp.write("p/compile_commands.json");
  EXPECT_EQ(nearest(), next);
  next = tmp.write("p/src/cmake-build-debug/compile_commands.json");
  EXPECT_EQ(nearest(), next);
}

TEST(Project, EachPathHasItsNearestDatabase) {
  TempFolder tmp;
  for (const char *file : {"p/a.cpp", "p/c.cpp", "q/b.cpp"})
    tmp.write(file);
  tmp.write("p/compile_commands.json",
            databaseOf({entry(tmp, "p/a.cpp", {"-DP"}), entry(tmp, "p/c.cpp", {"-DP"})}));
  tmp.write("q/build/compile_commands.json", databaseOf({entry(tmp, "q/b.cpp", {"-DQ"})}));
  Project project = load(in(tmp, {"q", "p/a.cpp"}));
  ASSERT_EQ(files(project, tmp), (Words{"p/a.cpp", "q/b.cpp"}));
  EXPECT_TRUE(has(project.jobs[0], "P"));
  EXPECT_TRUE(has(project.jobs[1], "Q"));
  EXPECT_EQ(project.databases.size(), 2u);
}

TEST(Project, BuildDirIsAFolderOrAFile) {
  TempFolder tmp;
  tmp.write("a.cpp");
  tmp.write("obj/compile_commands.json", databaseOf({entry(tmp, "a.cpp")}));
  tmp.write("obj/other.json", databaseOf({entry(tmp, "a.cpp", {"-DOTHER"})}));
  EXPECT_EQ(load(in(tmp, {}, "obj")).jobs.size(), 1u);
  Project project = load(in(tmp, {"a.cpp"}, tmp.path("obj/other.json")));
  ASSERT_EQ(project.jobs.size(), 1u);
  EXPECT_TRUE(has(project.jobs[0], "OTHER"));
}

TEST(Project, SelectsByFilesAndFolders) {
  TempFolder tmp;
  json all;
  for (const char *file : {"src/a.cpp", "src/b.cpp", "src2/c.cpp", "lib/d.cpp"}) {
    tmp.write(file);
    all.push_back(entry(tmp, file));
  }
  tmp.write("compile_commands.json", all.dump());
  tmp.link("link", "src");
  EXPECT_EQ(load(in(tmp)).jobs.size(), 4u);
  EXPECT_EQ(files(load(in(tmp, {"src"})), tmp), (Words{"src/a.cpp", "src/b.cpp"}));
  EXPECT_EQ(files(load(in(tmp, {"lib/../src/b.cpp", "lib", "src/b.cpp"})), tmp),
            (Words{"lib/d.cpp", "src/b.cpp"}));
  EXPECT_EQ(files(load(in(tmp, {"link/"})), tmp), (Words{"src/a.cpp", "src/b.cpp"}));
  EXPECT_EQ(files(load(in(tmp, {"link/a.cpp"})), tmp), Words{"src/a.cpp"});
}

TEST(Project, GuessesForFilesWithoutCommand) {
  TempFolder tmp;
  tmp.write("src/net.cpp");
  tmp.write("include/net.h");
  tmp.write("src/new.cpp");
  json known = entry(tmp, "src/net.cpp", {"-DNET", "-std=c++20"});
  known["arguments"].insert(known["arguments"].begin(), "ccache");
  known["arguments"][1] = "aarch64-linux-gnu-g++";
  tmp.write("compile_commands.json", databaseOf({known}));
  Project project = load(in(tmp, {"include/net.h", "src/new.cpp"}));
  ASSERT_EQ(files(project, tmp), (Words{"include/net.h", "src/new.cpp"}));
  for (const Job &job : project.jobs) {
    EXPECT_TRUE(has(job, "NET"));
    EXPECT_TRUE(has(job, "-std=c++20"));
    EXPECT_TRUE(has(job, "--target=aarch64-linux-gnu"));
    EXPECT_TRUE(llvm::StringRef(job.guess).contains("net.cpp")) << job.guess;
    EXPECT_EQ(job.arguments.back(), job.file);
  }
  EXPECT_TRUE(has(project.jobs[0], "c++-header"));
}

TEST(Project, CompileFlags) {
  TempFolder tmp;
  for (const char *file : {"a.cpp", "src/b.cc", "src/c.c", "src/d.h", "src/build/e.cpp",
                           "build/x.cpp", ".hidden/x.cpp", "third_party/x.cpp", "src/vendor/x.cpp",
                           "_deps/x.cpp", "node_modules/x.cpp", "dbg/CMakeCache.txt", "dbg/x.cpp"})
    tmp.write(file);
  tmp.link("src/linked", "src");
  tmp.write("compile_flags.txt", "-std=c++20\n\n  -Iinclude\n-DX=a b\n-fplugin=/evil.so\n");
  Project project = load(in(tmp));
  EXPECT_EQ(files(project, tmp), (Words{"a.cpp", "src/b.cc", "src/build/e.cpp", "src/c.c"}));
  EXPECT_TRUE(has(project.jobs[0], "X=a b"));
  EXPECT_TRUE(has(project.jobs[0], "-std=c++20"));
  EXPECT_FALSE(has(project.jobs[3], "-std=c++20")) << "not for C";
  EXPECT_EQ(project.jobs[1].directory, tmp.path());
  EXPECT_EQ(project.dropped["-fplugin"], 4u);

  EXPECT_EQ(files(load(in(tmp, {"src/d.h", "build"})), tmp), (Words{"build/x.cpp", "src/d.h"}))
      << "what is named is not left out";
}

TEST(Project, FixedFlags) {
  TempFolder tmp;
  tmp.write("a.cpp");
  tmp.write("src/b.cpp");
  ProjectOptions options = in(tmp, {"a.cpp", "src"});
  options.fixedFlags = {"-std=c++20", "-Iinc"};
  options.flags.add = {"-DADDED"};
  options.flags.remove = {"-I*"};
  Project project = load(options);
  ASSERT_EQ(files(project, tmp), (Words{"a.cpp", "src/b.cpp"}));
  EXPECT_TRUE(has(project.jobs[0], "-std=c++20"));
  EXPECT_TRUE(has(project.jobs[0], "ADDED"));
  EXPECT_FALSE(has(project.jobs[0], "inc"));
  EXPECT_EQ(project.databases, Words{});

  options.paths = {};
  EXPECT_EQ(failure(options), "flags after '--' need files or folders before it: "
                              "tether check FILE... -- -std=c++20");
  tmp.write("empty/readme.txt");
  options.paths = {"empty"};
  EXPECT_EQ(failure(options), "no C or C++ source below '" + tmp.path("empty") + "'");
}

TEST(Project, NoDatabase) {
  TempFolder tmp;
  tmp.write("src/a.cpp");
  tmp.makeFolder("build-x");
  std::string message = failure(in(tmp, {}, "build-x"));
  EXPECT_TRUE(llvm::StringRef(message).starts_with(
      "-p '" + tmp.path("build-x") +
      "': no compile_commands.json and no compile_flags.txt in it\n"))
      << message;
  EXPECT_EQ(failure(in(tmp, {}, "gone")), "-p '" + tmp.path("gone") + "': no such folder or file");

  if (auto above = findDatabase(llvm::sys::path::parent_path(tmp.path())))
    GTEST_SKIP() << "there is a database above the folder for temporary files: " << above->path;
  else
    llvm::consumeError(above.takeError());
  message = failure(in(tmp, {"src"}));
  EXPECT_TRUE(llvm::StringRef(message).starts_with("no compile database for '" + tmp.path("src") +
                                                   "'\n  looked for compile_commands.json"))
      << message;
  for (std::string part : {"\n    " + tmp.path("src") + "\n", "\n    " + tmp.path("build-x") + "\n",
                           std::string("CMake"), std::string("Bear"), std::string("Bazel"),
                           std::string("Meson"), std::string("tether check FILE")})
    EXPECT_NE(message.find(part), std::string::npos) << part;
}

TEST(Project, BadPaths) {
  TempFolder tmp;
  tmp.write("src/a.cpp");
  tmp.makeFolder("doc");
  tmp.write("compile_commands.json", databaseOf({entry(tmp, "src/a.cpp")}));
  EXPECT_EQ(failure(in(tmp, {"src", "gone\n.cpp"})), "no such file or folder: 'gone?.cpp'");
  EXPECT_EQ(failure(in(tmp, {"src", "doc"})), "nothing below '" + tmp.path("doc") +
                                                  "' is in the compile database '" +
                                                  tmp.path("compile_commands.json") + "'");
  ProjectOptions options = in(tmp);
  options.flags.remove = {"[a"};
  EXPECT_NE(failure(options).find("is no valid glob"), std::string::npos);
}

TEST(Project, UnusualNames) {
  TempFolder tmp;
  tmp.write("\xF0\x9F\x98\x80 \xC3\xBC.cpp");
  tmp.write("compile_commands.json", json::array({entry(tmp, "\xF0\x9F\x98\x80 \xC3\xBC.cpp")})
                                         .dump(0, ' ', /*ensure_ascii=*/true));
  Project project = load(in(tmp));
  EXPECT_EQ(files(project, tmp), Words{"\xF0\x9F\x98\x80 \xC3\xBC.cpp"});
}

TEST(Project, RefusesFileByFile) {
  TempFolder tmp;
  for (const char *file : {"a.cpp", "b.cpp", "c.cpp", "d.cu", "e.S"})
    tmp.write(file);
  tmp.makeFolder("folder.cpp");
  json msvc = entry(tmp, "b.cpp");
  msvc["arguments"][0] = "clang-cl";
  tmp.write("compile_commands.json",
            databaseOf({entry(tmp, "a.cpp"), msvc, entry(tmp, "c.cpp", {"@gone.rsp"}),
                        entry(tmp, "d.cu"), entry(tmp, "e.S"), entry(tmp, "gone.cpp"),
                        entry(tmp, "gone.cpp", {"-DTWICE"}), entry(tmp, "folder.cpp")}));
  Project project = load(in(tmp));
  EXPECT_EQ(files(project, tmp), Words{"a.cpp"});
  Words refused;
  for (const Refusal &refusal : project.refused) {
    refused.push_back(refusal.kind + " " + refusal.file.substr(tmp.path().size() + 1));
    EXPECT_FALSE(llvm::StringRef(refusal.message).contains('\n'));
  }
  EXPECT_EQ(refused, (Words{"refused b.cpp", "refused c.cpp", "refused d.cu", "missing folder.cpp",
                            "missing gone.cpp"}));
}

TEST(Project, CountsDroppedFlags) {
  TempFolder tmp;
  tmp.write("a.cpp");
  tmp.write("b.cpp");
  tmp.write("compile_commands.json",
            databaseOf({entry(tmp, "a.cpp", {"-fplugin=x", "-fplugin=y", "-Wall"}),
                        entry(tmp, "b.cpp", {"-fplugin=x", "-fnew-gcc-flag=1"})}));
  std::map<std::string, unsigned> expected = {{"-fplugin", 2}, {"-fnew-gcc-flag", 1}};
  EXPECT_EQ(load(in(tmp)).dropped, expected);
}

TEST(Project, Root) {
  TempFolder tmp;
  tmp.write("p/.git/config");
  tmp.write("p/src/a.cpp");
  tmp.write("p/src/lib/b.cpp");
  tmp.write("p/build/compile_commands.json",
            databaseOf({entry(tmp, "p/src/a.cpp"), entry(tmp, "p/src/lib/b.cpp")}));
  EXPECT_EQ(load(in(tmp, {"p/src/lib"})).root, tmp.path("p"));
  tmp.write("p/src/.tether.yaml");
  EXPECT_EQ(load(in(tmp, {"p/src/lib/b.cpp"})).root, tmp.path("p/src"));
  EXPECT_EQ(load(in(tmp, {"p"})).root, tmp.path("p"));

  // The database of another project, from a place with a root of its own.
  tmp.write("here/.tether.yaml");
  ProjectOptions options = in(tmp, {}, tmp.path("p/build"));
  options.cwd = tmp.path("here");
  EXPECT_EQ(load(options).root, tmp.path("p/src"));
}

TEST(Project, RootWithoutMarks) {
  EXPECT_EQ(commonFolder({"/p/src/a.cpp", "/p/src/lib/b.cpp", "/p/src2/c.cpp"}), "/p");
  EXPECT_EQ(commonFolder({"/p/src/a.cpp"}), "/p/src");
  EXPECT_EQ(commonFolder({"/p/a.cpp", "/q/b.cpp"}), "/");
  EXPECT_EQ(commonFolder({}), "");
}

TEST(Project, BuildFolders) {
  TempFolder tmp;
  tmp.write("a.cpp");
  tmp.write("obj/gen.cpp");
  tmp.write(
      "obj/compile_commands.json",
      databaseOf({entry(tmp, "a.cpp"), entry(tmp, "a.cpp", {"-DA"}), entry(tmp, "obj/gen.cpp")}));
  EXPECT_EQ(load(in(tmp, {}, "obj")).buildFolders, Words{tmp.path("obj")});
  tmp.link("compile_commands.json", "obj/compile_commands.json");
  EXPECT_EQ(load(in(tmp)).buildFolders, Words{tmp.path("obj")});
  // A database kept among the sources says nothing about where is built.
  tmp.write("src/a.cpp");
  tmp.write("src/compile_commands.json", databaseOf({entry(tmp, "src/a.cpp")}));
  EXPECT_EQ(load(in(tmp, {"src"})).buildFolders, Words{});
}

} // namespace
