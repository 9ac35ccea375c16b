#include "tool/Wire.h"

#include <nlohmann/json.hpp>

using nlohmann::json;

namespace nlohmann {

template <class T> struct adl_serializer<std::optional<T>> {
  static void to_json(json &out, const std::optional<T> &value) {
    out = value ? json(*value) : json(nullptr);
  }
  static void from_json(const json &in, std::optional<T> &value) {
    if (in.is_null())
      value.reset();
    else
      value = in.get<T>();
  }
};

} // namespace nlohmann

namespace tether {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Span, file, line, column, endLine, endColumn)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Step, at, message)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Edit, at, text)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Fix, title, safe, edits)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(HandlerReach, framework, entry, chain)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Suppressed, kind, reason)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Finding, check, level, at, message, help, function, handler,
                                   trace, fixes, expression, voided, statement, statementEnd, count,
                                   fingerprint, suppressed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Suppression, at, kind, firstLine, lastLine, checks, reason,
                                   blanket)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Failure, kind, file, message, line, column, at)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Profile, phases, checks)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UnitResult, findings, suppressions, handlers, handlerPlaces,
                                   unfinished, profile, failure, answer)

std::string toWire(const UnitResult &result) {
  // A source file may hold bytes that are no UTF-8.
  return json(result).dump(-1, ' ', false, json::error_handler_t::replace);
}

llvm::Expected<UnitResult> fromWire(llvm::StringRef text) {
  try {
    return json::parse(text.begin(), text.end()).get<UnitResult>();
  } catch (const json::exception &error) {
    return llvm::createStringError("a worker's answer is broken: %s", error.what());
  }
}

} // namespace tether
