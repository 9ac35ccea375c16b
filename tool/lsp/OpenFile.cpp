#include "tool/lsp/OpenFile.h"

#include "tool/lsp/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

std::optional<LiveFinding> OpenFile::moved(const LiveFinding &finding, int version) const {
  auto move = [&](Range range) { return document.shifted(range, ours->version, version); };
  std::optional<Range> range = move(finding.range);
  if (!range)
    return std::nullopt;
  LiveFinding found = finding;
  found.range = *range;
  for (Station &station : found.trace)
    if (station.file == path)
      station.range = move(station.range).value_or(*range);
  std::erase_if(found.remedies, [&](Remedy &remedy) {
    for (TextEdit &edit : remedy.edits) {
      std::optional<Range> place = move(edit.range);
      if (!place)
        return true;
      edit.range = *place;
    }
    return false;
  });
  return found;
}

std::vector<LiveFinding> OpenFile::findingsAt(int version) const {
  std::vector<LiveFinding> found;
  if (ours)
    for (const LiveFinding &finding : ours->findings)
      if (std::optional<LiveFinding> there = moved(finding, version))
        found.push_back(std::move(*there));
  return found;
}

std::vector<LiveFunction> OpenFile::functions() const {
  std::vector<LiveFunction> found;
  if (!ours)
    return found;
  int now = document.version();
  auto move = [&](Position at) { return document.shifted({at, at}, ours->version, now); };
  for (LiveFunction function : ours->functions) {
    std::optional<Range> name = document.shifted(function.range, ours->version, now);
    std::optional<Range> begin = move(function.begin), end = move(function.lineEnd);
    if (!name || !begin || !end)
      continue;
    function.range = *name;
    function.begin = begin->start;
    function.lineEnd = end->start;
    found.push_back(std::move(function));
  }
  return found;
}

json OpenFile::theirsAt(int version) const {
  if (!theirs || theirs->about == version)
    return theirs ? theirs->diagnostics : json::array();
  json shifted = json::array();
  for (json diagnostic : theirs->diagnostics) {
    std::optional<Range> range =
        document.shifted(diagnostic.at("range").get<Range>(), theirs->about, version);
    if (!range)
      continue;
    diagnostic["range"] = *range;
    // Their edits are for the text as it was.
    diagnostic.erase("codeActions");
    shifted.push_back(std::move(diagnostic));
  }
  return shifted;
}

json OpenFile::publish(int version, std::optional<int> stamp, const ClientFacts &client) const {
  const std::string &uri = theirs ? theirs->uri : document.uri;
  json all = theirsAt(version);
  for (const LiveFinding &finding : findingsAt(version))
    all.push_back(diagnosticOf(finding, {uri, path, version, client}));
  json params = {{"uri", uri}, {"diagnostics", std::move(all)}};
  if (stamp)
    params["version"] = *stamp;
  return params;
}

/// What was known of places that have not been looked at this time is still thought so.
void OpenFile::keepUnjudged(LiveAnswer &answer) const {
  auto isUnjudged = [&](const LiveFinding &finding) {
    return any_of(answer.unjudged, [&](const Unjudged &each) {
      return each.range.start <= finding.range.start && finding.range.end <= each.range.end;
    });
  };
  auto isKnown = [&](const LiveFinding &finding) {
    return any_of(answer.findings, [&](const LiveFinding &other) {
      return other.range == finding.range && other.check == finding.check;
    });
  };
  for (LiveFinding &finding : findingsAt(answer.version))
    if (isUnjudged(finding) && !isKnown(finding))
      answer.findings.push_back(std::move(finding));
}

json OpenFile::take(Theirs published, const ClientFacts &client) {
  published.about = published.version.value_or(document.version());
  theirs = std::move(published);
  forget();
  return publish(theirs->about, theirs->version, client);
}

std::optional<json> OpenFile::take(LiveAnswer answer, bool clangdIsThere,
                                   const ClientFacts &client) {
  if (answer.isPartial)
    keepUnjudged(answer);
  ours = std::move(answer);
  forget();
  if (!clangdIsThere)
    return now(client);
  if (theirs && theirs->about >= ours->version)
    return publish(theirs->about, theirs->version, client);
  return std::nullopt;
}

json OpenFile::late(const ClientFacts &client) const {
  return publish(document.version(), std::nullopt, client);
}

json OpenFile::now(const ClientFacts &client) const {
  return publish(document.version(), document.version(), client);
}

/// Nobody goes back before what was said last.
void OpenFile::forget() {
  int needed = document.version();
  if (theirs)
    needed = std::min(needed, theirs->about);
  if (ours)
    needed = std::min(needed, ours->version);
  document.forget(needed);
}

} // namespace tether::lsp
