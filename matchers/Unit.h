//===- Unit.h - one translation unit in our words -------------------------===//
//
// What a check looks at: obligations and their fates, calls, catches, handlers. Everything is
// computed on construction by one traversal of the project's own code. Borrows the AST and the
// vocabulary; one thread.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/AsyncWork.h"
#include "matchers/Finding.h"
#include "matchers/Handlers.h"
#include "matchers/Keepers.h"
#include "matchers/Sightings.h"
#include "matchers/flow/Flow.h"

namespace tether {

struct Check;

class Unit {
public:
  Unit(clang::ASTContext &context, const Vocabulary &vocabulary, Runtime runtime, OwnCode isOwn,
       Meter &meter, llvm::ArrayRef<clang::SourceLocation> errors);

  clang::ASTContext &context;
  const Runtime runtime; ///< of the project; a framework may have its own
  Meter &meter;
  const Broken broken;
  const Names names;
  HandleTypes types;
  const Sightings seen;
  const AsyncWork asyncWork;
  const Handlers handlers;
  HandleTypes promiseTypes;
  const std::vector<Awaitable> callbackWords; ///< function objects, as what has to be called
  const NamedList<Awaitable> callbackNames;
  HandleTypes callbackTypes;
  Flow flow;      ///< of handles
  Flow promises;  ///< of promises
  Flow callbacks; ///< of function objects that somebody waits to be called
  Keepers keepers;

  /// Every handle that is kept somewhere in a function, or given to one. Computed on first use.
  llvm::ArrayRef<const Journey *> journeys();

  /// The functions that were too complex for the flow analysis: FILE:LINE:COLUMN.
  std::vector<std::string> unfinished() const;

  /// The framework whose handler the function runs for, or null.
  const Framework *frameworkOf(const clang::FunctionDecl *function) const;
  /// Whether what the function leaves running is lost with the response.
  bool isServerless(const clang::FunctionDecl *function) const;

  /// Where `function` is written, for a trace; an empty span for what has no place.
  Span placeOf(const clang::NamedDecl &decl) const;

private:
  std::optional<std::vector<const Journey *>> all;
};

/// Whether the handle that the parameter brings dies with the function: it is by value, and it has
/// a name.
bool owns(const clang::FunctionDecl &function, const clang::ParmVarDecl &parameter);

/// Whether the function answers for the handle that the parameter brings: it is by value, it has a
/// name, and the function is no override.
bool answersFor(const clang::FunctionDecl &function, const clang::ParmVarDecl &parameter,
                const HandleType &type);

/// What a check says about a place, before it becomes a finding.
struct Remark {
  clang::SourceLocation at;
  std::string message;
  std::string help;
  Standing standing;
  clang::SourceRange meant; ///< the code that the fingerprint is made of; default: the statement
  bool throws = true;       ///< work that cannot throw lowers the level
  bool voided = false;
  bool outlives = false; ///< it is about work that may still run when the response is sent
  std::vector<Step> trace;
  std::vector<Fix> fixes;
};

/// Collects what one check says of one unit.
class Report {
public:
  Report(const Check &check, Unit &unit, std::vector<Finding> &findings)
      : check(check), unit(unit), findings(findings) {}

  /// Adds a finding, with its handler, its level and its place.
  void add(Remark remark);

private:
  const Check &check;
  Unit &unit;
  std::vector<Finding> &findings;
};

/// Runs the checks that `enabled` accepts and returns what they say, sorted.
std::vector<Finding> runChecks(Unit &unit, llvm::function_ref<bool(const Check &)> enabled);

} // namespace tether
