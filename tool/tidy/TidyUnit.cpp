#include "tool/tidy/TidyUnit.h"

#include "matchers/Unit.h"

#include "clang/AST/ASTContext.h"
#include "clang/Lex/HeaderSearch.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetOperations.h"
#include "llvm/Support/Path.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// The main file as findings name it; empty for what is no file.
static std::string mainFileOf(const SourceManager &sources) {
  OptionalFileEntryRef entry = sources.getFileEntryRefForID(sources.getMainFileID());
  if (!entry)
    return "";
  StringRef real = entry->getFileEntry().tryGetRealPathName();
  SmallString<256> path(real.empty() ? entry->getName() : real);
  sources.getFileManager().makeAbsolutePath(path);
  return path.str().str();
}

/// What a session has to know of the command, since clang-tidy does the parsing: the folders that
/// are searched for headers, where a library may have vocabulary. The language would be told by the
/// name of the file, which clang-tidy does not care for.
static std::vector<std::string> flagsFor(const SourceManager &sources,
                                         const Preprocessor &preprocessor) {
  std::vector<std::string> flags = {"-xc++"};
  for (const auto &entry : preprocessor.getHeaderSearchInfo().getHeaderSearchOpts().UserEntries) {
    SmallString<256> folder(entry.Path);
    sources.getFileManager().makeAbsolutePath(folder);
    flags.push_back(("-I" + folder).str());
  }
  return flags;
}

Error TidyUnit::open(const SourceManager &sources, const Preprocessor &preprocessor) {
  Expected<Config> wanted = overlay(options);
  if (!wanted)
    return wanted.takeError();
  over = std::move(*wanted);
  Options asked;
  asked.config = findConfig(options.config, sys::path::parent_path(mainFile));
  asked.fixedFlags = flagsFor(sources, preprocessor);
  Expected<Session> opened = openSession(asked, {mainFile});
  if (!opened)
    return opened.takeError();
  // clang-tidy is given every file of a database by name, so a name says nothing about whose code
  // it is: other people's is left alone, as where `tether check` reads the database itself.
  if (opened->rules->of(mainFile).scope->whyOutside(mainFile).empty())
    session.emplace(std::move(*opened));
  return Error::success();
}

Error TidyUnit::begin(const SourceManager &sources, Preprocessor &preprocessor) {
  if (begun)
    return Error::success();
  begun = true;
  mainFile = mainFileOf(sources);
  if (mainFile.empty())
    return Error::success();
  if (Error error = open(sources, preprocessor))
    return error;
  if (!session)
    return Error::success();
  settings = session->rules->of(mainFile).settings;
  set_intersect(settings.checks, enabled);
  settings.runtime = over.runtime.value_or(settings.runtime);
  settings.vocabulary.recognition = over.recognition.value_or(settings.vocabulary.recognition);
  owns.emplace(sources, settings);
  comments.emplace(sources, *owns, suppressions);
  preprocessor.addCommentHandler(&*comments);
  errors.emplace(preprocessor.getDiagnostics());
  return Error::success();
}

const FilePolicy &TidyUnit::policyOf(StringRef file) {
  const FilePolicy &whole = session->policy.of(file);
  auto [slot, fresh] = policies.try_emplace(&whole, whole);
  FilePolicy &policy = slot->second;
  if (fresh) {
    // Of a check that clang-tidy does not run nothing is known, as in `tether check`.
    set_intersect(policy.checks, enabled);
    policy.voidCast = over.voidCast.value_or(policy.voidCast);
    policy.reach = over.scope.value_or(policy.reach);
  }
  return policy;
}

Result TidyUnit::analyse(ASTContext &context) {
  Meter meter;
  Unit unit(context, settings.vocabulary, settings.runtime, *owns, meter, errors->places());
  // A header is in other units, too, which may need the suppressions that this one does not.
  std::vector<UnitResult> units(2);
  UnitResult &here = units[0], &elsewhere = units[1];
  elsewhere.failure.emplace();
  if (errors->any())
    here.failure.emplace();
  here.findings = runChecks(
      unit, [&](const Check &check) { return settings.checks.count(check.id.str()) != 0; });
  erase_if(here.findings, [](const Finding &finding) { return finding.at.file.empty(); });
  for (Suppression &suppression : suppressions)
    (suppression.at.file == mainFile ? here : elsewhere).suppressions.push_back(suppression);
  PolicyOptions policy = session->policy;
  policy.of = [this](StringRef file) -> const FilePolicy & { return policyOf(file); };
  return applyPolicy(std::move(units), policy);
}

ArrayRef<Finding> TidyUnit::findings(ASTContext &context) {
  if (!session)
    return {};
  if (!result) {
    comments->finish();
    errors->stop();
    result = analyse(context);
    erase_if(result->findings,
             [](const Finding &finding) { return finding.suppressed.has_value(); });
  }
  return result->findings;
}

} // namespace tether
