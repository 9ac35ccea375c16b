#include "tool/Selection.h"

#include "matchers/Check.h"
#include "tool/Nearest.h"

#include "llvm/Support/GlobPattern.h"

using namespace llvm;

namespace tether {

static std::vector<std::string> ruleNames() {
  std::vector<std::string> names;
  for (const Check *rule : allRules())
    names.push_back(rule->id.str());
  return names;
}

static Error unknownCheck(StringRef name) {
  return createStringError("unknown check '%s'%s; 'tether checks' lists them", name.str().c_str(),
                           didYouMean(name, ruleNames()).c_str());
}

Error checkRuleName(StringRef name) {
  return findCheck(name) ? Error::success() : unknownCheck(name);
}

Expected<std::set<std::string>> selectChecks(const std::vector<std::string> &globs) {
  std::set<std::string> selected;
  if (globs.empty() || StringRef(globs.front()).starts_with("-"))
    for (const std::string &name : ruleNames())
      selected.insert(name);
  for (StringRef text : globs) {
    bool takesAway = text.consume_front("-");
    text = bareId(text);
    Expected<GlobPattern> glob = GlobPattern::create(text);
    if (!glob)
      return glob.takeError();
    bool fits = false;
    for (const std::string &name : ruleNames()) {
      if (!glob->match(name))
        continue;
      fits = true;
      if (takesAway)
        selected.erase(name);
      else
        selected.insert(name);
    }
    if (!fits)
      return unknownCheck(text);
  }
  return selected;
}

} // namespace tether
