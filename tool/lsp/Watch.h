//===- Watch.h - files whose change matters to open documents --------------===//
#pragma once

#include "llvm/Support/Chrono.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tether::lsp {

/// Remembers how files were and tells which have changed, appeared or gone. A look costs a system
/// call per file; many editors do not tell, and what they tell is not all.
class Watch {
public:
  /// From now on the document depends on these files, and on no others.
  void add(const std::string &document, std::vector<std::string> files);
  void remove(const std::string &document);

  /// The documents for which something has changed since the last look.
  std::vector<std::string> look();

private:
  struct State {
    llvm::sys::TimePoint<> modified;
    uint64_t size;
    bool operator==(const State &) const = default;
  };
  static std::optional<State> stateOf(const std::string &file);

  std::map<std::string, std::vector<std::string>> documents;
  std::map<std::string, std::optional<State>> states;
};

} // namespace tether::lsp
