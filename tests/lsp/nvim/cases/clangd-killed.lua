-- clangd is killed: its requests fail, it comes back, and everything works again.
T.project("int keep() { int unused; return save(1).get(); }\nvoid lose() { save(1); }\n",
  { flags = { "-Wall" } })
T.shows({ "3:15 tether-discarded-future" })
T.wait("clangd's warning", function() return #T.theirs() == 1 end)

-- Stopped first, so that the request is surely unanswered when it dies.
local clangd = T.event("clangd", { state = "started" }).pid
assert(vim.loop.kill(clangd, "sigstop"))
T.at(3, 16)
local answer
T.client.request("textDocument/definition", vim.lsp.util.make_position_params(),
  function(err) answer = { error = err } end)
T.kill(clangd)
T.wait("the failure of the request", function() return answer end)
T.equal(answer.error.code, -32803)

T.wait("another clangd", function()
  local started = T.events("clangd", { state = "started" })
  return started[2] and started[2].pid ~= clangd
end)
T.set(2, nil, { "// a line above" })
T.shows({ "4:15 tether-discarded-future" })
T.wait("clangd's warning, moved", function()
  return vim.deep_equal(T.theirs(), { "3:18 -Wunused-variable" })
end)
T.at(4, 16)
T.contains(T.hover(), "function `save`")
T.equal(T.request("textDocument/definition").result[1].range.start.line, 0)
