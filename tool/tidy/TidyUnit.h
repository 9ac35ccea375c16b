//===- TidyUnit.h - one translation unit inside clang-tidy ----------------===//
//
// What all enabled checks of one unit share: the rules for its file, the comments and errors seen
// while it is parsed, and the findings, which are computed once, when the first check asks. Made by
// the first check of a unit, gone with the last. One thread.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Check.h"
#include "tool/Ownership.h"
#include "tool/Session.h"
#include "tool/SuppressionComments.h"
#include "tool/tidy/ParseErrors.h"
#include "tool/tidy/TidyOptions.h"

namespace tether {

class TidyUnit {
public:
  explicit TidyUnit(TidyOptions options) : options(std::move(options)) {}

  /// The rule is wanted. Before `begin` only.
  void enable(const Check &rule) { enabled.insert(rule.id.str()); }
  bool hasBegun() const { return begun; }

  /// Reads what holds for the main file and begins to listen. Every check calls it, the first call
  /// counts. Fails with a line for a configuration that is wrong; then nothing will be found.
  llvm::Error begin(const clang::SourceManager &sources, clang::Preprocessor &preprocessor);

  /// What is found and not suppressed. Files are absolute, or relative to `root`.
  llvm::ArrayRef<Finding> findings(clang::ASTContext &context);
  llvm::StringRef root() const { return result ? llvm::StringRef(result->root) : ""; }

private:
  llvm::Error open(const clang::SourceManager &sources, const clang::Preprocessor &preprocessor);
  const FilePolicy &policyOf(llvm::StringRef file);
  Result analyse(clang::ASTContext &context);

  TidyOptions options;
  std::set<std::string> enabled; ///< bare ids
  bool begun = false;
  std::string mainFile;           ///< as findings name it
  Config over;                    ///< of the options
  std::optional<Session> session; ///< none if there is nothing to be done
  AnalysisSettings settings;
  std::map<const FilePolicy *, FilePolicy> policies; ///< narrowed to what is enabled
  std::optional<Ownership> owns;
  std::vector<Suppression> suppressions;
  std::optional<SuppressionComments> comments;
  std::optional<ParseErrors> errors;
  std::optional<Result> result;
};

} // namespace tether
