#include "tool/reports/Json.h"

#include "tool/Result.h"
#include "tool/Version.h"

#include <nlohmann/json.hpp>

namespace tether {

/// Keeps the order in which keys are written: a person reads the report, too.
using Json = nlohmann::ordered_json;

// Not in an anonymous namespace: argument-dependent lookup finds the later overloads here.

static Json jsonOf(const Span &at) {
  return {{"file", at.file},
          {"line", at.line},
          {"column", at.column},
          {"end_line", at.endLine},
          {"end_column", at.endColumn}};
}

static Json jsonOf(const HandlerReach &handler) {
  return {{"framework", handler.framework}, {"entry", handler.entry}, {"chain", handler.chain}};
}

static Json jsonOf(const Step &step) {
  return {{"file", step.at.file},
          {"line", step.at.line},
          {"column", step.at.column},
          {"message", step.message}};
}

static Json jsonOf(const Edit &edit) {
  Json json = jsonOf(edit.at);
  json["text"] = edit.text;
  return json;
}

static Json jsonOf(const Suppressed &suppressed) {
  return {{"kind", suppressed.kind}, {"reason", suppressed.reason}};
}

template <typename T> static Json listOf(const std::vector<T> &values) {
  Json list = Json::array();
  for (const T &value : values)
    list.push_back(jsonOf(value));
  return list;
}

template <typename T> static Json orNull(const std::optional<T> &value) {
  return value ? jsonOf(*value) : Json(nullptr);
}

static Json jsonOf(const Fix &fix) {
  return {{"title", fix.title}, {"safe", fix.safe}, {"edits", listOf(fix.edits)}};
}

static Json jsonOf(const Finding &finding) {
  Json json = {{"check", finding.check},
               {"level", toString(finding.level)},
               {"message", finding.message},
               {"help", finding.help}};
  json.update(jsonOf(finding.at));
  json["function"] = finding.function;
  json["handler"] = orNull(finding.handler);
  json["trace"] = listOf(finding.trace);
  json["fixes"] = listOf(finding.fixes);
  json["fingerprint"] = finding.fingerprint;
  json["count"] = finding.count;
  json["suppressed"] = orNull(finding.suppressed);
  return json;
}

static Json jsonOf(const Failure &failure) {
  Json json = {{"kind", failure.kind}, {"file", failure.file}, {"message", failure.message}};
  bool placed = failure.line > 0;
  json["at"] = placed ? Json(failure.at.empty() ? failure.file : failure.at) : Json(nullptr);
  json["line"] = placed ? Json(failure.line) : Json(nullptr);
  json["column"] = placed && failure.column > 0 ? Json(failure.column) : Json(nullptr);
  return json;
}

static Json jsonOf(const HiddenHandlers &hidden) {
  return {{"files", hidden.files}, {"handlers", hidden.handlers}};
}

static Json jsonOf(const Summary &summary) {
  return {{"units", summary.units},
          {"analysed", summary.analysed},
          {"failed", summary.failed},
          {"findings",
           {{"error", summary.errors}, {"warning", summary.warnings}, {"note", summary.notes}}},
          {"excluded", summary.excluded},
          {"suppressed", summary.suppressed},
          {"handlers", summary.handlers},
          {"excluded_handlers", jsonOf(summary.excludedHandlers)},
          {"silenced_handlers", jsonOf(summary.silencedHandlers)},
          {"unfinished", summary.unfinished}};
}

void writeJson(const Result &result, llvm::raw_ostream &out) {
  Json report = {{"schema", "tether-report/1"},
                 {"tool", {{"name", "tether"}, {"version", Version}}},
                 {"root", result.root},
                 {"summary", jsonOf(result.summary)},
                 {"findings", listOf(result.findings)},
                 {"failures", listOf(result.failures)}};
  out << report.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

} // namespace tether
