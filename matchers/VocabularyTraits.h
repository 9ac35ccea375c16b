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

template <> struct ScalarEnumerationTraits<tether::Runtime> {
  static void enumeration(IO &io, tether::Runtime &value);
};

template <> struct MappingTraits<tether::Vocabulary> {
  static void mapping(IO &io, tether::Vocabulary &vocabulary);
};

/// Maps a value that may be absent. `IO::mapOptional` can do that only for its own `Input`.
template <class T> void mapIfGiven(IO &io, const char *key, std::optional<T> &value) {
  void *saved = nullptr;
  bool useDefault = false;
  if (!io.preflightKey(key, /*Required=*/false, /*SameAsDefault=*/false, useDefault, saved))
    return;
  EmptyContext context;
  yamlize(io, value.emplace(), /*Required=*/true, context);
  io.postflightKey(saved);
}

/// The lists that a configuration has directly, without `vocabulary:` around them.
void mapVocabularyLists(IO &io, tether::Vocabulary &vocabulary);

} // namespace llvm::yaml
