-- The first set-up of a page, word for word.
return function(name)
  local page = T.read(vim.fn.fnamemodify(T.here, ":h:h:h") .. "/" .. name)
  local setup = assert(page:match("```lua\n(.-)```"))
  assert(vim.loop.fs_symlink(T.tether, T.folder .. "/tether"))
  vim.env.PATH = T.folder .. ":" .. vim.env.PATH
  T.write("a.cpp", T.prelude .. "void lose() { save(1); }\n")

  vim.cmd("filetype on")
  assert(loadstring(setup))()
  vim.cmd("edit a.cpp")
  T.shows({ "2:15 tether-discarded-future" })
  T.at(2, 16)
  T.contains(T.hover(), "discarded")
end
