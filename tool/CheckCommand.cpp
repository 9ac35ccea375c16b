#include "tool/Commands.h"
#include "tool/FixFiles.h"
#include "tool/HiddenHandlers.h"
#include "tool/Printable.h"
#include "tool/Runner.h"
#include "tool/Session.h"
#include "tool/Sources.h"
#include "tool/reports/ProfileText.h"
#include "tool/reports/Reports.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace tether {

/// A report that cannot be written should not cost a whole run first.
static Error checkWritable(const Options &options) {
  for (const ReportTarget &target : options.reports) {
    if (target.file.empty() || target.file == "-")
      continue;
    StringRef folder = sys::path::parent_path(target.file);
    std::error_code error =
        sys::fs::access(folder.empty() ? "." : folder, sys::fs::AccessMode::Write);
    if (!error && sys::fs::is_directory(target.file))
      error = std::make_error_code(std::errc::is_a_directory);
    if (error)
      return createStringError(error, "cannot write %s: %s", target.file.c_str(),
                               error.message().c_str());
  }
  return Error::success();
}

/// A full disk is an error like any other, not the end of the program.
static Error flushed(raw_fd_ostream &out) {
  out.flush();
  std::error_code error = out.error();
  out.clear_error();
  return error ? errorCodeToError(error) : Error::success();
}

using Write = std::function<Error(raw_ostream &)>;

/// To a temporary file first, so that a reader never sees half a report. What a link points to is
/// replaced, not the link; a pipe or a device is written to.
static Error writeFile(StringRef file, const Write &write) {
  SmallString<256> real(file);
  sys::fs::real_path(file, real);
  if (real.empty())
    real = file;
  sys::fs::file_status status;
  bool exists = !sys::fs::status(real, status) && sys::fs::exists(status);
  if (!exists || sys::fs::is_regular_file(status))
    return writeToOutput(real, write);
  std::error_code error;
  raw_fd_ostream out(real, error);
  if (error)
    return errorCodeToError(error);
  return write(out);
}

static Error writeReport(const ReportTarget &target, const Result &result, Sources &sources,
                         bool colour) {
  const ReportFormat *format = findReportFormat(target.format);
  if (target.file.empty() || target.file == "-") {
    format->write(result, sources, colour, outs());
    return Error::success();
  }
  auto write = [&](raw_ostream &out) -> Error {
    format->write(result, sources, false, out);
    return flushed(static_cast<raw_fd_ostream &>(out));
  };
  Error error = writeFile(target.file, write);
  if (!error)
    return error;
  return createStringError("cannot write %s: %s", target.file.c_str(),
                           toString(std::move(error)).c_str());
}

static void tellDropped(const Project &project) {
  if (project.dropped.empty())
    return;
  std::vector<std::string> names;
  for (const auto &[name, count] : project.dropped)
    names.push_back(name);
  constexpr size_t Most = 8;
  std::string more;
  if (names.size() > Most)
    more = formatv(" and {0} more", names.size() - Most);
  names.resize(std::min(names.size(), Most));
  errs() << "tether: flags that are not passed on to the parser: " << join(names, " ") << more
         << "\n";
}

static void tellRemarks(const Session &session) {
  tellDropped(session.project);
  for (const std::string &remark : session.remarks)
    errs() << "tether: " << remark << "\n";
}

/// One line on a terminal, rewritten; nothing in a pipe.
class ProgressLine {
public:
  explicit ProgressLine(bool quiet) : shown(!quiet && sys::Process::StandardErrIsDisplayed()) {}
  ~ProgressLine() { clear(); }

  void operator()(size_t done, size_t total, StringRef file) {
    if (!shown)
      return;
    errs() << formatv("\r\x1b[K[{0}/{1}] {2}", done, total,
                      printable(sys::path::filename(file), 60));
  }
  void clear() {
    if (shown)
      errs() << "\r\x1b[K";
  }

private:
  bool shown;
};

static void addRefused(const Project &project, Result &result) {
  for (const Refusal &refusal : project.refused) {
    Failure failure;
    failure.kind = refusal.kind;
    failure.file = relativeTo(refusal.file, result.root);
    failure.message = refusal.message;
    result.failures.push_back(std::move(failure));
    ++result.summary.units;
    ++result.summary.failed;
  }
  sort(result.failures, [](const Failure &a, const Failure &b) {
    return std::tie(a.file, a.kind, a.message) < std::tie(b.file, b.kind, b.message);
  });
}

static bool wasInterrupted(const Result &result) {
  return any_of(result.failures,
                [](const Failure &failure) { return failure.kind == "interrupted"; });
}

static int exitCode(const Result &result, const Options &options) {
  // Who accepts files that cannot be analysed has not accepted a run that was cut short.
  if (wasInterrupted(result) || (!result.failures.empty() && !options.allowIncomplete))
    return 3;
  const Summary &summary = result.summary;
  if (!options.failOn)
    return 0;
  unsigned failing = summary.errors;
  if (*options.failOn <= Level::Warning)
    failing += summary.warnings;
  if (*options.failOn <= Level::Note)
    failing += summary.notes;
  return failing ? 1 : 0;
}

static bool wantsColour(const Options &options) {
  if (options.colour == "auto")
    return sys::Process::StandardOutHasColors() && !std::getenv("NO_COLOR");
  return options.colour == "always";
}

static Error writeReports(const Result &result, const Options &options, Sources &sources) {
  // Files first: what is said on standard output cannot be taken back.
  std::vector<ReportTarget> targets = options.reports;
  std::stable_partition(targets.begin(), targets.end(),
                        [](const ReportTarget &target) { return !target.file.empty(); });
  for (const ReportTarget &target : targets)
    if (Error error = writeReport(target, result, sources, wantsColour(options)))
      return error;
  outs().flush();
  return Error::success();
}

static Error writeFixes(const Result &result, const Options &options, Sources &sources) {
  if (!options.fix && !options.fixUnsafe)
    return Error::success();
  Expected<FixedFiles> done = fixFiles(result, sources, options.fixUnsafe);
  if (!done)
    return done.takeError();
  if (!options.quiet)
    errs() << formatv("tether: {0} of {1} findings fixed in {2} files\n", done->findings,
                      result.findings.size() - result.summary.suppressed, done->files);
  if (done->postponed != 0 && !options.quiet)
    errs() << formatv("tether: {0} fixes overlap others: run again\n", done->postponed);
  return Error::success();
}

Expected<int> runCheck(const Options &options) {
  if (Error error = checkWritable(options))
    return std::move(error);
  Expected<Session> session = openSession(options, options.paths);
  if (!session)
    return session.takeError();
  if (!options.quiet)
    tellRemarks(*session);
  ProgressLine progress(options.quiet);
  std::vector<Job> jobs = session->project.jobs;
  llvm::append_range(jobs, session->hiding);
  Expected<std::vector<UnitResult>> units = runJobs(
      jobs,
      [&](const Job &job) {
        const AnalysisSettings &settings = session->settingsFor(job);
        return job.onlyHandlers ? findHandlers(job, settings) : analyse(job, settings);
      },
      {options.jobs, options.timeout, options.memory}, progress);
  if (!units)
    return units.takeError();
  auto firstHiding = units->begin() + session->project.jobs.size();
  HiddenHandlers excluded =
      excludedHandlers(ArrayRef(*units).drop_front(session->project.jobs.size()));
  units->erase(firstHiding, units->end());
  progress.clear();
  Profile profile;
  for (const UnitResult &unit : *units)
    profile.add(unit.profile);
  Result result = applyPolicy(std::move(*units), session->policy);
  addRefused(session->project, result);
  result.summary.excluded = session->excluded;
  result.summary.excludedHandlers = excluded;
  result.summary.units += session->excluded;
  if (wasInterrupted(result) && !options.quiet)
    errs() << "tether: interrupted: the report holds what was found until now\n";
  // The report shows the lines as they were.
  Sources sources(result.root);
  if (Error error = writeReports(result, options, sources))
    return std::move(error);
  if (Error error = writeFixes(result, options, sources))
    return std::move(error);
  if (options.profile)
    writeProfile(profile, errs());
  return exitCode(result, options);
}

} // namespace tether
