-- What README.md tells users of Neovim to write.
dofile(T.here .. "/documented.lua")("README.md")
