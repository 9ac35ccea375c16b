#include "matchers/VocabularyTraits.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace tether;

namespace {

/// A framework as its file has it: its entries carry its name once they are read.
struct FrameworkItem {
  Framework framework;
  std::vector<HandlerEntry> entries;
  Strings responseSent;
  Strings outlivesHandler;
};

/// An entry that may also be written as a bare name.
struct NamedItem {
  Named entry;
  Strings list; ///< what a list in its place would be read into, and refused
};

/// Words about an entry that a reader wants and the analysis does not.
struct Remarks {
  bool flag = false;
  std::string text;
  Strings list;
};

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(Awaitable)
LLVM_YAML_IS_SEQUENCE_VECTOR(Launcher)
LLVM_YAML_IS_SEQUENCE_VECTOR(Launcher::Case)
LLVM_YAML_IS_SEQUENCE_VECTOR(DetachedSink)
LLVM_YAML_IS_SEQUENCE_VECTOR(NamedItem)
LLVM_YAML_IS_SEQUENCE_VECTOR(JoiningScope)
LLVM_YAML_IS_SEQUENCE_VECTOR(Wrapper)
LLVM_YAML_IS_SEQUENCE_VECTOR(HandlerEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(FrameworkItem)
LLVM_YAML_IS_SEQUENCE_VECTOR(NamespaceAlias)
LLVM_YAML_IS_SEQUENCE_VECTOR(Vocabulary)

namespace llvm::yaml {

/// Maps a key in both spellings: `on-drop` and `on_drop`.
template <class T> static void mapKey(IO &io, StringRef key, T &value) {
  io.mapOptional(key.data(), value);
  if (key.contains('-')) {
    std::string underscored = key.str();
    std::replace(underscored.begin(), underscored.end(), '-', '_');
    io.mapOptional(underscored.c_str(), value);
  }
}

template <class T> static void mapKey(IO &io, StringRef key, std::optional<T> &value) {
  std::string other = key.str();
  std::replace(other.begin(), other.end(), '-', '_');
  mapIfGiven(io, key.data(), value);
  if (other != key)
    mapIfGiven(io, other.c_str(), value);
}

template <class T> static void caseOf(IO &io, T &value, StringRef name, T meaning) {
  io.enumCase(value, name.data(), meaning);
  if (name.contains('-')) {
    std::string underscored = name.str();
    std::replace(underscored.begin(), underscored.end(), '-', '_');
    io.enumCase(value, underscored.c_str(), meaning);
  }
}

/// Keys that say something about an entry without changing what it means.
static void mapRemarks(IO &io, std::string &because) {
  Remarks unused;
  mapKey(io, "because", because);
  mapKey(io, "notes", unused.text);
  mapKey(io, "semantics", unused.text);
  mapKey(io, "on-drop-note", unused.text);
  mapKey(io, "seen", unused.list);
  mapKey(io, "nodiscard", unused.flag);
  mapKey(io, "by-structure", unused.flag);
}

template <> struct ScalarEnumerationTraits<Start> {
  static void enumeration(IO &io, Start &value) {
    caseOf(io, value, "eager", Start::Eager);
    caseOf(io, value, "lazy", Start::Lazy);
    caseOf(io, value, "deferred", Start::Deferred);
  }
};

template <> struct ScalarEnumerationTraits<Drop> {
  static void enumeration(IO &io, Drop &value) {
    caseOf(io, value, "drops-result", Drop::DropsResult);
    caseOf(io, value, "blocks", Drop::Blocks);
    caseOf(io, value, "never-runs", Drop::NeverRuns);
    caseOf(io, value, "blocks-or-never-runs", Drop::BlocksOrNeverRuns);
    caseOf(io, value, "detaches", Drop::Detaches);
    caseOf(io, value, "cancels", Drop::Cancels);
    caseOf(io, value, "terminates", Drop::Terminates);
    caseOf(io, value, "aborts", Drop::Aborts);
  }
};

template <> struct ScalarEnumerationTraits<Work> {
  static void enumeration(IO &io, Work &value) {
    caseOf(io, value, "task", Work::Task);
    caseOf(io, value, "thread", Work::Thread);
  }
};

template <> struct ScalarEnumerationTraits<Errors> {
  static void enumeration(IO &io, Errors &value) {
    caseOf(io, value, "lost", Errors::Lost);
    caseOf(io, value, "terminate", Errors::Terminate);
    caseOf(io, value, "rethrown-by-run", Errors::RethrownByRun);
    caseOf(io, value, "logged", Errors::Logged);
  }
};

template <> struct ScalarEnumerationTraits<HandlerEntry::Kind> {
  static void enumeration(IO &io, HandlerEntry::Kind &value) {
    caseOf(io, value, "registration-call", HandlerEntry::Kind::RegistrationCall);
    caseOf(io, value, "override", HandlerEntry::Kind::Override);
    caseOf(io, value, "base-class", HandlerEntry::Kind::BaseClass);
    caseOf(io, value, "macro", HandlerEntry::Kind::Macro);
    caseOf(io, value, "signature", HandlerEntry::Kind::Signature);
    caseOf(io, value, "function", HandlerEntry::Kind::Function);
  }
};

/// `ensure` and `finally` run in every case, whatever list a vocabulary has them in.
static void separateFinalizers(Awaitable &entry) {
  for (StringRef name : {"ensure", "finally"})
    if (is_contained(entry.continuations, name) && !is_contained(entry.finalizers, name))
      entry.finalizers.push_back(name.str());
  erase_if(entry.continuations,
           [&](const std::string &name) { return is_contained(entry.finalizers, name); });
}

template <> struct MappingTraits<Awaitable> {
  static void mapping(IO &io, Awaitable &entry) {
    io.mapRequired("type", entry.type);
    mapKey(io, "also", entry.also);
    mapKey(io, "ast-names", entry.also);
    mapKey(io, "start", entry.start);
    mapKey(io, "on-drop", entry.onDrop);
    mapKey(io, "work", entry.work);
    mapKey(io, "shared", entry.shared);
    mapKey(io, "scoped", entry.scoped);
    mapKey(io, "pointer", entry.pointer);
    mapKey(io, "consume", entry.consume);
    mapKey(io, "wait-only", entry.waitOnly);
    mapKey(io, "timed-wait", entry.timedWait);
    mapKey(io, "transfer", entry.transfer);
    mapKey(io, "continuations", entry.continuations);
    mapKey(io, "finalizers", entry.finalizers);
    mapKey(io, "error-handlers", entry.errorHandlers);
    mapKey(io, "passes-on", entry.passesOn);
    mapKey(io, "detach", entry.detach);
    mapKey(io, "neutral", entry.neutral);
    mapKey(io, "error-questions", entry.errorQuestions);
    mapKey(io, "breaks", entry.breaks);
    mapKey(io, "joining", entry.joining);
    mapRemarks(io, entry.because);
    separateFinalizers(entry);
  }
};

template <> struct MappingTraits<Launcher::Case> {
  static void mapping(IO &io, Launcher::Case &entry) {
    io.mapRequired("argument", entry.argument);
    io.mapRequired("on-drop", entry.onDrop);
  }
};

template <> struct MappingTraits<Launcher> {
  static void mapping(IO &io, Launcher &entry) {
    io.mapRequired("function", entry.function);
    mapKey(io, "returns", entry.returns);
    mapKey(io, "start", entry.start);
    mapKey(io, "on-drop", entry.onDrop);
    mapKey(io, "on-drop-if", entry.onDropIf);
    mapKey(io, "with-executor", entry.withExecutor);
    mapKey(io, "borrows", entry.borrows);
    mapKey(io, "told-by", entry.toldBy);
    mapRemarks(io, entry.because);
  }
};

template <> struct MappingTraits<DetachedSink> {
  static void mapping(IO &io, DetachedSink &entry) {
    io.mapRequired("function", entry.function);
    mapKey(io, "work", entry.work);
    mapKey(io, "when-argument", entry.whenArgument);
    mapKey(io, "errors", entry.errors);
    mapKey(io, "terminates-with", entry.terminatesWith);
    mapRemarks(io, entry.because);
  }
};

/// `function:`, `type:`, `macro:` or `name:`.
template <> struct MappingTraits<Named> {
  static void mapping(IO &io, Named &entry) {
    mapKey(io, "function", entry.name);
    mapKey(io, "type", entry.name);
    mapKey(io, "macro", entry.name);
    mapKey(io, "name", entry.name);
    mapKey(io, "fail-fast", entry.failFast);
    mapRemarks(io, entry.because);
  }
  static std::string validate(IO &, Named &entry) {
    return entry.name.empty() ? "an entry needs a 'function', a 'type' or a 'macro'" : "";
  }
};

template <> struct PolymorphicTraits<NamedItem> {
  static NodeKind getKind(const NamedItem &) { return NodeKind::Map; }
  static std::string &getAsScalar(NamedItem &item) { return item.entry.name; }
  static Named &getAsMap(NamedItem &item) { return item.entry; }
  static Strings &getAsSequence(NamedItem &item) { return item.list; }
};

static void mapNames(IO &io, StringRef key, std::vector<Named> &names) {
  std::vector<NamedItem> items;
  mapKey(io, key, items);
  for (NamedItem &item : items) {
    if (!item.list.empty())
      io.setError("'" + key + "' has names and mappings, no lists");
    names.push_back(std::move(item.entry));
  }
}

template <> struct MappingTraits<JoiningScope> {
  static void mapping(IO &io, JoiningScope &entry) {
    io.mapRequired("type", entry.type);
    mapKey(io, "spawn", entry.spawn);
    mapKey(io, "join", entry.join);
    mapRemarks(io, entry.because);
  }
};

template <> struct MappingTraits<Wrapper> {
  static void mapping(IO &io, Wrapper &entry) {
    io.mapRequired("type", entry.type);
    mapKey(io, "shared", entry.shared);
    mapRemarks(io, entry.because);
  }
};

template <> struct MappingTraits<ExecutorShape> {
  static void mapping(IO &io, ExecutorShape &shape) {
    std::string because;
    mapKey(io, "functions", shape.functions);
    mapKey(io, "class-suffixes", shape.classSuffixes);
    mapKey(io, "context-members", shape.contextMembers);
    mapRemarks(io, because);
  }
};

template <> struct MappingTraits<StructuralNames> {
  static void mapping(IO &io, StructuralNames &structure) {
    std::string because;
    mapKey(io, "throw-testers", structure.throwTesters);
    mapKey(io, "joins", structure.joins);
    mapKey(io, "synchronises", structure.synchronises);
    mapKey(io, "error-handlers", structure.errorHandlers);
    mapKey(io, "sender-members", structure.senderMembers);
    mapKey(io, "sender-traits", structure.senderTraits);
    mapKey(io, "future-extras", structure.futureExtras);
    mapKey(io, "readiness", structure.readiness);
    mapKey(io, "error-questions", structure.errorQuestions);
    mapKey(io, "presence", structure.presence);
    mapKey(io, "absence", structure.absence);
    mapKey(io, "empties", structure.empties);
    mapKey(io, "releases", structure.releases);
    mapKey(io, "swaps", structure.swaps);
    mapKey(io, "exchanges", structure.exchanges);
    mapRemarks(io, because);
  }
};

/// "arg 1" names an argument; any other words leave it to the callables that are passed.
static int argumentOf(StringRef handler) {
  int index = -1;
  if (handler.consume_front("arg "))
    handler.consumeInteger(10, index);
  return index;
}

template <> struct MappingTraits<HandlerEntry> {
  static void mapping(IO &io, HandlerEntry &entry) {
    std::string handler;
    io.mapRequired("name", entry.name);
    mapKey(io, "kind", entry.kind);
    mapKey(io, "handler", handler);
    mapKey(io, "parameters", entry.parameters);
    mapKey(io, "returns", entry.returns);
    mapRemarks(io, entry.because);
    entry.argument = argumentOf(handler);
  }
};

void ScalarEnumerationTraits<Runtime>::enumeration(IO &io, Runtime &value) {
  io.enumCase(value, "server", Runtime::Server);
  io.enumCase(value, "serverless", Runtime::Serverless);
}

template <> struct MappingTraits<FrameworkItem> {
  static void mapping(IO &io, FrameworkItem &item) {
    std::string kind;
    Framework &framework = item.framework;
    io.mapRequired("framework", framework.name);
    mapKey(io, "kind", kind);
    mapKey(io, "headers", framework.headers);
    mapKey(io, "seen", framework.seen);
    mapKey(io, "runtime", framework.runtime);
    mapKey(io, "event-loop", framework.eventLoop);
    mapKey(io, "because", framework.because);
    mapKey(io, "notes", kind);
    mapKey(io, "entries", item.entries);
    mapKey(io, "response-sent", item.responseSent);
    mapKey(io, "outlives-handler", item.outlivesHandler);
    for (HandlerEntry &entry : item.entries)
      entry.framework = framework.name;
  }
};

template <> struct MappingTraits<NamespaceAlias> {
  static void mapping(IO &io, NamespaceAlias &entry) {
    io.mapRequired("name", entry.name);
    io.mapRequired("also", entry.also);
  }
};

static void mapLibrary(IO &io, Vocabulary &vocabulary) {
  Library library;
  std::string unused;
  mapKey(io, "library", library.name);
  mapKey(io, "headers", library.headers);
  mapKey(io, "header-hint", unused);
  mapKey(io, "seen", library.seen);
  mapKey(io, "because", library.because);
  mapKey(io, "notes", unused);
  if (!library.name.empty())
    vocabulary.libraries.push_back(std::move(library));
}

void mapVocabularyLists(IO &io, Vocabulary &vocabulary) {
  mapKey(io, "awaitables", vocabulary.awaitables);
  mapKey(io, "launchers", vocabulary.launchers);
  mapNames(io, "sinks", vocabulary.sanctionedSinks);
  mapKey(io, "scopes", vocabulary.scopes);
}

void MappingTraits<Vocabulary>::mapping(IO &io, Vocabulary &vocabulary) {
  std::vector<FrameworkItem> frameworks;
  std::vector<Vocabulary> libraries;
  mapLibrary(io, vocabulary);
  mapKey(io, "namespaces", vocabulary.namespaces);
  mapKey(io, "awaitables", vocabulary.awaitables);
  mapKey(io, "launchers", vocabulary.launchers);
  mapKey(io, "detached-sinks", vocabulary.detachedSinks);
  mapNames(io, "background", vocabulary.background);
  mapNames(io, "sanctioned-sinks", vocabulary.sanctionedSinks);
  mapNames(io, "safe-to-ignore", vocabulary.safeToIgnore);
  mapKey(io, "scopes", vocabulary.scopes);
  mapNames(io, "combinators", vocabulary.combinators);
  mapKey(io, "wrappers", vocabulary.wrappers);
  mapNames(io, "makers", vocabulary.makers);
  mapNames(io, "binders", vocabulary.binders);
  mapNames(io, "callables", vocabulary.callables);
  mapNames(io, "erasers", vocabulary.erasers);
  mapNames(io, "result-droppers", vocabulary.resultDroppers);
  mapNames(io, "predicate-users", vocabulary.predicateUsers);
  mapNames(io, "completions", vocabulary.completions);
  mapNames(io, "error-closers", vocabulary.errorClosers);
  mapNames(io, "error-types", vocabulary.errorTypes);
  mapNames(io, "broad-exceptions", vocabulary.broadExceptions);
  mapNames(io, "test-macros", vocabulary.testMacros);
  mapNames(io, "assertion-macros", vocabulary.assertionMacros);
  mapNames(io, "always-true", vocabulary.alwaysTrue);
  mapNames(io, "ignorers", vocabulary.ignorers);
  mapKey(io, "promises", vocabulary.promises);
  mapNames(io, "payloads", vocabulary.payloads);
  mapNames(io, "views", vocabulary.views);
  mapNames(io, "referrers", vocabulary.referrers);
  mapKey(io, "executor-shape", vocabulary.executors);
  mapKey(io, "structure", vocabulary.structure);
  mapKey(io, "libraries", libraries);
  mapKey(io, "frameworks", frameworks);
  for (Vocabulary &library : libraries)
    vocabulary.add(std::move(library));
  for (FrameworkItem &item : frameworks) {
    for (HandlerEntry &entry : item.entries)
      vocabulary.handlers.push_back(std::move(entry));
    for (std::string &call : item.responseSent)
      vocabulary.responses.push_back({std::move(call), item.framework.name, false});
    for (std::string &type : item.outlivesHandler)
      vocabulary.outlivesHandler.push_back({std::move(type), item.framework.name, false});
    vocabulary.frameworks.push_back(std::move(item.framework));
  }
}

} // namespace llvm::yaml

bool tether::namesOverload(StringRef entry, StringRef member, unsigned arguments) {
  static constexpr llvm::StringLiteral Numbers[] = {"no", "one", "two", "three", "four"};
  StringRef rest = entry.drop_front(memberOf(entry).size());
  return memberOf(entry) == member && arguments < std::size(Numbers) &&
         rest.starts_with((" with " + Numbers[arguments] + " argument").str());
}

StringRef tether::memberOf(StringRef entry) { return entry.take_front(entry.find(" with ")); }

template <class T> static void append(std::vector<T> &to, std::vector<T> &from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void Vocabulary::add(Vocabulary other) {
  append(awaitables, other.awaitables);
  append(launchers, other.launchers);
  append(detachedSinks, other.detachedSinks);
  append(background, other.background);
  append(sanctionedSinks, other.sanctionedSinks);
  append(safeToIgnore, other.safeToIgnore);
  append(scopes, other.scopes);
  append(combinators, other.combinators);
  append(wrappers, other.wrappers);
  append(makers, other.makers);
  append(binders, other.binders);
  append(callables, other.callables);
  append(erasers, other.erasers);
  append(resultDroppers, other.resultDroppers);
  append(predicateUsers, other.predicateUsers);
  append(completions, other.completions);
  append(errorClosers, other.errorClosers);
  append(errorTypes, other.errorTypes);
  append(broadExceptions, other.broadExceptions);
  append(testMacros, other.testMacros);
  append(assertionMacros, other.assertionMacros);
  append(alwaysTrue, other.alwaysTrue);
  append(ignorers, other.ignorers);
  append(executors.functions, other.executors.functions);
  append(executors.classSuffixes, other.executors.classSuffixes);
  append(executors.contextMembers, other.executors.contextMembers);
  append(structure.throwTesters, other.structure.throwTesters);
  append(structure.joins, other.structure.joins);
  append(structure.synchronises, other.structure.synchronises);
  append(structure.errorHandlers, other.structure.errorHandlers);
  append(structure.senderMembers, other.structure.senderMembers);
  append(structure.senderTraits, other.structure.senderTraits);
  append(structure.futureExtras, other.structure.futureExtras);
  append(structure.readiness, other.structure.readiness);
  append(structure.errorQuestions, other.structure.errorQuestions);
  append(structure.presence, other.structure.presence);
  append(structure.absence, other.structure.absence);
  append(structure.empties, other.structure.empties);
  append(structure.releases, other.structure.releases);
  append(structure.swaps, other.structure.swaps);
  append(structure.exchanges, other.structure.exchanges);
  append(libraries, other.libraries);
  append(namespaces, other.namespaces);
  append(frameworks, other.frameworks);
  append(handlers, other.handlers);
  append(responses, other.responses);
  append(outlivesHandler, other.outlivesHandler);
  append(promises, other.promises);
  append(payloads, other.payloads);
  append(views, other.views);
  append(referrers, other.referrers);
}

Expected<Vocabulary> tether::parseVocabulary(StringRef text, StringRef name) {
  std::string message;
  auto remember = [](const SMDiagnostic &diagnostic, void *context) {
    auto &out = *static_cast<std::string *>(context);
    if (out.empty())
      out = formatv("{0}:{1}:{2}: {3}", diagnostic.getFilename(), diagnostic.getLineNo(),
                    diagnostic.getColumnNo() + 1, diagnostic.getMessage());
  };
  yaml::Input input(MemoryBufferRef(text, name), nullptr, remember, &message);
  Vocabulary vocabulary;
  input >> vocabulary;
  if (input.error())
    return createStringError(input.error(), "%s", message.c_str());
  return vocabulary;
}

Expected<Vocabulary> tether::shippedVocabulary() {
  Vocabulary all;
  for (const VocabularySource &source : shippedVocabularySources()) {
    Expected<Vocabulary> one = parseVocabulary(source.text, source.name);
    if (!one)
      return one.takeError();
    all.add(std::move(*one));
  }
  return all;
}
