//===- Vocabulary.h - which names mean what, as data ----------------------===//
//
// What libraries and frameworks call things: read from YAML, never from check code. A vocabulary
// is plain data, made once per run (the shipped files, then the configuration's) and only read
// afterwards. `Names` binds it to the declarations of one translation unit.
//
// Names are qualified without inline namespaces ("std::future", "std::thread::detach"). A name
// without `::` matches in every scope, one that begins with it only in the global one. `*` in the
// last part is a glob ("boost::asio::async_*"), and its namespace then also matches from further
// in. A constructor is "ns::Class::Class".
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace tether {

/// When the work of a handle begins: at once; when somebody consumes it; when somebody drives it.
enum class Start { Eager, Lazy, Deferred };

/// What happens when a handle dies before anybody asked for its end.
enum class Drop {
  DropsResult,
  Blocks,
  NeverRuns,
  BlocksOrNeverRuns,
  Detaches,
  Cancels,
  Terminates,
  Aborts
};

/// Where an error ends that work lets out of a sink.
enum class Errors { Lost, Terminate, RethrownByRun, Logged };

/// What is running: a thread of its own, or a task of somebody's.
enum class Work { Task, Thread };

using Strings = std::vector<std::string>;

/// A type through which somebody can wait for work. Each list of members has plain names; where
/// overloads differ, "then with two arguments" is the one that is written with so many.
struct Awaitable {
  std::string type;
  Strings also; ///< other names of the same type (aliases, detail namespaces that are not inline)
  Start start = Start::Eager;
  Drop onDrop = Drop::DropsResult;
  std::optional<Work> work; ///< default: a type that is only joined is a thread
  bool shared = false;      ///< copies stand for the same work: the last one counts
  bool scoped = false;      ///< made to be kept and to end the work where it dies: a guard, a timer
  bool pointer = false;     ///< the handle is a plain pointer to it that a launcher returns
  /// What sees value and error. A name with scopes is no member: the handle is its argument. The
  /// same holds for the two lists after it.
  Strings consume;
  Strings waitOnly;       ///< waits; the error stays unseen
  Strings timedWait;      ///< gives up after a while: the handle stays pending
  Strings transfer;       ///< hands the work on to another handle
  Strings continuations;  ///< yields a new handle that must be looked after in turn
  Strings finalizers;     ///< a continuation that runs in every case and handles no error
  Strings errorHandlers;  ///< sees the error
  Strings passesOn;       ///< types and values that, as an error handler, only pass the error on
  Strings detach;         ///< gives the handle up on purpose
  Strings neutral;        ///< asks something else
  Strings errorQuestions; ///< asks for the error: nothing before the end is known, all after it
  bool breaks = false;    ///< of a promise: who waits for it is told when it dies unanswered
  std::string joining;    ///< the type that does the same and joins where it dies
  std::string because;
};

/// Whether the entry of a list of members is the one for the overload: "then with two arguments".
bool namesOverload(llvm::StringRef entry, llvm::StringRef member, unsigned arguments);

/// The member that an entry is about, whatever its overload.
llvm::StringRef memberOf(llvm::StringRef entry);

/// A function or constructor that starts work.
struct Launcher {
  /// With this policy among the arguments, and no other of the list, dropping does that.
  struct Case {
    std::string argument; ///< an enumerator, an object with static storage, or a type
    Drop onDrop;
  };
  std::string function;
  std::string returns;
  std::optional<Start> start; ///< when its work begins, if not when its type says
  std::optional<Drop> onDrop; ///< what the returned handle does, if not what its type does
  std::vector<Case> onDropIf;
  std::optional<Drop> withExecutor; ///< when the first argument is neither a policy nor a callable
  std::vector<unsigned> borrows;    ///< arguments, from 0, that the work goes on referring to
  Strings toldBy; ///< an argument of one of these classes takes the outcome: nobody owes anything
  std::string because;
};

/// A function that starts work, or lets go of it, and leaves nobody a handle; or an object that
/// does so to the call it is given to, as a completion token.
struct DetachedSink {
  std::string function;
  Work work = Work::Task;
  std::string whenArgument; ///< only with this enumerator or macro, or a `nullptr`, as an argument
  Errors errors = Errors::Lost;
  Strings terminatesWith; ///< given one of these classes, or a member of one, errors terminate
  std::string because;
};

/// A function or a type, and why it is listed.
struct Named {
  std::string name;
  std::string because;
  bool failFast = false; ///< a combinator: the first failure abandons the other jobs
};

/// A type whose objects wait for the work that they are given.
struct JoiningScope {
  std::string type;
  Strings spawn; ///< member functions; with `::`, free functions whose first argument is the scope
  Strings join;
  std::string because;
};

/// A class template that owns the handles in its arguments.
struct Wrapper {
  std::string type;
  bool shared = false; ///< others may own the same handle: only a fresh one is an obligation
  std::string because;
};

/// Where a handler runs: in a server that goes on after the response, or in a container that is
/// frozen or killed with it.
enum class Runtime { Server, Serverless };

/// A library that a file describes.
struct Library {
  std::string name;
  Strings headers; ///< whoever includes one of these uses the library
  Strings seen;    ///< where the facts were read
  std::string because;
};

/// Another namespace in which everything that is listed under `name` is found, too.
struct NamespaceAlias {
  std::string name;
  Strings also;
};

/// What calls handlers.
struct Framework {
  std::string name;
  Strings headers;
  Strings seen;
  Runtime runtime = Runtime::Server;
  bool eventLoop = false; ///< its handlers run on the thread of an event loop: blocking stops it
  std::string because;
};

/// How to tell a request handler from any other function.
struct HandlerEntry {
  enum class Kind { RegistrationCall, Override, BaseClass, Macro, Signature, Function };
  std::string framework;
  std::string name;
  Kind kind = Kind::RegistrationCall;
  int argument = -1;   ///< registration: which argument is the handler; -1 for every callable
  Strings parameters;  ///< signature: types that the parameters must have, in order
  std::string returns; ///< signature: the type that it must return
  std::string because;
};

/// A function run as an executor because of what it and its class are called.
struct ExecutorShape {
  Strings functions;
  Strings classSuffixes;
  Strings contextMembers; ///< a class with one of these is what work runs on
};

/// How a coroutine type, an awaiter or a future-like class looks from outside.
struct StructuralNames {
  Strings throwTesters;   ///< functions that run their callable for the exception alone
  Strings synchronises;   ///< functions after which other work has come to some point
  Strings joins;          ///< member functions that wait for all that their object has started
  Strings errorHandlers;  ///< continuations that handle the error
  Strings senderMembers;  ///< all of these members make a sender
  Strings senderTraits;   ///< a member type of one of these names makes a sender
  Strings futureExtras;   ///< beside `get` and `wait`, one of these makes a future
  Strings readiness;      ///< questions whose yes, and answers that, tell that the work has ended
  Strings errorQuestions; ///< a class with one of these members may hold an error
  Strings presence;       ///< questions that are true while there is a handle
  Strings absence;        ///< questions that are false while there is one
  Strings empties;        ///< members of an owner that throw away what it owns
  Strings releases;       ///< members of an owner that give up what it owns
  Strings swaps;          ///< functions that exchange two values
  Strings exchanges;      ///< functions that put a value into a variable and yield the old one
};

/// What is taken for a handle that nobody listed: nothing; what speaks the coroutine protocol or
/// derives from a handle; also what only looks like a future or an executor.
enum class Recognition { Listed, Protocol, Shapes };

struct Vocabulary {
  Recognition recognition = Recognition::Shapes; ///< the configuration's business
  std::vector<Awaitable> awaitables;
  std::vector<Launcher> launchers;
  std::vector<DetachedSink> detachedSinks;
  std::vector<Named> background;      ///< runs its callable later: lost where nothing runs any more
  std::vector<Named> sanctionedSinks; ///< take a handle and look after its end
  std::vector<Named> safeToIgnore;    ///< functions and types whose loss loses nothing
  std::vector<JoiningScope> scopes;
  std::vector<Named> combinators;
  std::vector<Wrapper> wrappers;
  std::vector<Named> makers;          ///< functions that wrap their argument: std::make_unique
  std::vector<Named> binders;         ///< functions whose first argument is the callable
  std::vector<Named> callables;       ///< type-erased function objects
  std::vector<Named> erasers;         ///< types that make a value's type unknown: std::any
  std::vector<Named> resultDroppers;  ///< functions that drop what their callable returns
  std::vector<Named> predicateUsers;  ///< functions that take what their callable returns for truth
  std::vector<Named> completions;     ///< functions whose callable argument gets the outcome
  std::vector<Named> errorClosers;    ///< functions that turn the error of a handle into a value
  std::vector<Named> errorTypes;      ///< parameters that carry an error into a completion
  std::vector<Named> broadExceptions; ///< catching one of these catches nearly everything
  std::vector<Named> assertionMacros; ///< macros after which what they say holds
  std::vector<Named> alwaysTrue;      ///< functions and types that only mean true
  std::vector<Named> testMacros;      ///< macros that only want the exception
  std::vector<Named> ignorers;        ///< objects that swallow what is assigned to them
  ExecutorShape executors;
  StructuralNames structure;
  std::vector<Library> libraries;
  std::vector<NamespaceAlias> namespaces;
  std::vector<Framework> frameworks;
  std::vector<HandlerEntry> handlers;
  std::vector<Named> responses;       ///< calls in a handler that send its response
  std::vector<Named> outlivesHandler; ///< types of what a handler is lent until it has answered
  std::vector<Awaitable> promises;    ///< what somebody waits for; `consume` answers them
  std::vector<Named> views;           ///< types that refer to what they are made of
  std::vector<Named> referrers;       ///< functions that refer to their argument: std::ref
  std::vector<Named> payloads;        ///< results that carry an error inside

  /// Appends the other's entries; on equal names the later entry wins.
  void add(Vocabulary other);
};

/// A vocabulary file that was embedded at build time, named below `matchers/vocabulary`.
struct VocabularySource {
  llvm::StringLiteral name;
  llvm::StringLiteral text;
};
llvm::ArrayRef<VocabularySource> shippedVocabularySources();

/// Reads one vocabulary file. An error names the file, the line and the column.
llvm::Expected<Vocabulary> parseVocabulary(llvm::StringRef text, llvm::StringRef name);

/// The shipped vocabulary. Fails only if a shipped file is malformed, which a test excludes.
llvm::Expected<Vocabulary> shippedVocabulary();

} // namespace tether
