-- A mistake in .tether.yaml is told, and findings are there as soon as it is mended.
local message
vim.lsp.handlers["window/showMessage"] = function(_, result) message = result.message end
T.write(".tether.yaml", "no-such-key: 1\n")
T.project("void lose() { save(1); }\n")
T.contains(T.wait("a message", function() return message end), ".tether.yaml:1:1: unknown key")
T.equal(T.ours(), {})
T.write(".tether.yaml", "levels: {discarded-future: error}\n")
T.shows({ "2:15 tether-discarded-future" })
