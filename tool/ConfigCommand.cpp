#include "tool/Commands.h"
#include "tool/ConfigSchema.h"
#include "tool/ConfigTree.h"
#include "tool/Printable.h"
#include "tool/SourceTree.h"
#include "tool/YamlJson.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using nlohmann::ordered_json;

namespace tether {
namespace {

/// The value of a key as all files together make it.
struct Effective {
  ordered_json value;
  std::vector<std::string> from; ///< FILE:LINE, outermost first
};

using Keys = std::map<std::string, Effective>;

} // namespace

/// Lists grow, mappings take over the nearer's keys, all else is replaced: as Config::add does.
static void lay(ordered_json &value, ordered_json nearer) {
  if (value.is_array() && nearer.is_array())
    value.insert(value.end(), nearer.begin(), nearer.end());
  else if (value.is_object() && nearer.is_object())
    for (auto &[key, inner] : nearer.items())
      lay(value[key], std::move(inner));
  else
    value = std::move(nearer);
}

static Error layFile(StringRef text, StringRef name, Keys &keys) {
  std::map<std::string, unsigned> lines;
  Expected<ordered_json> file = yamlToJson(text, &lines);
  if (!file)
    return file.takeError();
  for (auto &[key, value] : file->items()) {
    Effective &effective = keys[key];
    if (!value.is_structured() || effective.from == std::vector<std::string>{"default"})
      effective.from.clear();
    lay(effective.value, std::move(value));
    effective.from.push_back(name.empty() ? "default" : formatv("{0}:{1}", name, lines[key]).str());
  }
  return Error::success();
}

static Expected<int> print(const ConfigChain &chain) {
  Keys keys;
  if (Error error = layFile(defaultConfigText(), "", keys))
    return std::move(error);
  for (const std::string &name : chain.files) {
    auto buffer = MemoryBuffer::getFile(name);
    if (!buffer)
      return createStringError(buffer.getError(), "cannot read %s", name.c_str());
    if (Error error = layFile((*buffer)->getBuffer(), name, keys))
      return std::move(error);
  }
  for (const std::string &key : topLevelConfigKeys())
    if (auto found = keys.find(key); found != keys.end() && key != "inherit")
      outs() << formatv("# {0}\n{1}: {2}\n", join(found->second.from, ", then "), key,
                        found->second.value.dump());
  return 0;
}

Expected<int> runConfig(const Options &options) {
  if (options.schema) {
    outs() << configSchema().dump(2) << "\n";
    return 0;
  }
  Expected<ConfigTree> tree = ConfigTree::create(options.config);
  if (!tree)
    return tree.takeError();
  Expected<const ConfigChain *> chain = tree->of(folderOf(options.subject));
  if (!chain)
    return chain.takeError();
  if (!options.checkOnly)
    return print(**chain);
  for (const std::string &file : (*chain)->files)
    outs() << printable(file, 4096) << ": ok\n";
  if ((*chain)->files.empty())
    outs() << "there is no .tether.yaml here or above: the defaults hold\n";
  return 0;
}

} // namespace tether
