#include "matchers/Places.h"

#include "matchers/Callable.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using namespace llvm;

namespace tether {

SourceLocation fileLoc(SourceLocation location, const SourceManager &sources) {
  return location.isValid() ? sources.getFileLoc(location) : location;
}

Span spanOf(SourceLocation location, const ASTContext &context) {
  const SourceManager &sources = context.getSourceManager();
  location = fileLoc(location, sources);
  PresumedLoc place = sources.getPresumedLoc(location, /*UseLineDirectives=*/false);
  if (place.isInvalid())
    return {};
  Span span;
  if (OptionalFileEntryRef file = sources.getFileEntryRefForID(sources.getFileID(location))) {
    StringRef real = file->getFileEntry().tryGetRealPathName();
    span.file = (real.empty() ? file->getName() : real).str();
  }
  span.line = span.endLine = place.getLine();
  span.column = place.getColumn();
  unsigned length = Lexer::MeasureTokenLength(location, sources, context.getLangOpts());
  span.endColumn = span.column + std::max(length, 1u);
  return span;
}

static SourceLocation calleeLoc(const CallExpr &call) {
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(&call)) {
    if (op->getOperator() != OO_Call)
      return op->getOperatorLoc();
    return nameLoc(*op->getArg(0));
  }
  if (const auto *literal = dyn_cast<UserDefinedLiteral>(&call))
    return literal->getBeginLoc();
  return nameLoc(*call.getCallee());
}

/// Where the name stands; invalid for a call without a name, as a conversion.
static SourceLocation writtenName(const Expr &expr) {
  const Expr *inner = bare(&expr);
  if (const auto *call = dyn_cast<CallExpr>(inner))
    return calleeLoc(*call);
  if (const auto *member = dyn_cast<MemberExpr>(inner))
    return member->getMemberLoc();
  if (const auto *named = dyn_cast<DeclRefExpr>(inner))
    return named->getLocation();
  if (const auto *await = dyn_cast<CoawaitExpr>(inner))
    return await->getKeywordLoc();
  if (const auto *pointer = dyn_cast<BinaryOperator>(inner); pointer && pointer->isPtrMemOp())
    return pointer->getOperatorLoc();
  if (const auto *op = dyn_cast<UnaryOperator>(inner))
    return nameLoc(*op->getSubExpr());
  return expr.getBeginLoc();
}

SourceLocation nameLoc(const Expr &expr) {
  SourceLocation written = writtenName(expr);
  return written.isValid() ? written : expr.getBeginLoc();
}

std::string shortName(const NamedDecl &decl) {
  const auto *method = dyn_cast<CXXMethodDecl>(&decl);
  if (method && method->getParent()->isLambda())
    return "the lambda";
  if (isa<CXXConstructorDecl>(decl))
    return method->getParent()->getQualifiedNameAsString();
  std::string name = decl.getDeclName().getAsString();
  // A library's inner classes are no names for a reader.
  if (method && !method->getParent()->getName().starts_with("_"))
    return method->getParent()->getNameAsString() + "::" + name;
  if (method)
    return name;
  const ASTContext &context = decl.getASTContext();
  if (!context.getSourceManager().isInSystemHeader(decl.getLocation()))
    return name;
  // A library's name alone says too little.
  PrintingPolicy policy = context.getPrintingPolicy();
  policy.SuppressInlineNamespace = true;
  std::string qualified;
  raw_string_ostream stream(qualified);
  decl.printQualifiedName(stream, policy);
  return qualified;
}

/// The name at namespace scope that the object's type was given where it is declared, if its class
/// is a library's: `steady_timer` rather than the template behind it.
static std::string aliasOf(const CXXMemberCallExpr &call) {
  const Expr *object = call.getImplicitObjectArgument();
  const CXXMethodDecl *method = call.getMethodDecl();
  if (!object || !method || !isa<ClassTemplateSpecializationDecl>(method->getParent()) ||
      !method->getASTContext().getSourceManager().isInSystemHeader(method->getLocation()))
    return "";
  QualType type = object->IgnoreParenImpCasts()->getType();
  if (type->isPointerType())
    type = type->getPointeeType();
  const auto *alias = type->getAs<TypedefType>();
  return alias && alias->getDecl()->getDeclContext()->isFileContext()
             ? alias->getDecl()->getNameAsString()
             : "";
}

std::string calledName(const Expr &call) {
  if (const auto *member = dyn_cast<CXXMemberCallExpr>(&call))
    if (std::string alias = aliasOf(*member); !alias.empty())
      return alias + "::" + member->getMethodDecl()->getNameAsString();
  if (const auto *op = dyn_cast<CXXOperatorCallExpr>(&call); op && op->getOperator() == OO_Call) {
    const Expr *object = bare(op->getArg(0));
    if (const auto *dereferenced = dyn_cast<UnaryOperator>(object))
      object = bare(dereferenced->getSubExpr());
    if (const auto *named = dyn_cast<DeclRefExpr>(object))
      return named->getDecl()->getNameAsString();
    if (const auto *member = dyn_cast<MemberExpr>(object))
      return member->getMemberDecl()->getNameAsString();
    // What yields the function object, or what it is, is what the reader sees.
    if (const auto *maker = dyn_cast<CallExpr>(object))
      return calledName(*maker);
    if (const CXXRecordDecl *record = recordOf(object->getType());
        record && record->getIdentifier() && !record->isLambda())
      return record->getNameAsString();
  }
  if (const auto *await = dyn_cast<CoawaitExpr>(&call)) {
    const Expr *awaited = bare(await->getOperand());
    return isa<CallExpr>(awaited) ? "co_await " + calledName(*awaited) : "co_await";
  }
  if (const FunctionDecl *callee = calleeOf(call))
    return shortName(*callee);
  if (const auto *plain = dyn_cast<CallExpr>(&call))
    if (const auto *named = dyn_cast_or_null<NamedDecl>(plain->getCalleeDecl()))
      return named->getNameAsString();
  return "this call";
}

const FunctionDecl *functionAround(const DeclContext *context) {
  for (; context; context = context->getParent())
    if (const auto *function = dyn_cast<FunctionDecl>(context))
      return function;
  return nullptr;
}

std::string qualifiedName(const FunctionDecl &function) {
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  if (!method || !method->getParent()->isLambda())
    return function.getQualifiedNameAsString();
  const FunctionDecl *outer = functionAround(method->getParent()->getDeclContext());
  return (outer ? qualifiedName(*outer) + "::" : std::string()) + "(lambda)";
}

std::string normalisedText(SourceRange range, const ASTContext &context) {
  const SourceManager &sources = context.getSourceManager();
  CharSourceRange characters = CharSourceRange::getTokenRange(fileLoc(range.getBegin(), sources),
                                                              fileLoc(range.getEnd(), sources));
  StringRef text = Lexer::getSourceText(characters, sources, context.getLangOpts());
  std::string folded;
  for (auto [word, rest] = getToken(text); !word.empty(); std::tie(word, rest) = getToken(rest))
    folded += (folded.empty() ? "" : " ") + word.str();
  constexpr size_t Longest = 120;
  if (folded.size() > Longest)
    folded.resize(Longest);
  return folded;
}

std::string macroAround(SourceLocation location, const ASTContext &context,
                        function_ref<bool(StringRef)> accepts) {
  const SourceManager &sources = context.getSourceManager();
  SourceLocation outermost;
  while (location.isMacroID()) {
    StringRef name =
        Lexer::getImmediateMacroNameForDiagnostics(location, sources, context.getLangOpts());
    if (accepts(name))
      return name.str();
    outermost = location;
    location = sources.getImmediateMacroCallerLoc(location);
  }
  if (outermost.isInvalid())
    return "";
  // `#define CHECK_IT REAL_CHECK_IT`: what is written in the file has another name.
  SourceLocation written = sources.getExpansionLoc(outermost);
  SmallString<64> buffer;
  StringRef name = Lexer::getSpelling(written, buffer, sources, context.getLangOpts());
  return accepts(name) ? name.str() : "";
}

} // namespace tether
