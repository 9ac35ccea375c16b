//===- ConfigTraits.h - the YAML form of a configuration ------------------===//
//
// The mapping is the one place that knows the keys: it reads files, and the schema for editors is
// made from it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Config.h"

#include "llvm/Support/YAMLTraits.h"

#include <deque>

namespace tether {

/// What a reader hands to the traits as the context of their `IO`: messages of errors, kept until
/// they have been told.
using Messages = std::deque<std::string>;

} // namespace tether

namespace llvm::yaml {

template <> struct MappingTraits<tether::Config> {
  static void mapping(IO &io, tether::Config &config);
};

} // namespace llvm::yaml
