//===- Actions.h - what can be done at a place -----------------------------===//
#pragma once

#include "tool/lsp/Diagnostics.h"

namespace tether::lsp {

/// The command of clients that know no code action literals; its argument is a workspace edit.
constexpr llvm::StringLiteral ApplyCommand = "tether.applyFix";

/// Our answer to `textDocument/codeAction`: fixes of the findings that the range touches, comments
/// that accept them, and what makes a function a request handler.
nlohmann::json codeActions(const nlohmann::json &params, const std::vector<LiveFinding> &findings,
                           const std::vector<LiveFunction> &functions, const Setting &setting,
                           Encoding encoding);

/// Our answer to `textDocument/inlayHint`: which functions answer requests.
nlohmann::json inlayHints(const nlohmann::json &params, const std::vector<LiveFunction> &functions);

} // namespace tether::lsp
