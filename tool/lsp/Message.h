//===- Message.h - the frames and envelopes of JSON-RPC -------------------===//
//
// Cuts a stream into messages and looks only as far into one as its envelope reaches: what is
// forwarded is neither parsed as a whole nor written anew.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace tether::lsp {

/// One message as it came.
struct Frame {
  std::string bytes; ///< header and body
  size_t bodyAt = 0;

  llvm::StringRef body() const { return llvm::StringRef(bytes).drop_front(bodyAt); }
};

/// Collects what a stream brings.
class Frames {
public:
  void feed(llvm::StringRef bytes);
  /// The next whole message. Lines that are no header are passed over, as clangd does.
  std::optional<Frame> next();

private:
  bool readHeader();

  std::string pending;
  size_t begun = 0; ///< where the message in front begins in `pending`
  std::optional<size_t> bodyAt, bodySize;
};

/// A message with its header.
std::string framed(llvm::StringRef body);
std::string framed(const nlohmann::json &message);

/// Who a message is for.
struct Envelope {
  std::string method; ///< empty for an answer
  std::string id;     ///< as JSON text; empty for a notification

  bool isRequest() const { return !method.empty() && !id.empty(); }
  bool isAnswer() const { return method.empty() && !id.empty(); }
};

/// Nothing for what is no object.
std::optional<Envelope> envelopeOf(llvm::StringRef body);

} // namespace tether::lsp
