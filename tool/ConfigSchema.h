//===- ConfigSchema.h - what a .tether.yaml may hold ----------------------===//
//
// Made by running the mapping of the configuration over nothing, so it knows every key and every
// word that the reader knows.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace tether {

/// A JSON schema (draft 2020-12) for editors.
nlohmann::ordered_json configSchema();

/// All keys at all levels, sorted: for "did you mean".
const std::vector<std::string> &configKeys();

/// All words that are values of some key, sorted.
const std::vector<std::string> &configWords();

/// The keys at the top, in the order of the mapping.
const std::vector<std::string> &topLevelConfigKeys();

} // namespace tether
