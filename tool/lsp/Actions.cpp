#include "tool/lsp/Actions.h"

#include "tool/lsp/HandlerActions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {
namespace {

/// The kinds that a client has asked for.
class Wanted {
public:
  explicit Wanted(const json &params) {
    const json context = params.value("context", json::object());
    if (auto only = context.find("only"); only != context.end() && only->is_array())
      kinds = *only;
  }
  /// "refactor" asks for "refactor.rewrite", too.
  bool has(StringRef kind) const { return kinds.is_null() || isNamed(kind); }
  /// What nobody wants to see among the others.
  bool isNamed(StringRef kind) const {
    return kinds.is_array() && any_of(kinds, [&](const json &each) {
             if (!each.is_string())
               return false;
             StringRef asked = each.get_ref<const std::string &>();
             return asked.empty() || kind == asked || kind.starts_with((asked + ".").str());
           });
  }

private:
  json kinds;
};

json action(std::string title, StringRef kind, json edit, const ClientFacts &client) {
  if (!client.codeActionLiterals)
    return {{"title", std::move(title)},
            {"command", ApplyCommand.str()},
            {"arguments", json::array({std::move(edit)})}};
  return {{"title", std::move(title)}, {"kind", kind.str()}, {"edit", std::move(edit)}};
}

void addRemedies(const LiveFinding &finding, const Setting &setting, json &actions) {
  for (const Remedy &remedy : finding.remedies) {
    json made =
        action(titleOf(remedy), "quickfix", workspaceEdit(remedy.edits, setting), setting.client);
    if (setting.client.codeActionLiterals) {
      made["diagnostics"] = json::array({diagnosticOf(finding, setting)});
      if (setting.client.preferredActions && remedy.isFix && remedy.safe)
        made["isPreferred"] = true;
    }
    actions.push_back(std::move(made));
  }
}

/// All safe fixes at once, for clients that tidy up on saving.
void addAllSafe(const std::vector<LiveFinding> &findings, const Setting &setting, json &actions) {
  std::vector<TextEdit> edits;
  auto isFree = [&](const Remedy &remedy) {
    return all_of(remedy.edits, [&](const TextEdit &edit) {
      return none_of(edits,
                     [&](const TextEdit &other) { return overlap(edit.range, other.range); });
    });
  };
  for (const LiveFinding &finding : findings)
    for (const Remedy &remedy : finding.remedies)
      if (remedy.isFix && remedy.safe && isFree(remedy)) {
        append_range(edits, remedy.edits);
        break;
      }
  if (!edits.empty())
    actions.push_back(action("apply all safe fixes of tether", "source.fixAll.tether",
                             workspaceEdit(edits, setting), setting.client));
}

} // namespace

json codeActions(const json &params, const std::vector<LiveFinding> &findings,
                 const std::vector<LiveFunction> &functions, const Setting &setting,
                 Encoding encoding) {
  json actions = json::array();
  Range range = params.at("range").get<Range>();
  Wanted wanted(params);
  auto isTouched = [&](const LiveFinding &finding) { return overlap(finding.range, range); };
  if (wanted.has("quickfix"))
    for (const LiveFinding &finding : make_filter_range(findings, isTouched))
      addRemedies(finding, setting, actions);
  if (wanted.has("refactor.rewrite"))
    for (const LiveFunction &function : functions) {
      bool isMeant =
          overlap(function.range, range) || any_of(findings, [&](const LiveFinding &finding) {
            return finding.function == function.name && isTouched(finding);
          });
      if (isMeant && function.mayBecomeHandler)
        for (const HandlerAction &each : handlerActions(function, setting, encoding))
          actions.push_back(action(each.title, "refactor.rewrite", each.edit, setting.client));
    }
  if (wanted.isNamed("source.fixAll.tether"))
    addAllSafe(findings, setting, actions);
  return actions;
}

json inlayHints(const json &params, const std::vector<LiveFunction> &functions) {
  json hints = json::array();
  Range range = params.at("range").get<Range>();
  for (const LiveFunction &function : functions) {
    if (!function.isHandler || !overlap({function.lineEnd, function.lineEnd}, range))
      continue;
    std::string label = "request handler";
    if (!function.framework.empty())
      label += " (" + function.framework + ")";
    hints.push_back({{"position", function.lineEnd},
                     {"label", std::move(label)},
                     {"paddingLeft", true},
                     {"tooltip", "what is started here and not waited for may die with the "
                                 "response: findings are one level louder"}});
  }
  return hints;
}

} // namespace tether::lsp
