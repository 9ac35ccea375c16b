#include "tool/tidy/Tell.h"

#include "tool/FixFiles.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

using namespace clang;
using namespace llvm;

namespace tether {

namespace {

/// From our places to Clang's.
class Locator {
public:
  Locator(const SourceManager &sources, StringRef root) : sources(sources), root(root) {}

  SourceLocation begin(const Span &at) const { return locate(at.file, at.line, at.column); }
  CharSourceRange range(const Span &at) const {
    return CharSourceRange::getCharRange(begin(at), locate(at.file, at.endLine, at.endColumn));
  }

private:
  /// What has no location would pass the filters for headers and lines, so everything has one: if
  /// its file has gone, the beginning of the main file.
  SourceLocation locate(StringRef file, unsigned line, unsigned column) const {
    SmallString<256> path(file);
    sys::fs::make_absolute(root, path);
    SourceLocation at;
    auto entry = sources.getFileManager().getOptionalFileRef(path);
    if (entry && line > 0 && column > 0)
      at = sources.translateFileLineCol(*entry, line, column);
    return at.isValid() ? at : sources.getLocForStartOfFile(sources.getMainFileID());
  }

  const SourceManager &sources;
  StringRef root;
};

} // namespace

static FixItHint hintOf(const Edit &edit, const Locator &places) {
  return FixItHint::CreateReplacement(places.range(edit.at), edit.text);
}

static std::string storyOf(const HandlerReach &handler) {
  std::string chain = handler.chain.size() > 1 ? ": " + join(handler.chain, " -> ") : "";
  return "in request handler " + handler.entry + " (" + handler.framework + ")" + chain;
}

void tell(tidy::ClangTidyCheck &check, const Finding &finding, const SourceManager &sources,
          StringRef root, Offered offered) {
  Locator places(sources, root);
  SourceLocation at = places.begin(finding.at);
  const Fix *fix = chosenFix(finding, offered == Offered::Any);
  {
    // A remark is what WarningsAsErrors does not reach, as notes do not fail `tether check`. An
    // error would keep clang-tidy from applying any fix.
    bool quiet = finding.level == Level::Note;
    auto told = check.diag(at, "%0", quiet ? DiagnosticIDs::Remark : DiagnosticIDs::Warning);
    told << finding.message << places.range(finding.at);
    if (fix)
      for (const Edit &edit : fix->edits)
        told << hintOf(edit, places);
  }
  auto note = [&](SourceLocation where, const std::string &text) {
    check.diag(where, "%0", DiagnosticIDs::Note) << text;
  };
  if (finding.handler)
    note(at, storyOf(*finding.handler));
  if (!finding.help.empty())
    note(at, finding.help);
  if (const Fix *other = chosenFix(finding, /*unsafe=*/true); other && !fix)
    note(at, "fix (changes behaviour, so only with the option UnsafeFixes): " + other->title);
  for (const Step &step : finding.trace)
    note(places.begin(step.at), step.message);
}

} // namespace tether
