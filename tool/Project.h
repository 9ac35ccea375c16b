//===- Project.h - which files to analyse, with which flags -----*- C++ -*-===//
//
// From paths on a command line and a compile database to a list of jobs: plain data, ready to be
// sent to workers. Reads folders, the database and response files; runs nothing. Thread-safe.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Flags.h"

#include "llvm/Support/Error.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tether {

/// One translation unit.
struct Job {
  std::string file;                   ///< absolute, cleaned; symbolic links stay
  std::string directory;              ///< absolute; what relative paths in `arguments` count from
  std::vector<std::string> arguments; ///< see CleanCommand
  /// "inferred from src/a.cpp" if the database has no command for the file, else empty.
  std::string guess;
  bool onlyHandlers = false; ///< excluded: it is only asked which request handlers it has
};

/// A file that is in the database or was named, and that cannot be analysed.
struct Refusal {
  std::string kind; ///< as in Failure: "refused", "missing"
  std::string file; ///< absolute, cleaned
  std::string message;
};

struct ProjectOptions {
  std::vector<std::string> paths; ///< files and folders; empty: all of the database found from cwd
  std::string buildDir;           ///< -p, empty if not given
  std::optional<std::vector<std::string>> fixedFlags; ///< what stands after `--`, if that is there
  FlagRules flags;
  bool mayBeMissing = false; ///< the paths are files that need not exist yet
  std::string cwd;           ///< absolute; empty: of the process
};

struct Project {
  std::vector<Job> jobs;                   ///< sorted by file, then content: no two are equal
  std::vector<Refusal> refused;            ///< sorted by file
  std::map<std::string, unsigned> dropped; ///< flags to tell about: name, number of commands
  std::string root;                        ///< absolute; what reports name files relative to
  std::vector<std::string> databases;      ///< the files used; empty with fixed flags
  /// Folders that hold a database but not most of its sources: for Scope.
  std::vector<std::string> buildFolders;
};

/// Fails, with a line for the user and perhaps help below it, if there is no database, if it is
/// malformed or empty, if a path does not exist or has nothing to analyse, and if a glob of
/// `flags.remove` is bad. What is wrong with one file of the database is in `refused`.
llvm::Expected<Project> loadProject(const ProjectOptions &options);

} // namespace tether
