-- Neovim is killed in the middle of the work; the runner looks for what is left.
T.passes_later = true
T.project("void lose() { save(1); }\n")
T.shows({ "2:15 tether-discarded-future" })
T.set(2, nil, { "// not analysed any more" })
T.passed()
T.kill(vim.fn.getpid())
