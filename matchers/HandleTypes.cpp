#include "matchers/HandleTypes.h"

#include "matchers/CoroutinePromise.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/Support/FormatVariadic.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool HandleType::isThread() const {
  if (words->work)
    return *words->work == Work::Thread;
  return words->consume.empty() && is_contained(words->waitOnly, "join");
}

const HandleType *HandleTypes::keep(HandleType type) {
  known.push_back(std::move(type));
  return &known.back();
}

const HandleType *HandleTypes::find(QualType type) {
  if (type.isNull())
    return nullptr;
  type = type.getNonReferenceType();
  if (const auto *array = type->getAsArrayTypeUnsafe())
    return find(array->getElementType());
  return find(type->getAsCXXRecordDecl());
}

const HandleType *HandleTypes::find(const CXXRecordDecl *record) {
  if (!record || !record->hasDefinition())
    return nullptr;
  record = record->getDefinition();
  auto [slot, fresh] = memo.try_emplace(record, nullptr);
  if (!fresh) {
    cut |= open.contains(record) || provisional.contains(record);
    return slot->second;
  }
  open.insert(record);
  bool cutBefore = std::exchange(cut, false);
  const HandleType *found = classify(*record);
  open.erase(record);
  memo[record] = found;
  if (!found && cut)
    provisional.insert(record);
  cut |= cutBefore;
  if (open.empty())
    settle(found != nullptr);
  return found;
}

/// A yes is handed on by every type on the way to it. So where the outermost type ends with no, no
/// type below it is a handle; where it ends with yes, those that had asked for a type above them
/// may be handles, and are decided when somebody asks.
void HandleTypes::settle(bool outermostIsHandle) {
  if (outermostIsHandle)
    for (const CXXRecordDecl *record : provisional)
      memo.erase(record);
  provisional.clear();
  cut = false;
}

const HandleType *HandleTypes::classify(const CXXRecordDecl &record) {
  if (names.safeToIgnore.has(&record) || hasAnnotation(record, "tether::ignorable"))
    return nullptr;
  if (shaped && hasAnnotation(record, "tether::async"))
    return annotated();
  if (const Awaitable *entry = listed.find(&record); entry && !entry->pointer)
    return keep({entry, false, false, false, false, "listed in the vocabulary as " + entry->type});
  if (const HandleType *inside = fromArguments(record))
    return inside;
  if (const HandleType *base = fromBases(record))
    return base;
  Recognition recognition = names.vocabulary.recognition;
  if (!shaped || recognition == Recognition::Listed)
    return fromFields(record);
  if (std::optional<Shape> shape = shapeOf(record, names.vocabulary.structure);
      shape && (!shape->namesOnly || recognition == Recognition::Shapes)) {
    shapes.push_back(std::move(shape->words));
    return keep({&shapes.back(), false, false, true, shape->awaiterOnly, shape->why});
  }
  return fromFields(record);
}

const HandleType *HandleTypes::fromBases(const CXXRecordDecl &record) {
  for (const CXXBaseSpecifier &base : record.bases()) {
    if (base.getAccessSpecifier() == AS_private)
      continue;
    const HandleType *found = find(base.getType());
    if (!found)
      continue;
    HandleType derived = *found;
    derived.why = formatv("derived from {0}, {1}", base.getType().getAsString(), found->why);
    return keep(std::move(derived));
  }
  return nullptr;
}

const HandleType *HandleTypes::inArgument(const TemplateArgument &argument) {
  if (argument.getKind() == TemplateArgument::Type)
    return argument.getAsType()->isReferenceType() ? nullptr : find(argument.getAsType());
  if (argument.getKind() == TemplateArgument::Pack)
    for (const TemplateArgument &inner : argument.pack_elements())
      if (const HandleType *found = inArgument(inner))
        return found;
  return nullptr;
}

/// A pointer whose deleter is somebody's own: it may join.
static bool hasOwnDeleter(const ClassTemplateSpecializationDecl &pointer, const Names &names) {
  ArrayRef<TemplateArgument> arguments = pointer.getTemplateArgs().asArray();
  bool releases = any_of(names.vocabulary.structure.releases,
                         [&](StringRef name) { return findMember(pointer, name) != nullptr; });
  if (!releases || arguments.size() < 2 || arguments[1].getKind() != TemplateArgument::Type)
    return false;
  const CXXRecordDecl *deleter = arguments[1].getAsType()->getAsCXXRecordDecl();
  return !deleter ||
         !deleter->getASTContext().getSourceManager().isInSystemHeader(deleter->getLocation());
}

/// A pointer or an optional has one thing to lead to.
static bool pointsToOne(const CXXRecordDecl &record) {
  return findMember(record, record.getASTContext().DeclarationNames.getCXXOperatorName(OO_Arrow)) !=
         nullptr;
}

const HandleType *HandleTypes::fromArguments(const CXXRecordDecl &record) {
  const auto *special = dyn_cast<ClassTemplateSpecializationDecl>(&record);
  const Wrapper *wrapper = special ? names.wrappers.find(&record) : nullptr;
  if (!wrapper || hasOwnDeleter(*special, names))
    return nullptr;
  for (const TemplateArgument &argument : special->getTemplateArgs().asArray()) {
    const HandleType *found = inArgument(argument);
    if (!found)
      continue;
    HandleType outer = *found;
    outer.wrapper = true;
    outer.many |= !pointsToOne(record);
    outer.shared |= wrapper->shared;
    outer.why = formatv("{0} owns a handle, {1}", wrapper->type, found->why);
    return keep(std::move(outer));
  }
  return nullptr;
}

/// An aggregate owns what is in its fields; a class with a destructor of its own may look after it.
const HandleType *HandleTypes::fromFields(const CXXRecordDecl &record) {
  if (!record.isAggregate() || record.isLambda() || record.hasUserDeclaredDestructor() ||
      isCoroutinePromise(record))
    return nullptr;
  for (const FieldDecl *field : record.fields()) {
    if (field->getType()->isReferenceType())
      continue;
    const HandleType *found = find(field->getType());
    if (!found)
      continue;
    HandleType outer = *found;
    outer.wrapper = outer.many = true;
    outer.why = formatv("its field `{0}` is a handle, {1}", field->getName(), found->why);
    return keep(std::move(outer));
  }
  return nullptr;
}

const HandleType *HandleTypes::pointedTo(QualType type) {
  const Awaitable *entry = type->isPointerType() ? listed.find(recordOf(type)) : nullptr;
  if (!entry || !entry->pointer)
    return nullptr;
  return keep({entry, false, false, false, false,
               formatv("listed in the vocabulary as a pointer to {0}", entry->type)});
}

const HandleType *HandleTypes::annotated() {
  static const Awaitable Words = [] {
    Awaitable words;
    words.consume = {"get"};
    words.waitOnly = {"wait"};
    return words;
  }();
  return keep({&Words, false, false, true, false, "annotated with tether::async"});
}

std::string HandleTypes::whyNot(QualType type) const {
  const CXXRecordDecl *record = recordOf(type);
  if (const Named *safe = record ? names.safeToIgnore.find(record) : nullptr)
    return formatv("safe to ignore: {0}", safe->because);
  if (record && hasAnnotation(*record, "tether::ignorable"))
    return "its type is annotated as ignorable";
  return "";
}

} // namespace tether
