//===- Scope.h - which files are the project's own --------------*- C++ -*-===//
//
// Findings are wanted in the code that the user can change. Judged by the real path, symbolic
// links resolved, and only by the part of it below the root: a project may itself live under
// somebody's third_party/. What the user names is below itself: the rules look only at what is
// below the name, but the configuration's `exclude` holds for it, too. Bazel's `external` and
// `bazel-*` are links out of the project, so they need no rule. What -isystem brings in is told by
// Clang's SourceManager, not here.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"

#include <string>
#include <vector>

namespace tether {

/// A glob on paths below a folder, where `*` crosses folders. One that matches a folder takes all
/// in it.
struct PathPattern {
  std::string glob;
  std::string base; ///< absolute; empty: the root of the project
};

/// Owns all it needs. Const members are thread-safe. An answer costs some system calls (links,
/// one look per folder): callers keep it per file.
class Scope {
public:
  /// \param root absolute, an existing folder.
  /// \param buildFolders of the compile databases, absolute; those that hold the root say nothing.
  /// \param exclude what is left alone.
  /// \param include what is the project's own although it lies with other people's code.
  /// \param named files and folders that the user asked for, wherever they are.
  /// Fails with one line for the first glob that is not valid.
  static llvm::Expected<Scope> create(llvm::StringRef root,
                                      llvm::ArrayRef<std::string> buildFolders,
                                      llvm::ArrayRef<PathPattern> exclude,
                                      llvm::ArrayRef<std::string> named = {},
                                      llvm::ArrayRef<PathPattern> include = {});

  Scope(Scope &&) = default;
  Scope &operator=(Scope &&) = default;

  /// \param path absolute; it need not exist.
  bool owns(llvm::StringRef path) const;

  /// Why `path` is not the project's own, for people who wonder: "in the folder third_party".
  /// Empty if it is. That somebody named it does not count.
  std::string whyOutside(llvm::StringRef path) const;

  /// "excluded by GLOB" if the configuration leaves `path` out, else empty.
  std::string whyExcluded(llvm::StringRef path) const;

private:
  Scope() = default;
  std::string whyOutsideOf(llvm::StringRef real, llvm::StringRef base) const;

  struct Pattern {
    std::string text;
    std::string base; ///< real path
    llvm::GlobPattern glob;
  };
  using Patterns = std::vector<Pattern>;
  static llvm::Error compile(llvm::ArrayRef<PathPattern> given, llvm::StringRef root,
                             llvm::StringRef key, Patterns &made);
  /// The first pattern that the file, or a folder on the way to it, fits; or null.
  static const Pattern *find(llvm::StringRef real, const Patterns &patterns);

  std::string root;               ///< real path
  std::vector<std::string> named; ///< real paths
  std::vector<std::string> buildFolders;
  Patterns exclude;
  Patterns include;
};

/// Folders of other people's code, at any level: _deps, third_party, vendor, node_modules and the
/// like.
bool isForeignFolderName(llvm::StringRef name);

/// `build`, `build-debug`, `build2`, `cmake-build-debug`, but not `builder`: meant for folders
/// directly below a root.
bool isBuildFolderName(llvm::StringRef name);

/// Whether CMake has configured a build in the folder.
bool isCMakeBuildFolder(llvm::StringRef folder);

/// Code that protoc, moc, uic or rcc wrote.
bool isGeneratedName(llvm::StringRef fileName);

} // namespace tether
