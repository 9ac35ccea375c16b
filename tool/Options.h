//===- Options.h - the command line ---------------------------------------===//
#pragma once

#include "matchers/Finding.h"

#include "llvm/Support/Error.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tether {

/// Where a report goes: an empty file is standard output.
struct ReportTarget {
  std::string format;
  std::string file;
};

struct Options {
  std::string command; ///< "check", "why", "vocabulary" ...; empty: only help was wanted
  std::string help;    ///< printed to standard output, and nothing else is done
  // check, why, vocabulary --why
  std::vector<std::string> paths;
  std::string buildDir;
  std::optional<std::vector<std::string>> fixedFlags; ///< what stands after `--`
  std::string config;
  bool isLive = false; ///< an editor asks: a file may not exist yet, and is not named but open
  std::vector<std::string> addFlags;    ///< to every command, beside those of the configuration
  std::vector<std::string> removeFlags; ///< likewise
  std::vector<ReportTarget> reports;
  std::vector<std::string> checks; ///< globs; a leading `-` takes away
  std::map<std::string, Level> levels;
  std::optional<Level> failOn = Level::Warning; ///< nothing: never
  unsigned jobs = 1;
  unsigned timeout = 120; ///< CPU seconds per file
  unsigned memory = 4096; ///< MiB per file
  bool allowIncomplete = false;
  std::string colour = "auto";
  bool quiet = false;
  bool profile = false;
  bool fix = false;       ///< write safe fixes into the files
  bool fixUnsafe = false; ///< others, too
  // why FILE:LINE, explain CHECK, docs DIR, vocabulary NAME, config --print FILE
  std::string subject;
  bool json = false;
  bool checkOnly = false; ///< docs: compare instead of write; config: only check
  bool schema = false;    ///< config: print the schema
  // lsp
  std::string clangd;                       ///< the program; empty: it is looked for
  std::vector<std::string> clangdArguments; ///< what is not ours
  bool standalone = false;                  ///< without a clangd
  unsigned debounce = 300;                  ///< milliseconds
  std::string trace;                        ///< file for what happened; empty: none
};

/// Reads the arguments, without the program's name. An error is one line that says what is wrong
/// with them.
llvm::Expected<Options> parseOptions(std::vector<std::string> arguments);

} // namespace tether
