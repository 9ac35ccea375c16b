#include "tool/VocabularyFiles.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace tether {

static bool liesIn(StringRef file, StringRef folder) {
  return file.consume_front(folder) && (folder.ends_with("/") || file.starts_with("/"));
}

Expected<Vocabulary> readVocabularyFile(StringRef file, StringRef folder) {
  constexpr uint64_t Largest = 1 << 20;
  std::string name = file.str();
  SmallString<256> path(file), real, realFolder;
  sys::fs::make_absolute(folder, path);
  std::error_code error = sys::fs::real_path(path, real);
  if (!error)
    error = sys::fs::real_path(folder.empty() ? "." : folder, realFolder);
  if (error)
    return createStringError(error, "cannot read the vocabulary %s: %s", name.c_str(),
                             error.message().c_str());
  if (!liesIn(real, realFolder))
    return createStringError("the vocabulary %s lies outside of %s: it is not read", name.c_str(),
                             realFolder.c_str());
  sys::fs::file_status status;
  if (sys::fs::status(real, status) || !sys::fs::is_regular_file(status) ||
      status.getSize() > Largest)
    return createStringError("%s: a vocabulary is a file of at most 1 MiB", name.c_str());
  auto buffer = MemoryBuffer::getFile(real);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read the vocabulary %s: %s", name.c_str(),
                             buffer.getError().message().c_str());
  return parseVocabulary((*buffer)->getBuffer(), file);
}

} // namespace tether
