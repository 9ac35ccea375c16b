-- The set-up of docs/editors.md, word for word.
local page = T.read(vim.fn.fnamemodify(T.here, ":h:h:h") .. "/docs/editors.md")
local setup = assert(page:match("```lua\n(.-)```"))
T.contains(setup, "start_client")
assert(vim.loop.fs_symlink(T.tether, T.folder .. "/tether"))
vim.env.PATH = T.folder .. ":" .. vim.env.PATH
T.write("a.cpp", T.prelude .. "void lose() { save(1); }\n")

vim.cmd("filetype on")
assert(loadstring(setup))()
vim.cmd("edit a.cpp")
T.shows({ "2:15 tether-discarded-future" })
T.at(2, 16)
T.contains(T.hover(), "discarded")
