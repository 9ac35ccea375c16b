-- While a line is half typed the findings elsewhere stay, and move with their lines.
T.project("void lose() { save(1); }\nint keep() { return save(1).get(); }\n")
T.shows({ "2:15 tether-discarded-future" })
T.set(2, nil, { "void half() { if (save(" })
T.wait("clangd's error", function() return T.theirs()[1] end)
T.event("analysed", { version = T.version() })
T.set(2, 2, { "void half() { if (save(3).valid()) log(1); }" })
T.shows({ "3:15 tether-discarded-future" })
T.wait("no error", function() return #T.theirs() == 0 end)
