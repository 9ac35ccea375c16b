#include "tool/lsp/Hover.h"

#include "matchers/Check.h"
#include "tool/lsp/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"

#include <nlohmann/json.hpp>

using namespace llvm;
using nlohmann::json;

namespace tether::lsp {

/// One section of a check's page, without its heading.
static StringRef section(StringRef page, StringRef heading) {
  std::string mark = ("## " + heading + "\n").str();
  size_t at = page.find(mark);
  if (at == StringRef::npos)
    return "";
  StringRef rest = page.substr(at + mark.size());
  return rest.take_front(rest.find("\n## ")).trim();
}

/// `quote` stands around names, which Markdown might take for emphasis.
static std::string story(const LiveFinding &finding, StringRef item, StringRef quote) {
  std::string text;
  for (const Station &station : finding.trace)
    text += formatv("{0}{1}{2}:{3}{1}: {4}\n", item, quote, sys::path::filename(station.file),
                    station.range.start.line + 1, station.message);
  return text;
}

/// Plain paragraphs, each on one line: who shows them breaks them where his window ends.
static std::string unwrapped(StringRef text) {
  SmallVector<StringRef, 4> paragraphs;
  text.split(paragraphs, "\n\n");
  std::string joined;
  for (StringRef paragraph : paragraphs)
    joined += join(split(paragraph, '\n'), " ") + "\n\n";
  return joined;
}

/// "request handler `shop::place` (cpp-httplib)": the name is code.
static std::string reachInMarkdown(StringRef reach) {
  StringRef words = "request handler ";
  StringRef name = reach.drop_front(words.size());
  size_t end = name.rfind(" (");
  if (end == StringRef::npos || !name.ends_with(")") || name.ends_with("namespace)"))
    end = name.size();
  return (words + "`" + name.take_front(end) + "`" + name.drop_front(end)).str();
}

static std::string inMarkdown(const LiveFinding &finding) {
  std::string text = formatv("**tether-{0}**: {1}\n\n", finding.check, finding.message);
  if (!finding.reach.empty())
    text += "in " + reachInMarkdown(finding.reach) + "\n\n";
  if (!finding.trace.empty())
    text += story(finding, "- ", "`") + "\n";
  if (!finding.help.empty())
    text += formatv("{0}\n\n", finding.help);
  if (const Check *check = findCheck(finding.check))
    if (StringRef why = section(check->docs, "Why is this bad"); !why.empty())
      text += unwrapped(why);
  if (std::string uri = explanationUri(finding.check); !uri.empty())
    text += formatv("[tether explain {0}]({1})\n", finding.check, uri);
  return StringRef(text).rtrim().str();
}

static std::string inPlainText(const LiveFinding &finding) {
  std::string text = formatv("tether-{0}: {1}\n", finding.check, finding.message);
  if (!finding.reach.empty())
    text += formatv("in {0}\n", finding.reach);
  text += story(finding, "  ", "");
  if (!finding.help.empty())
    text += finding.help + "\n";
  return text + formatv("see: tether explain {0}", finding.check).str();
}

json hoverWith(json theirs, const std::vector<LiveFinding> &findings, const ClientFacts &client) {
  if (findings.empty())
    return theirs;
  std::vector<std::string> parts;
  for (const LiveFinding &finding : findings)
    parts.push_back(client.markdownHover ? inMarkdown(finding) : inPlainText(finding));
  std::string ours = join(parts, client.markdownHover ? "\n\n---\n\n" : "\n\n");
  if (!theirs.is_object() || !theirs.contains("contents")) {
    json contents = {{"kind", client.markdownHover ? "markdown" : "plaintext"}, {"value", ours}};
    return {{"contents", std::move(contents)}, {"range", findings.front().range}};
  }
  json &contents = theirs["contents"];
  if (contents.is_object() && contents.contains("value"))
    contents["value"] = contents["value"].get<std::string>() +
                        (client.markdownHover ? "\n\n---\n\n" : "\n\n") + ours;
  else if (contents.is_array())
    contents.push_back(ours);
  return theirs;
}

} // namespace tether::lsp
