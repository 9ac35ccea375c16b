#include "tool/lsp/Remedies.h"

#include "matchers/Check.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace tether::lsp {

static Remedy fixed(const Fix &fix, const Lines &lines) {
  Remedy remedy{fix.title, fix.safe, /*isFix=*/true, {}};
  for (const Edit &edit : fix.edits)
    remedy.edits.push_back({lines.at(edit.at), edit.text});
  return remedy;
}

/// Only a check can be accepted, not what is wrong with a comment that accepts one.
static bool isAboutCode(const Finding &finding) {
  return any_of(allChecks(), [&](const Check *check) { return check->id == finding.check; });
}

/// A comment above the statement. The reason is for the user to write: until then there is a note
/// that it is missing.
static std::optional<Remedy> allowed(const Finding &finding, const Lines &lines) {
  unsigned number = finding.statement ? finding.statement : finding.at.line;
  // A comment would cut a macro's definition short.
  if (!isAboutCode(finding) || (number > 1 && lines.line(number - 1).rtrim().ends_with("\\")))
    return std::nullopt;
  StringRef line = lines.line(number);
  std::string margin = line.take_while([](char c) { return c == ' ' || c == '\t'; }).str();
  Position at = lines.at(number, 1);
  std::string comment = margin + "// tether: allow(" + finding.check + ") ";
  return Remedy{"allow tether-" + finding.check + " here, with a reason",
                /*safe=*/true,
                /*isFix=*/false,
                {{{at, at}, comment + lines.lineBreak().str()}}};
}

std::vector<Remedy> remediesFor(const Finding &finding, const Lines &lines) {
  std::vector<Remedy> remedies;
  for (const Fix &fix : finding.fixes)
    if (all_of(fix.edits, [&](const Edit &edit) { return edit.at.file == finding.at.file; }))
      remedies.push_back(fixed(fix, lines));
  if (std::optional<Remedy> remedy = allowed(finding, lines))
    remedies.push_back(std::move(*remedy));
  return remedies;
}

} // namespace tether::lsp
