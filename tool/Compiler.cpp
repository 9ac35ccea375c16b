//===- Compiler.cpp - what the name of a compiler tells -------------------===//

#include "tool/Compiler.h"

#include "clang/Driver/ToolChain.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Triple.h"

namespace tether {

namespace {

constexpr llvm::StringLiteral launchers[] = {"ccache", "distcc",     "sccache", "icecc",
                                             "gomacc", "buildcache", "env"};

/// The file name in lower case, without folders of either kind and without .exe.
std::string baseName(llvm::StringRef program) {
  std::string name = llvm::sys::path::filename(program, llvm::sys::path::Style::windows).lower();
  llvm::StringRef base(name);
  base.consume_back(".exe");
  return base.str();
}

bool isLauncher(llvm::StringRef program) {
  return llvm::is_contained(launchers, baseName(program));
}

/// `A=b` of env, `key=value` of ccache; not a path that holds a '='.
bool isAssignment(llvm::StringRef word) {
  return word.split('=').first.size() < word.size() && !word.split('=').first.contains('/');
}

} // namespace

Compiler compilerNamed(llvm::StringRef program) {
  using clang::driver::ParsedClangName;
  using clang::driver::ToolChain;
  std::string name = baseName(program);
  ParsedClangName parsed = ToolChain::getTargetAndModeFromProgramName(name);
  llvm::StringRef mode = parsed.DriverMode ? parsed.DriverMode : "";

  Compiler compiler;
  if (mode == "--driver-mode=cl" || name == "icl" || llvm::StringRef(name).ends_with("-cl"))
    compiler.style = DriverStyle::Msvc;
  else if (mode == "--driver-mode=g++")
    compiler.style = DriverStyle::Gxx;
  if (isHostLikeTarget(parsed.TargetPrefix))
    compiler.target = parsed.TargetPrefix;
  return compiler;
}

bool isHostLikeTarget(llvm::StringRef triple) {
  llvm::Triple parsed(llvm::Triple::normalize(triple));
  return parsed.getArch() != llvm::Triple::UnknownArch && !parsed.isAMDGPU() && !parsed.isNVPTX() &&
         !parsed.isSPIR() && !parsed.isSPIRV() && parsed.getArch() != llvm::Triple::dxil;
}

void dropLaunchers(std::vector<std::string> &command) {
  size_t skip = 0;
  while (skip + 1 < command.size() && isLauncher(command[skip])) {
    // `distcc -c a.cpp` and `distcc a.cpp`: the launcher stands for the compiler itself.
    llvm::StringRef next = command[skip + 1];
    if (next.starts_with("-") || languageByName(next) != clang::driver::types::TY_INVALID)
      break;
    ++skip;
    while (skip + 1 < command.size() && isAssignment(command[skip]))
      ++skip;
  }
  command.erase(command.begin(), command.begin() + skip);
}

clang::driver::types::ID languageByName(llvm::StringRef file) {
  llvm::StringRef extension = llvm::sys::path::extension(file);
  return extension.size() < 2
             ? clang::driver::types::TY_INVALID
             : clang::driver::types::lookupTypeForExtension(extension.drop_front());
}

} // namespace tether
