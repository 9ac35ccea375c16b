#include "matchers/Check.h"

namespace tether {

const Check *findCheck(llvm::StringRef id) {
  id = bareId(id);
  for (const Check *check : allRules())
    if (check->id == id)
      return check;
  return nullptr;
}

llvm::StringRef bareId(llvm::StringRef id) {
  id.consume_front("tether-");
  return id;
}

} // namespace tether
