#include "tool/Scope.h"

#include "tests/TempFolder.h"

#include "gtest/gtest.h"

using namespace tether;

namespace {

std::vector<PathPattern> patterns(const std::vector<std::string> &globs) {
  std::vector<PathPattern> made;
  for (const std::string &glob : globs)
    made.push_back({glob, ""});
  return made;
}

Scope scopeOf(llvm::StringRef root, std::vector<std::string> buildFolders = {},
              std::vector<std::string> exclude = {}) {
  return llvm::cantFail(Scope::create(root, buildFolders, patterns(exclude)));
}

TEST(Scope, OwnsWhatIsBelowTheRoot) {
  TempFolder tmp;
  std::string source = tmp.write("app/src/a.cpp");
  std::string header = tmp.write("app/include/a.h");
  std::string other = tmp.write("application/b.cpp");
  Scope scope = scopeOf(tmp.path("app"));
  EXPECT_TRUE(scope.owns(source));
  EXPECT_TRUE(scope.owns(header));
  EXPECT_FALSE(scope.owns(other));
  EXPECT_FALSE(scope.owns("/usr/include/stdio.h"));
  EXPECT_FALSE(scope.owns("<built-in>"));
  EXPECT_EQ(scope.whyOutside(other), "not below the root " + tmp.path("app"));
}

TEST(Scope, CleansDots) {
  TempFolder tmp;
  tmp.write("app/src/a.cpp");
  tmp.write("b.cpp");
  Scope scope = scopeOf(tmp.path("app"));
  EXPECT_TRUE(scope.owns(tmp.path("app/src/../src/./a.cpp")));
  EXPECT_FALSE(scope.owns(tmp.path("app/../b.cpp")));
}

TEST(Scope, LeavesOutForeignFoldersAtAnyLevel) {
  TempFolder tmp;
  Scope scope = scopeOf(tmp.path());
  for (const char *folder : {"_deps", "third_party", "third-party", "vendor", "node_modules"}) {
    EXPECT_FALSE(scope.owns(tmp.write(std::string(folder) + "/x.cpp"))) << folder;
    EXPECT_FALSE(scope.owns(tmp.write("src/" + std::string(folder) + "/lib/x.h"))) << folder;
  }
  EXPECT_EQ(scope.whyOutside(tmp.path("src/vendor/lib/x.h")), "in the folder src/vendor");
  EXPECT_TRUE(scope.owns(tmp.write("src/vendors/x.cpp")));
  EXPECT_TRUE(scope.owns(tmp.write("src/external/x.cpp")));
  EXPECT_TRUE(scope.owns(tmp.write("src/vendor.cpp")));
}

TEST(Scope, LeavesOutBuildFolders) {
  TempFolder tmp;
  tmp.write("work/dbg/CMakeCache.txt");
  Scope scope = scopeOf(tmp.path(), {tmp.makeFolder("obj")});
  EXPECT_FALSE(scope.owns(tmp.write("build/a.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("build-debug/gen/a.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("build2/a.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("cmake-build-release/a.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("work/dbg/a.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("obj/a.cpp")));
  EXPECT_TRUE(scope.owns(tmp.write("builder/a.cpp")));
  EXPECT_TRUE(scope.owns(tmp.write("src/build/a.cpp")));
  EXPECT_TRUE(scope.owns(tmp.write("work/a.cpp")));
}

TEST(Scope, LeavesOutGeneratedFiles) {
  TempFolder tmp;
  Scope scope = scopeOf(tmp.path());
  for (const char *name : {"a.pb.h", "a.pb.cc", "a.grpc.pb.h", "a.grpc.pb.cc", "moc_a.cpp", "a.moc",
                           "ui_main.h", "qrc_icons.cpp", "a.capnp.h", "a.capnp.c++"})
    EXPECT_FALSE(scope.owns(tmp.write(name))) << name;
  for (const char *name : {"ui_main.cpp", "pb.h", "democ_.cpp"})
    EXPECT_TRUE(scope.owns(tmp.write(name))) << name;
}

TEST(Scope, RootInsideSuchFolders) {
  TempFolder tmp;
  tmp.write("third_party/build/CMakeCache.txt");
  std::string source = tmp.write("third_party/build/app/src/a.cpp");
  EXPECT_TRUE(scopeOf(tmp.path("third_party/build/app")).owns(source));
  // A build in the source folder: its own folder is no reason to own nothing.
  EXPECT_TRUE(scopeOf(tmp.path("third_party/build"), {tmp.path("third_party/build")}).owns(source));
}

TEST(Scope, JudgesRealPaths) {
  TempFolder tmp;
  std::string mine = tmp.write("app/libs/mine/a.h");
  std::string theirs = tmp.write("app/third_party/lib/b.h");
  std::string away = tmp.write("cache/external/c.h");
  Scope scope = scopeOf(tmp.link("link-to-app", "app"));
  tmp.link("app/third_party/mine", "app/libs/mine");
  tmp.link("app/src/lib", "app/third_party/lib");
  tmp.link("app/external", "cache/external");
  EXPECT_TRUE(scope.owns(mine));
  EXPECT_TRUE(scope.owns(tmp.path("link-to-app/libs/mine/a.h")));
  EXPECT_TRUE(scope.owns(tmp.path("app/third_party/mine/a.h")));
  EXPECT_FALSE(scope.owns(tmp.path("app/src/lib/b.h")));
  EXPECT_FALSE(scope.owns(tmp.path("app/external/c.h")));
  EXPECT_FALSE(scope.owns(theirs));
  EXPECT_FALSE(scope.owns(away));
}

TEST(Scope, JudgesFilesThatDoNotExist) {
  TempFolder tmp;
  tmp.makeFolder("app/src");
  tmp.link("link-to-app", "app");
  Scope scope = scopeOf(tmp.path("app"));
  EXPECT_TRUE(scope.owns(tmp.path("link-to-app/src/unsaved.cpp")));
  EXPECT_FALSE(scope.owns(tmp.path("link-to-app/vendor/new/unsaved.cpp")));
}

TEST(Scope, ExcludesGlobs) {
  TempFolder tmp;
  // Moved about, since the patterns refer to the texts.
  Scope made = scopeOf(tmp.path(), {}, {"src/legacy/", "*_generated.{h,cc}", "[gG]en", "x"});
  Scope scope = std::move(made);
  EXPECT_FALSE(scope.owns(tmp.write("src/legacy/deep/a.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("src/a_generated.h")));
  EXPECT_FALSE(scope.owns(tmp.write("gen/a.cpp")));
  EXPECT_TRUE(scope.owns(tmp.write("src/legacy2/a.cpp")));
  EXPECT_TRUE(scope.owns(tmp.write("src/a_generated.cpp")));
  EXPECT_EQ(scope.whyOutside(tmp.path("x/y.cpp")), "excluded by x");
}

TEST(Scope, OwnsWhatIsNamed) {
  TempFolder tmp;
  std::vector<std::string> named = {tmp.write("app/vendor/a.cpp"), tmp.write("app/a.pb.cc"),
                                    tmp.write("b.cpp"), tmp.makeFolder("app/third_party/lib")};
  tmp.write("app/build/CMakeCache.txt");
  named.push_back(tmp.write("app/build/gen/c.cpp"));
  Scope scope = llvm::cantFail(Scope::create(tmp.path("app"), {tmp.path("app/build")},
                                             patterns({"third_party/lib/old"}), named));
  for (const std::string &path : named)
    EXPECT_TRUE(scope.owns(path)) << path;
  EXPECT_TRUE(scope.owns(tmp.write("app/third_party/lib/src/d.cpp")));
  // The rules hold below what is named, and beside it.
  EXPECT_FALSE(scope.owns(tmp.write("app/third_party/lib/vendor/d.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("app/third_party/lib/d.pb.h")));
  EXPECT_FALSE(scope.owns(tmp.write("app/vendor/a.h")));
  EXPECT_FALSE(scope.owns(tmp.write("app/build/gen/d.cpp")));
  EXPECT_FALSE(scope.owns(tmp.write("c.cpp")));
  // What the configuration says stronger than the name.
  EXPECT_FALSE(scope.owns(tmp.write("app/third_party/lib/old/e.cpp")));
  EXPECT_EQ(scope.whyExcluded(tmp.path("app/third_party/lib/old/e.cpp")),
            "excluded by third_party/lib/old");
  EXPECT_EQ(scope.whyExcluded(tmp.path("app/vendor/a.h")), "");
  EXPECT_EQ(scope.whyOutside(tmp.path("app/vendor/a.cpp")), "in the folder vendor");
}

TEST(Scope, RefusesBadGlobs) {
  auto scope = Scope::create("/", {}, patterns({"src/*", "gen[a"}));
  ASSERT_FALSE(bool(scope));
  std::string message = llvm::toString(scope.takeError());
  EXPECT_TRUE(llvm::StringRef(message).starts_with("exclude: 'gen[a' is no valid glob: "))
      << message;
}

} // namespace
