#include "tool/Commands.h"

#include "matchers/Check.h"
#include "tool/Docs.h"
#include "tool/Selection.h"
#include "tool/Session.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <nlohmann/json.hpp>

using namespace llvm;

namespace tether {

Expected<int> runWhy(const Options &options) {
  auto [file, number] = StringRef(options.subject).rsplit(':');
  Question question;
  if (number.getAsInteger(10, question.line) || question.line == 0)
    return createStringError("'tether why' wants FILE:LINE, not '%s'", options.subject.c_str());
  Expected<Session> session = openSession(options, {file.str()});
  if (!session)
    return session.takeError();
  SmallString<256> real;
  if (std::error_code error = sys::fs::real_path(file, real))
    return createStringError(error, "cannot read %s: %s", file.str().c_str(),
                             error.message().c_str());
  question.file = real.str().str();
  for (const Refusal &refusal : session->project.refused)
    outs() << refusal.message << "\n";
  const Scope &scope = *session->rules->of(question.file).scope;
  std::string outside = scope.whyOutside(question.file);
  bool excluded = !scope.whyExcluded(question.file).empty();
  if (!outside.empty())
    outs() << formatv("{0} is {1}: {2}\n", file,
                      excluded ? "not looked at" : "looked at only if it is named", outside);
  if (excluded)
    return 0;
  Expected<std::vector<UnitResult>> units = explainAll(*session, question, options);
  if (!units)
    return units.takeError();
  bool any = false;
  for (const UnitResult &unit : *units) {
    for (const std::string &line : unit.answer)
      outs() << formatv("{0}:{1}:{2}\n", file, number, line);
    if (unit.failure)
      outs() << formatv("{0}: {1}\n", unit.failure->file, unit.failure->message);
    any |= !unit.answer.empty() || unit.failure;
  }
  if (!any)
    outs() << formatv("{0}:{1}: no asynchronous work starts, ends or fails here\n", file, number);
  return 0;
}

Expected<int> runExplain(const Options &options) {
  if (Error error = checkRuleName(options.subject))
    return std::move(error);
  outs() << documentOf(*findCheck(options.subject));
  return 0;
}

Expected<int> runChecksList(const Options &options) {
  if (!options.json) {
    for (const Check *rule : allRules())
      outs() << formatv("{0,-28} {1,-8} {2}\n", rule->id, toString(rule->level).data(),
                        rule->summary);
    return 0;
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Check *rule : allRules()) {
    nlohmann::ordered_json cousins = nlohmann::ordered_json::array();
    for (StringRef cousin : rule->cousins)
      cousins.push_back(cousin.str());
    list.push_back({{"id", rule->id.str()},
                    {"level", toString(rule->level)},
                    {"summary", rule->summary.str()},
                    {"since", rule->since.str()},
                    {"cwe", std::vector<int>(rule->cwe)},
                    {"cousins", std::move(cousins)}});
  }
  outs() << list.dump(2) << "\n";
  return 0;
}

Expected<int> runDocs(const Options &options) {
  Expected<std::vector<std::string>> stale =
      options.checkOnly ? staleDocs(options.subject) : writeDocs(options.subject);
  if (!stale)
    return stale.takeError();
  for (const std::string &file : *stale)
    outs() << (options.checkOnly ? "not current: " : "written: ") << file << "\n";
  return options.checkOnly && !stale->empty() ? 1 : 0;
}

} // namespace tether
