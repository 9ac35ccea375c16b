//===- Scope.cpp - which files are the project's own ----------------------===//

#include "tool/Scope.h"

#include "tool/Printable.h"
#include "tool/SourceTree.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace tether {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace {

constexpr size_t maxBraces = 64; ///< alternatives of one glob

/// Links resolved as far as the path exists: a file that the editor has not saved yet lies in a
/// folder that does.
std::string realPath(llvm::StringRef given) {
  llvm::SmallString<256> clean(given);
  llvm::SmallString<256> real;
  if (!fs::real_path(clean, real))
    return real.str().str();
  path::remove_dots(clean, /*remove_dot_dot=*/true);
  llvm::StringRef parent = path::parent_path(clean);
  if (parent.empty() || parent == clean)
    return clean.str().str();
  llvm::SmallString<256> resolved(realPath(parent));
  path::append(resolved, path::filename(clean));
  return resolved.str().str();
}

/// Whether `inner` is `outer` or below it; both real paths.
bool isWithin(llvm::StringRef inner, llvm::StringRef outer) {
  return inner == outer || isBelow(inner, outer);
}

} // namespace

llvm::Error Scope::compile(llvm::ArrayRef<PathPattern> given, llvm::StringRef root,
                           llvm::StringRef key, Patterns &made) {
  for (const PathPattern &pattern : given) {
    std::string text = llvm::StringRef(pattern.glob).rtrim('/').str();
    auto glob = llvm::GlobPattern::create(text, maxBraces);
    if (!glob)
      return llvm::createStringError(key + ": '" + printable(text) +
                                     "' is no valid glob: " + llvm::toString(glob.takeError()));
    made.push_back({text, pattern.base.empty() ? root.str() : realPath(pattern.base), {}});
  }
  // The globs refer to their texts, which must not move any more.
  for (Pattern &pattern : made)
    pattern.glob = llvm::cantFail(llvm::GlobPattern::create(pattern.text, maxBraces));
  return llvm::Error::success();
}

llvm::Expected<Scope> Scope::create(llvm::StringRef root, llvm::ArrayRef<std::string> buildFolders,
                                    llvm::ArrayRef<PathPattern> exclude,
                                    llvm::ArrayRef<std::string> named,
                                    llvm::ArrayRef<PathPattern> include) {
  Scope scope;
  scope.root = realPath(root);
  for (const std::string &folder : buildFolders)
    scope.buildFolders.push_back(realPath(folder));
  for (const std::string &path : named)
    scope.named.push_back(realPath(path));
  if (llvm::Error error = compile(exclude, scope.root, "exclude", scope.exclude))
    return std::move(error);
  if (llvm::Error error = compile(include, scope.root, "include-headers", scope.include))
    return std::move(error);
  return std::move(scope);
}

const Scope::Pattern *Scope::find(llvm::StringRef real, const Patterns &patterns) {
  for (const Pattern &pattern : patterns) {
    if (!isWithin(real, pattern.base))
      continue;
    llvm::StringRef relative = real.drop_front(pattern.base.size()).ltrim('/');
    // Every folder on the way down, then the file itself.
    for (size_t end = relative.find('/'); true; end = relative.find('/', end + 1)) {
      if (pattern.glob.match(relative.take_front(end)))
        return &pattern;
      if (end == llvm::StringRef::npos)
        break;
    }
  }
  return nullptr;
}

bool Scope::owns(llvm::StringRef given) const {
  std::string real = realPath(given);
  if (!whyExcluded(real).empty())
    return false;
  if (find(real, include))
    return true;
  auto owned = [&](llvm::StringRef base) { return whyOutsideOf(real, base).empty(); };
  return owned(root) || llvm::any_of(named, owned);
}

std::string Scope::whyOutside(llvm::StringRef given) const {
  std::string real = realPath(given);
  if (std::string excluded = whyExcluded(real); !excluded.empty())
    return excluded;
  return find(real, include) ? "" : whyOutsideOf(real, root);
}

std::string Scope::whyExcluded(llvm::StringRef given) const {
  const Pattern *pattern = find(realPath(given), exclude);
  return pattern ? "excluded by " + pattern->text : "";
}

/// As if `base` were all that there is: a folder, or the file itself.
std::string Scope::whyOutsideOf(llvm::StringRef real, llvm::StringRef base) const {
  if (real == base)
    return "";
  if (!isWithin(real, base))
    return "not below the root " + base.str();
  for (const std::string &folder : buildFolders)
    if (isWithin(real, folder) && !isWithin(base, folder))
      return "in the build folder " + folder;
  llvm::StringRef relative = real.drop_front(base.size()).ltrim('/');
  if (isGeneratedName(path::filename(relative)))
    return "generated, by its name";
  for (size_t end = relative.find('/'); end != llvm::StringRef::npos;
       end = relative.find('/', end + 1)) {
    llvm::StringRef part = relative.take_front(end);
    if (isForeignFolderName(path::filename(part)))
      return "in the folder " + part.str();
    llvm::StringRef folder = real.drop_back(relative.size() - end);
    if ((!part.contains('/') && isBuildFolderName(part)) || isCMakeBuildFolder(folder))
      return "in the build folder " + part.str();
  }
  return "";
}

bool isForeignFolderName(llvm::StringRef name) {
  static constexpr llvm::StringLiteral Names[] = {
      "_deps",     "third_party", "third-party", "thirdparty",  "3rdparty",
      "3rd-party", "3rd_party",   "vendor",      "vendored",    "node_modules",
      "externals", "submodules",  "subprojects", "dependencies"};
  return llvm::is_contained(Names, name);
}

bool isBuildFolderName(llvm::StringRef name) {
  if (name.starts_with("cmake-build"))
    return true;
  return name.consume_front("build") && (name.empty() || !llvm::isAlpha(name.front()));
}

bool isCMakeBuildFolder(llvm::StringRef folder) {
  llvm::SmallString<256> cache(folder);
  path::append(cache, "CMakeCache.txt");
  return fs::exists(cache);
}

bool isGeneratedName(llvm::StringRef name) {
  return name.ends_with(".pb.h") || name.ends_with(".pb.cc") || name.contains(".grpc.pb.") ||
         name.ends_with(".capnp.h") || name.ends_with(".capnp.c++") || name.starts_with("moc_") ||
         name.ends_with(".moc") || (name.starts_with("ui_") && name.ends_with(".h")) ||
         name.starts_with("qrc_");
}

} // namespace tether
