-- What docs/editors.md tells users of Neovim 0.7 to write.
dofile(T.here .. "/documented.lua")("docs/editors.md")
