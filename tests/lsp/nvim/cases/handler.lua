-- A function is made a request handler: the finding in it becomes an error, and says so.
T.project("void serve() { save(1); }\n")
T.shows({ "2:16 tether-discarded-future" })
T.equal(T.finding().severity, vim.diagnostic.severity.WARN)
T.at(2, 7)
T.actions("make serve a request handler (annotation)")
T.wait("the annotation", function()
  return T.lines(2)[1] == '[[clang::annotate("tether::handler")]] void serve() { save(1); }'
end)
T.wait("the error", function()
  return T.ours()[1] == "2:55 tether-discarded-future"
    and T.finding().severity == vim.diagnostic.severity.ERROR
end)
T.contains(T.finding().message, "\nin request handler serve")

local whole = { start = { line = 0, character = 0 }, ["end"] = { line = 2, character = 0 } }
local hints = T.request("textDocument/inlayHint", { range = whole }).result
local ours = vim.tbl_filter(function(hint)
  return type(hint.label) == "string" and vim.startswith(vim.trim(hint.label), "request handler (")
end, hints)
T.equal(#ours, 1, "our hints")
T.equal(ours[1].position, { line = 1, character = 64 })
