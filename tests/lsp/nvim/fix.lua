-- Quick fixes on a line with multi-byte text and surrogate pairs, in the encoding that is given.
return function(encoding, options)
  options = options or { arguments = { "--offset-encoding=" .. encoding } }
  options.offset_encoding = options.offset_encoding or encoding
  T.project('struct Mail { Future send(const char *text); };\n'
    .. 'void lose(Mail &m) { /* ü 😀 */ m.send("ß 👩‍🚀 𝒜"); save(1); }\n', options)
  T.equal(T.client.offset_encoding, encoding)

  local function at(word)
    local start = T.lines(3)[1]:find(word, 1, true)
    T.at(3, start)
    return ("3:%d tether-discarded-future"):format(start)
  end
  local send, save = at("send"), at("save")
  T.shows({ send, save })
  at("save")
  T.actions(".get()")
  T.shows({ send })
  T.equal(T.lines(3), { 'void lose(Mail &m) { /* ü 😀 */ m.send("ß 👩‍🚀 𝒜"); save(1).get(); }' })

  -- More of it, typed in front of what is left.
  vim.api.nvim_buf_set_text(0, 2, 0, 2, 0, { "/* 𝔘 ö */ " })
  T.shows({ at("send") })
  T.actions(".get()")
  T.shows({})
  T.equal(T.lines(3), {
    '/* 𝔘 ö */ void lose(Mail &m) { /* ü 😀 */ m.send("ß 👩‍🚀 𝒜").get(); save(1).get(); }',
  })
end
