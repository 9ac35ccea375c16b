//===- Hover.h - the explanation of a finding ------------------------------===//
#pragma once

#include "tool/lsp/ClientFacts.h"
#include "tool/lsp/Live.h"

namespace tether::lsp {

/// Appends to clangd's answer (or makes one where it is null) what is to be said of the findings.
/// The result of `textDocument/hover`.
nlohmann::json hoverWith(nlohmann::json theirs, const std::vector<LiveFinding> &findings,
                         const ClientFacts &client);

} // namespace tether::lsp
