#include "tool/reports/Sarif.h"

#include "matchers/Check.h"
#include "tool/Result.h"
#include "tool/Sources.h"
#include "tool/reports/LineHash.h"
#include "tool/reports/SarifRules.h"
#include "tool/reports/Unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <nlohmann/json.hpp>

using namespace tether;
using llvm::StringRef;
using Json = nlohmann::ordered_json;

static constexpr llvm::StringLiteral Schema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
static constexpr llvm::StringLiteral RootId = "SRCROOT";

namespace {
/// What the parts of one report share.
struct Run {
  const Result &result;
  Sources &sources;
  llvm::StringMap<std::vector<std::string>> hashes; ///< of the lines of each file
  bool suppresses = false;                          ///< some finding is suppressed
};
} // namespace

static std::string percentEncoded(StringRef path) {
  std::string out;
  for (char c : path) {
    if (llvm::isAlnum(c) || StringRef("-._~/").contains(c))
      out += c;
    else
      out += "%" + llvm::utohexstr(static_cast<unsigned char>(c), false, 2);
  }
  return out;
}

static std::string fileUri(StringRef absolute) { return "file://" + percentEncoded(absolute); }

static Json artifactLocation(const Run &run, StringRef file) {
  bool isOutside = llvm::sys::path::is_absolute(file) || file == ".." || file.starts_with("../");
  if (!isOutside)
    return {{"uri", percentEncoded(file)}, {"uriBaseId", RootId.str()}};
  llvm::SmallString<256> path(file);
  if (!llvm::sys::path::is_absolute(file)) {
    path = run.result.root;
    llvm::sys::path::append(path, file);
  }
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true);
  return {{"uri", fileUri(path)}};
}

/// The column in UTF-16 units, at least `least`.
static unsigned columnOf(Run &run, StringRef file, unsigned line, unsigned column, unsigned least) {
  if (std::optional<StringRef> text = run.sources.line(file, line))
    column = utf16Column(*text, column);
  return std::max(column, least);
}

/// `leastWidth` is 1 for what a reader must see, 0 for an insertion.
static Json regionOf(Run &run, const Span &at, unsigned leastWidth) {
  unsigned column = columnOf(run, at.file, at.line, at.column, 1);
  unsigned endLine = std::max(at.endLine, at.line);
  unsigned least = endLine == at.line ? column + leastWidth : 1;
  return {{"startLine", at.line},
          {"startColumn", column},
          {"endLine", endLine},
          {"endColumn", columnOf(run, at.file, endLine, at.endColumn, least)}};
}

static Json physicalLocation(Run &run, const Span &at) {
  Json json = {{"artifactLocation", artifactLocation(run, at.file)}};
  if (at.line > 0)
    json["region"] = regionOf(run, at, 1);
  return json;
}

static Json locationOf(Run &run, const Span &at, StringRef message) {
  Json json = {{"physicalLocation", physicalLocation(run, at)}};
  if (!message.empty())
    json["message"] = {{"text", message.str()}};
  return json;
}

static std::string linkText(StringRef text) {
  std::string out;
  for (char c : text)
    out += StringRef("[]\\").contains(c) ? std::string{'\\', c} : std::string{c};
  return out;
}

/// Everything a reader of one line of review sees; the trace as links to `relatedLocations`.
static std::string messageOf(const Finding &finding) {
  std::string times =
      finding.count > 1 ? " (" + std::to_string(finding.count) + " times on this line)" : "";
  std::string text = sarifSentence(finding.message + times);
  if (const auto &handler = finding.handler) {
    text += " In request handler `" + handler->entry + "` (" + handler->framework + ")";
    text += handler->chain.size() > 1 ? ": " + llvm::join(handler->chain, " -> ") + "." : ".";
  }
  if (!finding.help.empty())
    text += " " + sarifSentence(finding.help);
  for (auto [index, step] : llvm::enumerate(finding.trace))
    text += (index == 0 ? " See [" : ", [") + linkText(step.message) + "](" +
            std::to_string(index + 1) + ")";
  return finding.trace.empty() ? text : text + ".";
}

static Json relatedLocations(Run &run, const Finding &finding) {
  Json list = Json::array();
  for (const Step &step : finding.trace) {
    Json json = {{"id", list.size() + 1}};
    json.update(locationOf(run, step.at, step.message));
    list.push_back(std::move(json));
  }
  return list;
}

/// The trace as steps that a viewer walks through. A trace that does not pass the place of the
/// finding leads to it.
static Json codeFlows(Run &run, const Finding &finding) {
  Json steps = Json::array();
  for (const Step &step : finding.trace)
    steps.push_back({{"location", locationOf(run, step.at, step.message)}});
  bool passes = llvm::any_of(finding.trace, [&](const Step &step) {
    return step.at.file == finding.at.file && step.at.line == finding.at.line;
  });
  if (!passes)
    steps.push_back({{"location", locationOf(run, finding.at, finding.message)}});
  Json flow = {{"threadFlows", Json::array({{{"locations", std::move(steps)}}})}};
  return Json::array({std::move(flow)});
}

static Json replacementOf(Run &run, const Edit &edit) {
  Json json = {{"deletedRegion", regionOf(run, edit.at, 0)}};
  if (!edit.text.empty())
    json["insertedContent"] = {{"text", edit.text}};
  return json;
}

static Json fixOf(Run &run, const Fix &fix) {
  std::vector<std::pair<StringRef, Json>> files; // in the order in which the edits name them
  for (const Edit &edit : fix.edits) {
    auto known = llvm::find_if(files, [&](auto &entry) { return entry.first == edit.at.file; });
    if (known == files.end())
      known = files.insert(files.end(), {edit.at.file, Json::array()});
    known->second.push_back(replacementOf(run, edit));
  }
  Json changes = Json::array();
  for (auto &[file, replacements] : files)
    changes.push_back({{"artifactLocation", artifactLocation(run, file)},
                       {"replacements", std::move(replacements)}});
  return {{"description", {{"text", sarifSentence(fix.title)}}},
          {"artifactChanges", std::move(changes)},
          {"properties", {{"safe", fix.safe}}}};
}

static Json suppressionOf(const Suppressed &suppressed) {
  Json json = {{"kind", suppressed.kind == "config" ? "external" : "inSource"}};
  if (!suppressed.reason.empty())
    json["justification"] = suppressed.reason;
  json["properties"] = {{"form", suppressed.kind}};
  return json;
}

static Json fingerprintsOf(Run &run, const Finding &finding) {
  Json json = Json::object();
  if (std::optional<StringRef> text = run.sources.text(finding.at.file)) {
    auto [entry, isNew] = run.hashes.try_emplace(finding.at.file);
    if (isNew)
      entry->second = lineHashes(*text);
    if (finding.at.line > 0 && finding.at.line <= entry->second.size())
      json["primaryLocationLineHash"] = entry->second[finding.at.line - 1];
  }
  if (!finding.fingerprint.empty())
    json["tether/v1"] = finding.fingerprint;
  return json;
}

static Json primaryLocation(Run &run, const Finding &finding) {
  Json json = {{"physicalLocation", physicalLocation(run, finding.at)}};
  if (!finding.function.empty())
    json["logicalLocations"] =
        Json::array({{{"fullyQualifiedName", finding.function}, {"kind", "function"}}});
  return json;
}

/// The parts of a result that only some findings have.
static void addStory(Run &run, const Finding &finding, Json &json) {
  if (!finding.trace.empty()) {
    json["codeFlows"] = codeFlows(run, finding);
    json["relatedLocations"] = relatedLocations(run, finding);
  }
  Json fixes = Json::array();
  for (const Fix &fix : finding.fixes)
    if (!fix.edits.empty())
      fixes.push_back(fixOf(run, fix));
  if (!fixes.empty())
    json["fixes"] = std::move(fixes);
  // The standard wants it on every result or on none: an empty list says "not suppressed".
  if (run.suppresses)
    json["suppressions"] =
        finding.suppressed ? Json::array({suppressionOf(*finding.suppressed)}) : Json::array();
  if (const auto &handler = finding.handler)
    json["properties"] = {{"handler",
                           {{"framework", handler->framework},
                            {"entry", handler->entry},
                            {"chain", handler->chain}}}};
}

static Json resultOf(Run &run, const Finding &finding) {
  llvm::ArrayRef<const Check *> rules = allRules();
  auto rule = llvm::find_if(rules, [&](const Check *r) { return r->id == finding.check; });
  Json json = {{"ruleId", finding.check}};
  if (rule != rules.end())
    json["ruleIndex"] = rule - rules.begin();
  json["level"] = toString(finding.level);
  json["message"] = {{"text", messageOf(finding)}};
  json["locations"] = Json::array({primaryLocation(run, finding)});
  if (finding.count > 1)
    json["occurrenceCount"] = finding.count;
  if (Json prints = fingerprintsOf(run, finding); !prints.empty())
    json["partialFingerprints"] = std::move(prints);
  addStory(run, finding, json);
  return json;
}

static Json notificationOf(Run &run, const Failure &failure) {
  bool isPlaced = failure.line > 0;
  Span at{isPlaced && !failure.at.empty() ? failure.at : failure.file, failure.line, failure.column,
          failure.line, failure.column + 1};
  std::string text =
      failure.message.empty() ? "The analysis failed." : sarifSentence(failure.message);
  return {{"level", "error"},
          {"message", {{"text", std::move(text)}}},
          {"locations", Json::array({locationOf(run, at, "")})},
          {"properties", {{"kind", failure.kind}, {"unit", failure.file}}}};
}

static Json invocationOf(Run &run) {
  Json notifications = Json::array();
  for (const Failure &failure : run.result.failures)
    notifications.push_back(notificationOf(run, failure));
  return {{"executionSuccessful", run.result.failures.empty()},
          {"toolExecutionNotifications", std::move(notifications)}};
}

static Json runOf(Run &run) {
  Json results = Json::array();
  for (const Finding &finding : run.result.findings)
    results.push_back(resultOf(run, finding));
  std::string root = StringRef(run.result.root).rtrim('/').str() + "/";
  Json json = {{"tool", {{"driver", sarifDriver(allRules())}}},
               {"automationDetails", {{"id", "tether/"}}},
               {"columnKind", "utf16CodeUnits"},
               {"originalUriBaseIds", {{RootId.str(), {{"uri", fileUri(root)}}}}},
               {"invocations", Json::array({invocationOf(run)})}};
  if (Json taxonomies = sarifTaxonomies(allRules()); !taxonomies.empty())
    json["taxonomies"] = std::move(taxonomies);
  json["results"] = std::move(results);
  return json;
}

void tether::writeSarif(const Result &result, Sources &sources, llvm::raw_ostream &out) {
  Run run{result, sources, {}, false};
  run.suppresses =
      llvm::any_of(result.findings, [](const Finding &f) { return f.suppressed.has_value(); });
  Json log = {{"$schema", Schema.str()}, {"version", "2.1.0"}, {"runs", Json::array({runOf(run)})}};
  out << log.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}
