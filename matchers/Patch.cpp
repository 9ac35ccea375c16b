#include "matchers/Patch.h"

#include "matchers/Places.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using namespace llvm;

namespace tether {

/// Whether the function is a pattern or an instance, or stands in one.
static bool isTemplated(const FunctionDecl &function) {
  for (const DeclContext *each = &function; each; each = each->getParent()) {
    if (each->isDependentContext())
      return true;
    if (const auto *around = dyn_cast<FunctionDecl>(each);
        around && around->isTemplateInstantiation())
      return true;
    if (isa<ClassTemplateSpecializationDecl>(each))
      return true;
  }
  return false;
}

Patch::Patch(const FunctionDecl *inside) {
  if (!inside || !inside->getBody() || isTemplated(*inside))
    return;
  SourceLocation begin = inside->getBody()->getBeginLoc();
  if (begin.isInvalid() || begin.isMacroID())
    return;
  context = &inside->getASTContext();
  file = context->getSourceManager().getFileID(begin);
}

bool Patch::accepts(SourceLocation location) const {
  return context && location.isValid() && location.isFileID() &&
         context->getSourceManager().getFileID(location) == file;
}

Span Patch::emptySpan(SourceLocation at) const {
  Span span = spanOf(at, *context);
  span.endColumn = span.column;
  return span;
}

/// What stands on the line in front of the location.
StringRef Patch::marginOf(SourceLocation location) const {
  const SourceManager &sources = context->getSourceManager();
  unsigned offset = sources.getFileOffset(location);
  unsigned column = sources.getSpellingColumnNumber(location);
  return sources.getBufferData(file).substr(offset - (column - 1), column - 1);
}

Patch &Patch::add(Span at, StringRef text) {
  edits.push_back({std::move(at), text.str()});
  return *this;
}

Patch &Patch::refuse() {
  context = nullptr;
  return *this;
}

Patch &Patch::before(SourceLocation at, StringRef text) {
  return accepts(at) ? add(emptySpan(at), text) : refuse();
}

Patch &Patch::after(SourceLocation last, StringRef text) {
  if (!accepts(last))
    return refuse();
  return before(
      Lexer::getLocForEndOfToken(last, 0, context->getSourceManager(), context->getLangOpts()),
      text);
}

Patch &Patch::token(SourceLocation at, StringRef text) {
  return accepts(at) ? add(spanOf(at, *context), text) : refuse();
}

Patch &Patch::replace(SourceLocation begin, SourceLocation end, StringRef text) {
  if (!accepts(begin) || !accepts(end) || end < begin)
    return refuse();
  Span span = emptySpan(begin), last = emptySpan(end);
  span.endLine = last.line;
  span.endColumn = last.column;
  return add(span, text);
}

Patch &Patch::statement(SourceLocation at, SourceLocation like, StringRef text) {
  if (!accepts(at) || !accepts(like))
    return refuse();
  if (!marginOf(at).trim().empty())
    return before(at, (text + " ").str());
  StringRef margin = marginOf(like);
  Span span = emptySpan(at);
  span.column = span.endColumn = 1;
  StringRef end = context->getSourceManager().getBufferData(file).contains("\r\n") ? "\r\n" : "\n";
  return add(span, (margin.take_while(isSpace) + text + end).str());
}

void Patch::finish(std::vector<Fix> &fixes, std::string title, bool safe) {
  if (context && !edits.empty())
    fixes.push_back({std::move(title), safe, std::move(edits)});
}

static bool descend(const Stmt &node, function_ref<bool(const Stmt &)> isTarget, Road &road) {
  road.push_back(&node);
  if (isTarget(node))
    return true;
  for (const Stmt *child : node.children())
    if (child && descend(*child, isTarget, road))
      return true;
  road.pop_back();
  return false;
}

Road roadTo(const Stmt &root, function_ref<bool(const Stmt &)> isTarget) {
  Road road;
  descend(root, isTarget, road);
  return road;
}

const NamedDecl *declared(const ASTContext &context, StringRef name) {
  const DeclContext *scope = context.getTranslationUnitDecl();
  while (scope) {
    auto [first, rest] = name.split("::");
    auto found = scope->lookup(&context.Idents.get(first));
    if (found.empty() || rest.empty())
      return found.empty() ? nullptr : found.front();
    scope = dyn_cast<DeclContext>(found.front());
    name = rest;
  }
  return nullptr;
}

} // namespace tether
