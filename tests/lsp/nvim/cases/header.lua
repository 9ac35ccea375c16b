-- A header, for which no database has a command, is read as the sources beside it are.
T.write("src/a.cpp", T.prelude .. '#include "a.h"\n')
T.write("src/a.h", "#ifdef LOSE\n#if __cplusplus > 201703L\ninline void lose() { save(1); }\n#endif\n#endif\n")
T.write("src/b.h", T.prelude .. "#ifdef LOSE\ninline void lose() { save(1); }\n#endif\n")
T.database({ "src/a.cpp" }, { "-DLOSE" })
T.start()
T.open("src/b.h")
T.shows({ "3:22 tether-discarded-future" })
T.wait("no error from clangd", function() return #T.theirs() == 0 end)
