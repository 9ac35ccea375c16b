//===- ResponseFiles.cpp - @file arguments, read within bounds ------------===//

#include "tool/ResponseFiles.h"

#include "tool/Printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"

namespace tether {

namespace {

constexpr unsigned maxDepth = 8;
constexpr unsigned maxFiles = 64;
constexpr uint64_t maxBytes = 8u << 20; ///< of all files of one command together

struct Expansion {
  llvm::StringRef directory;
  unsigned files = 0;
  uint64_t bytes = 0;
  std::vector<std::string> words;
};

llvm::Error refusal(llvm::StringRef path, const llvm::Twine &why) {
  return llvm::createStringError("response file '" + printable(path) + "' " + why);
}

/// Linker values of macOS that only look like response files.
bool isPlainWord(llvm::StringRef word) {
  return !word.starts_with("@") || word.size() == 1 || word.starts_with("@rpath/") ||
         word.starts_with("@loader_path/") || word.starts_with("@executable_path/");
}

llvm::Expected<std::vector<std::string>> readWords(llvm::StringRef path, Expansion &state) {
  if (++state.files > maxFiles)
    return refusal(path, "is one of more than " + llvm::Twine(maxFiles) + " in one command");
  llvm::sys::fs::file_status status;
  if (std::error_code error = llvm::sys::fs::status(path, status))
    return refusal(path, status.type() == llvm::sys::fs::file_type::file_not_found
                             ? "does not exist: build the project first"
                             : "cannot be read: " + error.message());
  if (!llvm::sys::fs::is_regular_file(status))
    return refusal(path, "is not a regular file");
  state.bytes += status.getSize();
  if (state.bytes > maxBytes)
    return refusal(path, "is too large: a command may have " + llvm::Twine(maxBytes >> 20) +
                             " MiB of response files");
  if (status.getSize() == 0) // files of /proc say so too, and may never end
    return std::vector<std::string>();
  auto buffer = llvm::MemoryBuffer::getFileSlice(path, status.getSize(), 0);
  if (!buffer)
    return refusal(path, "cannot be read: " + buffer.getError().message());

  llvm::StringRef text = (*buffer)->getBuffer();
  text.consume_front("\xEF\xBB\xBF");
  llvm::BumpPtrAllocator allocator;
  llvm::StringSaver saver(allocator);
  llvm::SmallVector<const char *, 64> words;
  llvm::cl::TokenizeGNUCommandLine(text, saver, words);
  return std::vector<std::string>(words.begin(), words.end());
}

llvm::Error expand(llvm::ArrayRef<std::string> words, unsigned depth, Expansion &state) {
  for (const std::string &word : words) {
    if (isPlainWord(word)) {
      state.words.push_back(word);
      continue;
    }
    llvm::SmallString<256> path(llvm::StringRef(word).drop_front());
    llvm::sys::fs::make_absolute(state.directory, path);
    if (depth == maxDepth)
      return refusal(path, "is nested more than " + llvm::Twine(maxDepth) + " deep");
    if (llvm::sys::path::extension(path) == ".modmap" && !llvm::sys::fs::exists(path))
      continue;
    llvm::Expected<std::vector<std::string>> inner = readWords(path, state);
    if (!inner)
      return inner.takeError();
    if (llvm::Error error = expand(*inner, depth + 1, state))
      return error;
  }
  return llvm::Error::success();
}

} // namespace

llvm::Error expandResponseFiles(std::vector<std::string> &arguments, llvm::StringRef directory) {
  if (llvm::all_of(arguments, isPlainWord))
    return llvm::Error::success();
  Expansion state;
  state.directory = directory;
  if (llvm::Error error = expand(arguments, 0, state))
    return error;
  arguments = std::move(state.words);
  return llvm::Error::success();
}

} // namespace tether
