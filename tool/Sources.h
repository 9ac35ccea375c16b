//===- Sources.h - the source lines that reports show ---------------------===//
//
// Reads each file once and keeps it until the object dies: what it hands out points into the
// object. Not for use from several threads. Never an error: a file that is gone, unreadable or a
// folder yields nothing, and the report is written without its lines.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tether {

class Sources {
public:
  /// `root` is the folder that relative names are relative to.
  explicit Sources(std::string root);

  /// The bytes of the file as they are.
  std::optional<llvm::StringRef> text(llvm::StringRef file);

  /// The line of that number, counted from 1, without its end. Lines end as Clang counts them:
  /// after LF, CR LF or CR.
  std::optional<llvm::StringRef> line(llvm::StringRef file, unsigned number);

private:
  struct File {
    std::unique_ptr<llvm::MemoryBuffer> buffer; ///< null if it could not be read
    std::vector<llvm::StringRef> lines;
  };

  const File &open(llvm::StringRef file);

  std::string root;
  llvm::StringMap<File> files;
};

} // namespace tether
