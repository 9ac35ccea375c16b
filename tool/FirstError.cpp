#include "tool/FirstError.h"

#include "clang/Basic/DiagnosticFrontend.h"
#include "clang/Basic/DiagnosticLex.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

static void place(Failure &failure, const Diagnostic &diagnostic) {
  if (!diagnostic.getLocation().isValid())
    return;
  const SourceManager &sources = diagnostic.getSourceManager();
  PresumedLoc at = sources.getPresumedLoc(sources.getFileLoc(diagnostic.getLocation()), false);
  if (!at.isValid())
    return;
  failure.at = at.getFilename();
  failure.line = at.getLine();
  failure.column = at.getColumn();
}

void FirstError::HandleDiagnostic(DiagnosticsEngine::Level level, const Diagnostic &diagnostic) {
  if (level < DiagnosticsEngine::Error)
    return;
  if (diagnostic.getLocation().isValid())
    places.push_back(diagnostic.getLocation());
  if (failure)
    return;
  SmallString<256> text;
  diagnostic.FormatDiagnostic(text);
  failure.emplace();
  failure->kind = "parse";
  failure->message = text.str().str();
  if (diagnostic.getID() == diag::err_module_not_found) {
    failure->kind = "module";
    failure->message =
        formatv("{0}: a C++20 module has to be built before it is imported", text).str();
  }
  if (diagnostic.getID() == diag::err_pp_file_not_found && cross)
    failure->message += "; a cross compiler knows its folders by itself: add them with "
                        "'flags: {add: [-isystem, DIR]}' in .tether.yaml";
  place(*failure, diagnostic);
}

} // namespace tether
