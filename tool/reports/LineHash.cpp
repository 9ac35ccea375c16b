#include "tool/reports/LineHash.h"

#include "tool/reports/Unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cstdint>
#include <unordered_map>

using namespace tether;

static constexpr size_t Window = 100;
static constexpr uint64_t Base = 37;
static constexpr char16_t EndOfFile = 0xFFFF;

namespace {
/// The units that are hashed and where among them each line starts.
struct Stream {
  std::vector<char16_t> units;
  std::vector<size_t> starts;

  void add(char16_t unit) {
    if (units.empty() || units.back() == u'\n')
      starts.push_back(units.size());
    units.push_back(unit);
  }
};
} // namespace

static Stream streamOf(llvm::StringRef text) {
  Stream stream;
  bool afterReturn = false;
  for (char16_t unit : utf16(text)) {
    bool folded = afterReturn && unit == u'\n';
    afterReturn = unit == u'\r';
    if (unit != u' ' && unit != u'\t' && !folded)
      stream.add(afterReturn ? u'\n' : unit);
  }
  stream.add(EndOfFile);
  stream.units.resize(stream.units.size() + Window, 0);
  return stream;
}

std::vector<std::string> tether::lineHashes(llvm::StringRef text) {
  Stream stream = streamOf(text);
  std::unordered_map<uint64_t, unsigned> occurrences;
  std::vector<std::string> hashes;
  for (size_t start : stream.starts) {
    uint64_t hash = 0;
    for (char16_t unit : llvm::ArrayRef(stream.units).slice(start, Window))
      hash = hash * Base + unit;
    hashes.push_back(llvm::utohexstr(hash, /*LowerCase=*/true) + ":" +
                     std::to_string(++occurrences[hash]));
  }
  return hashes;
}
