#include "tool/Commands.h"
#include "tool/Nearest.h"
#include "tool/Printable.h"
#include "tool/Session.h"
#include "tool/YamlJson.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using nlohmann::ordered_json;

namespace tether {
namespace {

/// The shipped files as they are written, by what they describe.
struct Shipped {
  ordered_json libraries = ordered_json::array();
  ordered_json frameworks = ordered_json::array();
  ordered_json conventions = ordered_json::array(); ///< of no library: shapes, macros of tests
};

} // namespace

static Expected<Shipped> readShipped() {
  Shipped shipped;
  for (const VocabularySource &source : shippedVocabularySources()) {
    Expected<ordered_json> read = yamlToJson(source.text);
    if (!read)
      return read.takeError();
    ordered_json file = std::move(*read);
    if (auto frameworks = file.find("frameworks"); frameworks != file.end()) {
      for (ordered_json &each : *frameworks)
        shipped.frameworks.push_back(std::move(each));
      file.erase("frameworks");
    }
    bool isLibrary = StringRef(source.name).starts_with("libraries/");
    if (isLibrary)
      shipped.libraries.push_back(std::move(file));
    else if (!file.empty())
      shipped.conventions.push_back(std::move(file));
  }
  return shipped;
}

static StringRef text(const ordered_json &object, const char *key) {
  auto found = object.find(key);
  if (found == object.end() || !found->is_string())
    return "";
  return found->get_ref<const std::string &>();
}

/// Names that entries in the lists of a file have: for "did you mean".
static void
visitEntries(const ordered_json &file,
             function_ref<void(StringRef list, StringRef name, const ordered_json &)> visit) {
  for (const auto &[list, entries] : file.items()) {
    if (!entries.is_array())
      continue;
    for (const ordered_json &entry : entries)
      for (const char *key : {"type", "function", "macro", "name"})
        if (StringRef name = entry.is_object() ? text(entry, key) : ""; !name.empty())
          visit(list, name, entry);
  }
}

static std::string flat(const ordered_json &value) {
  if (value.is_string())
    return value;
  if (!value.is_array())
    return value.dump();
  std::vector<std::string> parts;
  for (const ordered_json &each : value)
    parts.push_back(flat(each));
  return join(parts, ", ");
}

static void printEntry(StringRef list, const ordered_json &entry, StringRef of) {
  outs() << formatv("{0} ({1}, {2})\n", flat(entry.begin().value()), list, of);
  for (const auto &[key, value] : entry.items())
    if (key != entry.begin().key())
      outs() << formatv("  {0,-16} {1}\n", key + ":", flat(value));
}

/// Shows every entry of that name, or the whole library or framework.
static Expected<int> show(const Shipped &shipped, StringRef wanted) {
  bool shown = false;
  std::vector<std::string> known;
  auto look = [&](const ordered_json &files, const char *kind) {
    for (const ordered_json &file : files) {
      StringRef name = text(file, kind);
      if (!name.empty())
        known.push_back(name.str());
      if (name == wanted) {
        outs() << file.dump(2) << "\n";
        shown = true;
      }
      visitEntries(file, [&](StringRef list, StringRef entry, const ordered_json &value) {
        known.push_back(entry.str());
        bool also = value.contains("also") && is_contained(value["also"], wanted.str());
        if (entry != wanted && !also)
          return;
        printEntry(list, value, name);
        shown = true;
      });
    }
  };
  look(shipped.libraries, "library");
  look(shipped.frameworks, "framework");
  look(shipped.conventions, "library");
  if (shown)
    return 0;
  return createStringError("nothing is known of '%s'%s; 'tether vocabulary' lists what is",
                           printable(wanted).c_str(), didYouMean(wanted, known).c_str());
}

static void printList(StringRef title, const ordered_json &files, const char *kind) {
  outs() << formatv("{0} ({1}):\n", title, files.size());
  for (const ordered_json &file : files)
    outs() << formatv("  {0,-34} {1}\n", text(file, kind), text(file, "because"));
}

/// Why a type that the code knows is a handle, or not: asked in every unit of the file.
static Expected<int> whyType(const Options &options) {
  Expected<Session> session = openSession(options, options.paths);
  if (!session)
    return session.takeError();
  Question question;
  question.type = options.subject;
  Expected<std::vector<UnitResult>> units = explainAll(*session, question, options);
  if (!units)
    return units.takeError();
  bool any = false;
  for (const UnitResult &unit : *units) {
    for (const std::string &line : unit.answer)
      outs() << line << "\n";
    if (unit.failure)
      outs() << formatv("{0}: {1}\n", unit.failure->file, unit.failure->message);
    any |= !unit.answer.empty();
  }
  if (any)
    return 0;
  return createStringError("no type '%s' is declared in what was looked at",
                           printable(options.subject).c_str());
}

Expected<int> runVocabulary(const Options &options) {
  if (!options.paths.empty())
    return whyType(options);
  Expected<Shipped> shipped = readShipped();
  if (!shipped)
    return shipped.takeError();
  if (!options.subject.empty())
    return show(*shipped, options.subject);
  if (options.json) {
    ordered_json all = {{"libraries", shipped->libraries}, {"frameworks", shipped->frameworks}};
    outs() << all.dump(2) << "\n";
    return 0;
  }
  printList("libraries", shipped->libraries, "library");
  outs() << "\n";
  printList("frameworks", shipped->frameworks, "framework");
  return 0;
}

} // namespace tether
