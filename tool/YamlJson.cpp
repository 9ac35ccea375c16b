#include "tool/YamlJson.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLParser.h"

using namespace llvm;
using nlohmann::ordered_json;

namespace tether {

static ordered_json scalar(yaml::ScalarNode &node) {
  SmallString<64> storage;
  StringRef value = node.getValue(storage), raw = node.getRawValue();
  bool plain = !raw.starts_with("'") && !raw.starts_with("\"");
  if (plain && (value == "true" || value == "false"))
    return value == "true";
  int64_t number = 0;
  if (plain && !value.getAsInteger(10, number))
    return number;
  return value.str();
}

static ordered_json convert(yaml::Node *node) {
  if (auto *leaf = dyn_cast_or_null<yaml::ScalarNode>(node))
    return scalar(*leaf);
  if (auto *block = dyn_cast_or_null<yaml::BlockScalarNode>(node))
    return block->getValue().str();
  if (auto *list = dyn_cast_or_null<yaml::SequenceNode>(node)) {
    ordered_json made = ordered_json::array();
    for (yaml::Node &item : *list)
      made.push_back(convert(&item));
    return made;
  }
  if (auto *mapping = dyn_cast_or_null<yaml::MappingNode>(node)) {
    ordered_json made = ordered_json::object();
    for (yaml::KeyValueNode &pair : *mapping) {
      auto *key = dyn_cast_or_null<yaml::ScalarNode>(pair.getKey());
      SmallString<64> storage;
      std::string name = key ? key->getValue(storage).str() : "";
      made[name] = convert(pair.getValue());
    }
    return made;
  }
  return nullptr;
}

static void noteLines(StringRef text, SourceMgr &sources, std::map<std::string, unsigned> &lines) {
  yaml::Stream stream(text, sources);
  auto *top = dyn_cast_or_null<yaml::MappingNode>(stream.begin()->getRoot());
  if (!top)
    return;
  for (yaml::KeyValueNode &pair : *top) {
    SmallString<64> storage;
    if (auto *key = dyn_cast_or_null<yaml::ScalarNode>(pair.getKey()))
      lines[key->getValue(storage).str()] =
          sources.getLineAndColumn(key->getSourceRange().Start).first;
    pair.skip();
  }
}

Expected<ordered_json> yamlToJson(StringRef text, std::map<std::string, unsigned> *lines) {
  if (text.trim().empty())
    return ordered_json::object();
  SourceMgr sources;
  sources.setDiagHandler([](const SMDiagnostic &, void *) {});
  if (lines)
    noteLines(text, sources, *lines);
  yaml::Stream stream(text, sources);
  ordered_json made = convert(stream.begin()->getRoot());
  if (stream.failed())
    return createStringError("this is no YAML");
  return made;
}

} // namespace tether
