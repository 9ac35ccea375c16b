//===- OpenFile.h - what two producers say of one document -----------------===//
//
// clangd's diagnostics and ours are published as one list, and each list speaks of one version of
// the text. The rules are here, without clocks and processes.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/lsp/ClientFacts.h"
#include "tool/lsp/Document.h"
#include "tool/lsp/Live.h"

#include <nlohmann/json.hpp>

namespace tether::lsp {

/// What clangd has published last.
struct Theirs {
  std::string uri; ///< as clangd writes it
  std::optional<int> version;
  int about = 0; ///< the version of the text that it speaks of
  nlohmann::json diagnostics;
};

class OpenFile {
public:
  OpenFile(std::string path, Document document)
      : path(std::move(path)), document(std::move(document)) {}

  const std::string path;
  Document document;

  /// clangd has published. Returns what to publish in its place, at once.
  nlohmann::json take(Theirs theirs, const ClientFacts &client);
  /// An analysis is done. Returns what to publish now; nothing if clangd has not got as far as this
  /// text, which `late` waits for.
  std::optional<nlohmann::json> take(LiveAnswer ours, bool clangdIsThere,
                                     const ClientFacts &client);
  /// What to publish when clangd was waited for in vain: for the text as it is now, and without a
  /// version, since none was seen by both.
  nlohmann::json late(const ClientFacts &client) const;
  /// What we alone say of the text as it is now.
  nlohmann::json now(const ClientFacts &client) const;

  /// Our findings in the text as it is now; what was edited meanwhile is left out.
  std::vector<LiveFinding> findings() const { return findingsAt(document.version()); }
  std::vector<LiveFunction> functions() const;

  /// Whether clangd has said anything of it.
  bool hasTheirs() const { return theirs.has_value(); }
  /// clangd's diagnostics are gone with it.
  void forgetTheirs() { theirs.reset(); }

private:
  std::vector<LiveFinding> findingsAt(int version) const;
  std::optional<LiveFinding> moved(const LiveFinding &finding, int version) const;
  nlohmann::json theirsAt(int version) const;
  nlohmann::json publish(int version, std::optional<int> stamp, const ClientFacts &client) const;
  void keepUnjudged(LiveAnswer &answer) const;
  void forget();

  std::optional<Theirs> theirs;
  std::optional<LiveAnswer> ours;
};

} // namespace tether::lsp
