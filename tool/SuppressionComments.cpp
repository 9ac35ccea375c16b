#include "tool/SuppressionComments.h"

#include "clang/Lex/Lexer.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// The length of the comment that the text begins with, 0 if there is none.
static size_t commentLength(StringRef text) {
  if (text.starts_with("//"))
    return std::min(text.find('\n'), text.size());
  if (text.starts_with("/*"))
    return std::min(text.find("*/", 2), text.size() - 2) + 2;
  return 0;
}

/// How many lines below the comment's the next line is that has code, or nothing at all.
static unsigned linesToCode(StringRef after) {
  StringRef rest = after.split('\n').second.ltrim(" \t");
  while (size_t length = commentLength(rest)) {
    rest = rest.drop_front(length).ltrim(" \t\r");
    rest.consume_front("\n");
    rest = rest.ltrim(" \t");
  }
  return std::max<size_t>(after.drop_back(rest.size()).count('\n'), 1);
}

static bool isAlone(StringRef before, StringRef after) {
  size_t lineStart = before.rfind('\n');
  StringRef left = lineStart == StringRef::npos ? before : before.substr(lineStart + 1);
  return left.trim().empty() && after.split('\n').first.trim().empty();
}

std::optional<Span> SuppressionComments::placeOf(FileID file, unsigned begin, unsigned end) const {
  OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
  if (!entry)
    return std::nullopt;
  StringRef real = entry->getFileEntry().tryGetRealPathName();
  Span at;
  at.file = (real.empty() ? entry->getName() : real).str();
  at.line = sources.getLineNumber(file, begin);
  at.column = sources.getColumnNumber(file, begin);
  at.endLine = sources.getLineNumber(file, end);
  at.endColumn = sources.getColumnNumber(file, end);
  return at;
}

bool SuppressionComments::HandleComment(Preprocessor &preprocessor, SourceRange comment) {
  auto [file, begin] = sources.getDecomposedLoc(comment.getBegin());
  bool invalid = false;
  StringRef buffer = sources.getBufferData(file, &invalid);
  if (invalid)
    return false;
  unsigned end = sources.getFileOffset(comment.getEnd());
  StringRef text = buffer.slice(begin, end), after = buffer.substr(end);
  bool mayBeOurs = text.contains("tether: allow") || text.contains("NOLINT");
  if (!mayBeOurs || !owns(comment.getBegin()))
    return false;
  std::optional<Span> at = placeOf(file, begin, end);
  if (!at)
    return false;
  std::optional<Suppression> suppression = parseSuppression(
      text, *at, isAlone(buffer.take_front(begin), after), at->endLine + linesToCode(after));
  if (std::optional<BlockMark> mark = parseBlockMark(text, *at); mark && !suppression)
    suppression = blocks[file].add(std::move(*mark));
  if (suppression)
    found.push_back(std::move(*suppression));
  return false;
}

void SuppressionComments::finish() {
  for (const auto &[file, open] : blocks)
    append_range(found, open.unclosed());
}

} // namespace tether
