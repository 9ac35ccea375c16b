#include "matchers/Unit.h"

#include "matchers/Check.h"
#include "matchers/Places.h"
#include "matchers/Serverless.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// Function objects in the words of handles: to call one is to answer.
static std::vector<Awaitable> callable(const Vocabulary &vocabulary) {
  std::vector<Awaitable> words;
  for (const Named &type : vocabulary.callables) {
    Awaitable entry;
    entry.type = type.name;
    entry.consume = {"operator()"};
    words.push_back(std::move(entry));
  }
  return words;
}

Unit::Unit(ASTContext &context, const Vocabulary &vocabulary, Runtime runtime, OwnCode isOwn,
           Meter &meter, ArrayRef<SourceLocation> errors)
    : context(context), runtime(runtime), meter(meter), broken(errors),
      names(meter.timed("names", [&] { return Names(vocabulary); })),
      types(names, names.awaitables),
      seen(meter.timed("walk", [&] { return look(context, names, types, isOwn); })),
      asyncWork(meter.timed("work", [&] { return AsyncWork(seen, names, types); })),
      handlers(meter.timed("handlers", [&] { return Handlers(seen, names); })),
      promiseTypes(names, names.promises, /*shapes=*/false),
      callbackWords(callable(names.vocabulary)),
      callbackNames(callbackWords, &Awaitable::type, names.vocabulary.namespaces),
      callbackTypes(names, callbackNames, /*shapes=*/false), flow(names, types, meter, broken),
      promises(names, promiseTypes, meter, broken), callbacks(names, callbackTypes, meter, broken),
      keepers(seen, flow) {
  flow.isIdle = [this](const ValueDecl &keeper) { return keepers.of(keeper) == Use::None; };
}

/// Whether the parameter is a `T &&` whose `T` the call decides: it may only look.
static bool isForwarding(const FunctionDecl &function, const ParmVarDecl &parameter) {
  const FunctionDecl *pattern = function.getTemplateInstantiationPattern();
  if (!parameter.getType()->isRValueReferenceType() || !pattern)
    return false;
  // A pack makes several parameters of one.
  unsigned index = parameter.getFunctionScopeIndex();
  if (index >= pattern->getNumParams())
    index = pattern->getNumParams() - 1;
  QualType written = pattern->getParamDecl(index)->getType();
  if (const auto *pack = written->getAs<PackExpansionType>())
    written = pack->getPattern();
  return written->isRValueReferenceType() && written->getPointeeType()->isTemplateTypeParmType();
}

bool owns(const FunctionDecl &function, const ParmVarDecl &parameter) {
  QualType passed = parameter.getType();
  if (passed->isLValueReferenceType() || passed->isPointerType() || !parameter.getIdentifier() ||
      !function.hasBody() || function.isDefaulted())
    return false;
  return !isForwarding(function, parameter);
}

// An override must take what its base class takes; a handle's own constructors and assignments are
// how handles move.
bool answersFor(const FunctionDecl &function, const ParmVarDecl &parameter,
                const HandleType &type) {
  if (type.shared || type.words->shared || !owns(function, parameter))
    return false;
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  if (!method)
    return true;
  return method->size_overridden_methods() == 0 &&
         recordOf(parameter.getType()) != method->getParent();
}

ArrayRef<const Journey *> Unit::journeys() {
  if (all)
    return *all;
  Meter::Scope scope = flow.measure();
  all.emplace();
  for (const Obligation &obligation : seen.obligations)
    if (const Journey *journey = flow.of(obligation))
      all->push_back(journey);
  for (const FunctionDecl *function : seen.functions)
    for (const ParmVarDecl *parameter : function->parameters())
      if (!parameter->getType()->isDependentType())
        if (const HandleType *type = types.find(parameter->getType());
            type && answersFor(*function, *parameter, *type))
          all->push_back(&flow.of(*function, *parameter, *type));
  return *all;
}

std::vector<std::string> Unit::unfinished() const {
  std::vector<std::string> places;
  for (const Flow *each : {&flow, &promises, &callbacks})
    for (const FunctionDecl *function : each->unfinished()) {
      Span at = placeOf(*function);
      places.push_back(formatv("{0}:{1}:{2}", at.file, at.line, at.column));
    }
  return places;
}

const Framework *Unit::frameworkOf(const FunctionDecl *function) const {
  std::optional<HandlerReach> reach = handlers.reaching(function);
  if (reach)
    for (const Framework &framework : names.vocabulary.frameworks)
      if (framework.name == reach->framework)
        return &framework;
  return nullptr;
}

bool Unit::isServerless(const FunctionDecl *function) const {
  const Framework *framework = frameworkOf(function);
  return runtime == Runtime::Serverless || (framework && framework->runtime == Runtime::Serverless);
}

Span Unit::placeOf(const NamedDecl &decl) const { return spanOf(decl.getLocation(), context); }

void Report::add(Remark remark) {
  Finding finding;
  finding.check = check.id.str();
  finding.at = spanOf(remark.at, unit.context);
  finding.message = std::move(remark.message);
  bool lost = remark.outlives && unit.isServerless(remark.standing.inside);
  if (lost) {
    finding.message += ServerlessConsequence;
    remark.help = ServerlessHelp;
  }
  finding.help =
      remark.help + "; to accept it, say why: // tether: allow(" + finding.check + ") reason";
  finding.trace = std::move(remark.trace);
  finding.fixes = std::move(remark.fixes);
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
  if (lost)
    finding.level = Level::Error;
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
    if (!enabled(*check))
      continue;
    Meter::Scope scope = unit.meter.check(check->id.str());
    Report report(*check, unit, findings);
    check->run(unit, report);
  }
  sort(findings, before);
  return findings;
}

} // namespace tether
