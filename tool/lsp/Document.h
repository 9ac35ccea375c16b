//===- Document.h - a text that a client edits ----------------------------===//
#pragma once

#include "tool/lsp/Text.h"

#include <deque>

namespace tether::lsp {

/// The text of one open document and the way it came to be. One thread.
class Document {
public:
  Document(std::string uri, std::string language, int version, std::string text);

  const std::string uri;
  const std::string language;

  int version() const { return current; }
  const std::string &text() const { return content; }

  /// Applies the `contentChanges` of a `didChange`, incremental or whole texts. What is malformed
  /// is left out.
  void change(int version, const nlohmann::json &changes, Encoding encoding);

  /// Where a range of the text of one version is in that of another, earlier or later; nothing if
  /// it was touched on the way, or if the way is forgotten.
  std::optional<Range> shifted(Range range, int from, int to) const;

  /// Nobody will ask for the way from before that version.
  void forget(int before);

private:
  struct Step {
    int version; ///< of the text after
    Change change;
  };
  void apply(const nlohmann::json &change, Encoding encoding);
  std::optional<Range> forward(Range range, int from, int to) const;
  std::optional<Range> backward(Range range, int from, int to) const;

  int current;
  int oldest; ///< the first version that the history leads away from
  std::string content;
  std::deque<Step> history;
};

} // namespace tether::lsp
