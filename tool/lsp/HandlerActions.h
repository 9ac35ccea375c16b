//===- HandlerActions.h - to say that a function answers requests ----------===//
#pragma once

#include "tool/lsp/Diagnostics.h"

#include <nlohmann/json.hpp>

namespace tether::lsp {

struct HandlerAction {
  std::string title;
  nlohmann::json edit;
};

/// Two ways: an annotation in the code, an entry in the nearest .tether.yaml. Reads that file.
std::vector<HandlerAction> handlerActions(const LiveFunction &function, const Setting &setting,
                                          Encoding encoding);

/// The edit that adds a handler to the text of a configuration; nothing for a text that is none.
std::optional<TextEdit> addHandler(llvm::StringRef config, llvm::StringRef name, Encoding encoding);

} // namespace tether::lsp
