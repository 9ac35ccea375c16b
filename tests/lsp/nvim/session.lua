-- What the cases share. Neovim sources this file, and then runs the case that $CASE names in an
-- empty folder, which is the current one.
T = { folder = vim.loop.cwd(), tether = vim.env.TETHER, limit = 15000 }
T.here = vim.fn.fnamemodify(vim.env.CASE, ":h:h")
T.trace = T.folder .. "/trace.jsonl"

-- A future by its shape: the headers of the standard library would cost a second per file.
T.prelude = "struct Future { int get(); void wait(); bool valid(); }; Future save(int); void log(int);\n"

function T.write(name, text)
  local path = T.folder .. "/" .. name
  vim.fn.mkdir(vim.fn.fnamemodify(path, ":h"), "p")
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
  return path
end

function T.read(path)
  local file = io.open(path, "r")
  if not file then return "" end
  local text = file:read("*a")
  file:close()
  return text
end

function T.database(files, flags)
  local entries = {}
  for _, name in ipairs(files) do
    local arguments = vim.list_extend({ "g++", "-std=c++20" }, flags or {})
    vim.list_extend(arguments, { "-c", name })
    table.insert(entries, { directory = T.folder, file = name, arguments = arguments })
  end
  T.write("compile_commands.json", vim.json.encode(entries))
end

-- A project of one file, with PRELUDE in its first line, opened.
function T.project(text, options)
  T.write("a.cpp", T.prelude .. text)
  T.database({ "a.cpp" }, options and options.flags)
  T.start(options)
  return T.open("a.cpp")
end

-- Waiting ------------------------------------------------------------------------------------------

local function state()
  local lines = { "ours: " .. vim.inspect(T.ours()), "theirs: " .. vim.inspect(T.theirs()), "buffer:" }
  vim.list_extend(lines, vim.api.nvim_buf_get_lines(0, 0, 60, false))
  return table.concat(lines, "\n")
end

-- Waits until `holds` is true and returns what it returned. There is no other way to wait.
function T.wait(what, holds, limit)
  local value
  local done = vim.wait(limit or T.limit, function()
    value = holds()
    return value
  end, 20)
  if not done then error("in vain: " .. what .. "\n" .. state(), 2) end
  return value
end

function T.equal(found, expected, what)
  if vim.deep_equal(found, expected) then return end
  error(("%s: expected %s\nfound %s\n%s"):format(what or "equal", vim.inspect(expected),
    vim.inspect(found), state()), 2)
end

function T.contains(text, word)
  if not tostring(text):find(word, 1, true) then
    error(("no '%s' in: %s"):format(word, tostring(text)), 2)
  end
end

-- The session --------------------------------------------------------------------------------------

-- Starts a client. Options: `program`, `arguments`, and what `vim.lsp.start_client` takes.
function T.start(options)
  options = vim.deepcopy(options or {})
  local cmd = options.program or { T.tether, "lsp" }
  vim.list_extend(cmd, { "--trace", T.trace })
  options.cmd = vim.list_extend(cmd, options.arguments or {})
  options.program, options.arguments, options.flags = nil, nil, nil
  options.root_dir = options.root_dir or T.folder
  options.capabilities = vim.tbl_deep_extend("force", vim.lsp.protocol.make_client_capabilities(),
    options.capabilities or {})
  local ready = false
  local on_init = options.on_init
  options.on_init = function(...)
    ready = true
    if on_init then on_init(...) end
  end
  options.on_exit = function(code, signal) T.ended = { code = code, signal = signal } end
  T.id = assert(vim.lsp.start_client(options))
  T.wait("the server's answer to initialize", function() return ready or T.ended end)
  T.equal(T.ended, nil, "the server's end")
  T.client = vim.lsp.get_client_by_id(T.id)
  return T.client
end

function T.open(name)
  vim.cmd("edit " .. vim.fn.fnameescape(name))
  vim.bo.filetype = "cpp"
  assert(vim.lsp.buf_attach_client(0, T.id))
  return vim.api.nvim_get_current_buf()
end

-- What happened in the server, as its trace says: the events of one kind, oldest first.
function T.events(kind, matches)
  local events = {}
  for line in T.read(T.trace):gmatch("([^\n]*)\n") do
    local event = vim.json.decode(line)
    local fits = event.event == kind
    for key, value in pairs(matches or {}) do fits = fits and event[key] == value end
    if fits then table.insert(events, event) end
  end
  return events
end

function T.event(kind, matches)
  return T.wait("event " .. kind .. " " .. vim.inspect(matches), function()
    return T.events(kind, matches)[1]
  end)
end

function T.parent_of(pid)
  return tonumber(T.read("/proc/" .. pid .. "/status"):match("PPid:%s*(%d+)"))
end

function T.kill(pid) assert(vim.loop.kill(pid, "sigkill")) end

-- Diagnostics --------------------------------------------------------------------------------------

local function listed(bufnr, wanted)
  local lines = {}
  for _, d in ipairs(vim.diagnostic.get(bufnr or 0)) do
    if (d.source == "tether") == wanted then
      local code = d.user_data and d.user_data.lsp and d.user_data.lsp.code
      table.insert(lines, ("%d:%d %s"):format(d.lnum + 1, d.col + 1, code or d.message))
    end
  end
  table.sort(lines)
  return lines
end

-- {"LINE:COLUMN CODE"}, in bytes from 1, as `tether check` counts.
function T.ours(bufnr) return listed(bufnr, true) end
function T.theirs(bufnr) return listed(bufnr, false) end

function T.shows(expected, bufnr)
  T.wait("our diagnostics to be " .. vim.inspect(expected), function()
    return vim.deep_equal(T.ours(bufnr), expected)
  end)
end

function T.finding(index)
  local ours = vim.tbl_filter(function(d) return d.source == "tether" end, vim.diagnostic.get(0))
  return assert(ours[index or 1], "no such finding")
end

-- Editing ------------------------------------------------------------------------------------------

function T.lines(from, to) return vim.api.nvim_buf_get_lines(0, from - 1, to or from, true) end
-- Lines FROM to TO (without TO: none, an insertion) are replaced.
function T.set(from, to, lines) vim.api.nvim_buf_set_lines(0, from - 1, to or from - 1, true, lines) end
-- Neovim makes one undo block of all that happens between two keys; this begins another.
function T.new_undo() vim.o.undolevels = vim.o.undolevels end
function T.version() return vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()] end

-- Requests -----------------------------------------------------------------------------------------

function T.at(line, column) vim.api.nvim_win_set_cursor(0, { line, column - 1 }) end

-- {result=…} or {error=…} for a request at the cursor.
function T.request(method, more)
  local params = vim.tbl_extend("force", vim.lsp.util.make_position_params(), more or {})
  local answer
  T.client.request(method, params, function(err, result)
    answer = { error = err, result = result }
  end, 0)
  T.wait("an answer to " .. method, function() return answer end)
  return answer
end

-- The titles that `vim.lsp.buf.code_action` offers at the cursor; the first with `word` is chosen.
function T.actions(word)
  local titles, select = nil, vim.ui.select
  vim.ui.select = function(items, options, on_choice)
    titles = vim.tbl_map(options.format_item, items)
    for i, title in ipairs(titles) do
      if word and title:find(word, 1, true) then return on_choice(items[i], i) end
    end
    if word then titles.missing = word end
  end
  local notify = vim.notify
  vim.notify = function(text) titles = titles or { missing = word, said = text } end
  vim.lsp.buf.code_action()
  T.wait("code actions", function() return titles end)
  vim.ui.select, vim.notify = select, notify
  if titles.missing then error("no action '" .. word .. "' among " .. vim.inspect(titles), 2) end
  titles.said = nil
  return titles
end

-- The text in the window that `vim.lsp.buf.hover` opens at the cursor.
function T.hover()
  vim.lsp.buf.hover()
  local window = T.wait("the hover window", function()
    for _, w in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(w).relative ~= "" then return w end
    end
  end)
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, "\n")
end

-- The end ------------------------------------------------------------------------------------------

-- The runner takes nothing else for a success.
function T.passed() T.write("passed", "") end

local _, failure = xpcall(function() dofile(vim.env.CASE) end, debug.traceback)
if failure then
  io.stderr:write(failure .. "\n")
elseif not T.passes_later then
  T.passed()
end
vim.cmd("qall!")
