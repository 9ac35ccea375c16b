#include "tool/reports/ProfileText.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"

#include <algorithm>
#include <vector>

using namespace llvm;

namespace tether {

static void writeTimes(StringRef title, const std::map<std::string, double> &times,
                       raw_ostream &out) {
  std::vector<std::pair<std::string, double>> sorted(times.begin(), times.end());
  llvm::stable_sort(sorted, [](const auto &a, const auto &b) { return a.second > b.second; });
  out << title << '\n';
  for (const auto &[name, time] : sorted)
    out << format("%12.1f ms  ", time) << name << '\n';
}

void writeProfile(const Profile &profile, raw_ostream &out) {
  writeTimes("CPU time of all files, by phase:", profile.phases, out);
  writeTimes("by check:", profile.checks, out);
  auto parse = profile.phases.find("parse");
  double share =
      parse == profile.phases.end() || parse->second <= 0 ? 0 : 100 * profile.own() / parse->second;
  out << "own analysis: " << format("%.1f", share) << " % of the parse\n";
}

} // namespace tether
