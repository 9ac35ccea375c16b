//===- CompileCommands.cpp - reads compile_commands.json ------------------===//

#include "tool/CompileCommands.h"

#include "tool/Printable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <nlohmann/json.hpp>

namespace tether {

using clang::tooling::CompileCommand;

namespace {

/// Receives the events of nlohmann's parser, which needs neither recursion nor a tree. Its member
/// names are the parser's; each says whether to go on.
class Reader {
public:
  explicit Reader(llvm::StringRef folder) : folder(folder) {}

  std::vector<CompileCommand> entries;
  std::string error;

  bool null() { return other(); }
  bool boolean(bool) { return other(); }
  bool number_integer(int64_t) { return other(); }
  bool number_unsigned(uint64_t) { return other(); }
  bool number_float(double, const std::string &) { return other(); }
  bool binary(nlohmann::json::binary_t &) { return other(); }

  bool string(std::string &value) {
    if (depth < 2 || !wanted())
      return other();
    if (value.find('\0') != std::string::npos)
      return fail("has a NUL character in \"" + name + "\"");
    if (depth == 3)
      entry.CommandLine.push_back(std::move(value));
    else if (name == "file")
      entry.Filename = std::move(value);
    else if (name == "directory")
      entry.Directory = std::move(value);
    else if (name == "command")
      command = std::move(value);
    else
      return other();
    return true;
  }

  bool key(std::string &value) {
    if (depth == 2)
      name = std::move(value);
    return true;
  }

  bool start_array(std::size_t) {
    if (depth == 1 || (depth == 3 && wanted()) || (depth == 2 && wanted() && name != "arguments"))
      return other();
    hasArguments |= depth == 2 && wanted();
    ++depth;
    return true;
  }

  bool start_object(std::size_t) {
    if (depth == 0 || (depth > 1 && depth < 4 && wanted()))
      return other();
    if (++depth == 2) {
      entry = CompileCommand();
      command.clear();
      name.clear();
      hasArguments = false;
    }
    return true;
  }

  bool end_array() { return --depth, true; }
  bool end_object() { return --depth > 1 || finish(); }

  bool parse_error(std::size_t, const std::string &, const nlohmann::json::exception &failure) {
    llvm::StringRef what = failure.what();
    error = printable(what.substr(what.find("] ") + 2), 300);
    return false;
  }

private:
  /// Whether the key we are under, at whatever depth, is one that we read.
  bool wanted() const {
    return name == "file" || name == "directory" || name == "command" || name == "arguments";
  }

  /// A value that is not what we expect: of no matter under unknown keys.
  bool other() {
    if (depth == 0)
      return error = "it is not an array of entries", false;
    if (depth == 1)
      return fail("is not an object");
    if (!wanted())
      return true;
    return fail(name == "arguments" ? "has \"arguments\" that are no list of strings"
                                    : "has a \"" + name + "\" that is no string");
  }

  bool fail(const std::string &what) {
    error = "entry " + std::to_string(entries.size() + 1) + " " + what;
    return false;
  }

  bool finish() {
    if (entry.Filename.empty())
      return fail("has no \"file\"");
    if (entry.Directory.empty())
      return fail("has no \"directory\"");
    if (!hasArguments && command.empty())
      return fail("has neither \"command\" nor \"arguments\"");
    if (!hasArguments)
      entry.CommandLine = shellWords(command);
    entry.Directory = absolutePath(entry.Directory, folder);
    entry.Filename = absolutePath(entry.Filename, entry.Directory);
    entries.push_back(std::move(entry));
    return true;
  }

  llvm::StringRef folder;
  unsigned depth = 0; ///< 1 in the array, 2 in an entry, 3 in its arguments
  std::string name;   ///< the key of the entry that we are under
  CompileCommand entry;
  std::string command;
  bool hasArguments = false;
};

/// Reads the part of a word from `text` that stands between double quotes, the closing one too.
void takeDoubleQuoted(llvm::StringRef &text, std::string &word) {
  while (!text.empty() && text.front() != '"') {
    if (text.size() > 1 && text[0] == '\\' && llvm::StringRef("\\\"$`\n").contains(text[1]))
      text = text.drop_front();
    word += text.front();
    text = text.drop_front();
  }
  text = text.drop_front(!text.empty());
}

/// Takes one word from the front of `text`, which does not start with a blank.
std::string takeWord(llvm::StringRef &text) {
  std::string word;
  while (!text.empty() && !llvm::isSpace(text.front())) {
    char c = text.front();
    text = text.drop_front();
    if (c == '\'') {
      word += text.take_until([](char end) { return end == '\''; });
      text = text.drop_until([](char end) { return end == '\''; });
      text = text.drop_front(!text.empty());
    } else if (c == '"') {
      takeDoubleQuoted(text, word);
    } else if (c == '\\' && !text.empty()) {
      word += text.front();
      text = text.drop_front();
    } else {
      word += c;
    }
  }
  return word;
}

} // namespace

std::vector<std::string> shellWords(llvm::StringRef command) {
  std::vector<std::string> words;
  for (command = command.ltrim(); !command.empty(); command = command.ltrim())
    words.push_back(takeWord(command));
  return words;
}

std::string absolutePath(llvm::StringRef path, llvm::StringRef folder) {
  llvm::SmallString<256> absolute(path);
  llvm::sys::fs::make_absolute(folder, absolute);
  llvm::sys::path::remove_dots(absolute, /*remove_dot_dot=*/true);
  llvm::StringRef clean = absolute;
  while (clean.size() > 1 && clean.ends_with("/"))
    clean = clean.drop_back();
  return clean.str();
}

llvm::Expected<std::vector<CompileCommand>> readCompileCommands(llvm::StringRef file) {
  auto bad = [&](const llvm::Twine &why) {
    return llvm::createStringError("compile database '" + printable(file) + "' " + why);
  };
  // Follows links, as to build/compile_commands.json; anything but a file might never end.
  if (!llvm::sys::fs::is_regular_file(file))
    return bad("is not a file");
  auto buffer = llvm::MemoryBuffer::getFile(file);
  if (!buffer)
    return bad("cannot be read: " + buffer.getError().message());
  Reader reader(llvm::sys::path::parent_path(file));
  llvm::StringRef text = (*buffer)->getBuffer();
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &reader))
    return bad("is malformed: " + reader.error);
  if (reader.entries.empty())
    return bad("is empty: it names no file. Configure the project again");
  return std::move(reader.entries);
}

} // namespace tether
