// What the tests of the reports share.
#pragma once

#include "tool/Result.h"
#include "tool/Sources.h"
#include "tool/reports/Reports.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <fstream>
#include <gtest/gtest.h>

namespace tether {

/// A root with files, and a result that talks about them.
class ReportsFixture : public testing::Test {
protected:
  Result result;

  ReportsFixture() {
    llvm::SmallString<128> folder;
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("tether-reports", folder));
    result.root = folder.str().str();
  }
  ~ReportsFixture() override { llvm::sys::fs::remove_directories(result.root); }

  void file(const std::string &name, const std::string &text) {
    std::ofstream(result.root + "/" + name, std::ios::binary) << text;
  }
  Finding &finding(Span at, std::string check = "discarded-future") {
    Finding &added = result.findings.emplace_back();
    added.check = std::move(check);
    added.at = std::move(at);
    added.message = "nobody will see that `send` failed";
    ++result.summary.warnings;
    return added;
  }
  std::string write(llvm::StringRef format, bool colour = false) {
    Sources sources(result.root);
    std::string text;
    llvm::raw_string_ostream out(text);
    findReportFormat(format)->write(result, sources, colour, out);
    return text;
  }
  /// The text report without its closing lines.
  std::string findingsText() {
    std::string text = write("text");
    return text.substr(0, text.rfind("\n\n") + 1);
  }
};

} // namespace tether
