//===- Analysis.h - one job in, plain data out ----------------------------===//
//
// Parses one translation unit with our Clang and runs the checks on it. Runs in a worker: it may
// crash or never end, and holds nothing that outlives the call. One thread.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Finding.h"
#include "matchers/Profile.h"
#include "matchers/Suppression.h"
#include "matchers/Vocabulary.h"
#include "tool/Project.h"
#include "tool/Result.h"

#include <functional>
#include <map>
#include <set>

namespace tether {

class Unit;

/// What is the same for every job of a run.
struct AnalysisSettings {
  Vocabulary vocabulary;
  std::function<bool(llvm::StringRef path)> owns; ///< whether a file (absolute) is the project's
  std::set<std::string> checks;                   ///< ids to run
  Runtime runtime = Runtime::Server;
  std::map<std::string, Level> levels; ///< replaces the level of a check's findings
  std::string resourceDir;             ///< of the Clang we are linked to
};

/// What one job says. Plain data: it crosses processes.
struct UnitResult {
  std::vector<Finding> findings;
  std::vector<Suppression> suppressions; ///< in the project's files that the unit includes
  std::vector<std::string> handlers;     ///< qualified names
  std::vector<Span> handlerPlaces;       ///< where they are written
  std::vector<std::string> unfinished;   ///< functions that were too complex: FILE:LINE:COLUMN
  Profile profile;
  std::optional<Failure> failure;
  std::vector<std::string> answer; ///< to a question: lines of text without ends
};

/// A line to explain, or a type.
struct Question {
  std::string file; ///< absolute
  unsigned line = 0;
  std::string type; ///< qualified; if it is given, the line is not looked at
};

/// Parses and analyses. What does not parse is a `failure` of the result, never an error.
UnitResult analyse(const Job &job, const AnalysisSettings &settings);

/// Runs the checks on a unit: adds findings, handlers and what was too complex to the result.
void examine(Unit &unit, const AnalysisSettings &settings, UnitResult &result);

/// Only which handlers are written in the main file, whoever owns it.
UnitResult findHandlers(const Job &job, const AnalysisSettings &settings);

/// What the analysis thinks of a type, or of a line: its obligations, their fates, why something
/// was or was not said. The result's `answer`; empty if the line has nothing of interest.
UnitResult explain(const Job &job, const AnalysisSettings &settings, const Question &question);

/// Where the headers of our own Clang are.
std::string ownResourceDir();

} // namespace tether
