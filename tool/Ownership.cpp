#include "tool/Ownership.h"

#include "matchers/Places.h"

using namespace clang;
using namespace llvm;

namespace tether {

bool Ownership::operator()(SourceLocation location) {
  location = fileLoc(location, sources);
  if (location.isInvalid() || sources.isInSystemHeader(location))
    return false;
  FileID file = sources.getFileID(location);
  auto [slot, fresh] = memo.try_emplace(file, false);
  if (!fresh)
    return slot->second;
  OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
  bool owned = false;
  if (entry) {
    StringRef path = entry->getFileEntry().tryGetRealPathName();
    owned = settings.owns(path.empty() ? entry->getName() : path);
  }
  return memo[file] = owned;
}

} // namespace tether
