#include "matchers/Names.h"

#include "matchers/Structure.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;
using namespace llvm;

namespace tether {

std::string lastName(const NamedDecl &decl) {
  if (const auto *constructor = dyn_cast<CXXConstructorDecl>(&decl))
    return constructor->getParent()->getNameAsString();
  return decl.getDeclName().getAsString();
}

const CXXRecordDecl *recordOf(QualType type) {
  if (type.isNull())
    return nullptr;
  type = type.getNonReferenceType();
  if (type->isPointerType())
    type = type->getPointeeType();
  return type->getAsCXXRecordDecl();
}

/// Splits "a::b<c::d>::e" into its parts, innermost first. Template arguments are no parts.
static SmallVector<std::string, 4> splitName(StringRef name) {
  SmallVector<std::string, 4> parts;
  name.consume_front("::");
  SmallVector<StringRef, 4> pieces;
  name.split(pieces, "::");
  for (StringRef piece : reverse(pieces))
    parts.push_back(piece.str());
  return parts;
}

void NameIndex::add(StringRef name, unsigned entry) {
  SmallVector<std::string, 4> parts = splitName(name);
  if (parts.empty())
    return;
  std::string last = std::move(parts.front());
  parts.erase(parts.begin());
  bool anywhere = parts.empty() && !name.starts_with("::");
  Pattern pattern{std::move(parts), anywhere, entry};
  if (StringRef(last).contains('*') && !StringRef(last).starts_with("operator")) {
    auto text = std::make_unique<std::string>(std::move(last));
    if (Expected<GlobPattern> glob = GlobPattern::create(*text))
      globs.push_back({std::move(text), std::move(*glob), std::move(pattern)});
    else
      consumeError(glob.takeError());
    return;
  }
  exact[last].push_back(std::move(pattern));
}

void NameIndex::add(StringRef name, unsigned entry, ArrayRef<NamespaceAlias> aliases) {
  add(name, entry);
  for (const NamespaceAlias &alias : aliases) {
    StringRef rest = name;
    if (!rest.consume_front(alias.name) || !rest.starts_with("::"))
      continue;
    for (const std::string &other : alias.also)
      add(other + rest.str(), entry);
  }
}

/// The next enclosing scope that a user writes in a qualified name, or null.
static const NamedDecl *outerScope(const DeclContext *context) {
  for (; context; context = context->getParent()) {
    if (const auto *space = dyn_cast<NamespaceDecl>(context)) {
      if (space->isInline() || space->isAnonymousNamespace())
        continue;
      return space;
    }
    if (const auto *record = dyn_cast<CXXRecordDecl>(context))
      return record;
    if (isa<FunctionDecl>(context))
      return nullptr;
  }
  return nullptr;
}

/// `scopes` is innermost first and must end at the global namespace; `within` allows further scopes
/// inside of them.
static bool matchesScopes(const NamedDecl &decl, ArrayRef<std::string> scopes, bool within) {
  const NamedDecl *scope = outerScope(decl.getDeclContext());
  while (within && scope && !scopes.empty() && scope->getName() != scopes.front())
    scope = outerScope(scope->getDeclContext());
  for (const std::string &name : scopes) {
    if (!scope || !scope->getIdentifier() || scope->getName() != name)
      return false;
    scope = outerScope(scope->getDeclContext());
  }
  return !scope;
}

int NameIndex::search(const NamedDecl &decl) const {
  std::string built;
  StringRef last;
  if (const IdentifierInfo *identifier = decl.getIdentifier())
    last = identifier->getName();
  else
    last = built = lastName(decl);
  if (auto found = exact.find(last); found != exact.end())
    for (const Pattern &pattern : reverse(found->second))
      if (pattern.anywhere || matchesScopes(decl, pattern.scopes, false))
        return pattern.entry;
  for (const Glob &glob : reverse(globs))
    if (glob.last.match(last) &&
        (glob.pattern.anywhere || matchesScopes(decl, glob.pattern.scopes, true)))
      return glob.pattern.entry;
  return -1;
}

int NameIndex::find(const NamedDecl *decl) const {
  if (empty())
    return -1;
  auto [slot, fresh] = memo.try_emplace(decl->getCanonicalDecl(), -1);
  if (fresh) {
    int found = search(*decl);
    memo[decl->getCanonicalDecl()] = found;
    return found;
  }
  return slot->second;
}

ClassName::ClassName(StringRef written, NamespaceAliases aliases) {
  auto [name, arguments] = written.split('<');
  index.add(name, 0, aliases);
  if (!arguments.empty())
    firstArgument = arguments.starts_with("true");
}

bool ClassName::fits(const CXXRecordDecl *record) const {
  if (!record || index.find(record) < 0)
    return false;
  if (!firstArgument)
    return true;
  const auto *special = dyn_cast<ClassTemplateSpecializationDecl>(record);
  if (!special || special->getTemplateArgs().size() == 0)
    return false;
  const TemplateArgument &first = special->getTemplateArgs()[0];
  return first.getKind() == TemplateArgument::Integral &&
         first.getAsIntegral().getBoolValue() == *firstArgument;
}

bool hasAnnotation(const Decl &decl, StringRef text) {
  return any_of(decl.redecls(), [&](const Decl *redecl) {
    return any_of(redecl->specific_attrs<AnnotateAttr>(),
                  [&](const AnnotateAttr *note) { return note->getAnnotation() == text; });
  });
}

bool anyOverridden(const FunctionDecl *function, function_ref<bool(const FunctionDecl *)> found) {
  if (!function)
    return false;
  if (found(function))
    return true;
  if (const auto *method = dyn_cast<CXXMethodDecl>(function))
    for (const CXXMethodDecl *overridden : method->overridden_methods())
      if (anyOverridden(overridden, found))
        return true;
  return false;
}

Words::Words(Strings given) : words(std::move(given)) {
  for (const std::string &word : words)
    if (Expected<GlobPattern> glob = GlobPattern::create(word))
      globs.push_back(std::move(*glob));
    else
      consumeError(glob.takeError());
}

bool Words::fits(StringRef word) const {
  return any_of(globs, [&](const GlobPattern &glob) { return glob.match(word); });
}

static Strings namesIn(const std::vector<Named> &entries) {
  Strings names;
  for (const Named &entry : entries)
    names.push_back(entry.name);
  return names;
}

/// The names with scopes in the words of awaitables: a member function has none.
static std::vector<Asker> askersIn(const Vocabulary &vocabulary) {
  std::vector<Asker> askers;
  auto add = [&](const Strings &words, Asker::Does does) {
    for (const std::string &word : words)
      if (StringRef(word).contains("::"))
        askers.push_back({word, does});
  };
  for (const Awaitable &entry : vocabulary.awaitables) {
    add(entry.consume, Asker::Does::Consume);
    add(entry.waitOnly, Asker::Does::Wait);
    add(entry.timedWait, Asker::Does::TimedWait);
  }
  return askers;
}

Names::Names(const Vocabulary &v)
    : vocabulary(v), askersListed(askersIn(v)),
      awaitables(v.awaitables, &Awaitable::type, v.namespaces),
      askers(askersListed, &Asker::name, v.namespaces),
      launchers(v.launchers, &Launcher::function, v.namespaces),
      detachedSinks(v.detachedSinks, &DetachedSink::function, v.namespaces),
      background(v.background, &Named::name, v.namespaces),
      sanctionedSinks(v.sanctionedSinks, &Named::name, v.namespaces),
      safeToIgnore(v.safeToIgnore, &Named::name, v.namespaces),
      scopes(v.scopes, &JoiningScope::type, v.namespaces),
      combinators(v.combinators, &Named::name, v.namespaces),
      wrappers(v.wrappers, &Wrapper::type, v.namespaces),
      makers(v.makers, &Named::name, v.namespaces), binders(v.binders, &Named::name, v.namespaces),
      callables(v.callables, &Named::name, v.namespaces),
      erasers(v.erasers, &Named::name, v.namespaces),
      resultDroppers(v.resultDroppers, &Named::name, v.namespaces),
      predicateUsers(v.predicateUsers, &Named::name, v.namespaces),
      completions(v.completions, &Named::name, v.namespaces),
      errorClosers(v.errorClosers, &Named::name, v.namespaces),
      errorTypes(v.errorTypes, &Named::name, v.namespaces),
      broadExceptions(v.broadExceptions, &Named::name, v.namespaces),
      ignorers(v.ignorers, &Named::name, v.namespaces),
      handlers(v.handlers, &HandlerEntry::name, v.namespaces),
      responses(v.responses, &Named::name, v.namespaces),
      promises(v.promises, &Awaitable::type, v.namespaces),
      alwaysTrue(v.alwaysTrue, &Named::name, v.namespaces),
      payloads(v.payloads, &Named::name, v.namespaces), views(v.views, &Named::name, v.namespaces),
      referrers(v.referrers, &Named::name, v.namespaces),
      outlivesHandler(v.outlivesHandler, &Named::name, v.namespaces),
      testMacros(namesIn(v.testMacros)), assertionMacros(namesIn(v.assertionMacros)),
      throwTesters(v.structure.throwTesters), joins(v.structure.joins),
      synchronisers(v.structure.synchronises), errorHandlers(v.structure.errorHandlers) {
  for (unsigned i = 0; i != v.scopes.size(); ++i)
    for (const std::string &name : v.scopes[i].spawn)
      if (StringRef(name).contains("::"))
        spawners.add(name, i, v.namespaces);
  for (const HandlerEntry &entry : v.handlers) {
    handlerResults.emplace_back(entry.returns, v.namespaces);
    std::vector<ClassName> &parameters = handlerParameters.emplace_back();
    for (const std::string &name : entry.parameters)
      parameters.emplace_back(name, v.namespaces);
  }
}

std::vector<const HandlerEntry *> Names::sameNamed(const HandlerEntry &entry) const {
  std::vector<const HandlerEntry *> all;
  for (const HandlerEntry &other : vocabulary.handlers)
    if (other.kind == entry.kind && other.name == entry.name)
      all.push_back(&other);
  return all;
}

bool Names::tellsError(QualType type) const {
  if (type.isNull())
    return false;
  type = type.getNonReferenceType();
  if (const auto *choice = type->getAs<EnumType>())
    return errorTypes.has(choice->getDecl());
  const CXXRecordDecl *record = recordOf(type);
  if (errorTypes.has(record))
    return true;
  const auto *special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(record);
  if (!special || !wrappers.has(record) || special->getTemplateArgs().size() == 0)
    return false;
  const TemplateArgument &owned = special->getTemplateArgs()[0];
  return owned.getKind() == TemplateArgument::Type && errorTypes.has(recordOf(owned.getAsType()));
}

bool Names::takesOwnership(const FunctionDecl &function) const {
  const auto *method = dyn_cast<CXXMethodDecl>(&function);
  return sanctionedSinks.has(&function) || hasAnnotation(function, "tether::takes_ownership") ||
         (method && hasAnnotation(*method->getParent(), "tether::takes_ownership"));
}

const JoiningScope *Names::spawnsInto(const NamedDecl *function) const {
  if (int free = function ? spawners.find(function) : -1; free >= 0)
    return &vocabulary.scopes[free];
  const auto *member = dyn_cast_or_null<CXXMethodDecl>(function);
  if (!member || !member->getIdentifier())
    return nullptr;
  const JoiningScope *scope = scopes.find(member->getParent());
  return scope && is_contained(scope->spawn, member->getName()) ? scope : nullptr;
}

bool Names::hasExecutorShape(const FunctionDecl &function) const {
  const IdentifierInfo *name = function.getIdentifier();
  if (!name || vocabulary.recognition != Recognition::Shapes ||
      !is_contained(vocabulary.executors.functions, name->getName()))
    return false;
  if (const auto *method = dyn_cast<CXXMethodDecl>(&function))
    for (const std::string &suffix : vocabulary.executors.classSuffixes)
      if (StringRef(method->getParent()->getName()).lower().ends_with(StringRef(suffix).lower()))
        return true;
  return any_of(function.parameters(), [&](const ParmVarDecl *parameter) {
    return !parameter->getType()->isReferenceType() &&
           callables.has(parameter->getType()->getAsCXXRecordDecl());
  });
}

bool Names::isExecutionContext(const CXXRecordDecl *record) const {
  return record && record->hasDefinition() &&
         any_of(vocabulary.executors.contextMembers,
                [&](StringRef member) { return findMember(*record, member) != nullptr; });
}

} // namespace tether
