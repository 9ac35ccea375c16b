-- The program is `tether lsp` under the name tether-clangd, where an editor takes no arguments.
local name = T.folder .. "/tether-clangd"
assert(vim.loop.fs_symlink(T.tether, name))
T.project("void lose() { save(1); }\n", { program = { name }, arguments = { "--log=error" } })
T.shows({ "2:15 tether-discarded-future" })
T.at(2, 16)
T.contains(T.hover(), "function `save`")
