#include "tests/Fixture.h"

#include "matchers/Check.h"
#include "tests/TempFolder.h"
#include "tool/Config.h"
#include "tool/Policy.h"
#include "tool/Session.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"

#include <fstream>
#include <map>
#include <sstream>

using namespace llvm;

namespace tether::tests {

std::filesystem::path sourceDir() { return TETHER_SOURCE_DIR; }

std::string readFile(const std::filesystem::path &file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

static bool isAbout(const std::filesystem::path &file, StringRef what) {
  std::string folder = (sourceDir() / "fixtures" / what.str() / "").string();
  return StringRef(file.string()).starts_with(folder);
}

std::vector<std::filesystem::path> markedFixtures() {
  std::vector<std::filesystem::path> files;
  for (const auto &entry : std::filesystem::recursive_directory_iterator(sourceDir() / "fixtures"))
    if (entry.path().extension() == ".cpp" && !isAbout(entry.path(), "mock") &&
        !isAbout(entry.path(), "shop"))
      files.push_back(entry.path());
  sort(files);
  return files;
}

std::vector<std::string> flagsOf(const std::filesystem::path &file, const std::string &source) {
  std::string mocks = (sourceDir() / "fixtures/mock").string();
  std::vector<std::string> flags = {"-std=c++20"};
  if (!isAbout(file, "libraries") && !isAbout(file, "frameworks"))
    flags.push_back("-I" + mocks);
  SmallVector<StringRef, 4> lines;
  StringRef(source).split(lines, '\n', 3);
  for (StringRef line : ArrayRef(lines).take_front(3)) {
    bool isFlags = line.consume_front("// flags:");
    if (!isFlags && !line.consume_front("// mock:"))
      continue;
    SmallVector<StringRef, 8> words;
    line.split(words, ' ', -1, false);
    for (StringRef word : words) {
      auto [before, after] = word.split("{multiarch}");
      std::string text =
          word.contains("{multiarch}") ? (before + TETHER_MULTIARCH + after).str() : word.str();
      flags.push_back(isFlags ? text : "-isystem" + mocks + "/" + text);
    }
  }
  return flags;
}

Result check(const std::filesystem::path &file, std::vector<std::string> flags,
             const std::string &config) {
  Options options;
  options.fixedFlags = std::move(flags);
  options.config = config;
  Expected<Session> session = openSession(options, {file.string()});
  if (!session) {
    ADD_FAILURE() << toString(session.takeError());
    return {};
  }
  std::vector<UnitResult> units;
  for (const Job &job : session->project.jobs)
    units.push_back(analyse(job, session->settingsFor(job)));
  return applyPolicy(std::move(units), session->policy);
}

Result checkText(const std::string &text, std::vector<std::string> flags,
                 const std::string &extension, const std::string &config) {
  TempFolder folder;
  std::string file = folder.write("input" + extension, text);
  std::string configFile = folder.write("config.yaml", config);
  return check(file, std::move(flags), config.empty() ? "" : configFile);
}

namespace {

/// The words of a marker, with what they say about the handler.
struct Marker {
  std::vector<std::string> ids;
  std::string scope; ///< "", "handler", "outside" or "entry=NAME"
};

Marker parseMarker(StringRef words) {
  Marker marker;
  for (auto [word, rest] = getToken(words); !word.empty(); std::tie(word, rest) = getToken(rest)) {
    if (word == "because")
      break;
    if (word == "handler" || word == "outside" || word.starts_with("entry="))
      marker.scope = word.str();
    else
      marker.ids.push_back(word.str());
  }
  return marker;
}

/// What the finding has of what the marker asks for.
std::string scopeOf(const Finding &finding, StringRef asked) {
  if (!finding.handler)
    return " outside";
  return asked.starts_with("entry=") ? " entry=" + finding.handler->entry : " handler";
}

/// The markers of a source by line; `kind` is "want:", "known-false:" or "known-miss:".
std::map<unsigned, Marker> markers(StringRef source, StringRef kind) {
  std::map<unsigned, Marker> found;
  unsigned number = 0;
  for (StringRef line : split(source, '\n')) {
    ++number;
    size_t at = line.find(("// " + kind).str());
    if (at != StringRef::npos)
      found[number] = parseMarker(line.substr(at + kind.size() + 3));
  }
  return found;
}

} // namespace

std::vector<std::string> told(const Result &result, const std::string &source) {
  std::map<unsigned, Marker> asked = markers(source, "want:");
  std::vector<std::string> lines;
  for (const Finding &finding : result.findings) {
    if (finding.suppressed)
      continue;
    std::string line = std::to_string(finding.at.line) + " " + finding.check;
    if (auto marker = asked.find(finding.at.line);
        marker != asked.end() && !marker->second.scope.empty())
      line += scopeOf(finding, marker->second.scope);
    lines.push_back(line);
  }
  sort(lines);
  return lines;
}

std::vector<std::string> wanted(const std::string &source) {
  std::vector<std::string> lines;
  for (StringRef kind : {"want:", "known-false:"})
    for (const auto &[number, marker] : markers(source, kind))
      for (const std::string &id : marker.ids)
        lines.push_back(std::to_string(number) + " " + id +
                        (marker.scope.empty() ? "" : " " + marker.scope));
  sort(lines);
  return lines;
}

} // namespace tether::tests
