#include "tool/lsp/HandlerActions.h"

#include "tool/SourceTree.h"
#include "tool/YamlFile.h"
#include "tool/lsp/Uri.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {
namespace {

/// Where the list of handlers of a configuration is.
struct HandlerList {
  bool isFlow = false;            ///< written in brackets
  size_t begin = 0;               ///< of what is in them
  std::optional<size_t> lastItem; ///< where its last entry begins
};

HandlerList listOf(yaml::SequenceNode &list, StringRef text) {
  HandlerList found;
  // In brackets the list begins behind the first of them, else with a dash.
  size_t start = list.getSourceRange().Start.getPointer() - text.begin();
  StringRef before = text.take_front(start).rtrim();
  found.isFlow = before.ends_with("[") && !text.substr(start).starts_with("-");
  found.begin = before.size();
  for (yaml::Node &item : list) {
    found.lastItem = item.getSourceRange().Start.getPointer() - text.begin();
    item.skip();
  }
  return found;
}

/// The list under the key `handlers`. False if the text is no mapping.
bool findHandlers(StringRef text, std::optional<HandlerList> &found) {
  if (text.trim().empty())
    return true;
  SourceMgr sources;
  sources.setDiagHandler([](const SMDiagnostic &, void *) {});
  yaml::Stream stream(text, sources);
  yaml::Node *root = stream.begin()->getRoot();
  auto *top = dyn_cast_or_null<yaml::MappingNode>(root);
  if (!top)
    return isa_and_nonnull<yaml::NullNode>(root);
  for (yaml::KeyValueNode &pair : *top) {
    SmallString<32> storage;
    auto *key = dyn_cast_or_null<yaml::ScalarNode>(pair.getKey());
    bool isOurs = key && key->getValue(storage) == "handlers";
    if (auto *list = dyn_cast_or_null<yaml::SequenceNode>(pair.getValue()); isOurs && list)
      found = listOf(*list, text);
    else if (isOurs)
      return false;
    pair.skip();
  }
  return !stream.failed();
}

/// How far the line of the offset is indented up to it.
std::string marginBefore(StringRef text, size_t at) {
  size_t start = text.rfind('\n', at);
  start = start == StringRef::npos ? 0 : start + 1;
  return std::string(at - start, ' ');
}

} // namespace

std::optional<TextEdit> addHandler(StringRef config, StringRef name, Encoding encoding) {
  std::optional<HandlerList> list;
  if (Error error = checkDepth(config, "", "")) {
    consumeError(std::move(error));
    return std::nullopt;
  }
  if (!findHandlers(config, list))
    return std::nullopt;
  auto insert = [&](size_t at, std::string text) {
    Position place = positionAt(config, at, encoding);
    return TextEdit{{place, place}, std::move(text)};
  };
  // A colon would begin a mapping where no quotes are.
  std::string item = "'" + name.str() + "'";
  if (!list) {
    bool ended = config.empty() || config.ends_with("\n");
    return insert(config.size(), (ended ? "" : "\n") + ("handlers: [" + item + "]\n"));
  }
  if (list->isFlow)
    return insert(list->begin, item + (list->lastItem ? ", " : ""));
  if (!list->lastItem)
    return std::nullopt;
  // In front of the last entry: what may follow it, comments or a mapping's lines, stays with it.
  size_t dash = config.rfind('-', *list->lastItem);
  return insert(dash, "- " + item + "\n" + marginBefore(config, dash));
}

/// The configuration that holds for the file, or the place where one would begin.
static std::string configFor(const std::string &path) {
  std::string root = markedRoot(sys::path::parent_path(path));
  SmallString<256> file(root.empty() ? sys::path::parent_path(path) : StringRef(root));
  sys::path::append(file, ".tether.yaml");
  return file.str().str();
}

static std::optional<json> configEdit(const std::string &name, const Setting &setting,
                                      Encoding encoding) {
  std::string file = configFor(setting.path), uri = uriOf(file);
  bool exists = sys::fs::exists(file);
  std::string text;
  if (exists) {
    auto buffer = readYamlFile(file, file, "configuration");
    if (!buffer) {
      consumeError(buffer.takeError());
      return std::nullopt;
    }
    text = (*buffer)->getBuffer().str();
  } else if (!setting.client.documentChanges || !setting.client.createsFiles) {
    return std::nullopt;
  }
  std::optional<TextEdit> edit = addHandler(text, name, encoding);
  if (!edit)
    return std::nullopt;
  json edits = json::array({{{"range", edit->range}, {"newText", edit->text}}});
  if (!setting.client.documentChanges)
    return json{{"changes", {{uri, std::move(edits)}}}};
  json changes = json::array();
  if (!exists)
    changes.push_back({{"kind", "create"}, {"uri", uri}});
  changes.push_back(
      {{"textDocument", {{"uri", uri}, {"version", nullptr}}}, {"edits", std::move(edits)}});
  return json{{"documentChanges", std::move(changes)}};
}

std::vector<HandlerAction> handlerActions(const LiveFunction &function, const Setting &setting,
                                          Encoding encoding) {
  std::string title = "make " + function.name + " a request handler (";
  TextEdit annotation{{function.begin, function.begin},
                      "[[clang::annotate(\"tether::handler\")]] "};
  std::vector<HandlerAction> actions;
  actions.push_back({title + "annotation)", workspaceEdit({annotation}, setting)});
  // A name without a file cannot be written in a configuration.
  bool isPrivate = function.name.find('(') != std::string::npos;
  if (!isPrivate)
    if (std::optional<json> edit = configEdit(function.name, setting, encoding))
      actions.push_back({title + ".tether.yaml)", std::move(*edit)});
  return actions;
}

} // namespace tether::lsp
