#include "tool/reports/Reports.h"

#include "tool/reports/Json.h"
#include "tool/reports/Sarif.h"
#include "tool/reports/Text.h"

#include "llvm/ADT/STLExtras.h"

using namespace tether;

llvm::ArrayRef<ReportFormat> tether::reportFormats() {
  static constexpr ReportFormat Formats[] = {
      {"text", writeText},
      {"json", [](const Result &result, Sources &, bool,
                  llvm::raw_ostream &out) { writeJson(result, out); }},
      {"sarif", [](const Result &result, Sources &sources, bool,
                   llvm::raw_ostream &out) { writeSarif(result, sources, out); }},
  };
  return Formats;
}

const ReportFormat *tether::findReportFormat(llvm::StringRef name) {
  const auto *found = llvm::find_if(reportFormats(), [&](auto &f) { return f.name == name; });
  return found == reportFormats().end() ? nullptr : found;
}

std::string tether::reportFormatNames() {
  std::string names;
  for (const ReportFormat &format : reportFormats())
    names += (names.empty() ? "" : ", ") + format.name.str();
  return names;
}
