//===- Workspace.h - what holds for a file that is being edited ------------===//
//
// The command, the configuration and the vocabulary for one file, found where clangd and `tether
// check` would find them. Reads files; runs nothing.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Session.h"
#include "tool/lsp/Text.h"

namespace tether::lsp {

/// What a client has said about compile commands, and the file.
struct Place {
  std::string file;     ///< absolute
  std::string buildDir; ///< --compile-commands-dir, or of the client; may be empty
  std::vector<std::string> fallbackFlags; ///< for files without a database
  Encoding encoding = Encoding::Utf16;
};

std::string toWire(const Place &place);
std::optional<Place> placeFrom(llvm::StringRef text);

struct Workspace {
  Session session;
  std::optional<Job> job; ///< nothing for a file that is not the project's, or no C or C++
};

/// Fails with one line for a configuration or a database that is wrong.
llvm::Expected<Workspace> openWorkspace(const Place &place);

/// The files, absolute, that the answer depends on, present or not: if one changes, ask again.
std::vector<std::string> inputsOf(const Place &place);

} // namespace tether::lsp
