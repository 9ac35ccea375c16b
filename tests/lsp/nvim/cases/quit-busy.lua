-- Neovim quits while clangd indexes the standard library, and does not end for seconds.
os.remove(vim.env.XDG_CONFIG_HOME .. "/clangd/config.yaml")
T.project("void lose() { save(1); }\n")
T.shows({ "2:15 tether-discarded-future" })
