-- clangd is killed whenever it starts: it is given up, with a message, and our own part goes on.
local message
vim.lsp.handlers["window/showMessage"] = function(_, result) message = result.message end
T.project("void lose() { save(1); }\n")
T.shows({ "2:15 tether-discarded-future" })
for round = 1, 4 do
  local started = T.wait("clangd number " .. round, function()
    return T.events("clangd", { state = "started" })[round]
  end)
  T.kill(started.pid)
end
T.event("clangd", { state = "gone" })
T.contains(T.wait("a message", function() return message end), "clangd")

T.set(2, nil, { "// a line above" })
T.shows({ "3:15 tether-discarded-future" })
T.at(3, 16)
T.contains(T.hover(), "discarded")
T.equal(T.request("textDocument/definition").error.code, -32803)
T.actions(".get()")
T.shows({})
T.equal(T.lines(3), { "void lose() { save(1).get(); }" })
