#include "tool/CompileCommands.h"

#include "tests/TempFolder.h"

#include "gtest/gtest.h"

using namespace tether;

namespace {

using Words = std::vector<std::string>;

TEST(CompileCommands, Malformed) {
  TempFolder tmp;
  auto failureOf = [&](llvm::StringRef text) {
    std::string file = tmp.write("compile_commands.json", text);
    auto commands = readCompileCommands(file);
    std::string message = commands ? "" : llvm::toString(commands.takeError());
    llvm::StringRef rest = message;
    EXPECT_TRUE(rest.consume_front("compile database '" + file + "' ")) << message;
    EXPECT_FALSE(rest.contains('\n')) << message;
    return rest.str();
  };
  EXPECT_EQ(failureOf("[]"), "is empty: it names no file. Configure the project again");
  EXPECT_EQ(failureOf("{}"), "is malformed: it is not an array of entries");
  EXPECT_EQ(failureOf("\"x\""), "is malformed: it is not an array of entries");
  EXPECT_EQ(failureOf("[7]"), "is malformed: entry 1 is not an object");
  EXPECT_EQ(failureOf("[[]]"), "is malformed: entry 1 is not an object");
  const std::string good = R"({"directory":"/d","file":"a.cpp","command":"g++"})";
  EXPECT_EQ(failureOf("[" + good + R"(,{"directory":"/d","command":"g++"}])"),
            "is malformed: entry 2 has no \"file\"");
  EXPECT_EQ(failureOf(R"([{"file":"a.cpp","command":"g++"}])"),
            "is malformed: entry 1 has no \"directory\"");
  EXPECT_EQ(failureOf(R"([{"file":"a.cpp","directory":"/d"}])"),
            "is malformed: entry 1 has neither \"command\" nor \"arguments\"");
  EXPECT_EQ(failureOf(R"([{"file":["a.cpp"]}])"),
            "is malformed: entry 1 has a \"file\" that is no string");
  EXPECT_EQ(failureOf(R"([{"arguments":"g++"}])"),
            "is malformed: entry 1 has \"arguments\" that are no list of strings");
  EXPECT_EQ(failureOf(R"([{"arguments":["g++",["x"]]}])"),
            "is malformed: entry 1 has \"arguments\" that are no list of strings");
  EXPECT_EQ(failureOf(R"([{"file":"a\u0000.cpp"}])"),
            "is malformed: entry 1 has a NUL character in \"file\"");
  EXPECT_EQ(failureOf("[" + good + ",\n").substr(0, 44),
            "is malformed: parse error at line 2, column ");
  EXPECT_EQ(failureOf("[" + good + "] junk").substr(0, 27), "is malformed: parse error a");
  EXPECT_EQ(failureOf("").substr(0, 27), "is malformed: parse error a");
  // Deeper than any stack.
  EXPECT_EQ(failureOf(std::string(1 << 20, '[')), "is malformed: entry 1 is not an object");
  EXPECT_EQ(failureOf("[{\"x\":" + std::string(1 << 20, '[')).substr(0, 27),
            "is malformed: parse error a");
}

TEST(ShellWords, FollowThePosixShell) {
  EXPECT_EQ(shellWords(""), Words{});
  EXPECT_EQ(shellWords("  a\tb\n c  "), (Words{"a", "b", "c"}));
  EXPECT_EQ(shellWords("a'b c'd '' \"\""), (Words{"ab cd", "", ""}));
  EXPECT_EQ(shellWords("\"a\\\"b\\\\c\\n\" \\\\d\\ e"), (Words{"a\"b\\c\\n", "\\d e"}));
  EXPECT_EQ(shellWords("'a\\' b"), (Words{"a\\", "b"}));
  EXPECT_EQ(shellWords("'open"), Words{"open"});
  EXPECT_EQ(shellWords("\"open\\"), Words{"open\\"});
  EXPECT_EQ(shellWords("\\"), Words{"\\"});
}

} // namespace
