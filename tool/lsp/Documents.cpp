#include "tool/lsp/Documents.h"

#include "tool/lsp/Actions.h"
#include "tool/lsp/Hover.h"
#include "tool/lsp/Uri.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

/// So long what we have found waits for clangd to see the same text.
constexpr uint64_t MostLateness = 1500;
/// So often the files that analyses depend on are looked at.
constexpr uint64_t Round = 2000;

static size_t countOurs(const json &diagnostics) { return count_if(diagnostics, isOurs); }

Documents::Documents(Loop &loop, Trace &trace, Options options, Callbacks callbacks)
    : trace(trace), loop(loop), options(std::move(options)), callbacks(std::move(callbacks)),
      analyst(loop, trace, this->options.debounce,
              {[this](const std::string &path) {
                 const Document &document = files.at(path)->document;
                 return Analyst::Text{document.version(), document.text()};
               },
               [this](const std::string &path, LiveAnswer answer) {
                 onAnswer(path, std::move(answer));
               }}),
      lateness(loop, [this] { onLate(); }), rounds(loop, [this] { lookAround(); }) {}

void Documents::begin(ClientFacts facts, Encoding settled) {
  client = std::move(facts);
  encoding = settled;
  rounds.repeat(Round);
  for (const auto &[path, file] : files)
    analyse(*file);
}

void Documents::setClangd(bool isThere) {
  bool lost = clangdIsThere && !isThere;
  clangdIsThere = isThere;
  if (!lost)
    return;
  waiting.clear();
  for (auto &[path, file] : files) {
    file->forgetTheirs();
    publish(*file, file->now(client));
  }
}

void Documents::analyse(const OpenFile &file) {
  if (!encoding)
    return;
  Place place{file.path, options.buildDir.empty() ? client.buildDir : options.buildDir,
              client.fallbackFlags, *encoding};
  watch.add(file.path, inputsOf(place));
  analyst.open(place);
}

OpenFile *Documents::find(const json &params) const {
  auto file = files.find(pathOf(params.at("textDocument").at("uri").get<std::string>()));
  return file == files.end() ? nullptr : file->second.get();
}

Setting Documents::settingFor(const OpenFile &file) const {
  return {file.document.uri, file.path, file.document.version(), client};
}

void Documents::didOpen(const json &params) {
  const json &opened = params.at("textDocument");
  std::string uri = opened.at("uri"), path = pathOf(uri);
  if (path.empty())
    return;
  Document document(uri, opened.value("languageId", ""), opened.at("version"), opened.at("text"));
  auto &file = files[path];
  file = std::make_unique<OpenFile>(path, std::move(document));
  trace("edited", {{"file", path}, {"version", file->document.version()}});
  analyse(*file);
}

void Documents::didChange(const json &params) {
  OpenFile *file = find(params);
  if (!file)
    return;
  int version = params.at("textDocument").value("version", file->document.version() + 1);
  file->document.change(version, params.at("contentChanges"), encoding.value_or(Encoding::Utf16));
  trace("edited", {{"file", file->path}, {"version", version}});
  analyst.edited(file->path);
}

void Documents::didClose(const json &params) {
  OpenFile *file = find(params);
  if (!file)
    return;
  std::string path = file->path;
  json empty = {{"uri", file->document.uri}, {"diagnostics", json::array()}};
  bool alone = !clangdIsThere || !file->hasTheirs();
  analyst.close(path);
  watch.remove(path);
  waiting.erase(path);
  said.erase(path);
  files.erase(path);
  // clangd empties its list by itself, and that is then the client's whole list.
  if (alone)
    callbacks.publish(std::move(empty));
}

void Documents::somethingChanged() {
  lookAround();
  for (const auto &[path, file] : files)
    analyst.recheck(path);
}

void Documents::lookAround() {
  for (const std::string &path : watch.look())
    if (auto file = files.find(path); file != files.end()) {
      // Which files matter may have changed, too.
      analyse(*file->second);
    }
}

bool Documents::take(const json &params) {
  std::string uri = params.at("uri");
  auto found = files.find(pathOf(uri));
  if (found == files.end())
    return false;
  Theirs theirs;
  theirs.uri = uri;
  if (auto version = params.find("version"); version != params.end() && version->is_number())
    theirs.version = version->get<int>();
  theirs.diagnostics = params.at("diagnostics");
  for (const json &diagnostic : theirs.diagnostics)
    (void)diagnostic.at("range").get<Range>(); // it may have to be moved later
  waiting.erase(found->first);
  said.erase(found->first);
  publish(*found->second, found->second->take(std::move(theirs), client));
  return true;
}

void Documents::onAnswer(const std::string &path, LiveAnswer answer) {
  auto found = files.find(path);
  if (found == files.end())
    return;
  trace("analysed", {{"file", path},
                     {"version", answer.version},
                     {"cpu-ms", answer.cpuMs},
                     {"wall-ms", answer.wallMs},
                     {"preamble", answer.head},
                     {"partial", answer.isPartial},
                     {"findings", answer.findings.size()}});
  if (!answer.remark.empty() && told.insert(answer.remark).second)
    callbacks.tell(answer.remark);
  OpenFile &file = *found->second;
  if (std::optional<json> params = file.take(std::move(answer), clangdIsThere, client))
    return publish(file, std::move(*params));
  waiting.try_emplace(path, loop.now() + MostLateness);
  onLate();
}

/// Publishes for those who have waited long enough, and waits for the others.
void Documents::onLate() {
  uint64_t now = loop.now(), next = UINT64_MAX;
  for (auto each = waiting.begin(); each != waiting.end();) {
    if (each->second > now) {
      next = std::min(next, (each++)->second);
      continue;
    }
    OpenFile &file = *files.at(each->first);
    each = waiting.erase(each);
    publish(file, file.late(client));
  }
  if (next != UINT64_MAX)
    lateness.set(next - now);
}

/// What the client knows already is not said again.
void Documents::publish(const OpenFile &file, json params) {
  json &last = said[file.path];
  if (last == params)
    return;
  last = params;
  size_t ours = countOurs(params["diagnostics"]);
  trace("published", {{"file", file.path},
                      {"version", params.value("version", json())},
                      {"ours", ours},
                      {"theirs", params["diagnostics"].size() - ours}});
  callbacks.publish(std::move(params));
}

std::vector<json> Documents::asOpened() const {
  std::vector<json> all;
  for (const auto &[path, file] : files) {
    const Document &document = file->document;
    all.push_back({{"textDocument",
                    {{"uri", document.uri},
                     {"languageId", document.language},
                     {"version", document.version()},
                     {"text", document.text()}}}});
  }
  return all;
}

json Documents::codeActions(const json &params) const {
  OpenFile *file = find(params);
  if (!file || !encoding)
    return json::array();
  return lsp::codeActions(params, file->findings(), file->functions(), settingFor(*file),
                          *encoding);
}

json Documents::inlayHints(const json &params) const {
  OpenFile *file = find(params);
  return file ? lsp::inlayHints(params, file->functions()) : json::array();
}

json Documents::hover(const json &params, json theirs) const {
  OpenFile *file = find(params);
  if (!file)
    return theirs;
  Position at = params.at("position").get<Position>();
  std::vector<LiveFinding> there = file->findings();
  erase_if(there, [&](const LiveFinding &finding) { return !overlap(finding.range, {at, at}); });
  return hoverWith(std::move(theirs), there, client);
}

} // namespace tether::lsp
