//===- TidyCheck.h - one of our checks as a check of clang-tidy -----------===//
#pragma once

#include "tool/tidy/Tell.h"
#include "tool/tidy/TidyUnit.h"

#include "clang-tidy/ClangTidyCheck.h"

namespace tether {

/// clang-tidy makes one per unit and enabled check. Adds itself to the unit, which all share.
class TidyCheck : public clang::tidy::ClangTidyCheck {
public:
  TidyCheck(llvm::StringRef name, clang::tidy::ClangTidyContext *context, const Check &rule,
            std::weak_ptr<TidyUnit> &current);

  bool isLanguageVersionSupported(const clang::LangOptions &language) const override;
  void storeOptions(clang::tidy::ClangTidyOptions::OptionMap &map) override;
  void registerPPCallbacks(const clang::SourceManager &sources, clang::Preprocessor *preprocessor,
                           clang::Preprocessor *) override;
  void registerMatchers(clang::ast_matchers::MatchFinder *finder) override;
  void check(const clang::ast_matchers::MatchFinder::MatchResult &match) override;

private:
  const Check &rule;
  OptionsView shared; ///< what is called `tether.NAME`
  bool unsafeFixes;
  std::shared_ptr<TidyUnit> unit;
};

} // namespace tether
