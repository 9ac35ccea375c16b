#include "tool/FixFiles.h"

#include "clang/Tooling/Core/Replacement.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace llvm;
using clang::tooling::Replacement;
using clang::tooling::Replacements;

namespace tether {

const Fix *chosenFix(const Finding &finding, bool unsafe) {
  auto fix = find_if(finding.fixes, [&](const Fix &each) { return each.safe; });
  if (fix == finding.fixes.end() && unsafe)
    fix = finding.fixes.begin();
  return finding.suppressed || fix == finding.fixes.end() ? nullptr : &*fix;
}

/// Where the position is in the text; nothing if the file has changed and has no such place.
static std::optional<unsigned> offsetOf(Sources &sources, StringRef file, unsigned line,
                                        unsigned column) {
  std::optional<StringRef> text = sources.text(file), written = sources.line(file, line);
  if (!text || !written || column == 0 || column > written->size() + 1)
    return std::nullopt;
  return unsigned(written->data() - text->data()) + column - 1;
}

/// Adds all edits of the fix, or none.
static bool add(const Fix &fix, Sources &sources, Replacements &all) {
  Replacements more = all;
  for (const Edit &edit : fix.edits) {
    const Span &at = edit.at;
    std::optional<unsigned> begin = offsetOf(sources, at.file, at.line, at.column);
    std::optional<unsigned> end = offsetOf(sources, at.file, at.endLine, at.endColumn);
    if (!begin || !end || *end < *begin)
      return false;
    if (Error error = more.add(Replacement(at.file, *begin, *end - *begin, edit.text))) {
      consumeError(std::move(error));
      return false;
    }
  }
  all = std::move(more);
  return true;
}

/// To a temporary file first: nobody sees half a source, and its permissions stay.
static Error replaceFile(const std::string &path, StringRef text) {
  ErrorOr<sys::fs::perms> permissions = sys::fs::getPermissions(path);
  if (!permissions)
    return errorCodeToError(permissions.getError());
  Error error = writeToOutput(path, [&](raw_ostream &out) {
    out << text;
    return Error::success();
  });
  return error ? std::move(error) : errorCodeToError(sys::fs::setPermissions(path, *permissions));
}

/// Whether the fix stays in one file, below the root, that was understood.
static bool mayTouch(const Fix &fix, const Result &result) {
  StringRef file = fix.edits.empty() ? "" : StringRef(fix.edits.front().at.file);
  return !file.empty() && !sys::path::is_absolute(file) &&
         all_of(fix.edits, [&](const Edit &edit) { return edit.at.file == file; }) &&
         none_of(result.failures, [&](const Failure &failure) {
           return failure.file == file || failure.at == file;
         });
}

Expected<FixedFiles> fixFiles(const Result &result, Sources &sources, bool unsafe) {
  FixedFiles done;
  std::map<std::string, Replacements> edits;
  for (const Finding &finding : result.findings) {
    const Fix *fix = chosenFix(finding, unsafe);
    if (!fix || !mayTouch(*fix, result))
      continue;
    bool fits = add(*fix, sources, edits[fix->edits.front().at.file]);
    ++(fits ? done.findings : done.postponed);
  }
  for (const auto &[file, replacements] : edits) {
    if (replacements.empty())
      continue;
    Expected<std::string> changed =
        clang::tooling::applyAllReplacements(*sources.text(file), replacements);
    if (!changed)
      return changed.takeError();
    SmallString<256> path(result.root);
    sys::path::append(path, file);
    if (Error error = replaceFile(path.str().str(), *changed))
      return createStringError("cannot write %s: %s", file.c_str(),
                               toString(std::move(error)).c_str());
    ++done.files;
  }
  return done;
}

} // namespace tether
