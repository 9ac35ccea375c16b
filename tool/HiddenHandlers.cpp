#include "tool/HiddenHandlers.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"

#include <set>

using namespace llvm;

namespace tether {

/// The last part of "ns::Class::member", without template arguments and globs.
static StringRef lastPart(StringRef name) {
  name = name.split('<').first;
  if (size_t at = name.rfind("::"); at != StringRef::npos)
    name = name.substr(at + 2);
  return name.contains('*') ? "" : name;
}

static StringSet<> wordsOf(const Vocabulary &vocabulary) {
  StringSet<> words;
  auto add = [&](StringRef name) {
    if (StringRef word = lastPart(name); !word.empty() && isAlpha(word.front()))
      words.insert(word);
  };
  add("tether::handler");
  for (const HandlerEntry &entry : vocabulary.handlers) {
    add(entry.name);
    add(entry.returns);
    for (const std::string &parameter : entry.parameters)
      add(parameter);
  }
  return words;
}

bool mayHaveHandlers(const Job &job, const Vocabulary &vocabulary) {
  auto buffer = MemoryBuffer::getFile(job.file);
  if (!buffer)
    return false;
  const StringSet<> words = wordsOf(vocabulary);
  StringRef rest = (*buffer)->getBuffer();
  auto isWordPart = [](char c) { return isAlnum(c) || c == '_'; };
  while (!rest.empty()) {
    rest = rest.drop_until(isWordPart);
    StringRef word = rest.take_while(isWordPart);
    if (words.contains(word))
      return true;
    rest = rest.drop_front(word.size());
  }
  return false;
}

static HiddenHandlers count(const std::set<Span> &places) {
  std::set<std::string> files;
  for (const Span &place : places)
    files.insert(place.file);
  return {unsigned(files.size()), unsigned(places.size())};
}

HiddenHandlers excludedHandlers(ArrayRef<UnitResult> units) {
  std::set<Span> places;
  for (const UnitResult &unit : units)
    places.insert(unit.handlerPlaces.begin(), unit.handlerPlaces.end());
  return count(places);
}

/// Whether the comment silences every check in all of the lines around the place.
static bool silencesAll(const Suppression &suppression, const Span &place) {
  bool all = suppression.blanket || is_contained(suppression.checks, "*");
  bool block = suppression.lastLine > suppression.firstLine;
  return all && block && suppression.at.file == place.file && suppression.firstLine <= place.line &&
         place.line <= suppression.lastLine;
}

HiddenHandlers silencedHandlers(ArrayRef<UnitResult> units, const PolicyOptions &options) {
  std::set<Span> places;
  for (const UnitResult &unit : units)
    for (const Span &place : unit.handlerPlaces) {
      bool silenced = any_of(unit.suppressions, [&](const Suppression &suppression) {
        return silencesAll(suppression, place);
      });
      if (silenced || acceptsAll(options.of(place.file), place.file))
        places.insert(place);
    }
  return count(places);
}

} // namespace tether
