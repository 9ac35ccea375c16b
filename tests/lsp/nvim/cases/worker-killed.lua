-- The worker of a file is killed: the next edit is analysed again, by another.
T.project("void lose() { save(1); }\n")
T.shows({ "2:15 tether-discarded-future" })
local worker = T.event("worker", { state = "started" }).pid
T.kill(worker)
T.event("worker", { state = "died" })
T.set(2, nil, { "// a line above" })
T.shows({ "3:15 tether-discarded-future" })
T.set(3, 3, { "void lose() { save(1); save(2); }" })
T.shows({ "3:15 tether-discarded-future", "3:24 tether-discarded-future" })
local started = T.events("worker", { state = "started" })
T.equal(started[#started].pid ~= worker, true, "another worker")
