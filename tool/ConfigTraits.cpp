#include "tool/ConfigTraits.h"

#include "matchers/Check.h"
#include "matchers/VocabularyTraits.h"
#include "tool/Selection.h"

using namespace llvm;
using namespace tether;

namespace {

/// A glob on checks that fits at least one.
struct CheckGlob {
  std::string text;
};

/// The levels of checks: a key for each.
struct Levels {
  std::map<std::string, Level> &of;
};

struct FlagLists {
  Strings &add;
  Strings &remove;
};

/// A handler as a project describes it; vocabulary files have another form.
struct OwnHandler {
  HandlerEntry entry;
};

/// The same, or the name of a function.
struct HandlerItem {
  OwnHandler handler;
  std::string function;
  Strings list; ///< what a list in its place would be read into, and refused
};

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(CheckGlob)
LLVM_YAML_IS_SEQUENCE_VECTOR(Allowance)
LLVM_YAML_IS_SEQUENCE_VECTOR(HandlerItem)

namespace llvm::yaml {

template <> struct ScalarTraits<CheckGlob> {
  static void output(const CheckGlob &, void *, raw_ostream &) {}
  static StringRef input(StringRef text, void *context, CheckGlob &glob) {
    glob.text = text.str();
    Expected<std::set<std::string>> selected = selectChecks({glob.text});
    if (selected)
      return "";
    auto *messages = static_cast<Messages *>(context);
    messages->push_back(toString(selected.takeError()));
    return messages->back();
  }
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarEnumerationTraits<Level> {
  static void enumeration(IO &io, Level &value) {
    for (Level level : {Level::Note, Level::Warning, Level::Error})
      io.enumCase(value, std::string(toString(level)).c_str(), level);
  }
};

template <> struct ScalarEnumerationTraits<VoidCast> {
  static void enumeration(IO &io, VoidCast &value) {
    io.enumCase(value, "allow", VoidCast::Allow);
    io.enumCase(value, "require-reason", VoidCast::RequireReason);
    io.enumCase(value, "forbid", VoidCast::Forbid);
  }
};

template <> struct ScalarEnumerationTraits<Reach> {
  static void enumeration(IO &io, Reach &value) {
    io.enumCase(value, "all", Reach::All);
    io.enumCase(value, "handlers", Reach::Handlers);
  }
};

template <> struct ScalarEnumerationTraits<Recognition> {
  static void enumeration(IO &io, Recognition &value) {
    io.enumCase(value, "listed", Recognition::Listed);
    io.enumCase(value, "protocol", Recognition::Protocol);
    io.enumCase(value, "shapes", Recognition::Shapes);
  }
};

template <> struct MappingTraits<Levels> {
  static void mapping(IO &io, Levels &levels) {
    for (const Check *rule : allRules())
      for (const std::string &name : {rule->id.str(), "tether-" + rule->id.str()}) {
        std::optional<Level> level;
        mapIfGiven(io, name.c_str(), level);
        if (level)
          levels.of[rule->id.str()] = *level;
      }
  }
};

template <> struct MappingTraits<FlagLists> {
  static void mapping(IO &io, FlagLists &flags) {
    io.mapOptional("add", flags.add);
    io.mapOptional("remove", flags.remove);
  }
};

template <> struct MappingTraits<Allowance> {
  static void mapping(IO &io, Allowance &entry) {
    std::vector<CheckGlob> checks;
    io.mapOptional("callee", entry.callee);
    io.mapOptional("type", entry.type);
    io.mapOptional("path", entry.path);
    io.mapOptional("checks", checks);
    io.mapRequired("reason", entry.reason);
    for (CheckGlob &glob : checks)
      entry.checks.push_back(std::move(glob.text));
  }
  static std::string validate(IO &, Allowance &entry) {
    if (!entry.callee.empty() + !entry.type.empty() + !entry.path.empty() != 1)
      return "an entry of 'allow' needs exactly one of 'callee', 'type' and 'path'";
    if (!entry.checks.empty() && entry.path.empty())
      return "'checks' goes with 'path': a callee or a type is allowed for all of them";
    return StringRef(entry.reason).trim().empty() ? "say why: the 'reason' is empty" : "";
  }
};

template <> struct MappingTraits<OwnHandler> {
  static void mapping(IO &io, OwnHandler &handler) {
    HandlerEntry &entry = handler.entry;
    using Kind = HandlerEntry::Kind;
    auto named = [&](const char *key, Kind kind) {
      std::string name;
      io.mapOptional(key, name);
      if (!name.empty()) {
        entry.name = std::move(name);
        entry.kind = kind;
      }
    };
    entry.kind = Kind::Signature;
    named("function", Kind::Function);
    named("overrides", Kind::Override);
    named("passed-to", Kind::RegistrationCall);
    named("derived-from", Kind::BaseClass);
    named("macro", Kind::Macro);
    io.mapOptional("argument", entry.argument);
    io.mapOptional("returns", entry.returns);
    io.mapOptional("parameters", entry.parameters);
    io.mapOptional("because", entry.because);
  }
  static std::string validate(IO &, OwnHandler &handler) {
    const HandlerEntry &entry = handler.entry;
    if (entry.kind == HandlerEntry::Kind::Signature && entry.returns.empty() &&
        entry.parameters.empty())
      return "a handler needs 'function', 'overrides', 'passed-to', 'derived-from', 'macro', "
             "'returns' or 'parameters'";
    return "";
  }
};

template <> struct PolymorphicTraits<HandlerItem> {
  static NodeKind getKind(const HandlerItem &) { return NodeKind::Map; }
  static std::string &getAsScalar(HandlerItem &item) { return item.function; }
  static OwnHandler &getAsMap(HandlerItem &item) { return item.handler; }
  static Strings &getAsSequence(HandlerItem &item) { return item.list; }
};

static void mapChecks(IO &io, Strings &checks) {
  std::vector<CheckGlob> globs;
  io.mapOptional("checks", globs);
  for (CheckGlob &glob : globs)
    checks.push_back(std::move(glob.text));
}

static void mapPatterns(IO &io, const char *key, std::vector<PathPattern> &patterns) {
  Strings globs;
  io.mapOptional(key, globs);
  for (std::string &glob : globs)
    patterns.push_back({std::move(glob), ""});
}

static void mapHandlers(IO &io, Vocabulary &vocabulary) {
  std::vector<HandlerItem> items;
  io.mapOptional("handlers", items);
  for (HandlerItem &item : items) {
    if (!item.list.empty())
      io.setError("'handlers' has names and mappings, no lists");
    HandlerEntry &entry = item.handler.entry;
    if (!item.function.empty()) {
      entry.name = std::move(item.function);
      entry.kind = HandlerEntry::Kind::Function;
    }
    entry.framework = "this project";
    vocabulary.handlers.push_back(std::move(entry));
  }
}

/// What a project accepts by name is in the words of the vocabulary safe to ignore.
static void mapAllowances(IO &io, Config &config) {
  io.mapOptional("allow", config.allow);
  for (const Allowance &entry : config.allow)
    for (const std::string &name : {entry.callee, entry.type})
      if (!name.empty())
        config.vocabulary.safeToIgnore.push_back({name, entry.reason, false});
}

void MappingTraits<Config>::mapping(IO &io, Config &config) {
  FlagLists flags{config.addFlags, config.removeFlags};
  Levels levels{config.levels};
  io.mapOptional("inherit", config.inherit);
  mapIfGiven(io, "runtime", config.runtime);
  mapIfGiven(io, "scope", config.scope);
  mapChecks(io, config.checks);
  io.mapOptional("levels", levels);
  mapIfGiven(io, "void-cast", config.voidCast);
  mapIfGiven(io, "recognition", config.recognition);
  mapHandlers(io, config.vocabulary);
  mapVocabularyLists(io, config.vocabulary);
  mapAllowances(io, config);
  mapPatterns(io, "exclude", config.exclude);
  mapPatterns(io, "include-headers", config.includeHeaders);
  io.mapOptional("flags", flags);
  Vocabulary vocabulary;
  io.mapOptional("vocabulary", vocabulary);
  config.vocabulary.add(std::move(vocabulary));
  io.mapOptional("vocabulary-files", config.vocabularyFiles);
}

} // namespace llvm::yaml
