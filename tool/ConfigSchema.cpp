#include "tool/ConfigSchema.h"

#include "tool/ConfigTraits.h"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace llvm;
using nlohmann::ordered_json;

namespace tether {
namespace {

/// Reads a document that has every key once, and notes what it is asked for.
class SchemaIO : public yaml::IO {
public:
  SchemaIO() : IO(&messages) { at.push_back(&schema); }

  ordered_json schema = ordered_json::object();

  bool outputting() const override { return false; }

  bool mapTag(StringRef, bool) override { return true; }
  void beginMapping() override {
    names.push_back(mayBeName);
    mayBeName = false;
    (*at.back())["type"] = "object";
    (*at.back())["additionalProperties"] = false;
  }
  void endMapping() override {
    if (names.back()) {
      ordered_json mapping = std::move(*at.back());
      *at.back() = {{"anyOf", {{{"type", "string"}}, std::move(mapping)}}};
    }
    names.pop_back();
  }
  bool preflightKey(const char *key, bool required, bool, bool &useDefault, void *&) override {
    useDefault = false;
    // A list of libraries inside of a library would have no end.
    constexpr size_t Deepest = 12;
    std::string name = key;
    bool other = name.find('_') != std::string::npos || name.rfind("tether-", 0) == 0;
    if (other || at.size() > Deepest || (name == "libraries" && at.size() > 2))
      return false;
    if (required)
      (*at.back())["required"].push_back(name);
    at.push_back(&(*at.back())["properties"][name]);
    if (at.back()->is_null())
      *at.back() = ordered_json::object();
    return true;
  }
  void postflightKey(void *) override { at.pop_back(); }
  std::vector<StringRef> keys() override { return {}; }
  void beginFlowMapping() override { beginMapping(); }
  void endFlowMapping() override { endMapping(); }

  unsigned beginSequence() override {
    (*at.back())["type"] = "array";
    return 1;
  }
  void endSequence() override {}
  bool preflightElement(unsigned, void *&) override {
    ordered_json &items = (*at.back())["items"];
    if (items.is_null())
      items = ordered_json::object();
    at.push_back(&items);
    return true;
  }
  void postflightElement(void *) override { at.pop_back(); }
  unsigned beginFlowSequence() override { return beginSequence(); }
  bool preflightFlowElement(unsigned index, void *&save) override {
    return preflightElement(index, save);
  }
  void postflightFlowElement(void *save) override { postflightElement(save); }
  void endFlowSequence() override {}

  void beginEnumScalar() override { (*at.back())["enum"] = ordered_json::array(); }
  bool matchEnumScalar(const char *word, bool) override {
    // Both spellings are read; one is shown.
    if (!StringRef(word).contains('_'))
      (*at.back())["enum"].push_back(word);
    return false;
  }
  bool matchEnumFallback() override { return true; }
  void endEnumScalar() override {}
  bool beginBitSetScalar(bool &) override { return false; }
  bool bitSetMatch(const char *, bool) override { return false; }
  void endBitSetScalar() override {}

  /// No scalar but a text can be made of this, and what cannot says so.
  void scalarString(StringRef &text, yaml::QuotingType) override {
    text = "*";
    (*at.back())["type"] = "string";
  }
  void blockScalarString(StringRef &text) override { scalarString(text, yaml::QuotingType::None); }
  void scalarTag(std::string &) override {}
  /// Asked for what may be a bare name in place of a mapping.
  yaml::NodeKind getNodeKind() override {
    mayBeName = true;
    return yaml::NodeKind::Map;
  }
  void setError(const Twine &message) override {
    std::string text = message.str();
    if (StringRef(text).contains("boolean"))
      (*at.back())["type"] = "boolean";
    else if (StringRef(text).contains("number"))
      (*at.back())["type"] = "integer";
  }
  bool canElideEmptySequence() override { return false; }

private:
  Messages messages;
  std::vector<ordered_json *> at; ///< from the top to what is being mapped
  bool mayBeName = false;
  std::vector<bool> names; ///< of each open mapping: whether a bare name may stand for it
};

/// All keys, or all words that are values.
void collect(const ordered_json &schema, bool wantKeys, std::vector<std::string> &found) {
  if (auto properties = schema.find("properties"); properties != schema.end())
    for (const auto &[key, value] : properties->items()) {
      if (wantKeys)
        found.push_back(key);
      collect(value, wantKeys, found);
    }
  if (auto words = schema.find("enum"); words != schema.end() && !wantKeys)
    for (const ordered_json &word : *words)
      found.push_back(word);
  if (auto items = schema.find("items"); items != schema.end())
    collect(*items, wantKeys, found);
  if (auto either = schema.find("anyOf"); either != schema.end())
    for (const ordered_json &each : *either)
      collect(each, wantKeys, found);
}

} // namespace

ordered_json configSchema() {
  SchemaIO io;
  Config config;
  yaml::EmptyContext context;
  yaml::yamlize(io, config, true, context);
  ordered_json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                         {"title", "tether's configuration, .tether.yaml"}};
  schema.update(io.schema);
  return schema;
}

static std::vector<std::string> collected(bool wantKeys) {
  std::vector<std::string> found;
  collect(configSchema(), wantKeys, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

const std::vector<std::string> &configKeys() {
  static const std::vector<std::string> Keys = collected(true);
  return Keys;
}

const std::vector<std::string> &configWords() {
  static const std::vector<std::string> Words = collected(false);
  return Words;
}

const std::vector<std::string> &topLevelConfigKeys() {
  static const std::vector<std::string> Keys = [] {
    std::vector<std::string> keys;
    const ordered_json schema = configSchema();
    for (const auto &[key, value] : schema["properties"].items())
      keys.push_back(key);
    return keys;
  }();
  return Keys;
}

} // namespace tether
