//===- VocabularyTraits.h - the YAML form of a vocabulary -----------------===//
//
// The mappings of `llvm::yaml`, shared by vocabulary files and the `vocabulary:` section of a
// configuration. Keys have hyphens; underscores are understood too, as in the facts that
// vocabularies are written from.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Vocabulary.h"

#include "llvm/Support/YAMLTraits.h"

namespace llvm::yaml {

template <> struct MappingTraits<tether::Vocabulary> {
  static void mapping(IO &io, tether::Vocabulary &vocabulary);
};

} // namespace llvm::yaml
