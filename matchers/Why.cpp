#include "matchers/Why.h"

#include "matchers/Effects.h"
#include "matchers/Loss.h"
#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <set>

using namespace clang;
using namespace llvm;

namespace tether {
namespace {

/// The lines of one answer; a template that is instantiated twice says the same thing once.
class Answer {
public:
  Answer(Unit &unit, StringRef file, unsigned line) : unit(unit), file(file), line(line) {}

  bool covers(SourceLocation location) const {
    Span span = spanOf(location, unit.context);
    return span.line == line && span.file == file;
  }
  void add(SourceLocation location, std::string text) {
    lines.insert(formatv("{0}: {1}", spanOf(location, unit.context).column, text));
  }
  std::vector<std::string> take() { return lines.takeVector(); }

private:
  Unit &unit;
  StringRef file;
  unsigned line;
  SetVector<std::string, std::vector<std::string>, std::set<std::string>> lines;
};

} // namespace

static StringRef words(Start start) {
  return start == Start::Eager  ? "starts at once"
         : start == Start::Lazy ? "starts when it is awaited"
                                : "starts when somebody drives it";
}

static StringRef words(Drop drop) {
  switch (drop) {
  case Drop::DropsResult:
    return "dropping it loses the result";
  case Drop::Blocks:
    return "dropping it blocks";
  case Drop::NeverRuns:
    return "dropped, it never runs";
  case Drop::BlocksOrNeverRuns:
    return "dropping it blocks, or it never runs";
  case Drop::Detaches:
    return "dropped, it goes on without an owner";
  case Drop::Cancels:
    return "dropping it cancels";
  case Drop::Terminates:
    return "dropping it terminates the program";
  case Drop::Aborts:
    return "dropping it aborts the program";
  }
  return "";
}

static void onObligations(Unit &unit, Answer &answer) {
  for (const Obligation &work : unit.seen.obligations) {
    SourceLocation at = nameLoc(*work.origin);
    if (!answer.covers(at))
      continue;
    std::string name = quoted(calledName(*work.origin));
    answer.add(at, formatv("{0} yields a handle: {1}; it {2}, {3}", name, work.type->why,
                           words(work.start), words(work.onDrop)));
    answer.add(at, formatv("its fate: {0} ({1}){2}", toString(work.ending.fate), work.ending.how,
                           lossOf(work) == Loss::None ? "; nothing to report here" : ""));
    if (std::optional<HandlerReach> reach = unit.handlers.reaching(work.inside))
      answer.add(at, formatv("it runs for the request handler {0}", quoted(reach->entry)));
  }
  for (const NoObligation &excused : unit.seen.excused)
    if (SourceLocation at = nameLoc(*excused.origin); answer.covers(at))
      answer.add(
          at, formatv("{0} obliges nobody: {1}", quoted(calledName(*excused.origin)), excused.why));
}

static void onOtherCalls(Unit &unit, Answer &answer) {
  for (const Call &call : unit.seen.calls) {
    SourceLocation at = nameLoc(*call.expr);
    if (!isa<CallExpr>(call.expr) || !answer.covers(at) || unit.types.find(call.expr->getType()))
      continue;
    if (call.callee && unit.context.getSourceManager().isInSystemHeader(call.callee->getLocation()))
      continue;
    QualType type = call.expr->getType();
    answer.add(at, formatv("{0} yields {1}, which is no handle: not in the vocabulary, no awaiter, "
                           "no coroutine type, no future by shape",
                           quoted(calledName(*call.expr)),
                           quoted(type.getAsString(unit.context.getPrintingPolicy()))));
  }
}

static void onCatches(Unit &unit, Answer &answer) {
  for (const Try &attempt : unit.seen.tries)
    for (unsigned i = 0; i != attempt.statement->getNumHandlers(); ++i) {
      const CXXCatchStmt &handler = *attempt.statement->getHandler(i);
      if (!answer.covers(handler.getCatchLoc()))
        continue;
      const std::string *work = unit.asyncWork.find(attempt.inside);
      bool observes = observesHandle(*attempt.statement->getTryBlock(), unit.types);
      answer.add(handler.getCatchLoc(),
                 formatv("this catch {0} and {1}; the code is {2}",
                         isBroad(handler, unit.names) ? "takes nearly everything" : "is specific",
                         doesNothing(handler.getHandlerBlock()) ? "does nothing" : "does something",
                         work       ? "asynchronous work, " + *work
                         : observes ? std::string("asking a handle for its result")
                                    : std::string("synchronous: none of our business")));
    }
}

std::vector<std::string> why(Unit &unit, StringRef file, unsigned line) {
  Answer answer(unit, file, line);
  onObligations(unit, answer);
  onCatches(unit, answer);
  onOtherCalls(unit, answer);
  return answer.take();
}

/// The declarations of the qualified name; template arguments in it are not looked at.
static SmallVector<const NamedDecl *, 4> declared(StringRef name, ASTContext &context) {
  SmallVector<const DeclContext *, 4> scopes = {context.getTranslationUnitDecl()};
  SmallVector<const NamedDecl *, 4> found;
  name.consume_front("::");
  for (StringRef part : split(name.split('<').first, "::")) {
    found.clear();
    for (const DeclContext *scope : scopes)
      for (const NamedDecl *decl : scope->lookup(&context.Idents.get(part)))
        found.push_back(decl);
    scopes.clear();
    for (const NamedDecl *decl : found) {
      if (const auto *pattern = dyn_cast<ClassTemplateDecl>(decl))
        decl = pattern->getTemplatedDecl();
      if (const auto *alias = dyn_cast<NamespaceAliasDecl>(decl))
        decl = alias->getNamespace();
      if (const auto *inner = dyn_cast<DeclContext>(decl))
        scopes.push_back(inner);
    }
  }
  return found;
}

/// The classes that a declaration stands for: itself, what it is an alias of, the instances of a
/// template.
static void addClasses(const NamedDecl &decl, SetVector<const CXXRecordDecl *> &classes) {
  if (const auto *alias = dyn_cast<TypedefNameDecl>(&decl)) {
    if (const CXXRecordDecl *record = recordOf(alias->getUnderlyingType()))
      classes.insert(record);
  } else if (const auto *pattern = dyn_cast<ClassTemplateDecl>(&decl)) {
    for (const ClassTemplateSpecializationDecl *instance : pattern->specializations())
      if (instance->isCompleteDefinition())
        classes.insert(instance);
  } else if (const auto *record = dyn_cast<CXXRecordDecl>(&decl)) {
    classes.insert(record->getDefinition() ? record->getDefinition() : record);
  }
}

std::vector<std::string> whyType(Unit &unit, StringRef name) {
  SetVector<std::string, std::vector<std::string>, std::set<std::string>> lines;
  SetVector<const CXXRecordDecl *> classes;
  for (const NamedDecl *decl : declared(name, unit.context)) {
    size_t before = classes.size();
    addClasses(*decl, classes);
    if (classes.size() == before && isa<ClassTemplateDecl>(decl))
      lines.insert(formatv("{0} is a template that this file makes no class of", quoted(name)));
    else if (classes.size() == before && isa<TypeDecl, TypeAliasTemplateDecl>(decl))
      lines.insert(formatv("{0} is no class: only classes are handles", quoted(name)));
  }
  for (const CXXRecordDecl *record : classes) {
    QualType type = unit.context.getRecordType(record);
    std::string written = quoted(type.getAsString(unit.context.getPrintingPolicy()));
    if (const HandleType *handle = unit.types.find(record)) {
      lines.insert(formatv("{0} is a handle: {1}; it {2}, {3}", written, handle->why,
                           words(handle->words->start), words(handle->words->onDrop)));
      continue;
    }
    std::string safe = unit.types.whyNot(type);
    lines.insert(formatv("{0} is no handle: {1}", written,
                         safe.empty() ? "not in the vocabulary, no awaiter, no coroutine type, no "
                                        "future by shape"
                                      : safe));
  }
  return lines.takeVector();
}

} // namespace tether
