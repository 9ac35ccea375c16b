// A client of any language server: vscode-jsonrpc frames the messages, everything of both directions
// is recorded, and what the server sends is held against the protocol's types.
"use strict";
const fs = require("fs");
const { spawn } = require("child_process");
const { EventEmitter, once } = require("events");
const { fileURLToPath, pathToFileURL } = require("url");
const { StreamMessageReader, StreamMessageWriter } = require("vscode-jsonrpc/node");
const { TextDocument } = require("vscode-languageserver-textdocument");
const { checker } = require("./checker.js");
const { Frames } = require("./frames.js");
const { convertPosition, convertRange, rangeOf } = require("./positions.js");
const { inTime, until } = require("./waiting.js");

class ResponseError extends Error {
  constructor(method, { code, message }) {
    super(`${method}: ${message} (${code})`);
    this.code = code;
  }
}

/// What an editor answers to a server's requests.
const answers = {
  "window/workDoneProgress/create": () => null,
  "client/registerCapability": () => null,
  "client/unregisterCapability": () => null,
  "workspace/semanticTokens/refresh": () => null,
  "workspace/inlayHint/refresh": () => null,
  "workspace/configuration": (client, { items }) => items.map(() => null),
  "workspace/applyEdit": (client, { edit }) => {
    client.applyEdit(edit);
    return { applied: true };
  },
};

class Client extends EventEmitter {
  /// `command` is a list; the server is not asked anything yet.
  constructor(command, { cwd, env = {} } = {}) {
    super();
    this.setMaxListeners(0);
    this.log = [];
    this.problems = [];
    this.pending = new Map();
    this.documents = new Map();
    this.history = new Map(); // every text that the server was told, by file
    this.answers = { ...answers };
    this.encoding = "utf-16";
    this.lastId = 0;
    this.listen(spawn(command[0], command.slice(1), { cwd, env: { ...process.env, ...env } }));
  }

  listen(child) {
    this.child = child;
    this.errors = "";
    this.raw = [];
    const frames = new Frames((frame) => this.raw.push(frame));
    // Before the reader: it hands a message on when its raw form is known.
    child.stdout.on("data", (bytes) => {
      try {
        frames.push(bytes);
      } catch (error) {
        this.problems.push(error.message);
      }
    });
    child.stderr.on("data", (bytes) => (this.errors += bytes));
    // A server that has gone does not read; what became of it the exit code says.
    child.stdin.on("error", () => {});
    this.reader = new StreamMessageReader(child.stdout);
    this.writer = new StreamMessageWriter(child.stdin);
    this.reader.onError((error) => this.problems.push(`the stream: ${error.message}`));
    this.reader.listen((message) => this.received(message, this.raw.shift()));
    this.closed = once(child, "close").then(([code, signal]) => {
      this.ended = { code, signal };
      this.rejectAll();
      this.emit("message");
      return this.ended;
    });
  }

  rejectAll() {
    for (const { method, reject } of this.pending.values())
      reject(new Error(`the server ended before it answered ${method}`));
    this.pending.clear();
  }

  send(message) {
    this.log.push({ from: "client", message });
    return this.writer.write({ jsonrpc: "2.0", ...message }).catch(() => {});
  }

  received(message, raw) {
    this.log.push({ from: "server", message, raw });
    if (message.jsonrpc !== "2.0") this.problems.push(`no JSON-RPC: ${JSON.stringify(message)}`);
    if (message.method === undefined) this.answered(message);
    else this.called(message);
    this.emit("message", message);
  }

  answered(message) {
    const request = this.pending.get(message.id);
    if (!request) {
      this.problems.push(`an answer that nobody asked for: ${JSON.stringify(message).slice(0, 400)}`);
      return;
    }
    this.pending.delete(message.id);
    this.problems.push(...checker().answer(request.method, message, this));
    if (message.error) request.reject(new ResponseError(request.method, message.error));
    else request.resolve(message.result);
  }

  called(message) {
    this.problems.push(...checker().call(message, this));
    if (message.id === undefined) return;
    const answer = this.answers[message.method];
    if (answer) this.send({ id: message.id, result: answer(this, message.params) });
    else this.send({ id: message.id, error: { code: -32601, message: "method not found" } });
  }

  /// The result; an error is thrown. `id` may be a string or a number of the caller's choice.
  request(method, params, { id = ++this.lastId, limit } = {}) {
    const answer = new Promise((resolve, reject) => {
      if (this.ended) return reject(new Error(`the server has ended, ${method} is too late`));
      this.pending.set(id, { method, resolve, reject });
      this.send({ id, method, params });
    });
    return inTime(answer, `the answer to ${method}`, limit);
  }

  notify(method, params) {
    this.send({ method, params });
  }

  /// Does not wait: `initialized` follows the answer.
  async initialize({ capabilities = {}, folder, folders, options, extra = {} } = {}) {
    this.inline = capabilities.textDocument?.publishDiagnostics?.codeActionsInline;
    const uri = folder && pathToFileURL(folder).href;
    const workspaceFolders = folders?.map((f) => ({ uri: pathToFileURL(f).href, name: f }));
    this.initialized = await this.request("initialize", {
      processId: process.pid, rootUri: uri ?? null, capabilities, initializationOptions: options,
      ...(workspaceFolders ? { workspaceFolders } : {}), ...extra,
    });
    this.encoding = this.initialized.offsetEncoding
      ?? this.initialized.capabilities.positionEncoding ?? "utf-16";
    this.notify("initialized", {});
    return this.initialized;
  }

  // Documents.

  open(uri, text = fs.readFileSync(fileURLToPath(uri), "utf8"), { version = 1, languageId = "cpp" } = {}) {
    this.documents.set(uri, TextDocument.create(uri, languageId, version, text));
    this.remember(uri);
    this.notify("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
  }

  close(uri) {
    this.documents.delete(uri);
    this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  /// Each change is {range, text} with a UTF-16 range in the text before it, or {text}: all of it.
  change(uri, ...changes) {
    const document = this.documents.get(uri);
    const contentChanges = [];
    const version = document.version + 1;
    for (const { range, text } of changes) {
      contentChanges.push(range
        ? { range: convertRange(document, range, "utf-16", this.encoding), text } : { text });
      TextDocument.update(document, [range ? { range, text } : { text }], version);
    }
    this.remember(uri);
    this.notify("textDocument/didChange", { textDocument: { uri, version }, contentChanges });
    return version;
  }

  remember(uri) {
    const { version, languageId } = this.documents.get(uri);
    const text = this.text(uri);
    const known = this.history.get(uri) ?? [];
    this.history.set(uri, [...known, TextDocument.create(uri, languageId, version, text)]);
  }

  /// Replaces the nth occurrence of a text.
  replace(uri, old, text, nth = 0) {
    return this.change(uri, { range: rangeOf(this.documents.get(uri), old, nth), text });
  }

  text(uri) {
    return this.documents.get(uri).getText();
  }

  /// The position of a text, `offset` UTF-16 units into it, in the session's encoding.
  position(uri, needle, { offset = 0, nth = 0 } = {}) {
    const document = this.documents.get(uri);
    const { start } = rangeOf(document, needle, nth);
    const at = { line: start.line, character: start.character + offset };
    return convertPosition(document, at, "utf-16", this.encoding);
  }

  range(uri, needle, nth = 0) {
    const document = this.documents.get(uri);
    return convertRange(document, rangeOf(document, needle, nth), "utf-16", this.encoding);
  }

  /// The text that a range of the server's stands for.
  textAt(uri, range) {
    return this.textIn(this.documents.get(uri), range);
  }

  textIn(document, range) {
    return document.getText(convertRange(document, range, this.encoding, "utf-16"));
  }

  /// As an editor does it: open documents are changed and the server is told, others on disk.
  applyEdit(edit) {
    for (const { uri, version, edits } of editsByFile(edit)) {
      const open = this.documents.get(uri);
      if (open && version !== undefined && version !== null && version !== open.version)
        throw new Error(`an edit for version ${version} of ${uri}, which is at ${open.version}`);
      if (open) this.change(uri, { text: this.edited(open, edits) });
      else editFile(uri, (document) => this.edited(document, edits));
    }
  }

  edited(document, edits) {
    const own = edits.map(({ range, newText }) =>
      ({ range: convertRange(document, range, this.encoding, "utf-16"), newText }));
    return TextDocument.applyEdits(document, own);
  }

  // Waiting.

  until(probe, what, limit) {
    return until(this, "message", () => {
      const value = probe();
      if (!value && this.ended)
        throw new Error(`the server ended (${JSON.stringify(this.ended)}) before ${what}\n${this.errors}`);
      return value;
    }, what, limit);
  }

  messages(method) {
    return this.log.filter((e) => e.from === "server" && e.message.method === method)
      .map((e) => e.message);
  }

  /// Everything that was published for a file, oldest first.
  published(uri) {
    return this.messages("textDocument/publishDiagnostics").map((m) => m.params)
      .filter((p) => p.uri === uri);
  }

  /// The newest publish for the file, as soon as `test` holds of it.
  diagnostics(uri, test = () => true, limit) {
    const newest = () => this.published(uri).at(-1);
    const what = () => `diagnostics; the last are ${JSON.stringify(newest())}`;
    return this.until(() => newest() && test(newest()) && newest(), what, limit);
  }

  // The end.

  /// {code, signal}
  get exit() {
    return inTime(this.closed, "the server's end");
  }

  async shutdown() {
    await this.request("shutdown");
    this.notify("exit");
    return this.exit;
  }

  kill() {
    if (!this.ended) this.child.kill("SIGKILL");
  }
}

function editsByFile({ changes = {}, documentChanges }) {
  if (!documentChanges) return Object.entries(changes).map(([uri, edits]) => ({ uri, edits }));
  return documentChanges.map((change) => {
    if (change.kind === "create") return { uri: change.uri, edits: [] };
    return { ...change.textDocument, edits: change.edits };
  });
}

function editFile(uri, edit) {
  const file = fileURLToPath(uri);
  const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
  fs.writeFileSync(file, edit(TextDocument.create(uri, "", 0, text)));
}

module.exports = { Client, ResponseError };
