//===- Live.h - what an analysis says of a text that is being edited -------===//
//
// Plain data: it crosses from worker to server. Ranges are the protocol's, in the text of the
// version that was analysed.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/lsp/Text.h"

namespace tether::lsp {

/// One station of a finding's story.
struct Station {
  std::string file; ///< absolute
  Range range;
  std::string message;
};

struct TextEdit {
  Range range;
  std::string text;
};

/// A way to settle a finding.
struct Remedy {
  std::string title;
  bool safe = false;  ///< the meaning changes only in what the finding complains about
  bool isFix = false; ///< else it accepts the finding
  std::vector<TextEdit> edits;
};

struct LiveFinding {
  std::string check; ///< bare id
  Level level = Level::Warning;
  Range range;
  std::string message;
  std::string help;
  std::string function; ///< enclosing function, qualified
  std::string reach;    ///< "request handler shop::place (cpp-httplib)", empty outside of handlers
  std::vector<Station> trace;
  std::vector<Remedy> remedies;
};

/// A function that is written in the text.
struct LiveFunction {
  std::string name;       ///< qualified
  Range range;            ///< of its name
  Position begin;         ///< where an annotation would stand
  Position lineEnd;       ///< of the line of its name
  bool isHandler = false; ///< it answers requests itself
  std::string framework;  ///< of the handler
  bool mayBecomeHandler = false;
};

/// A template of which no instance was seen.
struct Unjudged {
  std::string name;
  Range range;
};

struct LiveAnswer {
  int version = 0;
  /// Not all was parsed: what would have been found in `unjudged` is not known, and another answer
  /// for this version follows.
  bool isPartial = false;
  std::string head;   ///< what became of the preamble: "reused", "built" or "none"
  double cpuMs = 0;   ///< CPU time that the version has cost
  double wallMs = 0;  ///< and the time until it was answered
  std::string remark; ///< what the user should know, one line; empty if nothing
  std::vector<LiveFinding> findings;
  std::vector<LiveFunction> functions;
  std::vector<Unjudged> unjudged;
};

std::string toWire(const LiveAnswer &answer);
/// Nothing if the text is not what `toWire` writes.
std::optional<LiveAnswer> liveAnswerFrom(llvm::StringRef text);

} // namespace tether::lsp
