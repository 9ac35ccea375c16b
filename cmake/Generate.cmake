# Sources that the build writes from the tree: the folder is the registry.

# One line per file in matchers/checks/: a file that does not define its check is a link error.
function(tether_generate_check_list output)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/matchers/checks/*.cpp)
  list(SORT files)
  set(declarations "")
  set(entries "")
  foreach(file ${files})
    get_filename_component(id ${file} NAME_WE)
    string(REPLACE "-" "_" name ${id})
    string(APPEND declarations "extern const Check ${name};\n")
    string(APPEND entries "    &checks::${name},\n")
  endforeach()
  file(GENERATE OUTPUT ${output} CONTENT
"// Generated from the list of files in matchers/checks/.
#include \"matchers/Check.h\"
namespace tether {
namespace checks {
${declarations}} // namespace checks
llvm::ArrayRef<const Check *> allChecks() {
  static constexpr const Check *List[] = {
${entries}  };
  return List;
}
} // namespace tether
")
endfunction()

# The text of every matchers/vocabulary/*.yaml, with its name for error messages.
function(tether_embed_vocabulary output)
  set(folder ${CMAKE_SOURCE_DIR}/matchers/vocabulary)
  file(GLOB_RECURSE files RELATIVE ${folder} CONFIGURE_DEPENDS ${folder}/*.yaml)
  list(SORT files)
  set(entries "")
  foreach(file ${files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${folder}/${file})
    file(READ ${folder}/${file} text)
    string(APPEND entries "    {\"${file}\", R\"yaml(${text})yaml\"},\n")
  endforeach()
  file(GENERATE OUTPUT ${output} CONTENT
"// Generated from the files below matchers/vocabulary.
#include \"matchers/Vocabulary.h\"
namespace tether {
llvm::ArrayRef<VocabularySource> shippedVocabularySources() {
  static constexpr VocabularySource List[] = {
${entries}  };
  return List;
}
} // namespace tether
")
endfunction()
