//===- SuppressionComments.h - collects suppressions while a file is lexed -===//
#pragma once

#include "matchers/Suppression.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Preprocessor.h"

#include <functional>
#include <map>

namespace tether {

/// Appends the suppressions that it meets in the project's files. Borrows everything it is given.
class SuppressionComments : public clang::CommentHandler {
public:
  SuppressionComments(const clang::SourceManager &sources,
                      std::function<bool(clang::SourceLocation)> owns,
                      std::vector<Suppression> &found)
      : sources(sources), owns(std::move(owns)), found(found) {}

  bool HandleComment(clang::Preprocessor &preprocessor, clang::SourceRange comment) override;

  /// To be called when everything is lexed: appends the blocks that nothing has closed.
  void finish();

private:
  /// Where the comment is; nothing for what is in no file.
  std::optional<Span> placeOf(clang::FileID file, unsigned begin, unsigned end) const;

  const clang::SourceManager &sources;
  std::function<bool(clang::SourceLocation)> owns;
  std::vector<Suppression> &found;
  /// By file, since an included one comes in between. In the order of the files.
  std::map<clang::FileID, SuppressionBlocks> blocks;
};

} // namespace tether
