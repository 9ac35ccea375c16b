//===- Diagnostics.h - findings in the protocol's words --------------------===//
#pragma once

#include "tool/lsp/ClientFacts.h"
#include "tool/lsp/Live.h"

namespace tether::lsp {

/// What findings are told about, and to whom.
struct Setting {
  const std::string &uri; ///< of the document
  const std::string &path;
  int version;
  const ClientFacts &client;
};

/// A finding as a diagnostic, as far as the client understands it.
nlohmann::json diagnosticOf(const LiveFinding &finding, const Setting &setting);

/// Whether a diagnostic is one of ours.
bool isOurs(const nlohmann::json &diagnostic);

/// Where the documentation of a check lies on this machine, as a URI; empty if nowhere.
std::string explanationUri(llvm::StringRef check);

/// The edits of one document.
nlohmann::json workspaceEdit(const std::vector<TextEdit> &edits, const Setting &setting);

/// How a remedy is offered: with a warning if it changes what the program does.
std::string titleOf(const Remedy &remedy);

} // namespace tether::lsp
