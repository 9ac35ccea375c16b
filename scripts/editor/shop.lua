-- Neovim's set-up for scripts/pictures: the one of docs/editors.md, colours, and a scene.
vim.o.termguicolors = true
vim.o.number = true
vim.o.signcolumn = "yes"
vim.o.ruler = false
vim.o.linebreak = true
vim.o.laststatus = 2
vim.o.statusline = " %f %m%= tether lsp + clangd  %l:%c "
vim.g.c_no_curly_error = true
vim.cmd("syntax on")
vim.cmd("filetype on")

local colours = {
  Normal = { fg = "#cdd6e0", bg = "#1e2127" },
  NormalFloat = { fg = "#cdd6e0", bg = "#282c34" },
  FloatBorder = { fg = "#5c6370", bg = "#282c34" },
  LineNr = { fg = "#4b5263" },
  SignColumn = { bg = "#1e2127" },
  CursorLine = { bg = "#262a31" },
  StatusLine = { fg = "#abb2bf", bg = "#2f343f" },
  Comment = { fg = "#7f848e", italic = true },
  Statement = { fg = "#c678dd" },
  Type = { fg = "#e5c07b" },
  Constant = { fg = "#98c379" },
  Number = { fg = "#d19a66" },
  PreProc = { fg = "#61afef" },
  Special = { fg = "#56b6c2" },
  Title = { fg = "#61afef", bold = true },
  NonText = { fg = "#3b4048" },
  EndOfBuffer = { fg = "#1e2127" },
  -- Vim's Markdown takes each `_` of a name for a mistake.
  markdownError = { fg = "#cdd6e0" },
}
for severity, colour in pairs({ Error = "#e06c75", Warn = "#e5c07b", Info = "#61afef", Hint = "#56b6c2" }) do
  colours["Diagnostic" .. severity] = { fg = colour }
  colours["DiagnosticUnderline" .. severity] = { undercurl = true, sp = colour }
  vim.fn.sign_define("DiagnosticSign" .. severity, { text = "●", texthl = "Diagnostic" .. severity })
end
for group, colour in pairs(colours) do vim.api.nvim_set_hl(0, group, colour) end

vim.diagnostic.config({ virtual_text = { spacing = 2, prefix = "■" }, severity_sort = true })
vim.lsp.handlers["textDocument/hover"] =
  vim.lsp.with(vim.lsp.handlers.hover, { border = "rounded", max_width = 96 })

local function attach()
  vim.g.tether = vim.g.tether or vim.lsp.start_client({
    cmd = { vim.env.TETHER, "lsp", "--log=error" },
    root_dir = vim.fn.getcwd(),
  })
  vim.lsp.buf_attach_client(0, vim.g.tether)
end
vim.api.nvim_create_autocmd("FileType", { pattern = { "c", "cpp" }, callback = attach })

-- The scenes ---------------------------------------------------------------------------------------

local function ready() assert(io.open(vim.env.READY, "w")):close() end

local function show(word)
  vim.fn.search("\\V" .. word, "w")
  vim.cmd("normal! zz")
end

-- Neovim closes a floating window when it notices that the cursor has moved: first it must come to rest.
local function at_rest(act) vim.defer_fn(act, 300) end

local scenes = {}

function scenes.findings()
  show("std::async([id")
  vim.cmd("normal! 0")
  at_rest(ready)
end

function scenes.hover()
  show("save(std::move")
  -- Room for the window below.
  vim.fn.winrestview({ topline = vim.fn.line(".") - 4 })
  at_rest(function()
    vim.lsp.buf.hover()
    local function is_float(window) return vim.api.nvim_win_get_config(window).relative ~= "" end
    vim.wait(10000, function() return #vim.tbl_filter(is_float, vim.api.nvim_list_wins()) > 0 end)
    ready()
  end)
end

function scenes.fixes()
  show("save(std::move")
  local select = vim.ui.select
  vim.ui.select = function(...)
    vim.cmd("redraw")
    ready()
    select(...)
  end
  at_rest(vim.lsp.buf.code_action)
end

local function play()
  local there = vim.wait(60000, function()
    local ours = vim.tbl_filter(function(d) return d.source == "tether" end, vim.diagnostic.get(0))
    return #ours >= 3
  end, 50)
  if there then scenes[vim.env.SCENE]() end
end
vim.api.nvim_create_autocmd("VimEnter", { callback = function() vim.defer_fn(play, 100) end })
