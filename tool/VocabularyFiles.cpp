#include "tool/VocabularyFiles.h"

#include "tool/ConfigSchema.h"
#include "tool/Nearest.h"
#include "tool/SourceTree.h"
#include "tool/YamlFile.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <set>

using namespace llvm;

namespace tether {

Expected<Vocabulary> readVocabularyFile(StringRef file, StringRef folder) {
  std::string name = file.str();
  SmallString<256> path(file), real, realFolder;
  sys::fs::make_absolute(folder, path);
  std::error_code error = sys::fs::real_path(path, real);
  if (!error)
    error = sys::fs::real_path(folder.empty() ? "." : folder, realFolder);
  if (error)
    return createStringError(error, "cannot read the vocabulary %s: %s", name.c_str(),
                             error.message().c_str());
  if (!isBelow(real, realFolder))
    return createStringError("the vocabulary %s lies outside of %s: it is not read", name.c_str(),
                             realFolder.c_str());
  auto buffer = readYamlFile(real, name, "vocabulary");
  if (!buffer)
    return buffer.takeError();
  if (Error deep = checkDepth((*buffer)->getBuffer(), name, "vocabulary"))
    return std::move(deep);
  Expected<Vocabulary> read = parseVocabulary((*buffer)->getBuffer(), file);
  if (read)
    return read;
  std::string message = toString(read.takeError());
  StringRef unknown = StringRef(message).split("unknown key '").second.split('\'').first;
  return createStringError(message + (unknown.empty() ? "" : didYouMean(unknown, configKeys())));
}

/// The folders of -I, -isystem and the like, absolute.
static std::set<std::string> headerFolders(ArrayRef<Job> jobs) {
  std::set<std::string> folders;
  auto add = [&](const Job &job, StringRef folder) {
    SmallString<256> path(folder);
    sys::fs::make_absolute(job.directory, path);
    sys::path::remove_dots(path, true);
    folders.insert(path.str().str());
  };
  for (const Job &job : jobs) {
    StringRef before;
    for (StringRef argument : job.arguments) {
      if (before == "-I" || before == "-isystem" || before == "-iquote" || before == "-idirafter")
        add(job, argument);
      else if (argument != "-I" && argument.starts_with("-I"))
        add(job, argument.drop_front(2));
      else if (argument != "-isystem" && argument.starts_with("-isystem"))
        add(job, argument.drop_front(8));
      before = argument;
    }
  }
  return folders;
}

Expected<Vocabulary> vocabularyBesideHeaders(ArrayRef<Job> jobs, StringRef root) {
  std::set<std::string> files;
  for (const std::string &folder : headerFolders(jobs)) {
    SmallString<256> own(folder), real;
    sys::path::append(own, "tether");
    if (sys::fs::real_path(own, real) || !isBelow(real, root))
      continue;
    std::error_code error;
    for (sys::fs::directory_iterator entry(real, error), end; !error && entry != end;
         entry.increment(error))
      if (sys::path::extension(entry->path()) == ".yaml")
        files.insert(entry->path());
  }
  Vocabulary all;
  for (const std::string &file : files) {
    Expected<Vocabulary> one = readVocabularyFile(file, root);
    if (!one)
      return one.takeError();
    all.add(std::move(*one));
  }
  return all;
}

} // namespace tether
