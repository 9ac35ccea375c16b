-- Neovim quits in the middle of the work; the runner looks for what is left.
T.passes_later = true
T.project("void lose() { save(1); }\n")
-- Behind Neovim's own, which ends the servers and waits for them.
vim.api.nvim_create_autocmd("VimLeavePre", {
  callback = function()
    T.equal(T.ended, { code = 0, signal = 0 })
    T.passed()
  end,
})
T.shows({ "2:15 tether-discarded-future" })
T.set(2, nil, { "// not analysed any more" })
