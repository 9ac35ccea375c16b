#include "tool/tidy/ParseErrors.h"

#include "clang/Basic/DiagnosticLex.h"
#include "clang/Basic/DiagnosticOptions.h"

using namespace clang;

namespace tether {

ParseErrors::ParseErrors(DiagnosticsEngine &diagnostics)
    : engine(&diagnostics), owned(diagnostics.takeClient()), client(*diagnostics.getClient()),
      limit(diagnostics.getDiagnosticOptions().ErrorLimit) {
  engine->setClient(this, /*ShouldOwnClient=*/false);
  engine->setErrorLimit(0);
  engine->setSeverity(diag::err_pp_file_not_found, diag::Severity::Error, {});
}

void ParseErrors::stop() {
  if (!engine)
    return;
  engine->setClient(&client, /*ShouldOwnClient=*/owned.release() != nullptr);
  engine.reset();
}

void ParseErrors::BeginSourceFile(const LangOptions &options, const Preprocessor *preprocessor) {
  client.BeginSourceFile(options, preprocessor);
}

void ParseErrors::EndSourceFile() { client.EndSourceFile(); }

bool ParseErrors::IncludeInDiagnosticCounts() const { return client.IncludeInDiagnosticCounts(); }

void ParseErrors::note(DiagnosticsEngine::Level level, const Diagnostic &diagnostic) {
  // A warning that -Werror has made an error is none: what it complains about was understood.
  bool isWarning = DiagnosticIDs::isBuiltinWarningOrExtension(diagnostic.getID()) &&
                   !DiagnosticIDs::isDefaultMappingAsError(diagnostic.getID());
  if (level < DiagnosticsEngine::Error || isWarning)
    return;
  found = true;
  if (diagnostic.getLocation().isValid())
    located.push_back(diagnostic.getLocation());
}

void ParseErrors::HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic &diagnostic) {
  note(level, diagnostic);
  silent |= ended && level != DiagnosticsEngine::Note;
  if (silent)
    return;
  client.HandleDiagnostic(level, diagnostic);
  passed += level >= DiagnosticsEngine::Error;
  ended |= diagnostic.getID() == diag::err_pp_file_not_found || (limit != 0 && passed >= limit);
}

} // namespace tether
