-- Two hundred edits at ten a second leave what `tether check` says of the last text, and no more.
math.randomseed(11)
local lines = {}
for i = 1, 30 do lines[i] = ("void f%d() { save(%d); }"):format(i, i) end
T.project(table.concat(lines, "\n") .. "\n")
T.wait("thirty findings", function() return #T.ours() == 30 end)

local edits = {
  function(line) -- Lose it, or keep it.
    local text = T.lines(line)[1]
    local kept = text:gsub("%).wait%(%);", ");")
    T.set(line, line, { kept ~= text and kept or (text:gsub("save%((%d+)%);", "save(%1).wait();")) })
  end,
  function(line) T.set(line, nil, { "// a line, 😀 and more", "" }) end,
  function(line) vim.api.nvim_buf_set_text(0, line - 1, 0, line - 1, 0, { "/* ü😀 */ " }) end,
  function(line) if T.lines(line)[1]:sub(1, 2) == "//" then T.set(line, line, {}) end end,
  function(line) T.set(line, nil, { "void half" .. T.version() .. "() { save(" }) end,
}
local half
for _ = 1, 200 do
  -- What was half typed a moment ago is finished before anything else happens.
  if half then
    T.set(half, half, { T.lines(half)[1] .. "0); }" })
    half = nil
  else
    local line, kind = math.random(2, vim.api.nvim_buf_line_count(0)), math.random(#edits)
    edits[kind](line)
    half = kind == 5 and line or nil
  end
  vim.wait(100) -- The pace, nothing else.
end
if half then T.set(half, half, {}) end

local text = table.concat(T.lines(1, vim.api.nvim_buf_line_count(0)), "\n") .. "\n"
T.write("final/a.cpp", text)
local command = { T.tether, "check", "--format", "json", "final/a.cpp", "--", "-std=c++20" }
local expected = {}
for _, finding in ipairs(vim.json.decode(vim.fn.system(command)).findings) do
  table.insert(expected, ("%d:%d tether-%s"):format(finding.line, finding.column, finding.check))
end
table.sort(expected)
T.equal(#expected > 10, true, "many findings")
T.event("analysed", { version = T.version() })
T.shows(expected)
-- Nothing that is older comes late.
vim.wait(1500, function() return not vim.deep_equal(T.ours(), expected) end, 20)
T.equal(T.ours(), expected, "what stays")
