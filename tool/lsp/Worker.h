//===- Worker.h - the process that analyses one open file ------------------===//
//
// It keeps what was parsed of the file's head and forks a child for each version of the text, so a
// crash costs one version, and a newer text can end what runs for an older one. At first without
// other people's function bodies; where templates are left that only those may instantiate, once
// more with them. Talks in frames on standard input and output: first a Place, then texts; one or
// two answers for each text that was not overtaken.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/Support/Error.h"

namespace tether::lsp {

/// Serves until its input ends. Returns the exit code.
llvm::Expected<int> runWorker();

} // namespace tether::lsp
