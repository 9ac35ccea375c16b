//===- SourceTree.h - paths on the command line, folders on disk -*- C++ -*-===//
//
// Only looks at the file system. Thread-safe.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace tether {

/// A path that the user named.
struct NamedPath {
  std::string path; ///< absolute, cleaned
  std::string real; ///< symbolic links resolved
  bool isFolder = false;
};

/// Fails with one line if `path` does not exist.
llvm::Expected<NamedPath> resolvePath(llvm::StringRef path, llvm::StringRef cwd);

/// Whether the path of a file, cleaned, lies below that of a folder.
bool isBelow(llvm::StringRef file, llvm::StringRef folder);

/// The folder itself, or the one that the file is in: absolute, cleaned. An empty path is here.
std::string folderOf(llvm::StringRef path);

/// Whether the file `path` (with its real path) is `named` or below it.
bool selects(const NamedPath &named, llvm::StringRef path, llvm::StringRef real);

/// The C and C++ sources in and below `folder`, sorted. Leaves out hidden folders, those of
/// other people's code, build folders and links to folders.
std::vector<std::string> sourcesBelow(llvm::StringRef folder);

/// The deepest folder that holds all `files`; empty if there is none.
std::string commonFolder(llvm::ArrayRef<std::string> files);

/// The nearest folder, from `folder` upwards, with a `.tether.yaml`; else with a `.git`; else
/// empty.
std::string markedRoot(llvm::StringRef folder);

} // namespace tether
