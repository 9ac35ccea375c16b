#include "tool/lsp/Live.h"

#include <nlohmann/json.hpp>

using nlohmann::json;

namespace tether::lsp {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Station, file, range, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TextEdit, range, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Remedy, title, safe, isFix, edits)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LiveFinding, check, level, range, message, help, function, reach,
                                   trace, remedies)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LiveFunction, name, range, begin, lineEnd, isHandler, framework,
                                   mayBecomeHandler)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Unjudged, name, range)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LiveAnswer, version, isPartial, head, cpuMs, wallMs, remark,
                                   findings, functions, unjudged)

std::string toWire(const LiveAnswer &answer) {
  return json(answer).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<LiveAnswer> liveAnswerFrom(llvm::StringRef text) {
  json parsed = json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  try {
    return parsed.get<LiveAnswer>();
  } catch (const json::exception &) {
    return std::nullopt;
  }
}

} // namespace tether::lsp
