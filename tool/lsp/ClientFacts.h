//===- ClientFacts.h - what a client can do, and has told about the project ===//
#pragma once

#include "tool/lsp/Text.h"

namespace tether::lsp {

/// Read from the parameters of `initialize`.
struct ClientFacts {
  bool codeActionLiterals = false;
  bool preferredActions = false;
  bool documentChanges = false;
  bool createsFiles = false;
  bool codeDescriptions = false;
  bool relatedInformation = false;
  bool inlineActions = false; ///< clangd's extension: code actions inside of diagnostics
  bool markdownHover = false;
  std::string buildDir;                   ///< `compilationDatabasePath`
  std::vector<std::string> fallbackFlags; ///< for files without a database
  std::vector<Encoding> encodings;        ///< in the order in which the client likes them
};

/// What is missing or malformed counts as not given.
ClientFacts clientFacts(const nlohmann::json &initializeParams);

} // namespace tether::lsp
