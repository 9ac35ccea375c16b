#include "tool/lsp/LiveAnalysis.h"

#include "matchers/Check.h"
#include "matchers/Places.h"
#include "matchers/SuppressionRules.h"
#include "matchers/Unit.h"
#include "tool/lsp/Remedies.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <map>
#include <set>

using namespace clang;
using namespace llvm;

namespace tether::lsp {
namespace {

/// Where a function begins and ends, and what it is, before lines are known.
struct Written {
  LiveFunction function;
  Span name;
  Span begin;
};

/// What one walk over the functions of the main file tells.
struct Functions {
  std::vector<Written> written;
  std::vector<Span> broken;                           ///< bodies with an error in them
  std::vector<std::pair<std::string, Span>> unjudged; ///< templates without an instance
};

/// From the beginning of the first token to the end of the last, as far as it is in one file.
Span wholeOf(SourceRange range, const ASTContext &context) {
  Span first = spanOf(range.getBegin(), context), last = spanOf(range.getEnd(), context);
  first.endLine = last.endLine;
  first.endColumn = last.endColumn;
  return first;
}

bool isLambda(const FunctionDecl &function) {
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  return method && method->getParent()->isLambda();
}

/// An annotation is written once: in front of something with a name, and not in a template, whose
/// instances are other functions.
bool mayBecomeHandler(const FunctionDecl &function) {
  return function.getIdentifier() && !isLambda(function) && !function.isTemplateInstantiation() &&
         !function.isDependentContext() && !function.isMain() &&
         !function.getBeginLoc().isMacroID() && !function.getLocation().isMacroID();
}

/// The templates of the file of which no instance has a body.
void findUnjudged(const Unit &unit, StringRef file, Functions &found) {
  std::set<const FunctionDecl *> instantiated;
  for (const FunctionDecl *function : unit.seen.functions)
    instantiated.insert(function->getTemplateInstantiationPattern());
  for (const FunctionDecl *function : unit.seen.functions)
    if (function->isDependentContext() && instantiated.count(function) == 0)
      if (Span whole = wholeOf(function->getBody()->getSourceRange(), unit.context);
          whole.file == file)
        found.unjudged.emplace_back(qualifiedName(*function), whole);
}

Functions functionsOf(const Unit &unit, StringRef file) {
  Functions found;
  std::set<Span> known;
  std::set<const FunctionDecl *> entries;
  for (const FunctionDecl *handler : unit.handlers.entries())
    entries.insert(handler);
  for (const FunctionDecl *function : unit.seen.functions) {
    Written each{{}, unit.placeOf(*function), spanOf(function->getBeginLoc(), unit.context)};
    if (each.name.file != file || !known.insert(each.name).second)
      continue;
    if (unit.broken.has(*function))
      found.broken.push_back(wholeOf(function->getBody()->getSourceRange(), unit.context));
    each.function.name = qualifiedName(*function);
    each.function.isHandler = entries.count(function) != 0;
    if (each.function.isHandler)
      each.function.framework = unit.handlers.reaching(function)->framework;
    std::optional<HandlerReach> reach = unit.handlers.reaching(function);
    each.function.mayBecomeHandler = !reach && mayBecomeHandler(*function);
    found.written.push_back(std::move(each));
  }
  findUnjudged(unit, file, found);
  return found;
}

bool isInside(const Span &at, const Span &body) {
  return std::pair(body.line, body.column) <= std::pair(at.line, at.column) &&
         std::pair(at.line, at.column) < std::pair(body.endLine, body.endColumn);
}

/// The lines of the files that a story leads through; the text for the file itself.
class AllLines {
public:
  AllLines(std::string root, StringRef file, StringRef text, Encoding encoding)
      : root(std::move(root)), encoding(encoding) {
    files.emplace(file.str(), Lines(text, encoding));
  }

  std::string absolute(StringRef file) const {
    SmallString<256> path(file);
    sys::fs::make_absolute(root, path);
    return path.str().str();
  }
  const Lines &of(const std::string &path) {
    auto known = files.find(path);
    if (known != files.end())
      return known->second;
    auto buffer = MemoryBuffer::getFile(path);
    StringRef text = buffer ? (*buffer)->getBuffer() : "";
    if (buffer)
      buffers.push_back(std::move(*buffer));
    return files.emplace(path, Lines(text, encoding)).first->second;
  }

private:
  std::string root;
  Encoding encoding;
  std::vector<std::unique_ptr<MemoryBuffer>> buffers;
  std::map<std::string, Lines> files;
};

std::string reachOf(const Finding &finding) {
  if (!finding.handler)
    return "";
  const HandlerReach &handler = *finding.handler;
  return "request handler " + handler.entry +
         (handler.framework.empty() ? "" : " (" + handler.framework + ")");
}

/// Whether a comment only seems to silence nothing.
bool isPremature(const Finding &finding, const Functions &functions) {
  return finding.check == rules::unused_suppression.id &&
         any_of(functions.unjudged,
                [&](const auto &each) { return isInside(finding.at, each.second); });
}

LiveFinding toLive(const Finding &finding, const Lines &lines, AllLines &all) {
  LiveFinding live;
  live.check = finding.check;
  live.level = finding.level;
  live.range = lines.at(finding.at);
  live.message = finding.message;
  live.help = finding.help;
  live.function = finding.function;
  live.reach = reachOf(finding);
  for (const Step &step : finding.trace) {
    std::string path = all.absolute(step.at.file);
    live.trace.push_back({path, all.of(path).at(step.at), step.message});
  }
  live.remedies = remediesFor(finding, lines);
  return live;
}

} // namespace

LiveAnswer analyseLive(const Workspace &workspace, const Command &command, const Head *head,
                       StringRef text, Encoding encoding) {
  const std::string &file = workspace.job->file;
  const AnalysisSettings &settings = workspace.session.settingsFor(*workspace.job);
  UnitResult unit;
  Functions functions;
  Meter meter;
  unit.failure = command.parse(
      text, head, settings, unit.suppressions, meter,
      [&](ASTContext &context, OwnCode owns, ArrayRef<SourceLocation> errors) {
        Unit seen(context, settings.vocabulary, settings.runtime, owns, meter, errors);
        examine(seen, settings, unit);
        functions = functionsOf(seen, file);
      });
  erase_if(unit.findings, [&](const Finding &finding) {
    return finding.at.file != file ||
           any_of(functions.broken, [&](const Span &body) { return isInside(finding.at, body); });
  });
  erase_if(unit.suppressions, [&](const Suppression &each) { return each.at.file != file; });

  PolicyOptions policy = workspace.session.policy;
  policy.mergeEqual = false; // each has a place of its own, and fixes
  Result result = applyPolicy({std::move(unit)}, policy);
  AllLines all(result.root, file, text, encoding);
  const Lines &lines = all.of(file);
  LiveAnswer answer;
  for (const Finding &finding : result.findings)
    if (!finding.suppressed && !isPremature(finding, functions))
      answer.findings.push_back(toLive(finding, lines, all));
  for (Written &each : functions.written) {
    each.function.range = lines.at(each.name);
    each.function.begin = lines.at(each.begin.line, each.begin.column);
    each.function.lineEnd = lines.at(each.name.line, lines.line(each.name.line).size() + 1);
    answer.functions.push_back(std::move(each.function));
  }
  for (auto &[name, body] : functions.unjudged)
    answer.unjudged.push_back({std::move(name), lines.at(body)});
  return answer;
}

} // namespace tether::lsp
