#include "tool/YamlFile.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace tether {

Expected<std::unique_ptr<MemoryBuffer>> readYamlFile(StringRef path, StringRef name,
                                                     StringRef what) {
  constexpr uint64_t Largest = 1 << 20;
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) &&
      (!sys::fs::is_regular_file(status) || status.getSize() > Largest))
    return createStringError(name + ": a " + what + " is a file of at most 1 MiB");
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read the " + what + " " + name + ": " +
                                                    buffer.getError().message());
  return std::move(*buffer);
}

Error checkDepth(StringRef text, StringRef name, StringRef what) {
  constexpr int Deepest = 64;
  int brackets = 0, dashes = 0;
  for (char c : text) {
    brackets += (c == '[' || c == '{') - (c == ']' || c == '}');
    dashes = c == '\n' ? 0 : dashes + (c == '-' || c == '?' || c == ':');
    if (brackets > Deepest || dashes > 4 * Deepest)
      return createStringError(name + ": nested too deeply for a " + what);
  }
  return Error::success();
}

} // namespace tether
