-- A folder with neither database nor configuration.
T.write("a.cpp", T.prelude .. "void lose() { save(1); }\n#ifdef MORE\nvoid more() { save(2); }\n#endif\n")
T.start()
T.open("a.cpp")
T.shows({ "2:15 tether-discarded-future" })
T.set(2, 2, { "int keep() { return save(1).get(); }" })
T.shows({})
