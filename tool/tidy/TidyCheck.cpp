#include "tool/tidy/TidyCheck.h"

#include "clang/ASTMatchers/ASTMatchers.h"

using namespace clang;
using namespace clang::tidy;
using namespace llvm;

namespace tether {

static constexpr llvm::StringLiteral UnsafeFixes = "UnsafeFixes";

/// The unit that is being set up, or a new one.
static std::shared_ptr<TidyUnit> join(std::weak_ptr<TidyUnit> &current,
                                      const ClangTidyCheck::OptionsView &shared) {
  std::shared_ptr<TidyUnit> unit = current.lock();
  if (!unit || unit->hasBegun())
    current = unit = std::make_shared<TidyUnit>(readTidyOptions(shared));
  return unit;
}

TidyCheck::TidyCheck(StringRef name, ClangTidyContext *context, const Check &rule,
                     std::weak_ptr<TidyUnit> &current)
    : ClangTidyCheck(name, context), rule(rule),
      shared("tether", context->getOptions().CheckOptions, context),
      unsafeFixes(Options.get(UnsafeFixes, shared.get(UnsafeFixes, false))),
      unit(join(current, shared)) {
  unit->enable(rule);
}

bool TidyCheck::isLanguageVersionSupported(const LangOptions &language) const {
  return !language.CUDA && !language.HIP && !language.OpenCL;
}

void TidyCheck::storeOptions(ClangTidyOptions::OptionMap &map) {
  storeTidyOptions(shared, map);
  shared.store(map, UnsafeFixes, shared.get(UnsafeFixes, false));
  Options.store(map, UnsafeFixes, unsafeFixes);
}

void TidyCheck::registerPPCallbacks(const SourceManager &sources, Preprocessor *preprocessor,
                                    Preprocessor *) {
  if (Error error = unit->begin(sources, *preprocessor))
    configurationDiag("%0", DiagnosticIDs::Error) << toString(std::move(error));
}

void TidyCheck::registerMatchers(ast_matchers::MatchFinder *finder) {
  finder->addMatcher(ast_matchers::translationUnitDecl(), this);
}

void TidyCheck::check(const ast_matchers::MatchFinder::MatchResult &match) {
  for (const Finding &finding : unit->findings(*match.Context))
    if (finding.check == rule.id)
      tell(*this, finding, *match.SourceManager, unit->root(),
           unsafeFixes ? Offered::Any : Offered::Safe);
}

} // namespace tether
