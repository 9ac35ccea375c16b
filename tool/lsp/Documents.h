//===- Documents.h - the open documents and what is said of them ------------===//
//
// Keeps the texts, has them analysed, and publishes clangd's diagnostics and ours as one list. One
// thread.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/lsp/Analyst.h"
#include "tool/lsp/Diagnostics.h"
#include "tool/lsp/OpenFile.h"
#include "tool/lsp/Watch.h"

#include <set>

namespace tether::lsp {

class Documents {
public:
  struct Callbacks {
    std::function<void(nlohmann::json params)> publish;
    std::function<void(const std::string &text)> tell; ///< something that the user should know
  };
  struct Options {
    unsigned debounce;    ///< milliseconds
    std::string buildDir; ///< may be empty
  };

  Documents(Loop &loop, Trace &trace, Options options, Callbacks callbacks);

  /// Client and server have settled on an encoding: from now on texts are analysed.
  void begin(ClientFacts client, Encoding encoding);
  /// Whether somebody else publishes, too. When he is gone, so are his diagnostics.
  void setClangd(bool isThere);

  // Notifications of the client. A malformed one throws json::exception, and changes nothing.
  void didOpen(const nlohmann::json &params);
  void didChange(const nlohmann::json &params);
  void didClose(const nlohmann::json &params);
  /// Something was saved, or has changed on disk.
  void somethingChanged();

  /// clangd has published the parameters. False if the document is not open: then they go on as
  /// they are.
  bool take(const nlohmann::json &params);

  /// The parameters of a `didOpen` for each document as it is now.
  std::vector<nlohmann::json> asOpened() const;

  // What we add to results of requests; the document is that of the parameters.
  nlohmann::json codeActions(const nlohmann::json &params) const;
  nlohmann::json inlayHints(const nlohmann::json &params) const;
  nlohmann::json hover(const nlohmann::json &params, nlohmann::json theirs) const;

  /// Ends all workers.
  void end() { analyst.closeAll(); }

private:
  OpenFile *find(const nlohmann::json &params) const;
  Setting settingFor(const OpenFile &file) const;
  void analyse(const OpenFile &file);
  void onAnswer(const std::string &path, LiveAnswer answer);
  void onLate();
  void lookAround();
  void publish(const OpenFile &file, nlohmann::json params);

  Trace &trace;
  Loop &loop;
  const Options options;
  Callbacks callbacks;
  ClientFacts client;
  std::optional<Encoding> encoding;
  bool clangdIsThere = false;
  std::map<std::string, std::unique_ptr<OpenFile>> files; ///< by path
  std::map<std::string, nlohmann::json> said;             ///< what was published last, by path
  std::map<std::string, uint64_t> waiting;                ///< until when clangd is waited for
  std::set<std::string> told;
  Analyst analyst;
  Watch watch;
  Timer lateness, rounds;
};

} // namespace tether::lsp
