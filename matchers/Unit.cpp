#include "matchers/Unit.h"

#include "matchers/Check.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace llvm;

namespace tether {

Unit::Unit(ASTContext &context, const Vocabulary &vocabulary, OwnCode isOwn)
    : context(context), names(vocabulary), types(names), seen(look(context, names, types, isOwn)),
      asyncWork(seen, names, types), handlers(seen, names) {}

Span Unit::placeOf(const NamedDecl &decl) const { return spanOf(decl.getLocation(), context); }

void Report::add(Remark remark) {
  Finding finding;
  finding.check = check.id.str();
  finding.at = spanOf(remark.at, unit.context);
  finding.message = std::move(remark.message);
  finding.help =
      remark.help + "; to accept it, say why: // tether: allow(" + finding.check + ") reason";
  finding.trace = std::move(remark.trace);
  finding.voided = remark.voided;
  finding.statement = finding.statementEnd = finding.at.line;
  const Standing &standing = remark.standing;
  if (standing.inside)
    finding.function = qualifiedName(*standing.inside);
  finding.handler = unit.handlers.reaching(standing.inside);
  finding.level = check.level;
  if (finding.handler)
    finding.level = raised(finding.level);
  if (!remark.throws)
    finding.level = lowered(finding.level);
  SourceRange meant = remark.meant;
  if (standing.statement) {
    const SourceManager &sources = unit.context.getSourceManager();
    SourceRange range = standing.statement->getSourceRange();
    finding.statement = spanOf(range.getBegin(), unit.context).line;
    finding.statementEnd =
        sources.getExpansionLineNumber(sources.getExpansionRange(range.getEnd()).getEnd());
    if (meant.isInvalid())
      meant = standing.statement->getSourceRange();
  }
  finding.expression = normalisedText(meant, unit.context);
  findings.push_back(std::move(finding));
}

std::vector<Finding> runChecks(Unit &unit, function_ref<bool(const Check &)> enabled) {
  std::vector<Finding> findings;
  for (const Check *check : allChecks()) {
    Report report(*check, unit, findings);
    if (enabled(*check))
      check->run(unit, report);
  }
  sort(findings, before);
  return findings;
}

} // namespace tether
