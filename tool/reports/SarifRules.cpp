#include "tool/reports/SarifRules.h"

#include "matchers/Check.h"
#include "tool/Version.h"

#include "llvm/ADT/StringExtras.h"

#include <nlohmann/json.hpp>
#include <set>

using namespace tether;
using llvm::StringRef;
using Json = nlohmann::ordered_json;

/// GitHub refuses a longer `fullDescription`.
static constexpr size_t LongestDescription = 1024;

static StringRef cweName(int number) {
  switch (number) {
  case 248:
    return "Uncaught Exception";
  case 252:
    return "Unchecked Return Value";
  case 362:
    return "Concurrent Execution using Shared Resource with Improper Synchronization ('Race "
           "Condition')";
  case 390:
    return "Detection of Error Condition Without Action";
  case 391:
    return "Unchecked Error Condition";
  case 394:
    return "Unexpected Status Code or Return Value";
  case 400:
    return "Uncontrolled Resource Consumption";
  case 404:
    return "Improper Resource Shutdown or Release";
  case 416:
    return "Use After Free";
  case 562:
    return "Return of Stack Variable Address";
  case 696:
    return "Incorrect Behavior Order";
  case 755:
    return "Improper Handling of Exceptional Conditions";
  case 772:
    return "Missing Release of Resource after Effective Lifetime";
  case 833:
    return "Deadlock";
  case 835:
    return "Loop with Unreachable Exit Condition ('Infinite Loop')";
  }
  return "";
}

static std::set<int> cweNumbers(llvm::ArrayRef<const Check *> rules) {
  std::set<int> numbers;
  for (const Check *rule : rules)
    numbers.insert(rule->cwe.begin(), rule->cwe.end());
  return numbers;
}

/// "DiscardedFuture": what viewers show as a rule's name.
static std::string pascalCase(StringRef id) {
  std::string name;
  bool atStart = true;
  for (char c : id) {
    if (c != '-')
      name += atStart ? llvm::toUpper(c) : c;
    atStart = c == '-';
  }
  return name;
}

std::string tether::sarifSentence(StringRef text) {
  std::string out = text.trim().str();
  if (out.empty())
    return out;
  out[0] = llvm::toUpper(out[0]);
  if (!StringRef(".!?").contains(out.back()))
    out += '.';
  return out;
}

/// Cut to the limit at the end of a word. Counts bytes: never fewer than GitHub's characters.
static std::string shortened(StringRef text) {
  static constexpr StringRef Ellipsis = "…";
  if (text.size() <= LongestDescription)
    return text.str();
  return text.take_front(LongestDescription - Ellipsis.size()).rsplit(' ').first.str() +
         Ellipsis.str();
}

/// The first paragraph of prose in the Markdown.
static std::string firstParagraph(StringRef markdown) {
  std::vector<StringRef> lines;
  bool code = false;
  for (StringRef line : llvm::split(markdown, '\n')) {
    line = line.trim();
    bool fence = line.starts_with("```");
    code ^= fence;
    bool prose = !code && !fence && !line.empty() && !line.starts_with("#");
    if (prose)
      lines.push_back(line);
    else if (!lines.empty())
      break;
  }
  return llvm::join(lines, " ");
}

/// The Markdown without its headings' and code blocks' marks, for viewers that show text only.
static std::string plainText(StringRef markdown) {
  std::string out;
  for (StringRef line : llvm::split(markdown, '\n')) {
    if (line.starts_with("```"))
      continue;
    StringRef heading = line.ltrim('#');
    out += (heading.starts_with(" ") && heading != line ? heading.ltrim() : line).str() + "\n";
  }
  return StringRef(out).trim().str();
}

static Json tagsOf(const Check &rule) {
  Json tags = {"async", "concurrency", "reliability"};
  for (int number : rule.cwe)
    tags.push_back("external/cwe/cwe-" + std::to_string(number));
  return tags;
}

static Json relationshipsOf(const Check &rule, const std::set<int> &numbers) {
  Json list = Json::array();
  for (int number : rule.cwe) {
    auto index = std::distance(numbers.begin(), numbers.find(number));
    list.push_back({{"target",
                     {{"id", std::to_string(number)},
                      {"index", index},
                      {"toolComponent", {{"name", "CWE"}, {"index", 0}}}}},
                    {"kinds", Json::array({"superset"})}});
  }
  return list;
}

static Json ruleOf(const Check &rule, const std::set<int> &numbers) {
  std::string summary = sarifSentence(rule.summary);
  std::string prose = firstParagraph(rule.docs);
  StringRef docs = StringRef(rule.docs).trim();
  StringRef severity = rule.level == Level::Note ? "recommendation" : toString(rule.level);
  Json json = {
      {"id", rule.id.str()},
      {"name", pascalCase(rule.id)},
      {"shortDescription", {{"text", summary}}},
      {"fullDescription", {{"text", prose.empty() ? summary : shortened(prose)}}},
      {"help",
       {{"text", docs.empty() ? summary : plainText(docs)},
        {"markdown", docs.empty() ? summary : docs.str()}}},
      {"defaultConfiguration", {{"level", toString(rule.level)}}},
      {"properties",
       {{"tags", tagsOf(rule)}, {"precision", "high"}, {"problem.severity", severity.str()}}}};
  if (!rule.cwe.empty())
    json["relationships"] = relationshipsOf(rule, numbers);
  return json;
}

Json tether::sarifDriver(llvm::ArrayRef<const Check *> rules) {
  std::set<int> numbers = cweNumbers(rules);
  Json driver = {{"name", "tether"},
                 {"version", Version},
                 {"semanticVersion", Version},
                 {"rules", Json::array()}};
  for (const Check *rule : rules)
    driver["rules"].push_back(ruleOf(*rule, numbers));
  if (!numbers.empty())
    driver["supportedTaxonomies"] = Json::array({{{"name", "CWE"}, {"index", 0}}});
  return driver;
}

Json tether::sarifTaxonomies(llvm::ArrayRef<const Check *> rules) {
  Json taxa = Json::array();
  for (int number : cweNumbers(rules)) {
    std::string id = std::to_string(number);
    Json taxon = {{"id", id}};
    if (StringRef name = cweName(number); !name.empty())
      taxon["shortDescription"] = {{"text", sarifSentence(name)}};
    taxon["helpUri"] = "https://cwe.mitre.org/data/definitions/" + id + ".html";
    taxa.push_back(std::move(taxon));
  }
  if (taxa.empty())
    return Json::array();
  Json cwe = {{"name", "CWE"},
              {"organization", "MITRE"},
              {"shortDescription", {{"text", "The MITRE Common Weakness Enumeration."}}},
              {"informationUri", "https://cwe.mitre.org/"},
              {"isComprehensive", false},
              {"taxa", std::move(taxa)}};
  return Json::array({std::move(cwe)});
}
