//===- TidyOptions.h - what .clang-tidy says to all of our checks ---------===//
//
// CheckOptions named `tether.NAME`. They only say which configuration holds and what is laid over
// it: what the checks look for stands in .tether.yaml, so that `tether check` says the same.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Config.h"

#include "clang-tidy/ClangTidyCheck.h"

namespace tether {

struct TidyOptions {
  std::string config;               ///< holds in place of the nearest .tether.yaml; empty: none
  std::vector<std::string> written; ///< for the options that are keys of a configuration, too
};

/// Reads and stores through a view that is called `tether`, whichever check asks.
TidyOptions readTidyOptions(const clang::tidy::ClangTidyCheck::OptionsView &view);
void storeTidyOptions(const clang::tidy::ClangTidyCheck::OptionsView &view,
                      clang::tidy::ClangTidyOptions::OptionMap &map);

/// What is laid over the configuration. An error names the option.
llvm::Expected<Config> overlay(const TidyOptions &options);

/// Where the configuration is: what is relative is looked for from the folder upwards, as
/// .clang-tidy itself, since a path in there would else depend on where clang-tidy was started.
std::string findConfig(llvm::StringRef path, llvm::StringRef folder);

} // namespace tether
