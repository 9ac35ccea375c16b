#include "tool/Parse.h"

#include "matchers/Names.h"
#include "tool/Ownership.h"
#include "tool/SuppressionComments.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/DiagnosticLex.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/Utils.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "clang/Serialization/ASTReader.h"
#include "clang/Serialization/ASTWriter.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// What a parse borrows from its caller.
struct Task {
  const AnalysisSettings &settings;
  std::vector<Suppression> &suppressions;
  Meter &meter;
  OnUnit onUnit;
  const FirstError &errors;
  const Head *head = nullptr;
  bool live = false; ///< the text is an editor's
};

class Consumer : public ASTConsumer {
public:
  Consumer(const Task &task, CompilerInstance &compiler) : task(task), compiler(compiler) {}

  void HandleTranslationUnit(ASTContext &context) override {
    Ownership owns(context.getSourceManager(), task.settings);
    std::vector<SourceLocation> places = task.errors.places;
    if (task.live)
      limitScope(context, owns);
    if (task.head && task.head->failure)
      places.push_back(context.getSourceManager().getLocForStartOfFile(
          context.getSourceManager().getMainFileID()));
    task.onUnit(context, owns, places);
  }

private:
  /// What others have written stays where it was read from: to look at all of a head costs more
  /// than the rest of the analysis.
  void limitScope(ASTContext &context, Ownership &owns) const {
    std::vector<Decl *> own;
    if (ASTReader *reader = compiler.getASTReader().get(); task.head && reader)
      for (LocalDeclID id : task.head->own)
        if (Decl *decl = reader->GetLocalDecl(reader->getModuleManager().getPrimaryModule(), id))
          own.push_back(decl);
    for (Decl *decl : context.getTranslationUnitDecl()->noload_decls())
      if (!decl->isFromASTFile() && owns(decl->getLocation()))
        own.push_back(decl);
    context.setTraversalScope(own);
  }

  const Task &task;
  CompilerInstance &compiler;
};

class Action : public ASTFrontendAction {
public:
  explicit Action(const Task &task) : task(task) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &compiler) override {
    parsing.emplace(task.meter, task.meter.profile.phases["parse"]);
    owns.emplace(compiler.getSourceManager(), task.settings);
    comments.emplace(compiler.getSourceManager(), *owns, task.suppressions);
    if (task.head)
      readCommentsOfHead(compiler);
    compiler.getPreprocessor().addCommentHandler(&*comments);
    return true;
  }
  void EndSourceFileAction() override {
    comments->finish();
    parsing.reset();
  }
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &compiler, StringRef) override {
    return std::make_unique<Consumer>(task, compiler);
  }

private:
  /// The preprocessor passes over what was parsed before.
  void readCommentsOfHead(CompilerInstance &compiler) {
    const SourceManager &sources = compiler.getSourceManager();
    FileID file = sources.getMainFileID();
    Lexer lexer(file, sources.getBufferOrFake(file), sources, compiler.getLangOpts());
    lexer.SetCommentRetentionState(true);
    for (Token token; !lexer.LexFromRawLexer(token);) {
      if (sources.getFileOffset(token.getLocation()) >= task.head->parsed.getBounds().Size)
        break;
      if (token.is(tok::comment))
        comments->HandleComment(compiler.getPreprocessor(),
                                {token.getLocation(), token.getEndLoc()});
    }
  }

  const Task &task;
  std::optional<Meter::Scope> parsing; ///< else it is the setup and the release
  std::optional<Ownership> owns;
  std::optional<SuppressionComments> comments;
};

/// Whether a parameter takes anything at all.
bool takesAnything(const ParmVarDecl *parameter) {
  QualType type = parameter->getType().getNonReferenceType();
  if (const auto *pack = type->getAs<PackExpansionType>())
    type = pack->getPattern().getNonReferenceType();
  return type->isTemplateTypeParmType();
}

/// Whether the language itself calls members of the class, for a coroutine.
bool servesCoroutines(const CXXRecordDecl &record) {
  auto declares = [&](StringRef name) {
    return !record.lookup(&record.getASTContext().Idents.get(name)).empty();
  };
  return declares("promise_type") || declares("initial_suspend") || declares("await_ready");
}

/// Which bodies of other people are worth their time. Those of ordinary functions cost it once;
/// those of templates each time that they are instantiated, and so they must be about our business:
/// what the vocabulary names, what makes handles or serves coroutines, and what of the standard
/// library calls whatever it is given, since only its body tells with what.
class WorthyBodies {
public:
  explicit WorthyBodies(const Vocabulary &vocabulary) : names(vocabulary) {}

  bool has(const Decl &decl) const {
    const FunctionDecl *function = decl.getAsFunction();
    if (!function || !function->isTemplated())
      return true;
    if (decl.isInStdNamespace() && any_of(function->parameters(), takesAnything))
      return true;
    const auto *record = dyn_cast<CXXRecordDecl>(function->getDeclContext());
    return names.awaitables.has(classOf(function->getReturnType())) || isNamed(function) ||
           (record && (isNamed(record) || servesCoroutines(*record)));
  }

private:
  static const NamedDecl *classOf(QualType type) {
    if (const auto *written = type->getAs<TemplateSpecializationType>())
      if (const TemplateDecl *pattern = written->getTemplateName().getAsTemplateDecl())
        return pattern->getTemplatedDecl();
    return type->getAsCXXRecordDecl();
  }
  bool isNamed(const NamedDecl *decl) const {
    return names.awaitables.has(decl) || names.promises.has(decl) || names.launchers.has(decl) ||
           names.scopes.has(decl) || names.combinators.has(decl) || names.completions.has(decl);
  }

  const Names names;
};

/// Notes which declarations of a head are the project's.
class HeadReader : public PreambleCallbacks {
public:
  explicit HeadReader(const AnalysisSettings &settings)
      : settings(settings), worthy(settings.vocabulary) {}

  std::vector<LocalDeclID> own;

  void BeforeExecute(CompilerInstance &compiler) override {
    owns.emplace(compiler.getSourceManager(), settings);
  }
  bool shouldSkipFunctionBody(Decl *decl) override {
    return !(*owns)(decl->getLocation()) && !worthy.has(*decl);
  }
  void HandleTopLevelDecl(DeclGroupRef group) override {
    for (Decl *decl : group)
      if ((*owns)(decl->getLocation()))
        decls.push_back(decl);
  }
  void AfterPCHEmitted(ASTWriter &writer) override {
    for (const Decl *decl : decls)
      own.push_back(writer.getDeclID(decl));
  }

private:
  const AnalysisSettings &settings;
  const WorthyBodies worthy;
  std::optional<Ownership> owns;
  std::vector<const Decl *> decls;
};

bool isCross(const Job &job) {
  return any_of(job.arguments, [](StringRef argument) {
    return argument.starts_with("--target=") || argument == "-target";
  });
}

std::shared_ptr<CompilerInvocation> understand(const Job &job,
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
  std::shared_ptr<CompilerInvocation> invocation = createInvocation(arguments, std::move(options));
  if (!invocation)
    return invocation;
  invocation->getDiagnosticOpts().ErrorLimit = 0;
  invocation->getDiagnosticOpts().IgnoreWarnings = true;
  invocation->getFrontendOpts().DisableFree = false;
  invocation->getFileSystemOpts().WorkingDir = job.directory;
  return invocation;
}

Failure failed(std::string message) {
  Failure failure;
  failure.kind = "parse";
  failure.message = std::move(message);
  return failure;
}

/// One missing header must not hide the rest of the file; what else is fatal ends it.
void soften(DiagnosticsEngine &diagnostics) {
  diagnostics.setSeverity(diag::err_pp_file_not_found, diag::Severity::Error, {});
}

void run(std::shared_ptr<CompilerInvocation> invocation, IntrusiveRefCntPtr<vfs::FileSystem> files,
         FirstError &errors, const Task &task) {
  CompilerInstance compiler;
  compiler.setInvocation(std::move(invocation));
  compiler.createDiagnostics(&errors, /*ShouldOwnClient=*/false);
  soften(compiler.getDiagnostics());
  compiler.createFileManager(std::move(files));
  compiler.createSourceManager(compiler.getFileManager());
  Action action(task);
  compiler.ExecuteAction(action);
}

} // namespace

IntrusiveRefCntPtr<vfs::FileSystem> Command::files() const {
  IntrusiveRefCntPtr<vfs::FileSystem> files = vfs::createPhysicalFileSystem();
  files->setCurrentWorkingDirectory(directory);
  return files;
}

std::shared_ptr<CompilerInvocation> Command::invocation() const {
  return std::make_shared<CompilerInvocation>(*understood);
}

Command::Command(const Job &job) : file(job.file), directory(job.directory), cross(isCross(job)) {
  if (std::error_code error =
          vfs::createPhysicalFileSystem()->setCurrentWorkingDirectory(directory)) {
    failure = failed(formatv("cannot enter {0}: {1}", directory, error.message()));
    return;
  }
  FirstError errors(cross);
  understood = understand(job, files(), errors);
  failure = errors.failure;
  if (!understood && !failure)
    failure = failed("the compile command makes no sense");
}

std::optional<Failure> Command::parse(const AnalysisSettings &settings,
                                      std::vector<Suppression> &suppressions, Meter &meter,
                                      OnUnit onUnit) const {
  if (!understood)
    return failure;
  Meter::Scope scope = meter.phase("setup");
  FirstError errors(cross);
  run(invocation(), files(), errors, {settings, suppressions, meter, onUnit, errors});
  return failure ? failure : errors.failure;
}

std::optional<Failure> Command::parse(StringRef text, const Head *head,
                                      const AnalysisSettings &settings,
                                      std::vector<Suppression> &suppressions, Meter &meter,
                                      OnUnit onUnit) const {
  if (!understood)
    return failure;
  Meter::Scope scope = meter.phase("setup");
  FirstError errors(cross);
  std::shared_ptr<CompilerInvocation> invocation = this->invocation();
  IntrusiveRefCntPtr<vfs::FileSystem> files = this->files();
  // Clang takes the buffer over.
  MemoryBuffer *buffer = MemoryBuffer::getMemBufferCopy(text, file).release();
  if (head) {
    invocation->getPreprocessorOpts().AllowPCHWithCompilerErrors = true;
    head->parsed.AddImplicitPreamble(*invocation, files, buffer);
  } else {
    invocation->getPreprocessorOpts().addRemappedFile(file, buffer);
  }
  run(std::move(invocation), std::move(files), errors,
      {settings, suppressions, meter, onUnit, errors, head, /*live=*/true});
  if (failure)
    return failure;
  return head && head->failure ? head->failure : errors.failure;
}

static PreambleBounds boundsOf(StringRef text, const CompilerInvocation &invocation) {
  return ComputePreambleBounds(invocation.getLangOpts(), MemoryBufferRef(text, ""), 0);
}

bool Command::fits(const Head &head, StringRef text) const {
  return understood && head.parsed.CanReuse(*understood, MemoryBufferRef(text, file),
                                            boundsOf(text, *understood), *files());
}

std::optional<Head> Command::parseHead(StringRef text, Bodies bodies,
                                       const AnalysisSettings &settings) const {
  PreambleBounds bounds = understood ? boundsOf(text, *understood) : PreambleBounds(0, false);
  if (bounds.Size == 0)
    return std::nullopt;
  FirstError errors(cross);
  auto diagnostics = CompilerInstance::createDiagnostics(&understood->getDiagnosticOpts(), &errors,
                                                         /*ShouldOwnClient=*/false);
  soften(*diagnostics);
  HeadReader reader(settings);
  CompilerInvocation invocation(*understood);
  invocation.getFrontendOpts().SkipFunctionBodies = bodies == Bodies::Own;
  std::unique_ptr<MemoryBuffer> buffer = MemoryBuffer::getMemBufferCopy(text, file);
  ErrorOr<PrecompiledPreamble> parsed = PrecompiledPreamble::Build(
      invocation, buffer.get(), bounds, *diagnostics, files(),
      std::make_shared<PCHContainerOperations>(), /*StoreInMemory=*/true, "", reader);
  if (!parsed)
    return std::nullopt;
  return Head{std::move(*parsed), std::move(reader.own), errors.failure};
}

} // namespace tether
