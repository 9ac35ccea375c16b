//===- Fixture.h - runs the analysis on files with markers ----------------===//
#pragma once

#include "tool/Result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tether::tests {

std::filesystem::path sourceDir();

/// The whole file; empty if there is none.
std::string readFile(const std::filesystem::path &file);

/// Every fixture that says on its lines what must be found, sorted.
std::vector<std::filesystem::path> markedFixtures();

/// The flags of a fixture. Within its first three lines `// flags: -std=c++17` replaces the
/// default, with `{multiarch}` for Debian's name of the machine, and `// mock: folly` adds the stub
/// headers of fixtures/mock/folly. Fixtures of checks see all of fixtures/mock; those of libraries
/// and frameworks only what they name, beside the real headers.
std::vector<std::string> flagsOf(const std::filesystem::path &file, const std::string &source);

/// Analyses one file as `tether check FILE -- FLAGS` does. The configuration may be empty.
Result check(const std::filesystem::path &file, std::vector<std::string> flags,
             const std::string &config);

/// Analyses a text under a name of that extension.
Result checkText(const std::string &text, std::vector<std::string> flags = {"-std=c++20"},
                 const std::string &extension = ".cpp", const std::string &config = "");

/// "LINE id" for every finding that is not suppressed, with " handler", " outside" or " entry=NAME"
/// behind it if the fixture asks for that on the line; sorted.
std::vector<std::string> told(const Result &result, const std::string &source);

/// "LINE id" for every marker of the source, likewise; sorted. `known-false` markers are expected
/// to be told, `known-miss` markers are not.
std::vector<std::string> wanted(const std::string &source);

} // namespace tether::tests
