//===- Trace.h - what the server did and when, for people and tests --------===//
#pragma once

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>

namespace tether::lsp {

/// Writes a JSON object a line; nothing where no file was asked for.
class Trace {
public:
  /// \param file may be empty. Fails with one line if it cannot be written.
  static llvm::Expected<Trace> create(llvm::StringRef file);

  /// Adds the event's name and the time, in milliseconds since any fixed point, to the details.
  void operator()(llvm::StringRef event, nlohmann::json details);

private:
  std::unique_ptr<llvm::raw_fd_ostream> out;
};

} // namespace tether::lsp
