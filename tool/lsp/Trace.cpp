#include "tool/lsp/Trace.h"

#include <nlohmann/json.hpp>

#include <chrono>

using namespace llvm;

namespace tether::lsp {

Expected<Trace> Trace::create(StringRef file) {
  Trace trace;
  if (file.empty())
    return trace;
  std::error_code error;
  trace.out = std::make_unique<raw_fd_ostream>(file, error);
  if (error)
    return createStringError(error, "--trace: cannot write %s: %s", file.str().c_str(),
                             error.message().c_str());
  return trace;
}

void Trace::operator()(StringRef event, nlohmann::json details) {
  if (!out)
    return;
  using namespace std::chrono;
  details["event"] = event.str();
  details["ms"] =
      duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count() / 1000.0;
  *out << details.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  out->flush();
}

} // namespace tether::lsp
