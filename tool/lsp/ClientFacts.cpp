#include "tool/lsp/ClientFacts.h"

#include "llvm/ADT/STLExtras.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

/// The value at a JSON pointer, or null.
static const json &at(const json &object, const char *pointer) {
  static const json nothing;
  json::json_pointer place(pointer);
  return object.contains(place) ? object.at(place) : nothing;
}

static bool isTrue(const json &object, const char *pointer) { return at(object, pointer) == true; }

static std::vector<std::string> texts(const json &list) {
  std::vector<std::string> found;
  if (list.is_array())
    for (const json &each : list)
      if (each.is_string())
        found.push_back(each);
  return found;
}

ClientFacts clientFacts(const json &params) {
  ClientFacts facts;
  if (!params.is_object())
    return facts;
  facts.codeActionLiterals =
      at(params, "/capabilities/textDocument/codeAction/codeActionLiteralSupport").is_object();
  facts.preferredActions =
      isTrue(params, "/capabilities/textDocument/codeAction/isPreferredSupport");
  facts.documentChanges = isTrue(params, "/capabilities/workspace/workspaceEdit/documentChanges");
  facts.createsFiles = is_contained(
      texts(at(params, "/capabilities/workspace/workspaceEdit/resourceOperations")), "create");
  const char *diagnostics = "/capabilities/textDocument/publishDiagnostics";
  const json &published = at(params, diagnostics);
  facts.codeDescriptions = isTrue(published, "/codeDescriptionSupport");
  facts.relatedInformation = isTrue(published, "/relatedInformation");
  facts.inlineActions = isTrue(published, "/codeActionsInline");
  facts.markdownHover =
      is_contained(texts(at(params, "/capabilities/textDocument/hover/contentFormat")), "markdown");
  const json &options = at(params, "/initializationOptions");
  if (const json &path = at(options, "/compilationDatabasePath"); path.is_string())
    facts.buildDir = path;
  facts.fallbackFlags = texts(at(options, "/fallbackFlags"));
  for (const char *where :
       {"/capabilities/offsetEncoding", "/capabilities/general/positionEncodings"})
    for (const std::string &name : texts(at(params, where)))
      if (std::optional<Encoding> encoding = encodingNamed(name))
        facts.encodings.push_back(*encoding);
  return facts;
}

} // namespace tether::lsp
