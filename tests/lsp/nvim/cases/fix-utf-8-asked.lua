-- The same where the client asks for utf-8 in its capabilities, as nvim-lspconfig does.
dofile(T.here .. "/fix.lua")("utf-8", {
  offset_encoding = "utf-16",
  capabilities = { offsetEncoding = { "utf-8", "utf-16" } },
  on_init = function(client, answer) client.offset_encoding = answer.offsetEncoding end,
})
