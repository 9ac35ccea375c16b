//===- SarifRules.h - what SARIF says about the tool and its checks -------===//
//
// Pure functions of the checks' metadata, the same for every run.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace tether {

struct Check;

/// `run.tool.driver`: the tool with a rule for each check, in the order of `rules`.
nlohmann::ordered_json sarifDriver(llvm::ArrayRef<const Check *> rules);

/// `run.taxonomies`: the CWE entries that the rules refer to.
nlohmann::ordered_json sarifTaxonomies(llvm::ArrayRef<const Check *> rules);

/// The text as a sentence: our messages are lower case and without a full stop, as compilers
/// write them.
std::string sarifSentence(llvm::StringRef text);

} // namespace tether
