//===- Names.h - the vocabulary, bound to one translation unit ------------===//
//
// Looks declarations up in the vocabulary: by identifier first, then by the enclosing namespaces
// and classes, inline and anonymous namespaces left out, then from memory. No qualified name is
// built per node. Borrows the vocabulary, which must outlive it; not thread-safe, one per unit.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Vocabulary.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/GlobPattern.h"

#include <memory>

namespace clang {
class CXXRecordDecl;
class Decl;
class FunctionDecl;
class NamedDecl;
class QualType;
} // namespace clang

namespace tether {

/// Finds which of many qualified names a declaration has.
class NameIndex {
public:
  NameIndex() = default;
  NameIndex(NameIndex &&) = default;
  NameIndex &operator=(NameIndex &&) = default;

  /// Declares that `name` stands for entry number `entry`. A later entry of equal name wins.
  void add(llvm::StringRef name, unsigned entry);
  /// The same, and for what it is called in the other namespaces.
  void add(llvm::StringRef name, unsigned entry, llvm::ArrayRef<NamespaceAlias> aliases);
  /// The number of the entry that names the declaration, or -1.
  int find(const clang::NamedDecl *decl) const;
  bool empty() const { return exact.empty() && globs.empty(); }

private:
  struct Pattern {
    llvm::SmallVector<std::string, 4> scopes; ///< innermost first
    bool anywhere;                            ///< no scope was written: any will do
    unsigned entry;
  };
  struct Glob {
    std::unique_ptr<std::string> text; ///< what `last` refers to
    llvm::GlobPattern last;
    Pattern pattern;
  };
  int search(const clang::NamedDecl &decl) const;

  llvm::StringMap<std::vector<Pattern>> exact;
  std::vector<Glob> globs;
  mutable llvm::DenseMap<const clang::Decl *, int> memo;
};

/// A set of words, some with `*`.
class Words {
public:
  explicit Words(Strings words);
  Words(Words &&) = delete; ///< the globs refer to the words
  bool fits(llvm::StringRef word) const;

private:
  Strings words;
  std::vector<llvm::GlobPattern> globs;
};

using NamespaceAliases = llvm::ArrayRef<NamespaceAlias>;

/// A list of the vocabulary with its index.
template <class Entry> class NamedList {
public:
  NamedList(const std::vector<Entry> &entries, std::string Entry::*name, NamespaceAliases aliases)
      : entries(&entries) {
    for (unsigned i = 0; i != entries.size(); ++i) {
      index.add(entries[i].*name, i, aliases);
      if constexpr (requires { entries[i].also; })
        for (const std::string &other : entries[i].also)
          index.add(other, i, aliases);
    }
  }

  /// The entry that names the declaration, or null (for a null declaration too).
  const Entry *find(const clang::NamedDecl *decl) const {
    int at = decl ? index.find(decl) : -1;
    return at < 0 ? nullptr : &(*entries)[at];
  }
  bool has(const clang::NamedDecl *decl) const { return find(decl) != nullptr; }

private:
  const std::vector<Entry> *entries;
  NameIndex index;
};

/// A class by name, perhaps with its first template argument: "ns::message<true>".
class ClassName {
public:
  ClassName(llvm::StringRef written, NamespaceAliases aliases);
  /// False for null too.
  bool fits(const clang::CXXRecordDecl *record) const;

private:
  NameIndex index;
  std::optional<bool> firstArgument;
};

/// A free function, or a function object, that asks the handles it is given: written with its
/// scopes among the words of an awaitable.
struct Asker {
  enum class Does { Consume, Wait, TimedWait };
  std::string name;
  Does does = Does::Consume;
};

/// Every list of the vocabulary, ready to be asked about declarations.
class Names {
public:
  explicit Names(const Vocabulary &vocabulary);

  const Vocabulary &vocabulary;
  const std::vector<Asker> askersListed;
  NamedList<Awaitable> awaitables;
  NamedList<Asker> askers;
  NamedList<Launcher> launchers;
  NamedList<DetachedSink> detachedSinks;
  NamedList<Named> background;
  NamedList<Named> sanctionedSinks;
  NamedList<Named> safeToIgnore;
  NamedList<JoiningScope> scopes;
  NamedList<Named> combinators;
  NamedList<Wrapper> wrappers;
  NamedList<Named> makers;
  NamedList<Named> binders;
  NamedList<Named> callables;
  NamedList<Named> erasers;
  NamedList<Named> resultDroppers;
  NamedList<Named> predicateUsers;
  NamedList<Named> completions;
  NamedList<Named> errorClosers;
  NamedList<Named> errorTypes;
  NamedList<Named> broadExceptions;
  NamedList<Named> ignorers;
  NamedList<HandlerEntry> handlers;
  NamedList<Named> responses;
  NamedList<Awaitable> promises;
  NamedList<Named> alwaysTrue;
  NamedList<Named> payloads;
  NamedList<Named> views;
  NamedList<Named> referrers;
  NamedList<Named> outlivesHandler;
  std::vector<std::vector<ClassName>> handlerParameters; ///< of each of `vocabulary.handlers`
  std::vector<ClassName> handlerResults;                 ///< likewise; for those that ask for one

  /// The parameters that the entry, one of `vocabulary.handlers`, asks for.
  llvm::ArrayRef<ClassName> parametersOf(const HandlerEntry &entry) const {
    return handlerParameters[&entry - vocabulary.handlers.data()];
  }
  /// The result that it asks for, or null.
  const ClassName *resultOf(const HandlerEntry &entry) const {
    return entry.returns.empty() ? nullptr : &handlerResults[&entry - vocabulary.handlers.data()];
  }
  /// The entries that say something of what one of them names: two frameworks may have the same
  /// base class.
  std::vector<const HandlerEntry *> sameNamed(const HandlerEntry &entry) const;
  /// Whether a parameter of the type carries an error: a listed class or enumeration, or a pointer
  /// to one, plain or smart.
  bool tellsError(clang::QualType type) const;
  /// Whether the function looks after the handles that it is given: listed, or annotated with
  /// `tether::takes_ownership`, it or its class.
  bool takesOwnership(const clang::FunctionDecl &function) const;
  /// The scope whose `spawn` the function is, or null.
  const JoiningScope *spawnsInto(const clang::NamedDecl *function) const;
  /// Whether a macro of that name only wants the exception.
  bool isTestMacro(llvm::StringRef macro) const { return testMacros.fits(macro); }
  /// Whether what a macro of that name says holds after it.
  bool isAssertion(llvm::StringRef macro) const { return assertionMacros.fits(macro); }
  /// Whether a function of that name runs its callable for the exception alone.
  bool testsThrowing(llvm::StringRef function) const { return throwTesters.fits(function); }
  /// Whether a member function of that name waits for the work that its object has started.
  bool joinsAll(llvm::StringRef function) const { return joins.fits(function); }
  /// Whether after a call of a function of that name other work has come to some point.
  bool synchronises(llvm::StringRef function) const { return synchronisers.fits(function); }
  /// Whether a continuation of that name, of a future that nobody listed, handles the error.
  bool handlesErrors(llvm::StringRef function) const { return errorHandlers.fits(function); }
  /// Whether the function runs its callable later because of what it and its class are called.
  bool hasExecutorShape(const clang::FunctionDecl &function) const;
  /// Whether work runs on objects of the class.
  bool isExecutionContext(const clang::CXXRecordDecl *record) const;

private:
  NameIndex spawners; ///< free functions, each with the number of its scope
  Words testMacros;
  Words assertionMacros;
  Words throwTesters;
  Words joins;
  Words synchronisers;
  Words errorHandlers;
};

/// Calls `found` with the function and with everything it overrides, until one is true.
bool anyOverridden(const clang::FunctionDecl *function,
                   llvm::function_ref<bool(const clang::FunctionDecl *)> found);

/// Whether the declaration carries `[[clang::annotate("text")]]`.
bool hasAnnotation(const clang::Decl &decl, llvm::StringRef text);

/// What the declaration is called without its scopes: "detach", "operator()", the class for a
/// constructor.
std::string lastName(const clang::NamedDecl &decl);

/// The class of a type, through references, pointers and sugar; null for any other type.
const clang::CXXRecordDecl *recordOf(clang::QualType type);

} // namespace tether
