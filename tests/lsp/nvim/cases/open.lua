-- Opening a file shows clangd's diagnostics and ours in one list.
local buffer = T.project("int keep() { int unused; return save(1).get(); }\nvoid lose() { save(1); }\n",
  { flags = { "-Wall" } })
T.shows({ "3:15 tether-discarded-future" })
T.wait("clangd's warning", function()
  return vim.deep_equal(T.theirs(), { "2:18 -Wunused-variable" })
end)

local finding = T.finding()
T.equal(finding.severity, vim.diagnostic.severity.WARN)
T.equal({ finding.end_lnum, finding.end_col }, { 2, 18 }, "the finding's end")
T.contains(finding.message, "the future of `save` is discarded")
local lsp = finding.user_data.lsp
T.equal(lsp.codeDescription, nil, "Neovim 0.7 does not say that it knows codeDescription")
T.equal(lsp.relatedInformation[1].location.uri, vim.uri_from_bufnr(buffer))

-- What clangd can do goes on: it finds `save`.
T.at(3, 16)
T.equal(T.request("textDocument/definition").result[1].range.start, { line = 0, character = 64 })
T.equal(#vim.diagnostic.get(buffer), 2, "all diagnostics")
