//===- ParseErrors.h - what the parser complains about, inside clang-tidy -===//
//
// What is said about a function depends on whether it was parsed, so we must hear of every error.
// After a missing header, or after its limit of errors, Clang keeps silent; then we let it go on,
// and are silent in its place: what clang-tidy is told is what it would be told without us.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "clang/Basic/Diagnostic.h"

namespace tether {

/// Stands between the compiler and its client from construction until `stop`. One thread.
class ParseErrors : public clang::DiagnosticConsumer {
public:
  explicit ParseErrors(clang::DiagnosticsEngine &engine);
  ~ParseErrors() override { stop(); }

  /// Gives the compiler its client back.
  void stop();

  bool any() const { return found; }
  llvm::ArrayRef<clang::SourceLocation> places() const { return located; }

  void BeginSourceFile(const clang::LangOptions &, const clang::Preprocessor *) override;
  void EndSourceFile() override;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level, const clang::Diagnostic &) override;
  bool IncludeInDiagnosticCounts() const override;

private:
  void note(clang::DiagnosticsEngine::Level level, const clang::Diagnostic &diagnostic);

  llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine> engine; ///< null once stopped
  std::unique_ptr<clang::DiagnosticConsumer> owned;          ///< the client, if the engine owned it
  clang::DiagnosticConsumer &client;
  unsigned limit;      ///< of errors, 0 for none
  unsigned passed = 0; ///< errors that the client was told
  bool ended = false;  ///< Clang would tell no more than what belongs to the last error
  bool silent = false; ///< nor that
  bool found = false;
  std::vector<clang::SourceLocation> located;
};

} // namespace tether
