#include "tool/lsp/Watch.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"

#include <set>

using namespace llvm;

namespace tether::lsp {

std::optional<Watch::State> Watch::stateOf(const std::string &file) {
  sys::fs::file_status status;
  if (sys::fs::status(file, status) || !sys::fs::exists(status))
    return std::nullopt;
  // A folder changes with what is in it: only that it is there counts.
  if (sys::fs::is_directory(status))
    return State{{}, 0};
  return State{status.getLastModificationTime(), status.getSize()};
}

void Watch::add(const std::string &document, std::vector<std::string> files) {
  for (const std::string &file : files)
    states.try_emplace(file, stateOf(file));
  documents[document] = std::move(files);
}

void Watch::remove(const std::string &document) {
  documents.erase(document);
  std::set<std::string> needed;
  for (const auto &[name, files] : documents)
    needed.insert(files.begin(), files.end());
  for (auto state = states.begin(); state != states.end();)
    state = needed.count(state->first) ? std::next(state) : states.erase(state);
}

std::vector<std::string> Watch::look() {
  std::set<std::string> changed;
  for (auto &[file, state] : states)
    if (std::optional<State> now = stateOf(file); now != state) {
      changed.insert(file);
      state = now;
    }
  std::vector<std::string> touched;
  for (const auto &[document, files] : documents)
    if (any_of(files, [&](const std::string &file) { return changed.count(file) != 0; }))
      touched.push_back(document);
  return touched;
}

} // namespace tether::lsp
