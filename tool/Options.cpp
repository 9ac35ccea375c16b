#include "tool/Options.h"

#include "tool/Nearest.h"
#include "tool/Version.h"
#include "tool/reports/Reports.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <CLI/CLI.hpp>
#include <thread>

using namespace llvm;

namespace tether {
namespace {

/// What CLI11 fills in as text, before it is checked.
struct Raw {
  std::string format = "text";
  std::string output;
  std::vector<std::string> reports;
  std::vector<std::string> checks;
  std::vector<std::string> levels;
  std::vector<std::string> whyType;
  std::string failOn = "warning";
};

constexpr const char *Footer = R"(
Exit codes: 0 nothing at or above the fail level, 1 findings, 2 usage, configuration or internal
error, 3 some file could not be analysed, or the run was interrupted.)";

void declareProject(CLI::App &command, Options &options) {
  command
      .add_option("-p,--build-dir", options.buildDir,
                  "Folder of compile_commands.json; else it is looked for upwards and in build*/")
      ->type_name("DIR");
  command
      .add_option("--config", options.config,
                  "Configuration; else the nearest .tether.yaml upwards from the root")
      ->type_name("FILE");
  command.add_option("--timeout", options.timeout, "CPU seconds per file")
      ->check(CLI::Range(1u, 86400u))
      ->capture_default_str()
      ->type_name("S");
  command.add_option("--memory", options.memory, "Memory per file")
      ->check(CLI::Range(64u, 1u << 24))
      ->capture_default_str()
      ->type_name("MIB");
}

void declareCheck(CLI::App &app, Options &options, Raw &raw) {
  CLI::App *check = app.add_subcommand("check", "Analyse files and report what is lost");
  check->add_option("paths", options.paths, "Files and folders; else the whole compile database")
      ->type_name("PATH");
  declareProject(*check, options);
  check->add_option("-j,--jobs", options.jobs, "Worker processes")
      ->check(CLI::Range(1u, 1024u))
      ->type_name("N");
  check->add_option("--format", raw.format, "Form of the report: " + reportFormatNames())
      ->type_name("FORMAT");
  check->add_option("-o,--output", raw.output, "Write the report there")->type_name("FILE");
  check->add_option("--report", raw.reports, "Write one more report; may be repeated")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("FORMAT:FILE");
  check
      ->add_option("--checks", raw.checks, "Only these checks: globs, with '-' in front taken away")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("GLOB,-GLOB");
  check->add_option("--level", raw.levels, "Give a check's findings this level; may be repeated")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false)
      ->type_name("CHECK=LEVEL");
  check->add_option("--fail-on", raw.failOn, "Exit with 1 from this level on, or 'never'")
      ->capture_default_str()
      ->type_name("LEVEL");
  check->add_flag("--allow-incomplete", options.allowIncomplete,
                  "Do not exit with 3 if some file could not be analysed");
  check->add_option("--color,--colour", options.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  check->add_flag("-q,--quiet", options.quiet, "No progress and no remarks on standard error");
  check->add_flag("--profile", options.profile,
                  "Say on standard error what the time was spent on, by phase and by check");
  check->add_flag("--fix", options.fix, "Write the fixes that are safe into the files");
  check->add_flag("--fix-unsafe", options.fixUnsafe,
                  "Write fixes that change behaviour, too: read the difference");
  check->footer("Flags after '--' replace the compile database:\n"
                "  tether check file.cpp -- -std=c++20 -Iinclude\n");
}

void declareOthers(CLI::App &app, Options &options, Raw &raw) {
  CLI::App *why = app.add_subcommand("why", "Say what is thought of a line, and why");
  why->add_option("place", options.subject, "The line to explain")
      ->required()
      ->type_name("FILE:LINE");
  declareProject(*why, options);
  CLI::App *vocabulary = app.add_subcommand(
      "vocabulary", "List the libraries and frameworks that are known, or show one entry");
  vocabulary->add_option("name", options.subject, "A library, a framework, a type or a function")
      ->type_name("NAME");
  vocabulary->add_flag("--json", options.json, "As JSON");
  vocabulary->add_option("--why", raw.whyType, "Why the type is or is not a handle in the file")
      ->expected(2)
      ->type_name("TYPE FILE");
  declareProject(*vocabulary, options);
  CLI::App *config =
      app.add_subcommand("config", "Show the configuration that holds, and where it comes from");
  config
      ->add_option("--print", options.subject, "For this file or folder; else for the folder here")
      ->type_name("FILE");
  config->add_flag("--check", options.checkOnly, "Only say whether it is right");
  config->add_flag("--schema", options.schema, "Print the JSON schema of a .tether.yaml");
  config->add_option("--config", options.config, "This configuration in place of the nearest one")
      ->type_name("FILE");
  CLI::App *init = app.add_subcommand("init", "Write a .tether.yaml after a look at the project");
  init->add_option("folder", options.subject, "The project; else the folder here")
      ->type_name("DIR");
  CLI::App *explain = app.add_subcommand("explain", "Show the documentation of a check");
  explain->add_option("check", options.subject, "Its id")->required()->type_name("CHECK");
  CLI::App *checks = app.add_subcommand("checks", "List the checks");
  checks->add_flag("--json", options.json, "As JSON");
  CLI::App *docs =
      app.add_subcommand("docs", "Write the pages of docs/ that the code is the source of");
  docs->add_option("folder", options.subject, "Where to")->required()->type_name("DIR");
  docs->add_flag("--check", options.checkOnly, "Only say whether they are current");
}

void declareServer(CLI::App &app, Options &options) {
  CLI::App *lsp = app.add_subcommand(
      "lsp",
      "Language server: a clangd that also knows what is lost; clangd's arguments are taken");
  lsp->add_option(
         "--clangd", options.clangd,
         "The clangd to stand in front of; else $TETHER_CLANGD, else the newest on the path")
      ->type_name("PATH");
  lsp->add_flag("--standalone", options.standalone,
                "Without a clangd, for editors that run several servers for a file");
  lsp->add_option("--debounce", options.debounce, "Pause after an edit before it is analysed")
      ->check(CLI::Range(0u, 60000u))
      ->capture_default_str()
      ->type_name("MS");
  lsp->add_option("--trace", options.trace, "Write what happened and when, a JSON object a line")
      ->type_name("FILE");
  lsp->allow_extras();
  // What `lsp` starts; of no use to people.
  app.add_subcommand("lsp-worker")->group("");
}

Error badWord(StringRef what, StringRef word, std::vector<std::string> known) {
  return createStringError("unknown %s '%s'%s; there is %s", what.str().c_str(), word.str().c_str(),
                           didYouMean(word, known).c_str(), join(known, ", ").c_str());
}

Error checkFormat(StringRef format) {
  if (findReportFormat(format))
    return Error::success();
  std::vector<std::string> known;
  for (const ReportFormat &each : reportFormats())
    known.push_back(each.name.str());
  return badWord("format", format, known);
}

Error readReports(const Raw &raw, Options &options) {
  if (Error error = checkFormat(raw.format))
    return error;
  options.reports.push_back({raw.format, raw.output});
  for (StringRef report : raw.reports) {
    auto [format, file] = report.split(':');
    if (file.empty())
      return createStringError("--report wants FORMAT:FILE, not '%s'", report.str().c_str());
    if (Error error = checkFormat(format))
      return error;
    options.reports.push_back({format.str(), file.str()});
  }
  return Error::success();
}

Error readLevels(const Raw &raw, Options &options) {
  static const std::vector<std::string> known = {"error", "warning", "note"};
  for (StringRef entry : raw.levels) {
    auto [check, word] = entry.split('=');
    std::optional<Level> level = levelOf(std::string_view(word.data(), word.size()));
    if (!level)
      return badWord("level", word, known);
    options.levels[check.str()] = *level;
  }
  options.failOn = levelOf(raw.failOn);
  if (!options.failOn && raw.failOn != "never")
    return badWord("level", raw.failOn, {"error", "warning", "note", "never"});
  return Error::success();
}

/// CLI11's own words for a wrong argument, with the option that was perhaps meant.
std::string usageError(const CLI::App &app, const CLI::ParseError &error,
                       const std::vector<std::string> &arguments) {
  std::vector<std::string> known;
  for (const CLI::App *command : app.get_subcommands({})) {
    known.push_back(command->get_name());
    if (command->parsed())
      for (const CLI::Option *option : command->get_options())
        for (const std::string &name : option->get_lnames())
          known.push_back("--" + name);
  }
  std::string message = error.what();
  StringRef first = arguments.empty() ? "" : arguments.front();
  if (app.get_subcommands().empty() && !first.empty() && !first.starts_with("-"))
    message = "unknown command '" + first.str() + "'";
  for (const std::string &argument : arguments) {
    StringRef word = StringRef(argument).split('=').first;
    if (message.find(word.str()) != std::string::npos && !is_contained(known, word.str()))
      message += didYouMean(word, known);
  }
  std::replace(message.begin(), message.end(), '\n', ' ');
  return message + "; see tether --help";
}

} // namespace

Expected<Options> parseOptions(std::vector<std::string> arguments) {
  Options options;
  options.jobs = std::max(1u, std::thread::hardware_concurrency());
  // What follows is the compiler's, not ours.
  if (auto dashes = find(arguments, "--"); dashes != arguments.end()) {
    options.fixedFlags.emplace(dashes + 1, arguments.end());
    arguments.erase(dashes, arguments.end());
  }
  Raw raw;
  CLI::App app("Finds asynchronous work in C++ that floats free of the code that started it.",
               "tether");
  app.footer(Footer);
  app.set_version_flag("--version", "tether " + std::string(Version));
  app.require_subcommand(1);
  declareCheck(app, options, raw);
  declareOthers(app, options, raw);
  declareServer(app, options);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::CallForVersion &) {
    options.help = "tether " + std::string(Version) + "\n";
    return options;
  } catch (const CLI::CallForHelp &) {
    auto parsed = app.get_subcommands();
    options.help = parsed.empty() ? app.help() : parsed.front()->help();
    return options;
  } catch (const CLI::ParseError &error) {
    return createStringError("%s", usageError(app, error, arguments).c_str());
  }
  options.command = app.get_subcommands().front()->get_name();
  options.clangdArguments = app.get_subcommands().front()->remaining();
  if (raw.whyType.size() == 2) {
    options.subject = raw.whyType[0];
    options.paths = {raw.whyType[1]};
  }
  if (is_contained(options.paths, ""))
    return createStringError("a PATH is empty; leave it out for the whole compile database");
  for (StringRef list : raw.checks) {
    SmallVector<StringRef, 4> globs;
    list.split(globs, ',', -1, false);
    for (StringRef glob : globs)
      options.checks.push_back(glob.str());
  }
  if (Error error = readReports(raw, options))
    return std::move(error);
  if (Error error = readLevels(raw, options))
    return std::move(error);
  return options;
}

} // namespace tether
