//===- VocabularyFiles.h - vocabulary that lies beside code ---------------===//
//
// Files of a project, or of a library that it uses, in the schema of the shipped ones. They may
// come from a stranger: a file is only data, has a limit of size, and lies inside of its folder.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Vocabulary.h"
#include "tool/Project.h"

namespace tether {

/// Reads a file below the folder (both as the user wrote them). An error names the file and, for
/// what is wrong inside of it, line and column; a file elsewhere, through links too, is refused.
llvm::Expected<Vocabulary> readVocabularyFile(llvm::StringRef file, llvm::StringRef folder);

/// What libraries say about themselves: `tether/*.yaml` in the folders, each below the root, that
/// the commands search for headers. In the order of their paths; an error as above.
llvm::Expected<Vocabulary> vocabularyBesideHeaders(llvm::ArrayRef<Job> jobs, llvm::StringRef root);

} // namespace tether
