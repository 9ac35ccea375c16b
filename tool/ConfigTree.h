//===- ConfigTree.h - which configuration holds for which folder ----------===//
//
// The nearest .tether.yaml upwards wins; one that says `inherit: true` is laid over what holds for
// the folder above it. Remembers what it has read. One thread.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Config.h"

#include "llvm/ADT/StringMap.h"

#include <memory>

namespace tether {

/// The configurations that together hold somewhere.
struct ConfigChain {
  std::vector<std::string> files; ///< the nearest last; empty if there is none
  Config config;                  ///< all of them, one over the other, over the defaults
};

class ConfigTree {
public:
  /// With a file, that one holds everywhere. Fails if it cannot be read.
  static llvm::Expected<ConfigTree> create(llvm::StringRef everywhere);

  /// What holds in the folder, absolute; it need not exist. The answer lives as long as the tree.
  /// Fails with one line for a configuration that is wrong.
  llvm::Expected<const ConfigChain *> of(llvm::StringRef folder);

private:
  llvm::Expected<const ConfigChain *> read(llvm::StringRef file, llvm::StringRef folder);

  const ConfigChain *everywhere = nullptr;
  std::vector<std::unique_ptr<ConfigChain>> chains;
  llvm::StringMap<const ConfigChain *> folders;
};

} // namespace tether
