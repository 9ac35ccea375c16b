//===- FirstError.h - what Clang complains about --------------------------===//
#pragma once

#include "tool/Result.h"

#include "clang/Basic/Diagnostic.h"

#include <optional>
#include <vector>

namespace tether {

/// Remembers the first error, and where there are others; warnings are other tools' business.
class FirstError : public clang::DiagnosticConsumer {
public:
  /// \param cross the file is for another machine, whose headers our Clang does not know where to
  /// find.
  explicit FirstError(bool cross) : cross(cross) {}

  std::optional<Failure> failure;
  std::vector<clang::SourceLocation> places;

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level,
                        const clang::Diagnostic &diagnostic) override;

private:
  bool cross;
};

} // namespace tether
