//===- Flags.cpp - one compile command, made safe for our own Clang -------===//

#include "tool/Flags.h"

#include "tool/Compiler.h"
#include "tool/FlagTable.h"
#include "tool/Printable.h"
#include "tool/ResponseFiles.h"

#include "clang/Basic/LangStandard.h"
#include "clang/Driver/Options.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Option/Arg.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/GlobPattern.h"
#include "llvm/Support/Path.h"

namespace tether {

namespace types = clang::driver::types;
namespace options = clang::driver::options;
using llvm::opt::Arg;
using llvm::opt::InputArgList;

namespace {

constexpr size_t maxBraces = 64; ///< alternatives of one glob

/// Everything that is known while one command is sifted.
struct Sieve {
  const std::string file;
  std::vector<llvm::GlobPattern> remove;
  llvm::ArrayRef<std::string> removeExactly;
  std::vector<std::string> kept;
  std::vector<std::string> dropped;
  std::string standard; ///< the last -std, which may not fit the language
  std::string language; ///< the last -x
  DriverStyle style = DriverStyle::Gcc;
};

void drop(Sieve &sieve, llvm::StringRef name) {
  std::string shown = printable(name.split('=').first, 80);
  if (!llvm::is_contained(sieve.dropped, shown))
    sieve.dropped.push_back(std::move(shown));
}

/// Of the options for Clang's front end only a forced include is understood: CMake writes it so,
/// next to its precompiled header, and the file does not parse without.
std::vector<std::string> unwrapFrontEnd(llvm::ArrayRef<llvm::StringRef> words, Sieve &sieve) {
  constexpr llvm::StringLiteral harmless[] = {"-emit-pch", "-fno-pch-timestamp",
                                              "-fno-validate-pch"};
  std::vector<std::string> plain;
  for (size_t i = 0; i < words.size(); ++i) {
    bool hasValue = i + 1 < words.size();
    if (words[i] == "-include" && hasValue)
      plain.insert(plain.end(), {"-include", words[++i].str()});
    else if (words[i] == "-include-pch" && hasValue)
      ++i;
    else if (words[i].starts_with("-") && !llvm::is_contained(harmless, words[i]))
      drop(sieve, ("-Xclang " + words[i]).str());
  }
  return plain;
}

/// Takes the wrapping off flags that are handed on to a part of the compiler: `-Wp,-DA,-MD`,
/// `-Xpreprocessor -DA`, `-Xclang -include -Xclang FILE`.
std::vector<std::string> unwrap(llvm::ArrayRef<std::string> words, Sieve &sieve) {
  std::vector<std::string> plain;
  llvm::SmallVector<llvm::StringRef, 4> frontEnd;
  for (size_t i = 0; i < words.size(); ++i) {
    llvm::StringRef word = words[i];
    bool hasValue = i + 1 < words.size();
    if (word.consume_front("-Wp,")) {
      llvm::SmallVector<llvm::StringRef, 4> parts;
      word.split(parts, ',');
      plain.insert(plain.end(), parts.begin(), parts.end());
    } else if (word == "-Xpreprocessor" && hasValue) {
      plain.push_back(words[++i]);
    } else if (word == "-Xclang" && hasValue) {
      frontEnd.push_back(words[++i]);
    } else {
      plain.push_back(word.str());
    }
  }
  std::vector<std::string> first = unwrapFrontEnd(frontEnd, sieve);
  plain.insert(plain.begin(), first.begin(), first.end());
  return plain;
}

bool isRemoved(const Arg &arg, const InputArgList &all, const Sieve &sieve) {
  const Arg &written = arg.getAlias() ? *arg.getAlias() : arg;
  std::string name = written.getSpelling().str();
  std::string value = written.getNumValues() ? written.getValue() : "";
  const std::string forms[] = {name, llvm::StringRef(name).rtrim('=').str(), name + value,
                               name + " " + value, all.getArgString(arg.getIndex())};
  return llvm::any_of(forms, [&](const std::string &form) {
    return llvm::is_contained(sieve.removeExactly, form) ||
           llvm::any_of(sieve.remove, [&](const auto &glob) { return glob.match(form); });
  });
}

void keep(const Arg &arg, const InputArgList &all, Sieve &sieve) {
  // The driver would take a precompiled header that lies beside the file; its front end does not.
  if (arg.getOption().matches(options::OPT_include)) {
    sieve.kept.insert(sieve.kept.end(), {"-Xclang", "-include", "-Xclang", arg.getValue()});
    return;
  }
  llvm::opt::ArgStringList rendered;
  arg.render(all, rendered);
  sieve.kept.insert(sieve.kept.end(), rendered.begin(), rendered.end());
}

void keepBounded(const Arg &arg, Sieve &sieve) {
  unsigned long long wanted = 0;
  if (llvm::StringRef(arg.getValue()).getAsInteger(10, wanted))
    return drop(sieve, arg.getSpelling());
  unsigned long long most = flagLimit(arg.getOption());
  sieve.kept.push_back(arg.getOption().getPrefixedName().str() +
                       std::to_string(std::min(wanted, most)));
}

void sift(const Arg &arg, const InputArgList &all, Sieve &sieve) {
  const llvm::opt::Option &option = arg.getOption();
  if (option.matches(options::OPT_x)) {
    sieve.language = arg.getValue();
    return;
  }
  if (option.matches(options::OPT_std_EQ)) {
    sieve.standard = arg.getValue();
    return;
  }
  if (option.matches(options::OPT_driver_mode)) {
    llvm::StringRef mode = arg.getValue();
    sieve.style = mode == "cl"    ? DriverStyle::Msvc
                  : mode == "g++" ? DriverStyle::Gxx
                                  : DriverStyle::Gcc;
    return;
  }
  if (option.matches(options::OPT_target) && !isHostLikeTarget(arg.getValue()))
    return drop(sieve, arg.getSpelling());
  switch (flagHandling(option)) {
  case FlagHandling::Pass:
    return keep(arg, all, sieve);
  case FlagHandling::Bound:
    return keepBounded(arg, sieve);
  case FlagHandling::Ignore:
    return;
  case FlagHandling::Report:
    return drop(sieve, arg.getSpelling());
  }
}

/// Flags of gcc that Clang does not know. Those for modules name files only.
void siftUnknown(llvm::StringRef word, Sieve &sieve) {
  if (!word.starts_with("-fmodule") && !word.starts_with("-fdeps-"))
    drop(sieve, word);
}

void siftAll(llvm::ArrayRef<std::string> words, bool removable, Sieve &sieve) {
  llvm::SmallVector<const char *, 64> argv;
  std::vector<std::string> plain = unwrap(words, sieve);
  for (const std::string &word : plain)
    argv.push_back(word.c_str());
  unsigned missingIndex = 0, missingCount = 0;
  const InputArgList all = clang::driver::getDriverOptTable().ParseArgs(
      argv, missingIndex, missingCount, llvm::opt::Visibility(options::ClangOption));
  if (missingCount)
    drop(sieve, argv[missingIndex]);

  bool seenFile = false;
  for (const Arg *arg : all) {
    const llvm::opt::Option &option = arg->getOption();
    if (option.matches(options::OPT__DASH_DASH))
      break;
    if (option.matches(options::OPT_INPUT))
      seenFile |=
          llvm::sys::path::filename(arg->getValue()) == llvm::sys::path::filename(sieve.file);
    else if (removable && isRemoved(*arg, all, sieve))
      continue;
    else if (option.matches(options::OPT_UNKNOWN))
      siftUnknown(arg->getAsString(all), sieve);
    else if (!seenFile || !option.matches(options::OPT_x)) // -x counts for the inputs behind it
      sift(*arg, all, sieve);
  }
}

/// The language of the file; a -x is added if the name alone would mislead.
types::ID settleLanguage(Sieve &sieve) {
  types::ID byName = languageByName(sieve.file);
  bool said = !sieve.language.empty() && sieve.language != "none";
  types::ID language = said ? types::lookupTypeForTypeSpecifier(sieve.language.c_str()) : byName;
  if (language == types::TY_INVALID) // getTypeName has no name for it
    return language;
  if (sieve.style == DriverStyle::Gxx)
    language = types::lookupCXXTypeForCType(language);
  // A .h may be either; we look for C++, and a C header is nearly always C++ too.
  const clang::LangStandard *standard = clang::LangStandard::getLangStandardForName(sieve.standard);
  if (!said && language == types::TY_CHeader && !(standard && !standard->isCPlusPlus()))
    language = types::TY_CXXHeader;
  if (said || language != byName)
    sieve.kept.insert(sieve.kept.end(), {"-x", types::getTypeName(language)});
  return language;
}

enum class Interest { Ours, Refused, Nothing };

Interest interestIn(types::ID language) {
  switch (language) {
  case types::TY_C:
  case types::TY_CXX:
  case types::TY_ObjC:
  case types::TY_ObjCXX:
  case types::TY_PP_C:
  case types::TY_PP_CXX:
  case types::TY_PP_ObjC:
  case types::TY_PP_ObjCXX:
  case types::TY_CHeader:
  case types::TY_CXXHeader:
  case types::TY_ObjCHeader:
  case types::TY_ObjCXXHeader:
  case types::TY_CXXModule:
    return Interest::Ours;
  case types::TY_INVALID:
    return Interest::Refused;
  default:
    return types::isDerivedFromC(language) ? Interest::Refused : Interest::Nothing;
  }
}

/// gcc only warns about a -std of the other language, Clang fails: such a flag is left out.
void settleStandard(types::ID language, Sieve &sieve) {
  if (sieve.standard.empty())
    return;
  const clang::LangStandard *standard = clang::LangStandard::getLangStandardForName(sieve.standard);
  if (!standard)
    return drop(sieve, "-std");
  bool fits = types::isCXX(language) ? standard->getLanguage() == clang::Language::CXX
                                     : standard->getLanguage() == clang::Language::C;
  if (fits)
    sieve.kept.push_back("-std=" + sieve.standard);
}

std::vector<std::string> assemble(const Sieve &sieve, llvm::StringRef target,
                                  llvm::StringRef resourceDir) {
  llvm::SmallString<256> driver;
  if (!resourceDir.empty()) {
    using llvm::sys::path::parent_path;
    driver = parent_path(parent_path(parent_path(resourceDir)));
    llvm::sys::path::append(driver, "bin");
  }
  llvm::sys::path::append(driver, "clang");
  std::vector<std::string> arguments = {driver.str().str()};
  arguments.push_back(sieve.style == DriverStyle::Gxx ? "--driver-mode=g++" : "--driver-mode=gcc");
  arguments.push_back("--no-default-config"); // the same on every machine
  if (!target.empty())
    arguments.push_back("--target=" + target.str());
  arguments.insert(arguments.end(), sieve.kept.begin(), sieve.kept.end());
  // Warnings are not our business, and some are errors by default that gcc accepts (narrowing);
  // without a limit on errors Clang recovers up to the end of the file.
  arguments.insert(arguments.end(), {"-fsyntax-only", "-w", "-Wno-everything", "-ferror-limit=0"});
  if (!resourceDir.empty())
    arguments.push_back("-resource-dir=" + resourceDir.str());
  arguments.insert(arguments.end(), {"--", sieve.file});
  return arguments;
}

} // namespace

llvm::Error checkFlagRules(const FlagRules &rules) {
  for (const std::string &text : rules.remove)
    if (auto glob = llvm::GlobPattern::create(text, maxBraces); !glob)
      return llvm::createStringError("flags: remove: '" + printable(text) +
                                     "' is no valid glob: " + llvm::toString(glob.takeError()));
  return llvm::Error::success();
}

llvm::Expected<CleanCommand> cleanCommand(llvm::StringRef file, llvm::StringRef directory,
                                          llvm::ArrayRef<std::string> command,
                                          const FlagRules &rules) {
  std::vector<std::string> words = command.vec();
  dropLaunchers(words);
  if (words.empty() || words.front().empty())
    return llvm::createStringError(llvm::Twine("its compile command is empty"));
  Compiler compiler = compilerNamed(words.front());
  words.erase(words.begin());
  if (llvm::Error error = expandResponseFiles(words, directory))
    return error;

  Sieve sieve{file.str(), {}, rules.remove, {}, {}, {}, {}, compiler.style};
  for (const std::string &text : rules.remove)
    sieve.remove.push_back(llvm::cantFail(llvm::GlobPattern::create(text, maxBraces)));
  siftAll(words, /*removable=*/true, sieve);
  siftAll(rules.add, /*removable=*/false, sieve);
  if (sieve.style == DriverStyle::Msvc || llvm::is_contained(words, "/c") ||
      llvm::is_contained(words, "/nologo"))
    return llvm::createStringError(llvm::Twine(
        "commands of cl and clang-cl are not understood: export a database for clang or gcc"));

  types::ID language = settleLanguage(sieve);
  switch (interestIn(language)) {
  case Interest::Nothing:
    return CleanCommand{{}, {}, /*otherLanguage=*/true};
  case Interest::Refused:
    return llvm::createStringError(
        language == types::TY_INVALID
            ? llvm::Twine("its language cannot be told: name it with -x c++")
            : "its language is not analysed: " + llvm::Twine(types::getTypeName(language)));
  case Interest::Ours:
    break;
  }
  settleStandard(language, sieve);
  return CleanCommand{assemble(sieve, compiler.target, rules.resourceDir), sieve.dropped};
}

} // namespace tether
