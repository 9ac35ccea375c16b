//===- Live.h - runs the analysis of an editor on files and texts ----------===//
#pragma once

#include "tests/Fixture.h"
#include "tool/lsp/LiveAnalysis.h"

namespace tether::tests {

/// One file as an editor has it open.
struct OpenedFile {
  lsp::Workspace workspace;
  Command command;

  /// Throws std::runtime_error if it cannot be opened.
  static OpenedFile open(const std::filesystem::path &path, std::vector<std::string> flags,
                         const std::string &config);
  /// As a worker does: with all bodies only where something is left unjudged without.
  lsp::LiveAnswer analyse(const std::string &text) const;
};

/// "LINE: check: message" of the file's findings that are not suppressed, sorted, each once.
std::vector<std::string> linesOf(const Result &result, const std::filesystem::path &file);
std::vector<std::string> linesOf(const lsp::LiveAnswer &answer);

} // namespace tether::tests
