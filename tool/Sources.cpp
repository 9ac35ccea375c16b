#include "tool/Sources.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

using namespace tether;
using llvm::StringRef;

static std::vector<StringRef> splitLines(StringRef text) {
  std::vector<StringRef> lines;
  while (true) {
    size_t end = text.find_first_of("\r\n");
    lines.push_back(text.substr(0, end));
    if (end == StringRef::npos)
      return lines;
    text = text.drop_front(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
}

Sources::Sources(std::string root) : root(std::move(root)) {}

const Sources::File &Sources::open(StringRef file) {
  auto [entry, isNew] = files.try_emplace(file);
  if (!isNew)
    return entry->second;
  llvm::SmallString<256> path;
  if (!llvm::sys::path::is_absolute(file))
    path = root;
  llvm::sys::path::append(path, file);
  // Volatile: read, not mapped, because an editor may shorten the file while the report is made.
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
  if (buffer) {
    entry->second.buffer = std::move(*buffer);
    entry->second.lines = splitLines(entry->second.buffer->getBuffer());
  }
  return entry->second;
}

std::optional<StringRef> Sources::text(StringRef file) {
  const File &opened = open(file);
  if (!opened.buffer)
    return std::nullopt;
  return opened.buffer->getBuffer();
}

std::optional<StringRef> Sources::line(StringRef file, unsigned number) {
  const File &opened = open(file);
  if (number == 0 || number > opened.lines.size())
    return std::nullopt;
  return opened.lines[number - 1];
}
