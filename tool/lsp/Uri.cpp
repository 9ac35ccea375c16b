#include "tool/lsp/Uri.h"

#include "tool/CompileCommands.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace tether::lsp {

std::string pathOf(StringRef uri) {
  if (!uri.consume_front("file://"))
    return "";
  // What stands before the path is this machine, if it is a file of ours at all.
  uri = uri.drop_until([](char c) { return c == '/'; });
  std::string path;
  while (!uri.empty()) {
    unsigned code = 0;
    if (uri.front() == '%' && uri.size() > 2 && !uri.substr(1, 2).getAsInteger(16, code)) {
      path += static_cast<char>(code);
      uri = uri.drop_front(3);
    } else {
      path += uri.front();
      uri = uri.drop_front();
    }
  }
  return path.empty() ? path : absolutePath(path, "/");
}

std::string uriOf(StringRef path) {
  std::string uri = "file://";
  for (unsigned char c : path)
    if (isAlnum(c) || StringRef("-_.~/").contains(c))
      uri += c;
    else
      uri += "%" + toHex(StringRef(reinterpret_cast<const char *>(&c), 1));
  return uri;
}

} // namespace tether::lsp
