#include "tool/Analysis.h"

#include "matchers/Check.h"
#include "matchers/Places.h"
#include "matchers/Unit.h"
#include "matchers/Why.h"
#include "tool/Parse.h"

#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

static void tellHandlers(const Unit &unit, UnitResult &result) {
  for (const FunctionDecl *handler : unit.handlers.entries()) {
    result.handlers.push_back(qualifiedName(*handler));
    result.handlerPlaces.push_back(unit.placeOf(*handler));
  }
}

void examine(Unit &unit, const AnalysisSettings &settings, UnitResult &result) {
  result.findings = runChecks(
      unit, [&](const Check &check) { return settings.checks.count(check.id.str()) != 0; });
  erase_if(result.findings, [](const Finding &finding) { return finding.at.file.empty(); });
  tellHandlers(unit, result);
  result.unfinished = unit.unfinished();
}

UnitResult findHandlers(const Job &job, const AnalysisSettings &settings) {
  UnitResult result;
  Meter meter;
  AnalysisSettings all = settings;
  all.owns = [&](StringRef path) { return path == job.file; };
  Command(job).parse(all, result.suppressions, meter,
                     [&](ASTContext &context, OwnCode owns, ArrayRef<SourceLocation> places) {
                       Unit unit(context, all.vocabulary, all.runtime, owns, meter, places);
                       tellHandlers(unit, result);
                     });
  result.suppressions.clear();
  return result;
}

UnitResult analyse(const Job &job, const AnalysisSettings &settings) {
  UnitResult result;
  Meter meter;
  result.failure = Command(job).parse(
      settings, result.suppressions, meter,
      [&](ASTContext &context, OwnCode owns, ArrayRef<SourceLocation> places) {
        Meter::Scope scope = meter.phase("rest");
        Unit unit(context, settings.vocabulary, settings.runtime, owns, meter, places);
        examine(unit, settings, result);
      });
  result.profile = std::move(meter.profile);
  if (result.failure)
    result.failure->file = job.file;
  return result;
}

UnitResult explain(const Job &job, const AnalysisSettings &settings, const Question &question) {
  UnitResult result;
  std::vector<std::string> &lines = result.answer;
  std::vector<Finding> said;
  std::vector<Suppression> suppressions;
  Meter meter;
  std::optional<Failure> failure = Command(job).parse(
      settings, suppressions, meter,
      [&](ASTContext &context, OwnCode owns, ArrayRef<SourceLocation> places) {
        Unit unit(context, settings.vocabulary, settings.runtime, owns, meter, places);
        if (!question.type.empty()) {
          lines = whyType(unit, question.type);
          return;
        }
        said = runChecks(
            unit, [&](const Check &check) { return settings.checks.count(check.id.str()) != 0; });
        lines = why(unit, question.file, question.line);
      });
  for (Finding &finding : said) {
    if (finding.at.line != question.line || finding.at.file != question.file)
      continue;
    if (auto level = settings.levels.find(finding.check); level != settings.levels.end())
      finding.level = level->second;
    lines.push_back(formatv("{0}: {1}: {2} [tether-{3}]", finding.at.column,
                            toString(finding.level), finding.message, finding.check));
    for (const Suppression &comment : suppressions)
      if (comment.at.file == question.file && speaksOf(comment, finding))
        lines.push_back(formatv("suppressed by the comment in line {0}: {1}", comment.at.line,
                                comment.reason.empty() ? "no reason given" : comment.reason));
  }
  if (failure)
    lines.push_back(
        formatv("note: the file does not compile ({0}); what depends on that is unknown",
                failure->message));
  return result;
}

std::string ownResourceDir() {
  static_assert(LLVM_VERSION_MAJOR == 19);
  return TETHER_RESOURCE_DIR;
}

} // namespace tether
