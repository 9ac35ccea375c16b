//===- YamlJson.h - a YAML document as JSON -------------------------------===//
#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <nlohmann/json.hpp>

#include <map>

namespace tether {

/// The first document of the text; `true`, `false` and whole numbers keep their types. For texts
/// that have been read by their own parser before: an error only says that it is no YAML.
/// \param lines gets the line of each key at the top, if it is given.
llvm::Expected<nlohmann::ordered_json> yamlToJson(llvm::StringRef text,
                                                  std::map<std::string, unsigned> *lines = nullptr);

} // namespace tether
