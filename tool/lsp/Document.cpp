#include "tool/lsp/Document.h"

#include "llvm/ADT/STLExtras.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

Document::Document(std::string uri, std::string language, int version, std::string text)
    : uri(std::move(uri)), language(std::move(language)), current(version), oldest(version),
      content(std::move(text)) {}

void Document::change(int version, const json &changes, Encoding encoding) {
  current = version;
  for (const json &each : changes)
    if (each.is_object() && each.contains("text") && each["text"].is_string())
      apply(each, encoding);
}

void Document::apply(const json &each, Encoding encoding) {
  const auto &text = each["text"].get_ref<const std::string &>();
  auto range = each.find("range");
  if (range == each.end() || range->is_null()) {
    history.push_back({current, difference(content, text, encoding)});
    content = text;
    return;
  }
  Range replaced;
  try {
    replaced = range->get<Range>();
  } catch (const json::exception &) {
    return;
  }
  size_t begin = offsetAt(content, replaced.start, encoding);
  size_t end = std::max(begin, offsetAt(content, replaced.end, encoding));
  // A client may name places behind the end of a line: what counts is where they are.
  replaced = {positionAt(content, begin, encoding), positionAt(content, end, encoding)};
  content.replace(begin, end - begin, text);
  history.push_back({current, {replaced, positionAt(content, begin + text.size(), encoding)}});
}

std::optional<Range> Document::forward(Range range, int from, int to) const {
  std::optional<Range> at = range;
  for (const Step &step : history)
    if (at && step.version > from && step.version <= to)
      at = lsp::shifted(*at, step.change);
  return at;
}

std::optional<Range> Document::backward(Range range, int from, int to) const {
  std::optional<Range> at = range;
  for (const Step &step : reverse(history))
    if (at && step.version <= from && step.version > to)
      at = lsp::shifted(*at, step.change.inverse());
  return at;
}

std::optional<Range> Document::shifted(Range range, int from, int to) const {
  if (from == to)
    return range;
  if (std::min(from, to) < oldest)
    return std::nullopt;
  return from < to ? forward(range, from, to) : backward(range, from, to);
}

void Document::forget(int before) {
  while (!history.empty() && history.front().version <= before)
    history.pop_front();
  oldest = std::max(oldest, std::min(before, current));
}

} // namespace tether::lsp
