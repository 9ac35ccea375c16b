//===- Parse.h - a compile command and a text become an AST ---------------===//
//
// The one road from a job to an AST, for files on disk and for texts that an editor has not saved.
// Runs in a worker. One thread.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Profile.h"
#include "matchers/Sightings.h"
#include "tool/Analysis.h"
#include "tool/FirstError.h"

#include "clang/AST/DeclID.h"
#include "clang/Frontend/PrecompiledPreamble.h"

namespace tether {

/// What becomes of the AST. It lives as long as the call.
using OnUnit = llvm::function_ref<void(clang::ASTContext &, OwnCode,
                                       llvm::ArrayRef<clang::SourceLocation> errors)>;

/// What stands at the head of a file, up to its last include, parsed once.
struct Head {
  clang::PrecompiledPreamble parsed;
  std::vector<clang::LocalDeclID> own; ///< the project's declarations in it, by their numbers
  std::optional<Failure> failure;      ///< the first error in it
};

/// Which function bodies of a head are parsed: the project's, and those few of others that tell
/// something about its handles and callables; or all of them, which takes many times as long, there
/// and in all that is instantiated of them.
enum class Bodies { Own, All };

/// A compile command that Clang has understood.
class Command {
public:
  /// Where it makes no sense, every parse fails.
  explicit Command(const Job &job);

  /// Parses the file on disk. Returns the first error.
  std::optional<Failure> parse(const AnalysisSettings &settings,
                               std::vector<Suppression> &suppressions, Meter &meter,
                               OnUnit onUnit) const;

  /// Parses the text in place of the file, on top of a head that fits it, or null. The traversal
  /// scope of the AST is the project's own declarations.
  std::optional<Failure> parse(llvm::StringRef text, const Head *head,
                               const AnalysisSettings &settings,
                               std::vector<Suppression> &suppressions, Meter &meter,
                               OnUnit onUnit) const;

  /// Whether the head is still what the text begins with, and its files are as they were.
  bool fits(const Head &head, llvm::StringRef text) const;
  /// Parses the head of the text; nothing where it has none, or where it cannot be kept.
  std::optional<Head> parseHead(llvm::StringRef text, Bodies bodies,
                                const AnalysisSettings &settings) const;

private:
  std::shared_ptr<clang::CompilerInvocation> invocation() const;
  llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> files() const;

  std::string file;
  std::string directory;
  bool cross;
  std::shared_ptr<clang::CompilerInvocation> understood; ///< null if it makes no sense
  std::optional<Failure> failure;                        ///< why not
};

} // namespace tether
