#include "tool/Docs.h"

#include "matchers/Serverless.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

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

static std::map<std::string, std::string> pages() {
  std::map<std::string, std::string> all = {{"README.md", index()}};
  for (const Check *rule : allRules())
    all[rule->id.str() + ".md"] = documentOf(*rule);
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
  for (sys::fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (StringRef name = sys::path::filename(entry->path()); !wanted.count(name.str()))
      stale.push_back(name.str());
  return stale;
}

Expected<std::vector<std::string>> writeDocs(StringRef folder) {
  if (std::error_code error = sys::fs::create_directories(folder))
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
