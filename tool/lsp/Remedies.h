//===- Remedies.h - what can be done about a finding in an editor ----------===//
#pragma once

#include "tool/lsp/Live.h"

namespace tether::lsp {

/// The fixes of the finding, and the comment that accepts it. Only edits of the file itself.
std::vector<Remedy> remediesFor(const Finding &finding, const Lines &lines);

} // namespace tether::lsp
