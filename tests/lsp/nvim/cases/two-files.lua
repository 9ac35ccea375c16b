-- Two files have a worker each; what is closed loses its own.
T.write("a.cpp", T.prelude .. "void lose() { save(1); }\n")
T.write("b.cpp", T.prelude .. "\nvoid lose() { save(1); }\n")
T.database({ "a.cpp", "b.cpp" })
T.start()
local a = T.open("a.cpp")
local b = T.open("b.cpp")
T.shows({ "2:15 tether-discarded-future" }, a)
T.shows({ "3:15 tether-discarded-future" }, b)
local workers = {}
for _, event in ipairs(T.events("worker", { state = "started" })) do workers[event.file] = event.pid end
local first = T.folder .. "/a.cpp"
T.equal(workers[first] ~= workers[T.folder .. "/b.cpp"], true, "two workers")

vim.cmd("bdelete! " .. a)
T.event("worker", { state = "ended", file = first })
T.wait("the worker's end", function() return not vim.loop.kill(workers[first], 0) end)
T.set(2, 2, {})
T.shows({ "2:15 tether-discarded-future" }, b)

a = T.open("a.cpp")
T.shows({ "2:15 tether-discarded-future" }, a)
