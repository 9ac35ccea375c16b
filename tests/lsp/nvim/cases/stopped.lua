-- The client stops the server: it ends by itself, with exit code 0.
T.project("void lose() { save(1); }\n")
T.shows({ "2:15 tether-discarded-future" })
T.client.stop()
T.wait("the server's end", function() return T.ended end)
T.equal(T.ended, { code = 0, signal = 0 })
