-- An action that is asked for right behind an edit is right, or not there.
T.project("void lose() { save(1); }\n")
T.shows({ "2:15 tether-discarded-future" })
for round = 1, 5 do
  T.set(2, nil, { "// 😀 " .. round, "" })
  local line = 2 + 2 * round
  T.at(line, 15)
  local titles = T.actions()
  for _, title in ipairs(titles) do
    if title:find(".get()", 1, true) then
      T.new_undo()
      T.actions(title)
      T.wait("the fix", function() return T.lines(line)[1]:find("get", 1, true) end)
      T.equal(T.lines(line), { "void lose() { save(1).get(); }" })
      vim.cmd("undo")
      T.equal(T.lines(line), { "void lose() { save(1); }" })
    end
  end
end
T.shows({ "12:15 tether-discarded-future" })
T.at(12, 15)
T.actions(".get()")
T.shows({})
T.equal(T.lines(12), { "void lose() { save(1).get(); }" })
