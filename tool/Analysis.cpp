#include "tool/Analysis.h"

#include "matchers/Check.h"
#include "matchers/Places.h"
#include "matchers/Unit.h"
#include "matchers/Why.h"
#include "tool/SuppressionComments.h"

#include "clang/Basic/DiagnosticFrontend.h"
#include "clang/Basic/DiagnosticLex.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/Utils.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace clang;
using namespace llvm;

namespace tether {

static Failure failed(std::string kind, std::string message) {
  Failure failure;
  failure.kind = std::move(kind);
  failure.message = std::move(message);
  return failure;
}

namespace {

/// Remembers the first error, and where there are others; warnings are other tools' business.
class FirstError : public DiagnosticConsumer {
public:
  explicit FirstError(bool cross) : cross(cross) {}

  std::optional<Failure> failure;
  std::vector<SourceLocation> places;

  void HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic &diagnostic) override {
    if (level < DiagnosticsEngine::Error)
      return;
    if (diagnostic.getLocation().isValid())
      places.push_back(diagnostic.getLocation());
    if (failure)
      return;
    SmallString<256> text;
    diagnostic.FormatDiagnostic(text);
    Failure first = failed("parse", text.str().str());
    if (diagnostic.getID() == diag::err_module_not_found)
      first = failed("module",
                     formatv("{0}: a C++20 module has to be built before it is imported", text));
    if (diagnostic.getID() == diag::err_pp_file_not_found && cross)
      first.message += "; a cross compiler knows its folders by itself: add them with "
                       "'flags: {add: [-isystem, DIR]}' in .tether.yaml";
    if (diagnostic.getLocation().isValid()) {
      const SourceManager &sources = diagnostic.getSourceManager();
      PresumedLoc place =
          sources.getPresumedLoc(sources.getFileLoc(diagnostic.getLocation()), false);
      if (place.isValid()) {
        first.at = place.getFilename();
        first.line = place.getLine();
        first.column = place.getColumn();
      }
    }
    failure = std::move(first);
  }

private:
  bool cross; ///< for another machine, whose headers our Clang does not know where to find
};

using OnUnit = function_ref<void(ASTContext &, OwnCode, ArrayRef<SourceLocation> errors)>;

/// Answers from memory whether a location is in a file of the project.
class Ownership {
public:
  Ownership(const SourceManager &sources, const AnalysisSettings &settings)
      : sources(sources), settings(settings) {}

  bool operator()(SourceLocation location) {
    location = fileLoc(location, sources);
    if (location.isInvalid() || sources.isInSystemHeader(location))
      return false;
    FileID file = sources.getFileID(location);
    auto [slot, fresh] = memo.try_emplace(file, false);
    if (!fresh)
      return slot->second;
    OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
    bool owned = false;
    if (entry) {
      StringRef path = entry->getFileEntry().tryGetRealPathName();
      owned = settings.owns(path.empty() ? entry->getName() : path);
    }
    return memo[file] = owned;
  }

private:
  const SourceManager &sources;
  const AnalysisSettings &settings;
  DenseMap<FileID, bool> memo;
};

class Consumer : public ASTConsumer {
public:
  Consumer(const AnalysisSettings &settings, OnUnit onUnit, const FirstError &errors)
      : settings(settings), onUnit(onUnit), errors(errors) {}

  void HandleTranslationUnit(ASTContext &context) override {
    Ownership owns(context.getSourceManager(), settings);
    onUnit(context, owns, errors.places);
  }

private:
  const AnalysisSettings &settings;
  OnUnit onUnit;
  const FirstError &errors;
};

class Action : public ASTFrontendAction {
public:
  Action(const AnalysisSettings &settings, OnUnit onUnit, const FirstError &errors,
         std::vector<Suppression> &suppressions, Meter &meter)
      : settings(settings), onUnit(onUnit), errors(errors), suppressions(suppressions),
        meter(meter) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &compiler) override {
    parsing.emplace(meter, meter.profile.phases["parse"]);
    owns.emplace(compiler.getSourceManager(), settings);
    comments.emplace(compiler.getSourceManager(), *owns, suppressions);
    compiler.getPreprocessor().addCommentHandler(&*comments);
    return true;
  }
  void EndSourceFileAction() override {
    comments->finish();
    parsing.reset();
  }
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &, StringRef) override {
    return std::make_unique<Consumer>(settings, onUnit, errors);
  }

private:
  const AnalysisSettings &settings;
  OnUnit onUnit;
  const FirstError &errors;
  std::vector<Suppression> &suppressions;
  Meter &meter;
  std::optional<Meter::Scope> parsing; ///< else it is the setup and the release
  std::optional<Ownership> owns;
  std::optional<SuppressionComments> comments;
};

} // namespace

static std::shared_ptr<CompilerInvocation> invocationFor(const Job &job,
                                                         IntrusiveRefCntPtr<vfs::FileSystem> files,
                                                         DiagnosticConsumer &consumer) {
  auto diagnostics = CompilerInstance::createDiagnostics(new DiagnosticOptions, &consumer, false);
  std::vector<const char *> arguments;
  for (const std::string &argument : job.arguments)
    arguments.push_back(argument.c_str());
  CreateInvocationOptions options;
  options.Diags = diagnostics;
  options.VFS = std::move(files);
  options.ProbePrecompiled = false;
  // An option that the target lacks must not cost the file.
  options.RecoverOnError = true;
  return createInvocation(arguments, std::move(options));
}

/// The common road of `analyse` and `explain`. Returns the first error of the parse.
static std::optional<Failure> parse(const Job &job, const AnalysisSettings &settings,
                                    std::vector<Suppression> &suppressions, Meter &meter,
                                    OnUnit onUnit) {
  Meter::Scope scope = meter.phase("setup");
  IntrusiveRefCntPtr<vfs::FileSystem> files = vfs::createPhysicalFileSystem();
  if (std::error_code error = files->setCurrentWorkingDirectory(job.directory))
    return failed("parse", formatv("cannot enter {0}: {1}", job.directory, error.message()));
  FirstError errors(any_of(job.arguments, [](StringRef argument) {
    return argument.starts_with("--target=") || argument == "-target";
  }));
  std::shared_ptr<CompilerInvocation> invocation = invocationFor(job, files, errors);
  if (!invocation)
    return errors.failure.value_or(failed("parse", "the compile command makes no sense"));
  invocation->getDiagnosticOpts().ErrorLimit = 0;
  invocation->getDiagnosticOpts().IgnoreWarnings = true;
  invocation->getFrontendOpts().DisableFree = false;
  invocation->getFileSystemOpts().WorkingDir = job.directory;
  CompilerInstance compiler;
  compiler.setInvocation(std::move(invocation));
  compiler.createDiagnostics(&errors, /*ShouldOwnClient=*/false);
  // One missing header must not hide the rest of the file; what else is fatal ends it.
  compiler.getDiagnostics().setSeverity(diag::err_pp_file_not_found, diag::Severity::Error, {});
  compiler.createFileManager(files);
  compiler.createSourceManager(compiler.getFileManager());
  Action action(settings, onUnit, errors, suppressions, meter);
  compiler.ExecuteAction(action);
  return errors.failure;
}

static void tellHandlers(const Unit &unit, UnitResult &result) {
  for (const FunctionDecl *handler : unit.handlers.entries()) {
    result.handlers.push_back(qualifiedName(*handler));
    result.handlerPlaces.push_back(unit.placeOf(*handler));
  }
}

UnitResult findHandlers(const Job &job, const AnalysisSettings &settings) {
  UnitResult result;
  Meter meter;
  AnalysisSettings all = settings;
  all.owns = [&](StringRef path) { return path == job.file; };
  parse(job, all, result.suppressions, meter,
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
  result.failure = parse(
      job, settings, result.suppressions, meter,
      [&](ASTContext &context, OwnCode owns, ArrayRef<SourceLocation> places) {
        Meter::Scope scope = meter.phase("rest");
        Unit unit(context, settings.vocabulary, settings.runtime, owns, meter, places);
        result.findings = runChecks(
            unit, [&](const Check &check) { return settings.checks.count(check.id.str()) != 0; });
        erase_if(result.findings, [](const Finding &finding) { return finding.at.file.empty(); });
        tellHandlers(unit, result);
        result.unfinished = unit.unfinished();
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
  std::optional<Failure> failure =
      parse(job, settings, suppressions, meter,
            [&](ASTContext &context, OwnCode owns, ArrayRef<SourceLocation> places) {
              Unit unit(context, settings.vocabulary, settings.runtime, owns, meter, places);
              if (!question.type.empty()) {
                lines = whyType(unit, question.type);
                return;
              }
              said = runChecks(unit, [&](const Check &check) {
                return settings.checks.count(check.id.str()) != 0;
              });
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
