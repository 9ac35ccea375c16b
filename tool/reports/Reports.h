//===- Reports.h - the formats of a report, by name -----------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace tether {

struct Result;
class Sources;

struct ReportFormat {
  llvm::StringLiteral name; ///< as after `--format`
  /// Writes the whole report. Cannot fail, except that the stream does. Only text knows colours.
  void (*write)(const Result &result, Sources &sources, bool colour, llvm::raw_ostream &out);
};

/// All formats, the default first. Static storage.
llvm::ArrayRef<ReportFormat> reportFormats();

/// The format of that name, or null.
const ReportFormat *findReportFormat(llvm::StringRef name);

/// "text, json, sarif", for messages.
std::string reportFormatNames();

} // namespace tether
