//===- VocabularyFiles.h - vocabulary that lies beside code ---------------===//
//
// Files of a project, or of a library that it uses, in the schema of the shipped ones. They may
// come from a stranger: a file is only data, has a limit of size, and lies inside of its folder.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "matchers/Vocabulary.h"

namespace tether {

/// Reads a file below the folder (both as the user wrote them). An error names the file and, for
/// what is wrong inside of it, line and column; a file elsewhere, through links too, is refused.
llvm::Expected<Vocabulary> readVocabularyFile(llvm::StringRef file, llvm::StringRef folder);

} // namespace tether
