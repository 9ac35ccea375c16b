//===- Suppression.h - comments that silence a finding --------------------===//
//
//   // tether: allow(discarded-future) heartbeat, errors are logged inside
//   fetch(); // NOLINT(tether-discarded-future): heartbeat
//   // NOLINTNEXTLINE(tether-*): heartbeat
//   // NOLINTBEGIN(tether-discarded-future): heartbeats … // NOLINTEND(tether-discarded-future)
//
// On the line of the finding, on the first or the last line of the statement around it, or alone on
// the line above (other comments may stand between). Our own form stands at the beginning of its
// comment. NOLINT without a list, or with `*`, means every tool, as in clang-tidy; it was not
// written for us, so it owes us no reason and is never unused. A list that does not name tether is
// for other tools. Plain data: it crosses processes.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Finding.h"

#include "llvm/ADT/StringRef.h"

namespace tether {

struct Suppression {
  Span at;                ///< the comment
  std::string kind;       ///< "comment" or "nolint"
  unsigned firstLine = 0; ///< the lines it speaks of; none for a block that nothing closes
  unsigned lastLine = 0;
  std::vector<std::string> checks; ///< ids as written, `*` allowed
  std::string reason;
  bool blanket = false; ///< speaks to every tool

  auto operator<=>(const Suppression &) const = default;
};

/// Reads one comment, its markers included. `alone` says that nothing else is on its line, in which
/// case it speaks of `nextLine`, the next line with code. Nothing if the comment is none of ours.
std::optional<Suppression> parseSuppression(llvm::StringRef comment, Span at, bool alone,
                                            unsigned nextLine);

/// A comment that opens or closes a block.
struct BlockMark {
  bool opens = false;
  Suppression block; ///< its lines are still none
};

/// Reads NOLINTBEGIN and NOLINTEND. Nothing if the comment is none of them, or for other tools.
std::optional<BlockMark> parseBlockMark(llvm::StringRef comment, Span at);

/// The blocks of one file, its marks given in their order.
class SuppressionBlocks {
public:
  /// The block that the mark closes, its lines filled in. One that closes nothing is forgotten: it
  /// silences nothing, and says nothing else.
  std::optional<Suppression> add(BlockMark mark);
  /// Those that nothing has closed. They silence nothing, as in clang-tidy.
  std::vector<Suppression> unclosed() const { return open; }

private:
  std::vector<Suppression> open;
};

/// Whether the suppression is about the finding: its lines and its checks fit. Files are the
/// caller's.
bool speaksOf(const Suppression &suppression, const Finding &finding);

/// Whether a name in a suppression, perhaps with `*`, means the check.
bool fits(llvm::StringRef name, llvm::StringRef check);

} // namespace tether
