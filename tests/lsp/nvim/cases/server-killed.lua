-- The server is killed: neither clangd nor a worker outlives it.
T.project("void lose() { save(1); }\n")
T.shows({ "2:15 tether-discarded-future" })
local children = { T.event("clangd", { state = "started" }).pid, T.event("worker", { state = "started" }).pid }
T.kill(T.parent_of(children[1]))
for _, child in ipairs(children) do
  T.wait("the end of " .. child, function() return not vim.loop.kill(child, 0) end)
end
