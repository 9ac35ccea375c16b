//===- LiveAnalysis.h - one version of a text in, what to show out ---------===//
//
// The same analysis and the same policy as `tether check`, for one file. Runs in a forked child: it
// may crash or never end.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Parse.h"
#include "tool/lsp/Live.h"
#include "tool/lsp/Workspace.h"

namespace tether::lsp {

/// Only what is in the file itself is told. Functions with an error in them are passed over.
LiveAnswer analyseLive(const Workspace &workspace, const Command &command, const Head *head,
                       llvm::StringRef text, Encoding encoding);

} // namespace tether::lsp
