#include "tool/lsp/Diagnostics.h"

#include "tool/lsp/Uri.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

bool isOurs(const json &diagnostic) {
  return diagnostic.is_object() && diagnostic.value("source", json()) == "tether";
}

/// The pages beside the program: of an installation, else of the tree that it was built in.
static std::string findPages() {
  std::string program = sys::fs::getMainExecutable(nullptr, nullptr);
  for (StringRef there : {"../share/doc/tether/checks", "../../docs/checks"}) {
    SmallString<256> folder(sys::path::parent_path(program));
    sys::path::append(folder, there);
    sys::path::remove_dots(folder, /*remove_dot_dot=*/true);
    if (sys::fs::is_directory(folder))
      return folder.str().str();
  }
  return "";
}

std::string explanationUri(StringRef check) {
  static const std::string pages = findPages();
  std::string page = pages + "/" + check.str() + ".md";
  return !pages.empty() && sys::fs::exists(page) ? uriOf(page) : "";
}

/// 1 is an error, 2 a warning, 3 information.
static int severityOf(Level level) { return 3 - static_cast<int>(level); }

static json relatedOf(const LiveFinding &finding, const Setting &setting) {
  json related = json::array();
  for (const Station &station : finding.trace) {
    const std::string uri = station.file == setting.path ? setting.uri : uriOf(station.file);
    related.push_back(
        {{"location", {{"uri", uri}, {"range", station.range}}}, {"message", station.message}});
  }
  return related;
}

/// clangd's extension: what can be done comes along.
static json inlineActions(const LiveFinding &finding, const Setting &setting) {
  json actions = json::array();
  for (const Remedy &remedy : finding.remedies)
    actions.push_back({{"title", titleOf(remedy)},
                       {"kind", "quickfix"},
                       {"edit", workspaceEdit(remedy.edits, setting)}});
  return actions;
}

json diagnosticOf(const LiveFinding &finding, const Setting &setting) {
  std::string message = finding.message;
  if (!finding.reach.empty())
    message += "\nin " + finding.reach;
  json diagnostic = {{"range", finding.range},
                     {"severity", severityOf(finding.level)},
                     {"source", "tether"},
                     {"code", "tether-" + finding.check},
                     {"message", message}};
  const ClientFacts &client = setting.client;
  if (std::string uri = explanationUri(finding.check); client.codeDescriptions && !uri.empty())
    diagnostic["codeDescription"] = {{"href", uri}};
  if (client.relatedInformation && !finding.trace.empty())
    diagnostic["relatedInformation"] = relatedOf(finding, setting);
  if (client.inlineActions && !finding.remedies.empty())
    diagnostic["codeActions"] = inlineActions(finding, setting);
  return diagnostic;
}

json workspaceEdit(const std::vector<TextEdit> &edits, const Setting &setting) {
  json list = json::array();
  for (const TextEdit &edit : edits)
    list.push_back({{"range", edit.range}, {"newText", edit.text}});
  if (!setting.client.documentChanges)
    return {{"changes", {{setting.uri, std::move(list)}}}};
  json change = {{"textDocument", {{"uri", setting.uri}, {"version", setting.version}}},
                 {"edits", std::move(list)}};
  return {{"documentChanges", json::array({std::move(change)})}};
}

std::string titleOf(const Remedy &remedy) {
  return remedy.isFix && !remedy.safe ? remedy.title + " (changes behaviour)" : remedy.title;
}

} // namespace tether::lsp
