#include "matchers/Handlers.h"

#include "matchers/Callable.h"
#include "matchers/Places.h"
#include "matchers/Structure.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

using namespace clang;
using namespace llvm;

namespace tether {

using Kind = HandlerEntry::Kind;

/// Whether the classes of the parameters, pointers and references looked through, are these in
/// order.
static bool takes(const FunctionDecl &function, ArrayRef<ClassName> wanted) {
  const ClassName *next = wanted.begin();
  for (const ParmVarDecl *parameter : function.parameters())
    if (next != wanted.end() && next->fits(recordOf(parameter->getType())))
      ++next;
  return !wanted.empty() && next == wanted.end();
}

static bool hasSignature(const FunctionDecl &function, const HandlerEntry &entry,
                         const Names &names) {
  const ClassName *result = names.resultOf(entry);
  if (result && !result->fits(recordOf(function.getReturnType())))
    return false;
  return entry.parameters.empty() ? result != nullptr : takes(function, names.parametersOf(entry));
}

void Handlers::enter(const FunctionDecl *function, StringRef framework) {
  if (function)
    reach(*function, {nullptr, framework.str()});
}

/// A template is named as a pattern and judged as instances, or the other way round.
void Handlers::reach(const FunctionDecl &function, const Reached &how) {
  auto note = [&](const FunctionDecl *each) {
    if (reached.try_emplace(each->getCanonicalDecl(), how).second)
      order.push_back(each->getCanonicalDecl());
  };
  note(&function);
  if (const FunctionDecl *pattern = function.getTemplateInstantiationPattern())
    note(pattern);
  if (const FunctionTemplateDecl *generic = function.getDescribedFunctionTemplate())
    for (const FunctionDecl *instance : generic->specializations())
      note(instance);
}

/// The macro entry that the location is expanded from, or null.
static const HandlerEntry *macroEntry(SourceLocation location, const ASTContext &context,
                                      const Names &names) {
  const HandlerEntry *found = nullptr;
  if (location.isMacroID())
    macroAround(location, context, [&](StringRef macro) {
      for (const HandlerEntry &entry : names.vocabulary.handlers)
        if (entry.kind == Kind::Macro && entry.name == macro)
          found = &entry;
      return found != nullptr;
    });
  return found;
}

/// The entry that makes the call a registration: of its callee, or of the macro that its object
/// comes from (`ROUTE(app, "/")(handler)`).
static const HandlerEntry *registrationEntry(const Call &call, const Names &names) {
  const HandlerEntry *entry = nullptr;
  anyOverridden(call.callee, [&](const FunctionDecl *callee) {
    entry = names.handlers.find(callee);
    return entry != nullptr;
  });
  if (entry && entry->kind == Kind::RegistrationCall)
    return entry;
  const auto *invoked = dyn_cast<CXXOperatorCallExpr>(call.expr);
  if (!invoked || invoked->getOperator() != OO_Call || !call.callee)
    return nullptr;
  return macroEntry(invoked->getArg(0)->getBeginLoc(), call.callee->getASTContext(), names);
}

/// The functions among template arguments: `register_handler<echo, &Service::left>(&service)`.
static void functionsIn(ArrayRef<TemplateArgument> arguments,
                        SmallVectorImpl<const FunctionDecl *> &functions) {
  for (const TemplateArgument &argument : arguments)
    if (argument.getKind() == TemplateArgument::Pack)
      functionsIn(argument.getPackAsArray(), functions);
    else if (argument.getKind() == TemplateArgument::Declaration)
      if (const auto *function = dyn_cast<FunctionDecl>(argument.getAsDecl()))
        functions.push_back(function);
}

/// The functions that the call is given, as arguments or in its template arguments.
static SmallVector<const FunctionDecl *, 4> givenTo(const Call &call, int argument,
                                                    const Names &names) {
  SmallVector<const FunctionDecl *, 4> functions;
  for (const auto &[i, each] : enumerate(argumentsOf(*call.expr)))
    if (argument < 0 || size_t(argument) == i)
      if (const FunctionDecl *body = calledBy(each, names))
        functions.push_back(body);
  const TemplateArgumentList *written =
      call.callee && argument < 0 ? call.callee->getTemplateSpecializationArgs() : nullptr;
  if (written)
    functionsIn(written->asArray(), functions);
  return functions;
}

void Handlers::onRegistration(const Call &call, const HandlerEntry &entry) {
  ArrayRef<ClassName> requests = names.parametersOf(entry);
  auto isRequest = [&](const Expr *argument) {
    const CXXRecordDecl *record = recordOf(argument->getType());
    return any_of(requests, [&](const ClassName &wanted) { return wanted.fits(record); });
  };
  if (!requests.empty() && none_of(argumentsOf(*call.expr), isRequest))
    return;
  SmallVector<const FunctionDecl *, 4> given = givenTo(call, entry.argument, names);
  for (const FunctionDecl *function : given)
    enter(function, entry.framework);
  if (!requests.empty() && given.empty())
    enter(call.standing.inside, entry.framework);
}

/// A call that registers its callables; or one that reads a request, for which the enclosing
/// function is the handler when no callable is passed.
void Handlers::findRegistered(const Sightings &seen) {
  for (const Call &call : seen.calls)
    if (const HandlerEntry *found = registrationEntry(call, names))
      for (const HandlerEntry *entry : names.sameNamed(*found))
        onRegistration(call, *entry);
}

/// A public method, or one that takes what the entry asks for.
static bool answersFor(const CXXMethodDecl &method, ArrayRef<ClassName> wanted) {
  if (!wanted.empty())
    return takes(method, wanted);
  return method.getAccess() == AS_public && !isa<CXXConstructorDecl, CXXDestructorDecl>(method);
}

/// The entry of a base class for which the method answers requests, or null.
static const HandlerEntry *baseEntry(const CXXMethodDecl &method, const Names &names) {
  const HandlerEntry *found = nullptr;
  const CXXRecordDecl *record = method.getParent();
  anyInHierarchy(record, [&](const CXXRecordDecl &each) {
    const HandlerEntry *named =
        declaresSameEntity(&each, record) ? nullptr : names.handlers.find(&each);
    if (!named || named->kind != Kind::BaseClass)
      return false;
    for (const HandlerEntry *entry : names.sameNamed(*named))
      if (answersFor(method, names.parametersOf(*entry)))
        found = entry;
    return found != nullptr;
  });
  return found;
}

/// A handler by what it is declared as: an annotation, an override, a base class, a signature, a
/// macro around its name.
void Handlers::findDeclared(const Sightings &seen) {
  for (const FunctionDecl *function : seen.functions) {
    const auto *method = dyn_cast<CXXMethodDecl>(function);
    bool isLambda = method && method->getParent()->isLambda();
    if (hasAnnotation(*function, "tether::handler"))
      enter(function, "annotation");
    for (const HandlerEntry &entry : names.vocabulary.handlers)
      if (entry.kind == Kind::Signature && hasSignature(*function, entry, names))
        enter(function, entry.framework);
    if (const HandlerEntry *entry = names.handlers.find(function);
        entry && entry->kind == Kind::Function)
      enter(function, entry->framework);
    if (const HandlerEntry *entry =
            macroEntry(function->getLocation(), function->getASTContext(), names);
        entry && !isLambda)
      enter(function, entry->framework);
    if (!method || isLambda)
      continue;
    anyOverridden(method, [&](const FunctionDecl *overridden) {
      const HandlerEntry *entry = names.handlers.find(overridden);
      if (entry && entry->kind == Kind::Override && overridden != method)
        enter(method, entry->framework);
      return false;
    });
    if (const HandlerEntry *entry = baseEntry(*method, names))
      enter(method, entry->framework);
    if (hasAnnotation(*method->getParent(), "tether::handler") && answersFor(*method, {}))
      enter(method, "annotation");
  }
}

/// Calls lead on, and so do lambdas: what is written in a handler runs for it.
void Handlers::follow(const Sightings &seen) {
  DenseMap<const FunctionDecl *, std::vector<const FunctionDecl *>> next;
  auto link = [&](const FunctionDecl *from, const FunctionDecl *to) {
    if (from && to)
      next[from->getCanonicalDecl()].push_back(to->getCanonicalDecl());
  };
  for (const Call &call : seen.calls) {
    link(call.standing.inside, call.callee);
    for (const Expr *argument : argumentsOf(*call.expr))
      if (isCallable(argument->getType()))
        link(call.standing.inside, calledBy(argument, names));
  }
  for (const FunctionDecl *function : seen.functions)
    if (const auto *method = dyn_cast<CXXMethodDecl>(function);
        method && method->getParent()->isLambda())
      link(functionAround(method->getParent()->getDeclContext()), function);
  for (size_t i = 0; i != order.size(); ++i) {
    const FunctionDecl *from = order[i];
    for (const FunctionDecl *to : next.lookup(from))
      reach(*to, {from, ""});
  }
}

Handlers::Handlers(const Sightings &seen, const Names &names) : names(names) {
  findRegistered(seen);
  findDeclared(seen);
  follow(seen);
}

std::vector<const FunctionDecl *> Handlers::entries() const {
  std::vector<const FunctionDecl *> entries;
  for (const FunctionDecl *function : order) {
    // An instance goes by the name of its template.
    const FunctionDecl *pattern = function->getTemplateInstantiationPattern();
    bool again = pattern && reached.count(pattern->getCanonicalDecl());
    if (!reached.lookup(function).from && !again)
      entries.push_back(function);
  }
  return entries;
}

std::optional<HandlerReach> Handlers::reaching(const FunctionDecl *function) const {
  if (!function)
    return std::nullopt;
  HandlerReach reach;
  auto at = reached.find(function->getCanonicalDecl());
  if (at == reached.end())
    return std::nullopt;
  for (;; at = reached.find(at->second.from)) {
    reach.chain.insert(reach.chain.begin(), qualifiedName(*at->first));
    if (!at->second.from)
      break;
  }
  reach.framework = at->second.framework;
  reach.entry = reach.chain.front();
  return reach;
}

} // namespace tether
