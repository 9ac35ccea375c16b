//===- Finding.h - what a check says about one place in the code ----------===//
//
// Plain data that owns its strings and holds no Clang pointers: a finding crosses processes, is
// stored in reports and is compared by tests. Nothing here can fail; nothing here is shared
// between threads.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tether {

/// How loud a finding is. Ordered: a handler raises a level by one, work that cannot throw
/// lowers it by one.
enum class Level { Note, Warning, Error };

/// "note", "warning" or "error".
std::string_view toString(Level level);
/// The level of that name; nothing for any other word.
std::optional<Level> levelOf(std::string_view name);
/// One step louder, at most `Error`.
Level raised(Level level);
/// One step quieter, at least `Note`.
Level lowered(Level level);

/// A range in a file. Lines and columns count from 1; columns count bytes of UTF-8 (as Clang
/// does); the end is exclusive.
struct Span {
  std::string file; ///< absolute while analysing, relative to the root in a report
  unsigned line = 0;
  unsigned column = 0;
  unsigned endLine = 0;
  unsigned endColumn = 0;

  auto operator<=>(const Span &) const = default;
};

/// One station of the story that a finding tells: created here, lost here.
struct Step {
  Span at;
  std::string message;

  auto operator<=>(const Step &) const = default;
};

/// Replaces the text of `at` by `text`; an empty span inserts.
struct Edit {
  Span at;
  std::string text;

  auto operator<=>(const Edit &) const = default;
};

/// A way to settle a finding. `safe` means that the program's meaning changes only in what the
/// finding complains about.
struct Fix {
  std::string title;
  bool safe = false;
  std::vector<Edit> edits;

  auto operator<=>(const Fix &) const = default;
};

/// The request on whose behalf the code of a finding runs.
struct HandlerReach {
  std::string framework;
  std::string entry;              ///< qualified name of the handler function
  std::vector<std::string> chain; ///< from the entry to the function of the finding, both included

  auto operator<=>(const HandlerReach &) const = default;
};

/// Why a finding is not counted.
struct Suppressed {
  std::string kind; ///< "comment" (our own form), "nolint" or "config"
  std::string reason;

  auto operator<=>(const Suppressed &) const = default;
};

struct Finding {
  std::string check; ///< bare id: "discarded-future"
  Level level = Level::Warning;
  Span at;              ///< tight, on one line
  std::string message;  ///< lower case, no full stop: what happens, to whom
  std::string help;     ///< one sentence: how to settle it
  std::string function; ///< enclosing function, qualified; empty at namespace scope
  std::optional<HandlerReach> handler;
  std::vector<Step> trace;
  std::vector<Fix> fixes;
  std::string expression;    ///< normalised text of the code meant; feeds the fingerprint
  bool voided = false;       ///< dropped on purpose: `(void)`, `std::ignore =`
  unsigned statement = 0;    ///< the line on which the statement around it begins
  unsigned statementEnd = 0; ///< and the one on which it ends
  unsigned count = 1;        ///< equal findings of one line are one, with a count
  std::string fingerprint;   ///< identity across commits, set once all findings are known
  std::optional<Suppressed> suppressed;
};

/// The order of a report: by place, then by check and words. Total on what a report shows.
bool before(const Finding &left, const Finding &right);

} // namespace tether
