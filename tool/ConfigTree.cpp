#include "tool/ConfigTree.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace tether {

static Config withDefaults(Config nearer) {
  Config config = cantFail(parseConfig(defaultConfigText(), "defaults"));
  config.add(std::move(nearer));
  return config;
}

Expected<ConfigTree> ConfigTree::create(StringRef file) {
  ConfigTree tree;
  if (file.empty())
    return tree;
  Expected<Config> config = readConfig(file);
  if (!config)
    return config.takeError();
  // Named on the command line, it speaks of the project and not of the folder that it lies in.
  for (auto *patterns : {&config->exclude, &config->includeHeaders})
    for (PathPattern &pattern : *patterns)
      pattern.base.clear();
  for (Allowance &entry : config->allow)
    entry.base.clear();
  tree.chains.push_back(std::make_unique<ConfigChain>());
  *tree.chains.back() = {{file.str()}, withDefaults(std::move(*config))};
  tree.everywhere = tree.chains.back().get();
  return tree;
}

Expected<const ConfigChain *> ConfigTree::read(StringRef file, StringRef folder) {
  Expected<Config> config = readConfig(file);
  if (!config)
    return config.takeError();
  ConfigChain chain{{}, withDefaults({})};
  if (config->inherit) {
    Expected<const ConfigChain *> above = of(sys::path::parent_path(folder));
    if (!above)
      return above.takeError();
    chain = **above;
  }
  chain.files.push_back(file.str());
  chain.config.add(std::move(*config));
  chains.push_back(std::make_unique<ConfigChain>(std::move(chain)));
  return chains.back().get();
}

Expected<const ConfigChain *> ConfigTree::of(StringRef folder) {
  if (everywhere)
    return everywhere;
  if (auto known = folders.find(folder); known != folders.end())
    return known->second;
  SmallString<256> file(folder);
  sys::path::append(file, ".tether.yaml");
  StringRef parent = sys::path::parent_path(folder);
  Expected<const ConfigChain *> chain = nullptr;
  if (sys::fs::exists(file)) {
    chain = read(file, folder);
  } else if (parent.empty() || parent == folder) {
    chains.push_back(std::make_unique<ConfigChain>(ConfigChain{{}, withDefaults({})}));
    chain = chains.back().get();
  } else {
    chain = of(parent);
  }
  if (chain)
    folders[folder] = *chain;
  return chain;
}

} // namespace tether
