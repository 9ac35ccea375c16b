//===- Database.cpp - where the compile commands of a project are ---------===//

#include "tool/Database.h"

#include "tool/Compiler.h"
#include "tool/Printable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <map>

namespace tether {

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;
using clang::tooling::CompilationDatabase;
using clang::tooling::CompileCommand;

namespace {

constexpr llvm::StringLiteral commandsName = "compile_commands.json";
constexpr llvm::StringLiteral flagsName = "compile_flags.txt";
constexpr llvm::StringLiteral buildPrefixes[] = {"build", "out", "cmake-build"};

constexpr llvm::StringLiteral howToMakeOne =
    "  to make one:\n"
    "    CMake  cmake -S . -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON\n"
    "    Meson  meson setup build (writes it by itself)\n"
    "    Bazel  bazel run @hedron_compile_commands//:refresh_all (hedron_compile_commands)\n"
    "    Bear   bear -- make (or any other build command)\n"
    "  or name the files and give their flags: tether check FILE... -- -std=c++20 -Iinclude";

std::string child(llvm::StringRef folder, llvm::StringRef name) {
  llvm::SmallString<256> joined(folder);
  path::append(joined, name);
  return joined.str().str();
}

/// build*, then out*, then cmake-build*; sorted within each, so `build` comes first.
std::vector<std::string> buildFolders(llvm::StringRef folder) {
  std::vector<std::string> groups[std::size(buildPrefixes)];
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; it != end && !error; it.increment(error)) {
    llvm::StringRef name = path::filename(it->path());
    for (size_t i = 0; i < std::size(buildPrefixes); ++i)
      if (name.starts_with(buildPrefixes[i]) && fs::is_directory(it->path()))
        groups[i].push_back(it->path());
  }
  std::vector<std::string> all;
  for (std::vector<std::string> &group : groups) {
    llvm::sort(group);
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

/// A database directly in the folder; empty path if there is none.
DatabaseFile databaseIn(llvm::StringRef folder) {
  if (std::string commands = child(folder, commandsName); fs::is_regular_file(commands))
    return {commands, false};
  if (std::string flags = child(folder, flagsName); fs::is_regular_file(flags))
    return {flags, true};
  return {};
}

class Commands : public CompilationDatabase {
public:
  explicit Commands(std::vector<CompileCommand> all) : all(std::move(all)) {
    for (size_t i = 0; i < this->all.size(); ++i)
      byFile[this->all[i].Filename].push_back(i);
  }

  std::vector<CompileCommand> getCompileCommands(llvm::StringRef file) const override {
    std::vector<CompileCommand> found;
    if (auto it = byFile.find(file.str()); it != byFile.end())
      for (size_t i : it->second)
        found.push_back(all[i]);
    return found;
  }

  std::vector<std::string> getAllFiles() const override {
    std::vector<std::string> files;
    for (const auto &[file, indexes] : byFile)
      files.push_back(file);
    return files;
  }

private:
  std::vector<CompileCommand> all;
  std::map<std::string, std::vector<size_t>> byFile;
};

} // namespace

llvm::Expected<DatabaseFile> databaseAt(llvm::StringRef place) {
  if (fs::is_regular_file(place))
    return DatabaseFile{place.str(), path::filename(place) == flagsName};
  if (!fs::is_directory(place))
    return llvm::createStringError("-p '" + printable(place) + "': no such folder or file");
  DatabaseFile found = databaseIn(place);
  if (found.path.empty())
    return llvm::createStringError("-p '" + printable(place) + "': no " + commandsName +
                                   " and no " + flagsName + " in it\n" + howToMakeOne);
  return found;
}

llvm::Expected<DatabaseFile> findDatabase(llvm::StringRef start) {
  std::string places;
  for (llvm::StringRef folder = start; !folder.empty(); folder = path::parent_path(folder)) {
    if (DatabaseFile found = databaseIn(folder); !found.path.empty())
      return found;
    places += "\n    " + printable(folder);
    for (const std::string &build : buildFolders(folder)) {
      if (std::string commands = child(build, commandsName); fs::is_regular_file(commands))
        return DatabaseFile{commands, false};
      places += "\n    " + printable(build);
    }
  }
  return llvm::createStringError("no compile database for '" + printable(start) +
                                 "'\n  looked for " + commandsName + " and " + flagsName + " in" +
                                 places + "\n" + howToMakeOne);
}

llvm::Expected<std::vector<std::string>> readCompileFlags(llvm::StringRef file) {
  std::string why;
  auto database = clang::tooling::FixedCompilationDatabase::loadFromFile(file, why);
  if (!database)
    return llvm::createStringError("'" + printable(file) + "' cannot be read: " + printable(why));
  std::vector<std::string> command = database->getCompileCommands("").front().CommandLine;
  command.pop_back(); // the file that was asked for
  return command;
}

std::unique_ptr<CompilationDatabase> guessingDatabase(std::vector<CompileCommand> commands) {
  // The guess looks for the flags behind the first word, so that must be the compiler.
  for (CompileCommand &command : commands)
    dropLaunchers(command.CommandLine);
  return clang::tooling::inferMissingCompileCommands(
      std::make_unique<Commands>(std::move(commands)));
}

} // namespace tether
