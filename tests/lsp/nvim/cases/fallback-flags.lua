-- Without a database the flags of the client's set-up are taken.
T.write("a.cpp", T.prelude .. "void lose() { save(1); }\n#ifdef MORE\nvoid more() { save(2); }\n#endif\n")
T.start({ init_options = { fallbackFlags = { "-DMORE" } } })
T.open("a.cpp")
T.shows({ "2:15 tether-discarded-future", "4:15 tether-discarded-future" })
