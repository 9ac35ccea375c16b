// The test's half of the fake clangd: every process that the proxy starts connects here.
"use strict";
const fs = require("fs");
const net = require("net");
const os = require("os");
const path = require("path");
const readline = require("readline");
const { EventEmitter } = require("events");
const { frame } = require("./frames.js");
const { until } = require("./waiting.js");

const program = path.join(__dirname, "fake-clangd.js");

const capabilities = {
  textDocumentSync: { openClose: true, change: 2, save: true },
  hoverProvider: true, documentHighlightProvider: true, inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: ["quickfix", "refactor", "info"] },
  executeCommandProvider: { commands: ["clangd.applyFix"] },
};

/// What is no JSON is what the test has sent on purpose.
function parsed(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

/// One process. What it does by itself: `automatic` maps methods to functions from params to results.
class Instance extends EventEmitter {
  constructor(socket, automatic) {
    super();
    this.setMaxListeners(0);
    this.socket = socket;
    this.automatic = automatic;
    this.received = []; // {message, text, header}
    this.taken = new Set();
    readline.createInterface({ input: socket }).on("line", (line) => this.heard(JSON.parse(line)));
    socket.on("close", () => this.happened({ gone: true }));
    socket.on("error", () => {});
  }

  happened(state) {
    Object.assign(this, state);
    this.emit("event");
  }

  heard(event) {
    if (event.event === "started") return this.happened({ pid: event.pid, arguments: event.arguments });
    if (event.event === "end") {
      this.happened({ atEnd: true });
      return this.automatic.end?.(this);
    }
    const message = parsed(event.text);
    this.received.push({ message, text: event.text, header: event.header });
    const reaction = this.automatic[message.method];
    const result = reaction?.(message.params, this);
    if (message.id !== undefined && message.method && reaction && result !== undefined)
      this.answer(message, result);
    this.emit("event");
  }

  order(order) {
    this.socket.write(`${JSON.stringify(order)}\n`);
  }

  /// `size`: bytes per write; all at once if not given.
  write(bytes, size) {
    this.order({ do: "write", bytes: Buffer.from(bytes).toString("base64"), size });
  }

  send(message, { size } = {}) {
    this.write(frame({ jsonrpc: "2.0", ...message }), size);
  }

  answer(request, result) {
    this.send({ id: request.id, result });
  }

  fail(request, code, message = "the fake says no") {
    this.send({ id: request.id, error: { code, message } });
  }

  publish(uri, version, diagnostics = []) {
    const params = version === null ? { uri, diagnostics } : { uri, version, diagnostics };
    this.send({ method: "textDocument/publishDiagnostics", params });
  }

  pause() {
    this.order({ do: "pause" });
  }

  resume() {
    this.order({ do: "resume" });
  }

  exit(code) {
    this.order({ do: "exit", code });
  }

  until(probe, what) {
    return until(this, "event", probe, what);
  }

  /// The next message of a method, each once; `test` is asked about its params.
  next(method, test = () => true) {
    const find = () => this.received.find((entry) =>
      entry.message.method === method && !this.taken.has(entry) && test(entry.message.params));
    return this.until(find, `the fake clangd to be told ${method}; it was told ${this.methods()}`)
      .then((entry) => {
        this.taken.add(entry);
        return entry.message;
      });
  }

  methods() {
    return this.received.map((e) => e.message.method ?? `answer ${e.message.id}`).join(", ");
  }
}

class FakeClangd extends EventEmitter {
  constructor(automatic = {}) {
    super();
    this.instances = [];
    this.automatic = {
      initialize: () => ({ capabilities, serverInfo: { name: "fake" } }),
      shutdown: () => null,
      exit: (params, instance) => instance.exit(0),
      end: (instance) => instance.exit(0),
      ...automatic,
    };
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "tether-fake-"));
    this.server = net.createServer((socket) => {
      this.instances.push(new Instance(socket, this.automatic));
      this.emit("event");
    });
    this.path = path.join(this.folder, "socket");
    this.listening = new Promise((resolve) => this.server.listen(this.path, resolve));
  }

  get env() {
    return { FAKE_CLANGD: this.path };
  }

  /// The nth process that was started.
  instance(n = 0) {
    return until(this, "event", () => this.instances[n], `start ${n} of the fake clangd`);
  }

  close() {
    for (const { socket } of this.instances) socket.destroy();
    this.server.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

module.exports = { FakeClangd, program, capabilities };
