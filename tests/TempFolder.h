//===- TempFolder.h - a folder that lives as long as a test -----*- C++ -*-===//
#pragma once

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace tether {

/// An empty folder, removed with all in it at the end. Its path has no symbolic links.
class TempFolder {
public:
  TempFolder() {
    llvm::SmallString<128> made;
    if (!llvm::sys::fs::createUniqueDirectory("tether-test", made))
      (void)!llvm::sys::fs::real_path(made, folder);
  }
  TempFolder(const TempFolder &) = delete;
  TempFolder &operator=(const TempFolder &) = delete;
  ~TempFolder() { llvm::sys::fs::remove_directories(folder); }

  /// The absolute path of `name` in the folder; nothing is made.
  std::string path(llvm::StringRef name = "") const {
    llvm::SmallString<128> joined(folder);
    if (!name.empty())
      llvm::sys::path::append(joined, name);
    return joined.str().str();
  }

  /// Writes a file, folders on the way made; returns its path.
  std::string write(llvm::StringRef name, llvm::StringRef text = "") const {
    std::string file = path(name);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file));
    std::error_code error;
    llvm::raw_fd_ostream(file, error) << text;
    return file;
  }

  std::string makeFolder(llvm::StringRef name) const {
    llvm::sys::fs::create_directories(path(name));
    return path(name);
  }

  /// Makes `name` a symbolic link to `target`, a name in the folder.
  std::string link(llvm::StringRef name, llvm::StringRef target) const {
    std::string file = path(name);
    llvm::sys::fs::create_directories(llvm::sys::path::parent_path(file));
    (void)!llvm::sys::fs::create_link(path(target), file);
    return file;
  }

private:
  llvm::SmallString<128> folder;
};

} // namespace tether
