#include "tests/Live.h"

#include "llvm/ADT/STLExtras.h"

#include <stdexcept>

using namespace tether::lsp;

namespace tether::tests {

OpenedFile OpenedFile::open(const std::filesystem::path &path, std::vector<std::string> flags,
                            const std::string &config) {
  Options options;
  options.fixedFlags = std::move(flags);
  options.config = config;
  llvm::Expected<Session> session = openSession(options, {path.string()});
  if (!session)
    throw std::runtime_error(llvm::toString(session.takeError()));
  Workspace workspace{std::move(*session), std::nullopt};
  workspace.job = workspace.session.project.jobs.front();
  Command command(*workspace.job);
  return {std::move(workspace), std::move(command)};
}

static LiveAnswer analyseWith(const OpenedFile &file, const std::string &text, Bodies bodies) {
  const Workspace &workspace = file.workspace;
  std::optional<Head> head =
      file.command.parseHead(text, bodies, workspace.session.settingsFor(*workspace.job));
  return analyseLive(workspace, file.command, head ? &*head : nullptr, text, Encoding::Utf8);
}

LiveAnswer OpenedFile::analyse(const std::string &text) const {
  LiveAnswer answer = analyseWith(*this, text, Bodies::Own);
  return answer.unjudged.empty() ? answer : analyseWith(*this, text, Bodies::All);
}

static std::string line(unsigned line, const std::string &check, const std::string &message) {
  return std::to_string(line) + ": " + check + ": " + message;
}

/// Equal findings of one line are one in a report and several in an editor.
static std::vector<std::string> once(std::vector<std::string> lines) {
  llvm::sort(lines);
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  return lines;
}

std::vector<std::string> linesOf(const Result &result, const std::filesystem::path &file) {
  std::vector<std::string> lines;
  for (const Finding &each : result.findings)
    if (!each.suppressed && std::filesystem::path(each.at.file).filename() == file.filename())
      lines.push_back(line(each.at.line, each.check, each.message));
  return once(std::move(lines));
}

std::vector<std::string> linesOf(const LiveAnswer &answer) {
  std::vector<std::string> lines;
  for (const LiveFinding &each : answer.findings)
    lines.push_back(line(each.range.start.line + 1, each.check, each.message));
  return once(std::move(lines));
}

} // namespace tether::tests
