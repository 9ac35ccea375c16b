#include "tool/Rulebook.h"

#include "matchers/Check.h"
#include "tool/Selection.h"

#include "llvm/Support/Path.h"

using namespace llvm;

namespace tether {

Rulebook::Rulebook(ConfigTree tree, Vocabulary shipped, const Options &options, Surroundings around)
    : tree(std::move(tree)), shipped(std::move(shipped)), checks(options.checks),
      around(std::move(around)) {
  for (const auto &[check, level] : options.levels)
    levels[bareId(check).str()] = level;
}

static std::vector<AcceptedPath> acceptedPaths(const Config &config, StringRef root) {
  std::vector<AcceptedPath> accepted;
  for (const Allowance &entry : config.allow)
    if (!entry.path.empty())
      accepted.push_back(
          {entry.path, entry.base.empty() ? root.str() : entry.base, entry.checks, entry.reason});
  return accepted;
}

Error Rulebook::make(const ConfigChain &chain, Rules &rules) {
  const Config &config = chain.config;
  rules.chain = &chain;
  std::vector<std::string> globs = config.checks;
  append_range(globs, checks);
  Expected<std::set<std::string>> selected = selectChecks(globs);
  if (!selected)
    return selected.takeError();
  rules.policy.checks = *selected;
  rules.policy.levels = config.levels;
  for (const auto &[check, level] : levels)
    rules.policy.levels[check] = level;
  rules.policy.voidCast = *config.voidCast;
  rules.policy.reach = *config.scope;
  rules.policy.accepted = acceptedPaths(config, around.root);
  Expected<Scope> scope = Scope::create(around.root, around.buildFolders, config.exclude,
                                        around.named, config.includeHeaders);
  if (!scope)
    return scope.takeError();
  rules.scope.emplace(std::move(*scope));
  rules.settings.vocabulary = shipped;
  rules.settings.vocabulary.add(config.vocabulary);
  rules.settings.vocabulary.recognition = *config.recognition;
  rules.settings.owns = [this](StringRef path) { return of(path).scope->owns(path); };
  rules.settings.checks = std::move(*selected);
  rules.settings.runtime = *config.runtime;
  rules.settings.levels = rules.policy.levels;
  rules.settings.resourceDir = ownResourceDir();
  return Error::success();
}

Expected<const Rules *> Rulebook::find(StringRef file) {
  Expected<const ConfigChain *> chain = tree.of(sys::path::parent_path(file));
  if (!chain)
    return chain.takeError();
  std::unique_ptr<Rules> &rules = made[*chain];
  if (!rules) {
    auto fresh = std::make_unique<Rules>();
    if (Error error = make(**chain, *fresh)) {
      made.erase(*chain);
      return std::move(error);
    }
    rules = std::move(fresh);
  }
  return rules.get();
}

const Rules &Rulebook::of(StringRef file) {
  Expected<const Rules *> rules = find(file);
  if (rules)
    return **rules;
  consumeError(rules.takeError());
  return *cantFail(find(around.root + "/."));
}

} // namespace tether
