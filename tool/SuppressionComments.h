//===- SuppressionComments.h - collects suppressions while a file is lexed -===//
#pragma once

#include "matchers/Suppression.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Preprocessor.h"

#include <functional>

namespace tether {

/// Appends the suppressions that it meets in the project's files. Borrows everything it is given.
class SuppressionComments : public clang::CommentHandler {
public:
  SuppressionComments(const clang::SourceManager &sources,
                      std::function<bool(clang::SourceLocation)> owns,
                      std::vector<Suppression> &found)
      : sources(sources), owns(std::move(owns)), found(found) {}

  bool HandleComment(clang::Preprocessor &preprocessor, clang::SourceRange comment) override;

private:
  const clang::SourceManager &sources;
  std::function<bool(clang::SourceLocation)> owns;
  std::vector<Suppression> &found;
};

} // namespace tether
