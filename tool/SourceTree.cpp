//===- SourceTree.cpp - paths on the command line, folders on disk --------===//

#include "tool/SourceTree.h"

#include "tool/CompileCommands.h"
#include "tool/Compiler.h"
#include "tool/Printable.h"
#include "tool/Scope.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace tether {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
namespace types = clang::driver::types;

namespace {

bool isSource(llvm::StringRef file) {
  types::ID language = languageByName(file);
  return language == types::TY_C || language == types::TY_CXX || language == types::TY_CXXModule ||
         language == types::TY_ObjC || language == types::TY_ObjCXX;
}

std::string nearestWith(llvm::StringRef folder, llvm::StringRef marker) {
  for (; !folder.empty(); folder = path::parent_path(folder)) {
    llvm::SmallString<256> candidate(folder);
    path::append(candidate, marker);
    if (fs::exists(candidate))
      return folder.str();
  }
  return "";
}

} // namespace

bool isBelow(llvm::StringRef file, llvm::StringRef folder) {
  return file.consume_front(folder) && (file.starts_with("/") || folder.ends_with("/"));
}

std::string folderOf(llvm::StringRef path) {
  llvm::SmallString<256> cwd;
  if (fs::current_path(cwd))
    return "";
  std::string absolute = absolutePath(path, cwd);
  return fs::is_directory(absolute) ? absolute : path::parent_path(absolute).str();
}

llvm::Expected<NamedPath> resolvePath(llvm::StringRef given, llvm::StringRef cwd) {
  NamedPath named{absolutePath(given, cwd), "", false};
  llvm::SmallString<256> real;
  if (fs::real_path(named.path, real))
    return llvm::createStringError("no such file or folder: '" + printable(given) + "'");
  named.real = real.str().str();
  named.isFolder = fs::is_directory(named.path);
  return named;
}

bool selects(const NamedPath &named, llvm::StringRef file, llvm::StringRef real) {
  if (named.isFolder)
    return isBelow(file, named.path) || isBelow(real, named.real);
  return file == named.path || real == named.real;
}

std::vector<std::string> sourcesBelow(llvm::StringRef folder) {
  std::vector<std::string> sources;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, error, /*follow_symlinks=*/false), end;
  for (; it != end && !error; it.increment(error)) {
    llvm::StringRef name = path::filename(it->path());
    bool isFolder = it->type() == fs::file_type::directory_file;
    if (isFolder &&
        (name.starts_with(".") || isForeignFolderName(name) ||
         (it.level() == 0 && isBuildFolderName(name)) || isCMakeBuildFolder(it->path())))
      it.no_push();
    else if (!isFolder && isSource(name) && fs::is_regular_file(it->path()))
      sources.push_back(it->path());
  }
  llvm::sort(sources);
  return sources;
}

std::string commonFolder(llvm::ArrayRef<std::string> files) {
  if (files.empty())
    return "";
  llvm::StringRef common = path::parent_path(files.front());
  for (llvm::StringRef file : files)
    while (!common.empty() && !isBelow(file, common))
      common = path::parent_path(common);
  return common.str();
}

std::string markedRoot(llvm::StringRef folder) {
  std::string root = nearestWith(folder, ".tether.yaml");
  return root.empty() ? nearestWith(folder, ".git") : root;
}

} // namespace tether
