#include "tool/Docs.h"

#include "matchers/Serverless.h"
#include "matchers/Vocabulary.h"
#include "tool/ConfigSchema.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json.hpp>

#include <map>

using namespace llvm;

namespace tether {

std::string documentOf(const Check &check) {
  std::string page = formatv("# {0}\n\n{1}; level {2}, since {3}.\n", check.id, check.summary,
                             toString(check.level).data(), check.since);
  page += check.docs;
  if (check.outlives)
    page += ServerlessDocs;
  std::vector<std::string> references;
  for (int cwe : check.cwe)
    references.push_back(formatv("CWE-{0}", cwe));
  for (StringRef cousin : check.cousins)
    references.push_back(cousin.str());
  if (!references.empty())
    page += "\n## References\n\n" + join(references, ", ") + "\n";
  return page;
}

static std::string index() {
  std::string page = "# Checks\n\n| id | level | finds |\n|---|---|---|\n";
  for (const Check *rule : allRules())
    page += formatv("| [{0}]({0}.md) | {1} | {2} |\n", rule->id, toString(rule->level).data(),
                    rule->summary);
  return page;
}

/// A text in a cell of a table.
static std::string cell(StringRef text) {
  std::string escaped = text.str();
  for (size_t at = 0; (at = escaped.find('|', at)) != std::string::npos; at += 2)
    escaped.insert(at, "\\");
  return escaped;
}

static std::string libraries() {
  Vocabulary vocabulary = cantFail(shippedVocabulary());
  std::string page =
      "# Libraries and frameworks\n\nWhat `tether` knows by name; `tether vocabulary "
      "NAME` shows an entry. Others: [adding-a-library.md](adding-a-library.md).\n\n"
      "| library | what there is to know |\n|---|---|\n";
  for (const Library &library : vocabulary.libraries)
    if (!library.seen.empty())
      page += formatv("| {0} | {1} |\n", cell(library.name), cell(library.because));
  page += "\n| framework | its handlers | runtime | on an event loop |\n|---|---|---|---|\n";
  for (const Framework &framework : vocabulary.frameworks)
    page += formatv("| {0} | {1} | {2} | {3} |\n", cell(framework.name), cell(framework.because),
                    framework.runtime == Runtime::Serverless ? "serverless" : "server",
                    framework.eventLoop ? "yes" : "");
  return page;
}

/// What is generated, by its name below docs/.
static std::map<std::string, std::string> pages() {
  std::map<std::string, std::string> all = {{"checks/README.md", index()},
                                            {"libraries.md", libraries()},
                                            {"config.schema.json", configSchema().dump(2) + "\n"}};
  for (const Check *rule : allRules())
    all["checks/" + rule->id.str() + ".md"] = documentOf(*rule);
  return all;
}

static std::string pathOf(StringRef folder, StringRef name) {
  SmallString<256> path(folder);
  sys::path::append(path, name);
  return path.str().str();
}

Expected<std::vector<std::string>> staleDocs(StringRef folder) {
  std::map<std::string, std::string> wanted = pages();
  std::vector<std::string> stale;
  for (const auto &[name, text] : wanted) {
    auto there = MemoryBuffer::getFile(pathOf(folder, name));
    if (!there || (*there)->getBuffer() != text)
      stale.push_back(name);
  }
  std::error_code error;
  // All of that folder is generated: what no check says any more is stale.
  for (sys::fs::directory_iterator entry(pathOf(folder, "checks"), error), end;
       !error && entry != end; entry.increment(error)) {
    std::string name = ("checks/" + sys::path::filename(entry->path())).str();
    if (!wanted.count(name))
      stale.push_back(name);
  }
  return stale;
}

Expected<std::vector<std::string>> writeDocs(StringRef folder) {
  if (std::error_code error = sys::fs::create_directories(pathOf(folder, "checks")))
    return createStringError(error, "cannot make %s: %s", folder.str().c_str(),
                             error.message().c_str());
  Expected<std::vector<std::string>> stale = staleDocs(folder);
  if (!stale)
    return stale;
  std::map<std::string, std::string> wanted = pages();
  for (const std::string &name : *stale) {
    auto page = wanted.find(name);
    if (page == wanted.end()) {
      sys::fs::remove(pathOf(folder, name));
      continue;
    }
    Error error = writeToOutput(pathOf(folder, name), [&](raw_ostream &out) {
      out << page->second;
      return Error::success();
    });
    if (error)
      return std::move(error);
  }
  return stale;
}

} // namespace tether
