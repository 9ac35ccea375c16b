#include "tool/reports/Text.h"

#include "tool/Result.h"
#include "tool/Sources.h"
#include "tool/reports/Unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"

#include <algorithm>

using namespace tether;
using llvm::raw_ostream;
using llvm::StringRef;

using Colour = raw_ostream::Colors;

/// Lines wider than this are shown in part: generated code may have everything on one line.
static constexpr unsigned WidestLine = 160;
static constexpr unsigned ContextBefore = 40;

/// What follows a source line starts under its bar.
static constexpr llvm::StringLiteral Margin = "      ";

namespace {
/// What is written where; `out` obeys or ignores colours by itself.
struct Page {
  raw_ostream &out;
  Sources &sources;

  raw_ostream &painted(Colour colour, bool bold = true) { return out.changeColor(colour, bold); }
  raw_ostream &plain() { return out.resetColor(); }
};

/// The part of a line that is shown, and what of it is underlined, in terminal columns.
struct Excerpt {
  std::string text;
  unsigned caret = 0;
  unsigned width = 1;
};
} // namespace

static Colour colourOf(Level level) {
  switch (level) {
  case Level::Error:
    return raw_ostream::RED;
  case Level::Warning:
    return raw_ostream::MAGENTA;
  case Level::Note:
    break;
  }
  return raw_ostream::CYAN;
}

static unsigned widthOf(llvm::ArrayRef<Cell> cells) {
  unsigned width = 0;
  for (const Cell &cell : cells)
    width += cell.width;
  return width;
}

/// Cells of the line that fit on a page, those of the span first of all.
static std::pair<size_t, size_t> shownPart(llvm::ArrayRef<Cell> cells, size_t caret) {
  if (widthOf(cells) <= WidestLine)
    return {0, cells.size()};
  size_t begin = caret;
  for (unsigned width = 0; begin > 0 && width + cells[begin - 1].width <= ContextBefore; --begin)
    width += cells[begin - 1].width;
  size_t end = begin;
  for (unsigned width = 0; end < cells.size() && width + cells[end].width <= WidestLine; ++end)
    width += cells[end].width;
  return {begin, end};
}

static Excerpt excerptOf(StringRef line, const Span &at) {
  line = line.rtrim();
  std::vector<Cell> cells = cellsOf(line);
  // The file may have changed since it was analysed: a place past the line's end is its end.
  auto indexOf = [&](unsigned column) -> size_t {
    auto after = llvm::partition_point(cells, [&](const Cell &c) { return c.begin < column; });
    return column == 0 ? 0 : std::max<ptrdiff_t>(after - cells.begin(), 1) - 1;
  };
  size_t first = at.column > line.size() ? cells.size() : indexOf(at.column);
  size_t last = cells.size();
  if (at.endLine <= at.line && at.endColumn <= line.size())
    last = std::max(indexOf(at.endColumn), first);
  auto [begin, end] = shownPart(cells, first);
  Excerpt excerpt;
  if (begin > 0)
    excerpt.text = "…";
  for (const Cell &cell : llvm::ArrayRef(cells).slice(begin, end - begin))
    excerpt.text += cell.text;
  if (end < cells.size())
    excerpt.text += "…";
  llvm::ArrayRef<Cell> all = cells;
  excerpt.caret = widthOf(all.slice(begin, first - begin)) + (begin > 0 ? 1 : 0);
  last = std::clamp(last, first, std::max(first, end));
  excerpt.width = std::max(widthOf(all.slice(first, last - first)), 1u);
  return excerpt;
}

static void writeSource(Page &page, const Span &at) {
  std::optional<StringRef> line = page.sources.line(at.file, at.line);
  if (!line)
    return;
  Excerpt excerpt = excerptOf(*line, at);
  page.out << llvm::format_decimal(at.line, 5) << " | " << excerpt.text << '\n';
  page.out << Margin << "| ";
  page.out.indent(excerpt.caret);
  page.painted(raw_ostream::GREEN) << '^' << std::string(excerpt.width - 1, '~');
  page.plain() << '\n';
}

/// `file:line:col: level: `
static void writePlace(Page &page, const Span &at, StringRef level, Colour colour) {
  page.painted(raw_ostream::SAVEDCOLOR) << printable(at.file);
  if (at.line > 0)
    page.out << ':' << at.line;
  if (at.line > 0 && at.column > 0)
    page.out << ':' << at.column;
  page.out << ": ";
  page.painted(colour) << level << ": ";
  page.plain();
}

static void writeRemark(Page &page, StringRef word, StringRef text) {
  page.out << Margin << "= ";
  page.painted(raw_ostream::SAVEDCOLOR) << word;
  page.plain() << printable(text) << '\n';
}

static void writeTrace(Page &page, const Finding &finding) {
  const Span *shown = &finding.at;
  for (const Step &step : finding.trace) {
    writePlace(page, step.at, "note", raw_ostream::CYAN);
    page.out << printable(step.message) << '\n';
    // The same line with the same caret twice in a row tells nothing.
    if (step.at != *shown)
      writeSource(page, step.at);
    shown = &step.at;
  }
}

static void writeFinding(Page &page, const Finding &finding) {
  writePlace(page, finding.at, toString(finding.level), colourOf(finding.level));
  page.painted(raw_ostream::SAVEDCOLOR) << printable(finding.message);
  page.plain();
  if (finding.count > 1)
    page.out << " (" << finding.count << " times on this line)";
  page.out << " [tether-" << finding.check << "]\n";
  writeSource(page, finding.at);
  if (const auto &handler = finding.handler)
    writeRemark(page, "in request handler ",
                handler->entry + " (" + handler->framework + ")" +
                    (handler->chain.size() > 1 ? ": " + llvm::join(handler->chain, " -> ") : ""));
  if (!finding.help.empty())
    writeRemark(page, "help: ", finding.help);
  for (const Fix &fix : finding.fixes)
    writeRemark(page, "fix: ", fix.title + (fix.safe ? " (safe)" : " (changes behaviour)"));
  writeTrace(page, finding);
  page.out << '\n';
}

static bool isInterrupted(const Failure &failure) { return failure.kind == "interrupted"; }

static void writeFailure(Page &page, const Failure &failure) {
  bool elsewhere = failure.line > 0 && failure.at != failure.file && !failure.at.empty();
  Span at{elsewhere ? failure.at : failure.file, failure.line, failure.column, 0, 0};
  writePlace(page, at, "error", raw_ostream::RED);
  page.out << printable(failure.message);
  if (elsewhere)
    page.out << " (while analysing " << printable(failure.file) << ')';
  page.out << '\n';
}

/// "1 finding", "2 findings"
static std::string counted(size_t count, StringRef noun) {
  return (llvm::Twine(count) + " " + noun + (count == 1 ? "" : "s")).str();
}

/// What was never begun has no story of its own: these files are one line.
static void writeFailures(Page &page, llvm::ArrayRef<Failure> failures) {
  for (const Failure &failure : failures)
    if (!isInterrupted(failure))
      writeFailure(page, failure);
  if (size_t count = llvm::count_if(failures, isInterrupted)) {
    page.painted(raw_ostream::RED) << "error: ";
    page.plain() << counted(count, "file") << " not analysed: the run was interrupted\n";
  }
  if (!failures.empty())
    page.out << '\n';
}

static void writeFindingsSummary(Page &page, const Result &result) {
  const Summary &summary = result.summary;
  llvm::StringSet<> files;
  for (const Finding &finding : result.findings)
    if (!finding.suppressed)
      files.insert(finding.at.file);
  std::vector<std::string> levels;
  for (auto [count, noun] :
       {std::pair(summary.errors, "error"), {summary.warnings, "warning"}, {summary.notes, "note"}})
    if (count > 0)
      levels.push_back(counted(count, noun));
  size_t total = size_t(summary.errors) + summary.warnings + summary.notes;
  if (total == 0)
    page.painted(raw_ostream::GREEN) << "no findings";
  else
    page.painted(raw_ostream::SAVEDCOLOR) << counted(total, "finding");
  page.plain();
  if (total > 0)
    page.out << " (" << llvm::join(levels, ", ") << ") in " << counted(files.size(), "file");
  if (summary.suppressed > 0)
    page.out << ", " << summary.suppressed << " suppressed";
  page.out << '\n';
}

static void writeUnitsSummary(Page &page, const Summary &summary) {
  unsigned wanted = summary.units - summary.excluded;
  if (summary.analysed < wanted)
    page.out << summary.analysed << " of ";
  page.out << counted(wanted, "file") << " analysed";
  if (summary.excluded > 0)
    page.out << ", " << summary.excluded << " outside of the project's own code left alone";
  if (summary.handlers > 0)
    page.out << ", " << counted(summary.handlers, "request handler") << " seen";
  if (summary.failed > 0) {
    page.out << "; ";
    page.painted(raw_ostream::RED) << summary.failed << " failed";
    page.plain() << ", so this report may be incomplete";
  }
  page.out << '\n';
  auto writeHidden = [&](const HiddenHandlers &hidden, StringRef how) {
    if (hidden.handlers > 0)
      page.out << counted(hidden.files, "file") << " with "
               << counted(hidden.handlers, "request handler")
               << (hidden.files == 1 ? " is " : " are ") << how << '\n';
  };
  writeHidden(summary.excludedHandlers, "excluded");
  writeHidden(summary.silencedHandlers, "silenced as a whole");
  if (summary.unfinished > 0)
    page.out << counted(summary.unfinished, "function")
             << " too complex to be followed to the end: findings there may be missing\n";
}

void tether::writeText(const Result &result, Sources &sources, bool colour, raw_ostream &out) {
  bool before = out.colors_enabled();
  out.enable_colors(colour);
  Page page{out, sources};
  for (const Finding &finding : result.findings)
    if (!finding.suppressed)
      writeFinding(page, finding);
  writeFailures(page, result.failures);
  writeFindingsSummary(page, result);
  writeUnitsSummary(page, result.summary);
  out.enable_colors(before);
}
