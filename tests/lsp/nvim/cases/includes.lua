-- A header of the standard library, read once: edits below it reuse what was read.
T.write("a.h", "#pragma once\n#include <future>\nstd::future<int> load();\n")
T.write("a.cpp", '#include "a.h"\n#include <string>\n\nvoid lose() { load(); }\n')
T.database({ "a.cpp" })
T.start()
T.open("a.cpp")
T.shows({ "4:15 tether-discarded-future" })
T.set(4, 4, { "void lose() { load(); std::string text; }" })
local version = T.version()
T.equal(T.event("analysed", { version = version }).preamble, "reused")
-- What the header says is part of it: the file on disk changes, and counts.
T.write("a.h", "#pragma once\nint load();\n")
T.set(4, nil, { "// a line above" })
T.shows({})
