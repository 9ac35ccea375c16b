#include "matchers/Suppression.h"

#include "matchers/Check.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/GlobPattern.h"

using namespace llvm;

namespace tether {

namespace {

/// "(a, b): because" after the word that opens a suppression.
struct Clause {
  std::vector<std::string> checks;
  std::string reason;
};

} // namespace

static std::optional<Clause> parseClause(StringRef text) {
  text = text.ltrim();
  if (!text.consume_front("("))
    return std::nullopt;
  auto [list, rest] = text.split(')');
  Clause clause;
  SmallVector<StringRef, 4> pieces;
  list.split(pieces, ',', -1, false);
  for (StringRef piece : pieces)
    if (!piece.trim().empty())
      clause.checks.push_back(piece.trim().str());
  rest = rest.split('\n').first;
  rest.consume_back("*/");
  clause.reason = rest.trim(" \t\r:-").str();
  return clause;
}

/// NOLINT speaks of other tools too: only what begins with `tether-` is ours.
static void keepOurs(Clause &clause) {
  std::vector<std::string> ours;
  for (StringRef check : clause.checks)
    if (check.consume_front("tether-"))
      ours.push_back(check.str());
  clause.checks = std::move(ours);
}

std::optional<Suppression> parseSuppression(StringRef comment, Span at, bool alone,
                                            unsigned nextLine) {
  bool nolint = false, nextOnly = false;
  std::optional<Clause> clause;
  if (size_t found = comment.find("tether: allow"); found != StringRef::npos) {
    clause = parseClause(comment.substr(found + strlen("tether: allow")));
  } else if (found = comment.find("NOLINT"); found != StringRef::npos) {
    StringRef rest = comment.substr(found + strlen("NOLINT"));
    nextOnly = rest.consume_front("NEXTLINE");
    nolint = true;
    clause = parseClause(rest);
    if (clause)
      keepOurs(*clause);
  }
  if (!clause || (nolint && clause->checks.empty()))
    return std::nullopt;
  Suppression result{at, nolint ? "nolint" : "comment", at.line, at.endLine, {}, clause->reason};
  for (StringRef check : clause->checks)
    result.checks.push_back(bareId(check).str());
  if (nextOnly)
    result.firstLine = result.lastLine = nextLine;
  else if (!nolint && alone)
    result.lastLine = nextLine;
  return result;
}

bool names(const Suppression &suppression, StringRef check) {
  for (const std::string &name : suppression.checks) {
    if (name == check)
      return true;
    Expected<GlobPattern> glob = GlobPattern::create(name);
    if (!glob)
      consumeError(glob.takeError());
    else if (glob->match(check))
      return true;
  }
  return false;
}

} // namespace tether
