// Frames and envelopes: what comes in pieces, what is no message, and who a message is for.
#include "tool/lsp/Message.h"
#include "tool/lsp/Uri.h"

#include "gtest/gtest.h"

#include <nlohmann/json.hpp>

using namespace tether::lsp;

namespace {

std::vector<std::string> bodiesOf(const std::string &bytes, size_t piece) {
  Frames frames;
  std::vector<std::string> bodies;
  for (size_t at = 0; at < bytes.size(); at += piece) {
    frames.feed(llvm::StringRef(bytes).substr(at, piece));
    while (std::optional<Frame> frame = frames.next())
      bodies.push_back(frame->body().str());
  }
  return bodies;
}

Envelope envelope(const std::string &body) { return envelopeOf(body).value(); }

} // namespace

TEST(LspFrames, ComeInPiecesOfAnySize) {
  std::string bytes = framed(llvm::StringRef("{\"a\":1}")) + framed(llvm::StringRef("{}")) +
                      "content-length:2\r\nContent-Type: x; charset=utf-8\r\n\r\n[]";
  for (size_t piece : {1, 2, 7, 1000})
    EXPECT_EQ(bodiesOf(bytes, piece), (std::vector<std::string>{"{\"a\":1}", "{}", "[]"}));
}

TEST(LspFrames, KeepTheBytesAsTheyCame) {
  std::string bytes = "Content-Type: x\r\nContent-Length: 2\r\n\r\n{}";
  Frames frames;
  frames.feed(bytes);
  EXPECT_EQ(frames.next()->bytes, bytes);
}

TEST(LspFrames, LinesThatAreNoHeaderArePassedOver) {
  EXPECT_EQ(bodiesOf("hello\n\n# comment\nContent-Length: 2\n\n{}", 5),
            std::vector<std::string>{"{}"});
}

TEST(LspFrames, ManyMessagesTakeNoMoreMemoryThanTheLast) {
  Frames frames;
  const std::string one = framed(llvm::StringRef(std::string(1000, ' ')));
  for (int i = 0; i < 10000; ++i) {
    frames.feed(one);
    ASSERT_TRUE(frames.next());
  }
}

TEST(LspEnvelope, TellsRequestsNotificationsAndAnswers) {
  EXPECT_TRUE(envelope(R"({"jsonrpc":"2.0","id":1,"method":"m","params":{}})").isRequest());
  EXPECT_TRUE(envelope(R"({"id":"x","jsonrpc":"2.0","result":{"id":2,"method":"no"}})").isAnswer());
  Envelope told = envelope(R"({"method":"m","params":{"id":3,"method":"no"}})");
  EXPECT_FALSE(told.isRequest() || told.isAnswer());
  EXPECT_EQ(told.method, "m");
}

TEST(LspEnvelope, IdsKeepTheirKind) {
  EXPECT_EQ(envelope(R"({"id":7,"result":null})").id, "7");
  EXPECT_EQ(envelope(R"({"id":"7","result":null})").id, "\"7\"");
  EXPECT_EQ(envelope(R"({"params":{"a":[1,{"id":9}]},"id":-3,"method":"m"})").id, "-3");
}

TEST(LspEnvelope, WhatIsNoObjectHasNone) {
  EXPECT_FALSE(envelopeOf("[]"));
  EXPECT_FALSE(envelopeOf("\"x\""));
  EXPECT_FALSE(envelopeOf("nonsense"));
}

TEST(LspUri, PathsThereAndBack) {
  EXPECT_EQ(pathOf("file:///a%20b/%C3%A9.cpp"), "/a b/\u00e9.cpp");
  EXPECT_EQ(pathOf("file://localhost/a/../b.cpp"), "/b.cpp");
  EXPECT_EQ(pathOf("untitled:Untitled-1"), "");
  EXPECT_EQ(pathOf("file:///100%.cpp"), "/100%.cpp");
  for (const char *path : {"/a b/\u00e9.cpp", "/c++/#1?.h", "/100%.cpp"})
    EXPECT_EQ(pathOf(uriOf(path)), path);
}
