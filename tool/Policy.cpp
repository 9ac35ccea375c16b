#include "tool/Policy.h"

#include "matchers/SuppressionRules.h"
#include "tool/HiddenHandlers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <tuple>

using namespace llvm;

namespace tether {

std::string relativeTo(StringRef path, StringRef root) {
  if (path.starts_with(root) && path.size() > root.size()) {
    StringRef rest = path.substr(root.size());
    if (rest.consume_front("/") || root.ends_with("/"))
      return rest.str();
  }
  return path.str();
}

namespace {

/// A suppression as all units together see it.
struct Judged {
  std::set<std::string> used; ///< the names in it that silence something
  bool certain = true;        ///< every unit that includes it was analysed completely
};

using Suppressions = std::map<Suppression, Judged>;

void relativise(Span &span, StringRef root) { span.file = relativeTo(span.file, root); }

void relativise(Finding &finding, StringRef root) {
  relativise(finding.at, root);
  for (Step &step : finding.trace)
    relativise(step.at, root);
  for (Fix &fix : finding.fixes)
    for (Edit &edit : fix.edits)
      relativise(edit.at, root);
}

/// Whether the configuration of its file wants to hear of it at all.
bool isWanted(const Finding &finding, const PolicyOptions &options) {
  const FilePolicy &policy = options.of(finding.at.file);
  return policy.checks.count(finding.check) != 0 &&
         !(finding.voided && policy.voidCast == VoidCast::Allow) &&
         (policy.reach == Reach::All || finding.handler);
}

/// A template is judged once per instantiation and a header once per unit: the loudest stays, one
/// that runs for a handler before one that does not.
std::vector<Finding> onePerPlace(std::vector<Finding> findings) {
  auto loudness = [](const Finding &f) { return std::tuple(f.handler.has_value(), f.level); };
  std::map<std::pair<Span, std::string>, Finding> places;
  for (Finding &finding : findings) {
    auto [slot, fresh] = places.try_emplace({finding.at, finding.check}, finding);
    bool better = std::pair(loudness(slot->second), slot->second.message) <
                  std::pair(loudness(finding), finding.message);
    if (!fresh && better)
      slot->second = std::move(finding);
  }
  std::vector<Finding> result;
  for (auto &[key, finding] : places)
    result.push_back(std::move(finding));
  return result;
}

/// Two equal findings on one line are one, the loudest, with a count.
std::vector<Finding> onePerLine(std::vector<Finding> findings) {
  std::vector<Finding> result;
  for (Finding &finding : findings) {
    auto equal = [&](const Finding &other) {
      return other.at.file == finding.at.file && other.at.line == finding.at.line &&
             other.check == finding.check && other.message == finding.message;
    };
    auto known = std::find_if(result.rbegin(), result.rend(), equal);
    if (known == result.rend()) {
      result.push_back(std::move(finding));
      continue;
    }
    unsigned count = known->count + 1;
    if (finding.level > known->level)
      *known = std::move(finding);
    known->count = count;
  }
  return result;
}

void suppress(Finding &finding, Suppressions &suppressions, VoidCast policy) {
  if (finding.voided && policy == VoidCast::Forbid)
    return;
  for (auto &[suppression, judged] : suppressions) {
    if (suppression.at.file != finding.at.file || !speaksOf(suppression, finding))
      continue;
    for (const std::string &name : suppression.checks)
      if (fits(name, finding.check)) {
        judged.used.insert(name);
        finding.suppressed = Suppressed{suppression.kind, suppression.reason};
      }
  }
}

Finding about(const Suppression &suppression, const Check &rule, std::string message,
              std::string help) {
  Finding finding;
  finding.check = rule.id.str();
  finding.level = rule.level;
  finding.at = suppression.at;
  if (finding.at.endLine != finding.at.line) {
    finding.at.endLine = finding.at.line;
    finding.at.endColumn = finding.at.column + 2;
  }
  finding.message = std::move(message);
  finding.help = std::move(help);
  finding.statement = finding.statementEnd = finding.at.line;
  finding.expression = join(suppression.checks, ",") + suppression.reason;
  return finding;
}

bool isKnown(StringRef name) {
  return any_of(allRules(), [&](const Check *rule) { return fits(name, rule->id); });
}

/// Whether every check that the name means has looked at the code.
bool hasRun(StringRef name, const std::set<std::string> &checks) {
  return all_of(allChecks(), [&](const Check *check) {
    return !fits(name, check->id) || checks.count(check->id.str()) != 0;
  });
}

void judge(const Suppressions &suppressions, const PolicyOptions &options,
           std::vector<Finding> &findings) {
  for (const auto &[suppression, judged] : suppressions) {
    const std::set<std::string> &checks = options.of(suppression.at.file).checks;
    if (suppression.blanket)
      continue;
    if (suppression.lastLine < suppression.firstLine) {
      findings.push_back(about(suppression, rules::unused_suppression,
                               "no NOLINTEND closes this block: it silences nothing",
                               "write NOLINTEND, with the same list, where the block ends"));
      continue;
    }
    for (const std::string &name : suppression.checks)
      if (!isKnown(name))
        findings.push_back(about(suppression, rules::unknown_suppression,
                                 formatv("there is no check `{0}`: this silences nothing", name),
                                 "`tether checks` lists the names"));
      else if (judged.certain && !judged.used.count(name) && hasRun(name, checks))
        findings.push_back(about(suppression, rules::unused_suppression,
                                 formatv("nothing here is silenced by `{0}`", name),
                                 "remove the comment, or the name"));
    if (suppression.checks.empty())
      findings.push_back(about(suppression, rules::unknown_suppression,
                               "no check is named: this silences nothing",
                               "name the check: // tether: allow(CHECK) reason"));
    if (suppression.reason.empty())
      findings.push_back(about(suppression, rules::suppression_without_reason,
                               "this silences a finding and does not say why",
                               "write the reason behind the closing parenthesis"));
  }
}

/// Whether the entry speaks of the file, absolute.
bool isFor(const AcceptedPath &entry, StringRef file) {
  Expected<GlobPattern> glob = GlobPattern::create(entry.glob);
  if (glob)
    return glob->match(relativeTo(file, entry.base));
  consumeError(glob.takeError());
  return false;
}

/// Silences what the configuration accepts in whole files.
void accept(Finding &finding, const FilePolicy &policy) {
  for (const AcceptedPath &entry : policy.accepted) {
    bool named = entry.checks.empty() || any_of(entry.checks, [&](const std::string &check) {
                   return fits(check, finding.check);
                 });
    if (named && !finding.suppressed && isFor(entry, finding.at.file))
      finding.suppressed = Suppressed{"config", entry.reason};
  }
}

std::string hash(const std::string &text) {
  BLAKE3 hasher;
  hasher.update(StringRef(text));
  auto digest = hasher.final<16>();
  return toHex(ArrayRef<uint8_t>(digest), /*LowerCase=*/true);
}

/// Identity across commits: what is meant and its ordinal; never a line number.
void fingerprint(std::vector<Finding> &findings) {
  std::map<std::string, unsigned> ordinals;
  for (Finding &finding : findings) {
    std::string meant = finding.check + "\n" + finding.at.file + "\n" + finding.function + "\n" +
                        finding.expression;
    finding.fingerprint = hash(meant + "\n" + std::to_string(ordinals[meant]++));
  }
}

Summary summarise(const Result &result, const std::vector<UnitResult> &units) {
  Summary summary;
  std::set<Span> handlers;
  std::set<std::string> unfinished;
  for (const UnitResult &unit : units) {
    bool lost = unit.failure && unit.failure->kind != "parse" && unit.failure->kind != "module";
    summary.analysed += !lost;
    summary.failed += unit.failure.has_value();
    handlers.insert(unit.handlerPlaces.begin(), unit.handlerPlaces.end());
    unfinished.insert(unit.unfinished.begin(), unit.unfinished.end());
  }
  summary.units = units.size();
  summary.handlers = handlers.size();
  summary.unfinished = unfinished.size();
  for (const Finding &finding : result.findings) {
    if (finding.suppressed)
      ++summary.suppressed;
    else
      ++(finding.level == Level::Error     ? summary.errors
         : finding.level == Level::Warning ? summary.warnings
                                           : summary.notes);
  }
  return summary;
}

} // namespace

bool acceptsAll(const FilePolicy &policy, StringRef file) {
  return any_of(policy.accepted, [&](const AcceptedPath &entry) {
    return entry.checks.empty() && isFor(entry, file);
  });
}

Result applyPolicy(std::vector<UnitResult> units, const PolicyOptions &options) {
  Result result;
  result.root = options.root;
  Suppressions suppressions;
  std::vector<Finding> findings;
  // Somebody who was not heard may need any of the suppressions in headers.
  bool heardAll = none_of(units, [](const UnitResult &unit) {
    return unit.failure && unit.failure->kind == "interrupted";
  });
  for (UnitResult &unit : units) {
    for (Suppression &suppression : unit.suppressions)
      suppressions[suppression].certain &= !unit.failure && heardAll;
    llvm::append_range(findings, std::move(unit.findings));
    if (unit.failure)
      result.failures.push_back(*unit.failure);
  }
  erase_if(findings, [&](const Finding &finding) { return !isWanted(finding, options); });
  findings = onePerPlace(std::move(findings));
  if (options.mergeEqual)
    findings = onePerLine(std::move(findings));
  for (Finding &finding : findings) {
    const FilePolicy &policy = options.of(finding.at.file);
    suppress(finding, suppressions, policy.voidCast);
    accept(finding, policy);
  }
  std::vector<Finding> judgements;
  judge(suppressions, options, judgements);
  erase_if(judgements,
           [&](const Finding &f) { return options.of(f.at.file).checks.count(f.check) == 0; });
  llvm::append_range(findings, std::move(judgements));
  for (Finding &finding : findings) {
    const FilePolicy &policy = options.of(finding.at.file);
    if (auto level = policy.levels.find(finding.check); level != policy.levels.end())
      finding.level = level->second;
    relativise(finding, options.root);
  }
  llvm::sort(findings, before);
  fingerprint(findings);
  result.findings = std::move(findings);
  for (Failure &failure : result.failures) {
    failure.file = relativeTo(failure.file, options.root);
    failure.at = relativeTo(failure.at, options.root);
  }
  llvm::stable_sort(result.failures, [](const Failure &left, const Failure &right) {
    return std::tie(left.file, left.kind, left.message) <
           std::tie(right.file, right.kind, right.message);
  });
  result.summary = summarise(result, units);
  result.summary.silencedHandlers = silencedHandlers(units, options);
  return result;
}

} // namespace tether
