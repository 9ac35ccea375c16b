#include "tool/Flags.h"

#include "tests/TempFolder.h"
#include "tool/Compiler.h"

#include "llvm/ADT/STLExtras.h"

#include "gtest/gtest.h"

using namespace tether;

namespace {

using Words = std::vector<std::string>;

CleanCommand clean(Words command, FlagRules rules = {}, llvm::StringRef file = "/p/a.cpp") {
  return llvm::cantFail(cleanCommand(file, "/p", command, rules));
}

/// What of the command got through: without the compiler, the mode and what is always added.
Words kept(Words command, FlagRules rules = {}, llvm::StringRef file = "/p/a.cpp") {
  Words words = clean(std::move(command), std::move(rules), file).arguments;
  auto end = llvm::find(words, "-fsyntax-only");
  return Words(words.begin() + 3, end);
}

std::string refused(Words command, llvm::StringRef file = "/p/a.cpp",
                    llvm::StringRef directory = "/p") {
  auto result = cleanCommand(file, directory, command, {});
  return result ? "not refused" : llvm::toString(result.takeError());
}

bool mentions(const Words &words, llvm::StringRef part) {
  return llvm::any_of(words, [&](llvm::StringRef word) { return word.contains(part); });
}

TEST(Flags, WholeCommand) {
  FlagRules rules;
  rules.resourceDir = "/opt/llvm/lib/clang/19";
  EXPECT_EQ(clean({"g++", "-DA=1", "-c", "a.cpp", "-o", "a.o"}, rules).arguments,
            (Words{"/opt/llvm/bin/clang", "--driver-mode=g++", "--no-default-config", "-D", "A=1",
                   "-fsyntax-only", "-w", "-Wno-everything", "-ferror-limit=0",
                   "-resource-dir=/opt/llvm/lib/clang/19", "--", "/p/a.cpp"}));
}

TEST(Flags, PassesWhatMattersForParsing) {
  EXPECT_EQ(
      kept({"c++", "-Iinc", "-I", "inc2", "-isystem", "sys", "-iquote", "q", "-idirafter", "late",
            "-DX", "-UY", "-imacros", "m.h", "-nostdinc++", "--sysroot=/s"}),
      (Words{"-I", "inc", "-I", "inc2", "-isystem", "sys", "-iquote", "q", "-idirafter", "late",
             "-D", "X", "-U", "Y", "-imacros", "m.h", "-nostdinc++", "--sysroot=/s"}));
  for (const char *flag : {"-fno-exceptions",
                           "-fno-rtti",
                           "-fcoroutines",
                           "-fchar8_t",
                           "-fno-char8_t",
                           "-funsigned-char",
                           "-fshort-enums",
                           "-fms-extensions",
                           "-fopenmp",
                           "-m32",
                           "-mavx2",
                           "-march=x86-64-v3",
                           "--target=aarch64-linux-gnu",
                           "-stdlib=libc++",
                           "-pthread",
                           "-ansi",
                           "--gcc-toolchain=/g",
                           "-nostdlibinc",
                           "-undef",
                           "-fexperimental-library"})
    EXPECT_EQ(kept({"c++", flag}), Words{flag}) << flag;
}

TEST(Flags, UnderstandsOtherSpellings) {
  EXPECT_EQ(kept({"c++", "--include-directory=inc", "--define-macro", "A", "-target",
                  "arm-linux-gnueabihf", "--std=c++20"}),
            (Words{"-I", "inc", "-D", "A", "--target=arm-linux-gnueabihf", "-std=c++20"}));
  EXPECT_EQ(kept({"c++", "-Wp,-DA,-MD,a.d", "-Xpreprocessor", "-UB"}),
            (Words{"-D", "A", "-U", "B"}));
}

TEST(Flags, DropsTheIrrelevantSilently) {
  CleanCommand command = clean({"g++",
                                "-O2",
                                "-g",
                                "-ggdb3",
                                "-Wall",
                                "-Werror",
                                "-Werror=foo",
                                "-pedantic-errors",
                                "-MD",
                                "-MT",
                                "x.o",
                                "-MF",
                                "x.d",
                                "-o",
                                "x.o",
                                "-c",
                                "-fPIC",
                                "-flto",
                                "-lfoo",
                                "-L/lib",
                                "-Wl,-z,defs",
                                "-fstack-protector-strong",
                                "-fvisibility=hidden",
                                "-pipe",
                                "-ffunction-sections",
                                "-fno-omit-frame-pointer",
                                "-fdiagnostics-color=always",
                                "-mtune=native",
                                "-fsanitize=address",
                                "--param",
                                "x=1",
                                "-save-temps",
                                "-fprofile-use=/x",
                                "-mllvm",
                                "-foo",
                                "other.o",
                                "-fno-var-tracking",
                                "-static",
                                "-rdynamic",
                                "-fmodules-ts",
                                "-fmodule-mapper=|evil",
                                "-fdeps-format=p1689r5",
                                "-fmodule-file=m=m.pcm",
                                "-fprebuilt-module-path=x"});
  EXPECT_EQ(command.dropped, Words{});
  EXPECT_EQ(kept({"g++", "-O2", "-MF", "x.d", "-fprofile-use=/x", "other.o"}), Words{});
}

TEST(Flags, NamesTheOthersOnce) {
  EXPECT_EQ(clean({"g++", "-fconcepts-diagnostics-depth=3", "-fconcepts-diagnostics-depth=9",
                   "-aux-info", "x", "-fno-such\x1b[31m\nflag"})
                .dropped,
            (Words{"-fconcepts-diagnostics-depth", "-aux-info", "-fno-such?[31m?flag"}));
}

TEST(Flags, NeverLoadsRunsOrWrites) {
  CleanCommand command = clean({"clang++",
                                "-fplugin=/evil.so",
                                "-fpass-plugin=/evil.so",
                                "-Xclang",
                                "-load",
                                "-Xclang",
                                "/evil.so",
                                "-Xclang=-ast-dump",
                                "-B/evil",
                                "-B",
                                "/evil",
                                "-specs=/evil",
                                "--specs=/evil",
                                "-wrapper",
                                "/evil,x",
                                "--config",
                                "/evil.cfg",
                                "--config=/evil.cfg",
                                "-ivfsoverlay",
                                "/evil.yaml",
                                "-include-pch",
                                "/evil.pch",
                                "-fmodules",
                                "-fcxx-modules",
                                "-fmodule-map-file=/evil",
                                "-fmodules-cache-path=/evil",
                                "-o",
                                "/evil",
                                "-serialize-diagnostics",
                                "/evil",
                                "-MJ/evil",
                                "-ftime-trace=/evil",
                                "-fcrash-diagnostics-dir=/evil",
                                "-ccc-install-dir",
                                "/evil",
                                "-resource-dir=/evil",
                                "-fplugin-arg-evil-x",
                                "-Xarch_host",
                                "-I/evil",
                                "-gen-reproducer",
                                "-fopenmp-targets=/evil",
                                "--cuda-path=/evil",
                                "-fsanitize-ignorelist=/evil",
                                "-fuse-ld=/evil",
                                "--ld-path=/evil",
                                "-dumpdir",
                                "/evil",
                                "-mcpu=help",
                                "-print-prog-name=x",
                                "-working-directory-evil",
                                "-fprofile-list=/evil",
                                "-Xanalyzer",
                                "/evil"});
  EXPECT_FALSE(mentions(command.arguments, "evil"));
  EXPECT_FALSE(mentions(command.arguments, "-X"));
  for (const char *name : {"-fplugin", "-fpass-plugin", "-Xclang -load", "-B", "-specs", "-wrapper",
                           "--config", "-ivfsoverlay", "-include-pch", "-resource-dir"})
    EXPECT_TRUE(llvm::is_contained(command.dropped, name)) << name;
}

TEST(Flags, NeverReadsPrecompiledFiles) {
  // By the driver, -include a.h would take a.h.pch where that exists: the front end does not.
  EXPECT_EQ(
      kept({"g++", "-include", "a.h", "--include=b.h"}),
      (Words{"-Xclang", "-include", "-Xclang", "a.h", "-Xclang", "-include", "-Xclang", "b.h"}));
  // As CMake writes it for Clang.
  CleanCommand command = clean({"clang++", "-Winvalid-pch", "-Xclang", "-include-pch", "-Xclang",
                                "x.pch", "-Xclang", "-include", "-Xclang", "x.h"});
  EXPECT_FALSE(mentions(command.arguments, "pch"));
  EXPECT_TRUE(mentions(command.arguments, "x.h"));
  EXPECT_EQ(command.dropped, Words{});
}

TEST(Flags, InputsCannotPoseAsFlags) {
  Words words = clean({"g++", "--", "-fplugin=/evil.so", "x.cpp"}, {}, "/p/-load.cpp").arguments;
  EXPECT_FALSE(mentions(words, "evil"));
  EXPECT_EQ(Words(words.end() - 2, words.end()), (Words{"--", "/p/-load.cpp"}));
}

TEST(Flags, SurvivesFlagsWithoutValue) {
  for (const char *flag : {"-I", "-include", "-Xclang", "-Xpreprocessor", "-isystem", "-x", "-Wp,"})
    EXPECT_FALSE(mentions(kept({"g++", flag}), "-fsyntax-only")) << flag;
  EXPECT_EQ(clean({"g++", "-I"}).dropped, Words{"-I"});
  EXPECT_EQ(kept({"g++", "", "-DA"}), (Words{"-D", "A"}));
}

TEST(Flags, BoundsDepths) {
  EXPECT_EQ(kept({"g++", "-ftemplate-depth=2000", "-fconstexpr-depth=99999999"}),
            (Words{"-ftemplate-depth=2000", "-fconstexpr-depth=4096"}));
  EXPECT_EQ(kept({"g++", "-ftemplate-depth-64000"}), Words{"-ftemplate-depth=4096"});
  EXPECT_EQ(kept({"g++", "-fconstexpr-steps=99999999999999999999999"}), Words{});
  EXPECT_EQ(clean({"g++", "-fbracket-depth=x"}).dropped, Words{"-fbracket-depth"});
}

TEST(Flags, FitsStandardToLanguage) {
  EXPECT_EQ(kept({"g++", "-std=gnu++17", "-std=c++20"}), Words{"-std=c++20"});
  EXPECT_EQ(kept({"gcc", "-std=c++20"}, {}, "/p/a.c"), Words{});
  EXPECT_EQ(kept({"gcc", "-std=c11"}, {}, "/p/a.c"), Words{"-std=c11"});
  EXPECT_EQ(kept({"g++", "-std=c++20"}, {}, "/p/a.c"), (Words{"-x", "c++", "-std=c++20"}));
  EXPECT_EQ(kept({"gcc", "-std=c11"}, {}, "/p/a.cpp"), Words{});
  EXPECT_EQ(clean({"g++", "-std=c++77"}).dropped, Words{"-std"});
}

TEST(Flags, Languages) {
  EXPECT_EQ(kept({"gcc", "-x", "c++", "-DA"}, {}, "/p/a.inc"), (Words{"-D", "A", "-x", "c++"}));
  EXPECT_EQ(kept({"gcc"}, {}, "/p/a.h"), (Words{"-x", "c++-header"}));
  EXPECT_EQ(kept({"gcc", "-std=c99"}, {}, "/p/a.h"), Words{"-std=c99"});
  EXPECT_EQ(kept({"gcc", "a.cpp", "-x", "c"}), Words{}) << "-x counts for what is behind it";
  EXPECT_TRUE(clean({"gcc"}, {}, "/p/a.S").otherLanguage);
  EXPECT_TRUE(clean({"gcc"}, {}, "/p/a.f90").otherLanguage);
  EXPECT_TRUE(clean({"gcc", "-x", "ast"}).otherLanguage);
  EXPECT_TRUE(clean({"gcc", "-x", "ir"}).otherLanguage);
  EXPECT_EQ(refused({"nvcc"}, "/p/a.cu"), "its language is not analysed: cuda");
  EXPECT_EQ(refused({"gcc", "-x", "hip"}), "its language is not analysed: hip");
  EXPECT_EQ(refused({"gcc"}, "/p/a.inc"), "its language cannot be told: name it with -x c++");
  EXPECT_EQ(refused({"gcc", "-x", "klingon"}), "its language cannot be told: name it with -x c++");
}

TEST(Flags, CompilerNames) {
  auto style = [](llvm::StringRef name) { return compilerNamed(name).style; };
  EXPECT_EQ(style("/usr/bin/gcc-12"), DriverStyle::Gcc);
  EXPECT_EQ(style("clang"), DriverStyle::Gcc);
  EXPECT_EQ(style("c++"), DriverStyle::Gxx);
  EXPECT_EQ(style("/usr/bin/clang++-19"), DriverStyle::Gxx);
  EXPECT_EQ(style("C:\\LLVM\\bin\\clang-cl.EXE"), DriverStyle::Msvc);
  EXPECT_EQ(style("cl"), DriverStyle::Msvc);
  EXPECT_EQ(style("mpicxx"), DriverStyle::Gcc);

  EXPECT_EQ(compilerNamed("/x/aarch64-linux-gnu-g++").target, "aarch64-linux-gnu");
  EXPECT_EQ(compilerNamed("x86_64-linux-gnu-g++-12").target, "x86_64-linux-gnu");
  EXPECT_EQ(compilerNamed("arm-none-eabi-gcc").target, "arm-none-eabi");
  EXPECT_EQ(compilerNamed("i686-w64-mingw32-g++").target, "i686-w64-mingw32");
  for (const char *name : {"g++", "clang++-19", "my-g++", "musl-gcc", "amdgcn-clang++",
                           "nvptx64-g++", "", "-", "$(touch x)"})
    EXPECT_EQ(compilerNamed(name).target, "") << name;
}

TEST(Flags, CrossCompilers) {
  EXPECT_EQ(kept({"/x/aarch64-linux-gnu-g++", "-DA"}),
            (Words{"--target=aarch64-linux-gnu", "-D", "A"}));
  // Clang takes the last one.
  EXPECT_EQ(kept({"arm-linux-gnueabihf-g++", "--target=riscv64-linux-gnu"}),
            (Words{"--target=arm-linux-gnueabihf", "--target=riscv64-linux-gnu"}));
  EXPECT_EQ(kept({"clang++", "--target=amdgcn-amd-amdhsa"}), Words{});
}

TEST(Flags, RefusesMsvcCommands) {
  const std::string message =
      "commands of cl and clang-cl are not understood: export a database for clang or gcc";
  EXPECT_EQ(refused({"clang-cl", "/c", "/std:c++20", "a.cpp"}), message);
  EXPECT_EQ(refused({"C:\\VS\\cl.exe", "/nologo", "a.cpp"}), message);
  EXPECT_EQ(refused({"clang++", "--driver-mode=cl", "a.cpp"}), message);
  EXPECT_EQ(refused({"wrapped", "/nologo", "/TP", "a.cpp"}), message);
}

TEST(Flags, SkipsLaunchers) {
  for (Words launcher : {Words{"ccache"}, Words{"/usr/bin/distcc"}, Words{"sccache", "icecc"},
                         Words{"env", "A=b", "C=d", "ccache", "compiler_check=content"}}) {
    launcher.insert(launcher.end(), {"aarch64-linux-gnu-g++", "-DA"});
    EXPECT_EQ(kept(launcher), (Words{"--target=aarch64-linux-gnu", "-D", "A"}));
  }
  EXPECT_EQ(kept({"distcc", "a.cpp", "-DA"}), (Words{"-D", "A"}));
  EXPECT_EQ(kept({"ccache", "-DA"}), (Words{"-D", "A"}));
  EXPECT_EQ(refused({}), "its compile command is empty");
  EXPECT_EQ(refused({""}), "its compile command is empty");
}

TEST(Flags, AddAndRemove) {
  FlagRules rules;
  rules.remove = {"-march=*", "-DOLD", "-I /gone", "-include", "-fopen{mp,acc}"};
  rules.add = {"-DNEW", "-march=x86-64", "-fplugin=/evil.so", "-I", "more", "-include", "n.h"};
  ASSERT_FALSE(checkFlagRules(rules));
  EXPECT_EQ(kept({"g++", "-march=native", "-DOLD", "-DOLDER", "-I", "/gone", "-I/gone/not",
                  "-include", "x.h", "-fopenmp"},
                 rules),
            (Words{"-D", "OLDER", "-I", "/gone/not", "-D", "NEW", "-march=x86-64", "-I", "more",
                   "-Xclang", "-include", "-Xclang", "n.h"}));
  EXPECT_EQ(clean({"g++"}, rules).dropped, Words{"-fplugin"});

  rules.remove = {"-I[a"};
  std::string message = llvm::toString(checkFlagRules(rules));
  EXPECT_TRUE(llvm::StringRef(message).starts_with("flags: remove: '-I[a' is no valid glob: "));
}

TEST(ResponseFiles, AreRelativeToTheDirectory) {
  TempFolder tmp;
  tmp.write("obj/a.rsp", "\xEF\xBB\xBF-DA=\"x y\" '-Iq r'\n@obj/b.rsp -DZ");
  tmp.write("obj/b.rsp", "-DB -fplugin=/evil.so");
  auto result = cleanCommand(tmp.path("a.cpp"), tmp.path(), Words{"g++", "@obj/a.rsp"}, {});
  ASSERT_TRUE(bool(result));
  Words words(result->arguments.begin() + 3, result->arguments.begin() + 11);
  EXPECT_EQ(words, (Words{"-D", "A=x y", "-I", "q r", "-D", "B", "-D", "Z"}));
  EXPECT_EQ(result->dropped, Words{"-fplugin"});
}

TEST(ResponseFiles, MissingOnes) {
  TempFolder tmp;
  EXPECT_EQ(refused({"g++", "@gone.rsp"}, "/p/a.cpp", tmp.path()),
            "response file '" + tmp.path("gone.rsp") + "' does not exist: build the project first");
  // CMake makes these during the build; they name module files only.
  EXPECT_EQ(refused({"g++", "@CMakeFiles/a.dir/a.cpp.o.modmap"}, "/p/a.cpp", tmp.path()),
            "not refused");
  EXPECT_EQ(refused({"g++", "-install_name", "@rpath/x.dylib"}), "not refused");
}

TEST(ResponseFiles, Bombs) {
  TempFolder tmp;
  auto refusedFor = [&](const char *name) {
    return refused({"g++", name}, "/p/a.cpp", tmp.path());
  };
  tmp.write("self.rsp", "@self.rsp");
  EXPECT_NE(refusedFor("@self.rsp").find("is nested more than 8 deep"), std::string::npos);
  for (int i = 0; i < 6; ++i) {
    std::string next = "@" + std::to_string(i + 1) + ".rsp ";
    tmp.write(std::to_string(i) + ".rsp", next + next + next + next);
  }
  tmp.write("6.rsp", "-DA");
  EXPECT_NE(refusedFor("@0.rsp").find("is one of more than 64"), std::string::npos);
  tmp.write("big.rsp", std::string(9 << 20, ' '));
  EXPECT_NE(refusedFor("@big.rsp").find("is too large"), std::string::npos);
  EXPECT_EQ(refusedFor("@/dev/zero"), "response file '/dev/zero' is not a regular file");
  tmp.makeFolder("folder.rsp");
  EXPECT_NE(refusedFor("@folder.rsp").find("is not a regular file"), std::string::npos);
  EXPECT_EQ(refusedFor("@/proc/self/status"), "not refused") << "says that it is empty";
}

} // namespace
