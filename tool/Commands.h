//===- Commands.h - what the program can be asked to do -------------------===//
//
// Each command writes to standard output and returns the exit code; an error is one line for the
// user and exit code 2.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "tool/Options.h"

#include "llvm/Support/Error.h"

namespace tether {

llvm::Expected<int> runCheck(const Options &options);
llvm::Expected<int> runWhy(const Options &options);
llvm::Expected<int> runExplain(const Options &options);
llvm::Expected<int> runChecksList(const Options &options);
llvm::Expected<int> runVocabulary(const Options &options);
llvm::Expected<int> runConfig(const Options &options);
llvm::Expected<int> runInit(const Options &options);
llvm::Expected<int> runDocs(const Options &options);
llvm::Expected<int> runLsp(const Options &options);

} // namespace tether
