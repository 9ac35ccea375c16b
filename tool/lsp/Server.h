//===- Server.h - the language server in front of clangd -------------------===//
//
// Forwards every message as it came, in both directions, and looks only at those about documents,
// diagnostics, code actions, hovers and inlay hints, into which it puts what our analysis says.
// Without a clangd it answers these alone. One thread.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/lsp/Clangd.h"
#include "tool/lsp/Documents.h"

namespace tether::lsp {

struct ServerOptions {
  std::vector<std::string> clangd; ///< the command; empty: there is none
  std::string buildDir;            ///< --compile-commands-dir of clangd
  unsigned debounce = 300;         ///< milliseconds
};

class Server {
public:
  Server(Loop &loop, Trace &trace, Stream &in, Stream &out, ServerOptions options);

  /// Serves until the client goes. Returns the exit code; fails if clangd cannot be started.
  llvm::Expected<int> run();

private:
  /// A request of the client that has not been answered.
  struct Asked {
    std::string method;
    nlohmann::json params; ///< of the methods to whose answers we add
  };

  void fromClient(Frame frame);
  void onRequest(const Envelope &envelope, Frame frame);
  void onNotification(const Envelope &envelope, Frame frame);
  void heed(llvm::StringRef method, const nlohmann::json &params);
  bool keepsForUs(const Envelope &envelope, Frame &frame);
  void execute(const Envelope &envelope, const nlohmann::json &params);
  void answerAlone(const Envelope &envelope);
  nlohmann::json ownCapabilities();

  void fromClangd(Frame frame);
  void onAnswer(const Envelope &envelope, Frame frame);
  /// Puts ours into the answer to what was asked. False if there is nothing to put.
  bool complete(const Asked &asked, nlohmann::json &answer);
  bool learn(nlohmann::json &answer);
  void onDeath();
  void onRestart();
  void wake();
  void onGone(int code);
  void failPending();

  void tell(const std::string &text);
  void notify(llvm::StringRef method, nlohmann::json params);
  void refuse(llvm::StringRef id, int code, llvm::StringRef why);
  void reply(llvm::StringRef id, llvm::StringRef key, nlohmann::json content);
  void leave();
  void stop(int code);
  bool isAlone() const { return !clangd || gone; }

  Loop &loop;
  Trace &trace;
  Stream &in, &out;
  const ServerOptions options;
  Documents documents;
  std::unique_ptr<Clangd> clangd; ///< null without one
  Frames frames;
  ClientFacts client;
  std::map<std::string, Asked> pending; ///< by id
  std::set<std::string> asking;         ///< ids with which clangd has asked the client
  std::set<std::string> orphans;        ///< and those whose clangd has died
  std::string initializeId;
  std::map<std::string, std::string> replayed; ///< what a new clangd is told, by method
  std::set<std::string> asked;                 ///< ids with which we have asked the client
  bool ready = true;                           ///< clangd may be told what the client says
  bool initialized = false;                    ///< the client has its answer
  bool shutDown = false;                       ///< the client has asked for it
  bool leaving = false;
  bool gone = false; ///< there will be no clangd any more
  int exitCode = 1;
};

} // namespace tether::lsp
