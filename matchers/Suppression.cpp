#include "matchers/Suppression.h"

#include "matchers/Check.h"

#include "llvm/ADT/STLExtras.h"
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

/// What is behind the parenthesis; a further `//` begins another remark, unless it is in a word.
static std::string reasonIn(StringRef text) {
  text = text.split('\n').first;
  text = text.substr(0, text.find(" //"));
  text.consume_back("*/");
  return text.trim(" \t\r:-").str();
}

static std::optional<Clause> parseClause(StringRef text) {
  if (!text.ltrim().starts_with("("))
    return std::nullopt;
  auto [list, rest] = text.ltrim().drop_front().split(')');
  Clause clause{{}, reasonIn(rest)};
  SmallVector<StringRef, 4> pieces;
  list.split(pieces, ',', -1, false);
  for (StringRef piece : pieces)
    if (!piece.trim().empty())
      clause.checks.push_back(piece.trim().str());
  return clause;
}

/// The words of a comment, without what opens it.
static StringRef inside(StringRef comment) {
  comment = comment.drop_front(std::min<size_t>(2, comment.size()));
  return comment.ltrim("/*!<").ltrim();
}

static std::optional<Suppression> parseOwn(StringRef comment, Suppression result, bool alone,
                                           unsigned nextLine) {
  StringRef text = inside(comment);
  if (!text.consume_front("tether: allow"))
    return std::nullopt;
  std::optional<Clause> clause = parseClause(text);
  if (!clause)
    return std::nullopt;
  result.kind = "comment";
  result.reason = clause->reason;
  for (StringRef check : clause->checks)
    result.checks.push_back(bareId(check).str());
  if (alone)
    result.lastLine = std::max(result.lastLine, nextLine);
  return result;
}

/// What follows NOLINT in a comment. In code that is itself a comment it silences nothing.
static std::optional<StringRef> behindNoLint(StringRef comment) {
  auto [before, text] = inside(comment).split("NOLINT");
  if (text.data() == nullptr || before.contains("//"))
    return std::nullopt;
  return text;
}

/// Fills in what the list behind the word says; nothing if it is for other tools.
static std::optional<Suppression> withNoLintList(StringRef text, Suppression result) {
  result.kind = "nolint";
  std::optional<Clause> clause = text.starts_with("(") ? parseClause(text) : std::nullopt;
  if (!clause || is_contained(clause->checks, "*")) {
    result.checks = {"*"};
    result.blanket = true;
    return result;
  }
  result.reason = clause->reason;
  for (StringRef check : clause->checks)
    if (check.consume_front("tether-"))
      result.checks.push_back(check.str());
  return result.checks.empty() ? std::nullopt : std::optional(result);
}

static std::optional<Suppression> parseNoLint(StringRef comment, Suppression result,
                                              unsigned nextLine) {
  std::optional<StringRef> text = behindNoLint(comment);
  if (!text || text->starts_with("BEGIN") || text->starts_with("END"))
    return std::nullopt;
  if (text->consume_front("NEXTLINE"))
    result.firstLine = result.lastLine = nextLine;
  return withNoLintList(*text, std::move(result));
}

std::optional<Suppression> parseSuppression(StringRef comment, Span at, bool alone,
                                            unsigned nextLine) {
  Suppression empty;
  empty.at = at;
  empty.firstLine = at.line;
  empty.lastLine = at.endLine;
  if (std::optional<Suppression> own = parseOwn(comment, empty, alone, nextLine))
    return own;
  return parseNoLint(comment, empty, nextLine);
}

std::optional<BlockMark> parseBlockMark(StringRef comment, Span at) {
  std::optional<StringRef> text = behindNoLint(comment);
  if (!text)
    return std::nullopt;
  bool opens = text->consume_front("BEGIN");
  if (!opens && !text->consume_front("END"))
    return std::nullopt;
  Suppression empty;
  empty.firstLine = at.line;
  empty.at = std::move(at);
  std::optional<Suppression> block = withNoLintList(*text, std::move(empty));
  return block ? std::optional(BlockMark{opens, std::move(*block)}) : std::nullopt;
}

std::optional<Suppression> SuppressionBlocks::add(BlockMark mark) {
  if (mark.opens) {
    open.push_back(std::move(mark.block));
    return std::nullopt;
  }
  auto last = find_if(reverse(open), [&](const Suppression &block) {
    return block.checks == mark.block.checks && block.blanket == mark.block.blanket;
  });
  if (last == open.rend())
    return std::nullopt;
  Suppression block = std::move(*last);
  open.erase(std::next(last).base());
  block.lastLine = mark.block.at.line;
  return block;
}

bool speaksOf(const Suppression &suppression, const Finding &finding) {
  auto covers = [&](unsigned line) {
    return suppression.firstLine <= line && line <= suppression.lastLine;
  };
  return (covers(finding.at.line) || covers(finding.statement) || covers(finding.statementEnd)) &&
         any_of(suppression.checks,
                [&](const std::string &name) { return fits(name, finding.check); });
}

bool fits(StringRef name, StringRef check) {
  if (name == check)
    return true;
  Expected<GlobPattern> glob = GlobPattern::create(name);
  if (glob)
    return glob->match(check);
  consumeError(glob.takeError());
  return false;
}

} // namespace tether
