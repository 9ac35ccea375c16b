// --standalone: no clangd, a server that knows our part alone.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { changed, full, minimal } = require("./lib/capabilities.js");
const { family } = require("./lib/processes.js");
const { losing, prelude, Project, single } = require("./lib/project.js");
const { ourDiagnostics, tether } = require("./lib/session.js");

async function opened(t, text = losing, options = {}) {
  const project = options.project ?? single(text);
  const session = await tether(t, project, { standalone: true, ...options });
  const uri = project.uri("a.cpp");
  session.open(uri);
  const { diagnostics, version } = await session.settled(uri);
  return { session, uri, project, version, diagnostics, finding: diagnostics[0] };
}

test("it says what it can do, and nothing else", async (t) => {
  const { session: { initialized } } = await opened(t);
  const { capabilities, serverInfo } = initialized;
  assert.match(serverInfo.name, /tether/);
  const sync = capabilities.textDocumentSync;
  assert.equal(sync.change ?? sync, 2);
  for (const name of ["hoverProvider", "codeActionProvider", "inlayHintProvider"])
    assert.ok(capabilities[name], name);
  for (const name of ["completionProvider", "definitionProvider", "renameProvider", "documentSymbolProvider"])
    assert.ok(!capabilities[name], name);
});

test("the version is the document's", async (t) => {
  const { session, uri, version } = await opened(t);
  assert.equal(version, 1);
  session.replace(uri, "save(1);", "save(1); store(2);");
  const second = await session.settled(uri);
  assert.equal(second.version, 2);
  assert.equal(second.diagnostics.length, 2);
});

test("a fix, an acceptance and a handler", async (t) => {
  const { session, uri, finding } = await opened(t);
  const actions = await session.actionsOn(uri, finding);
  const fix = actions.find((a) => /`\.get\(\)`/.test(a.title));
  session.applyEdit(fix.edit);
  assert.deepEqual((await session.settled(uri)).diagnostics, []);
  session.replace(uri, ".get()", "");
  const [again] = (await session.settled(uri)).diagnostics;
  const handler = (await session.actionsOn(uri, again)).find((a) => /\(annotation\)/.test(a.title));
  session.applyEdit(handler.edit);
  const [louder] = (await session.settled(uri)).diagnostics;
  assert.match(louder.message, /in request handler lose/);
  const allow = (await session.actionsOn(uri, louder)).find((a) => /^allow /.test(a.title));
  session.applyEdit(allow.edit);
  const [note] = (await session.settled(uri)).diagnostics;
  assert.equal(note.code, "tether-suppression-without-reason");
});

test("no actions: an empty list or null", async (t) => {
  const { session, uri } = await opened(t);
  const none = await session.actions(uri, session.range(uri, "struct"), { only: ["source"] });
  assert.ok(none === null || none.length === 0, JSON.stringify(none));
});

test("hover on a finding, and null elsewhere", async (t) => {
  const { session, uri } = await opened(t);
  const on = await session.hover(uri, session.position(uri, "save(1)"));
  assert.match(on.contents.value ?? on.contents, /discarded/);
  assert.equal(session.textAt(uri, on.range), "save");
  assert.equal(await session.hover(uri, session.position(uri, "struct")), null);
});

test("plain text for a client that cannot show markdown", async (t) => {
  const capabilities = changed(full, { "textDocument.hover.contentFormat": ["plaintext"] });
  const { session, uri } = await opened(t, losing, { capabilities });
  const on = await session.hover(uri, session.position(uri, "save(1)"));
  assert.equal(on.contents.kind, "plaintext");
});

test("an inlay hint at a handler", async (t) => {
  const text = `${prelude}[[clang::annotate("tether::handler")]] void serve() {\n  log(1);\n}\n`;
  const { session, uri } = await opened(t, text);
  const hints = await session.request("textDocument/inlayHint", { textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } } });
  assert.equal(hints.length, 1);
  assert.equal(hints[0].position.line, 1);
});

test("a client without literals gets commands", async (t) => {
  const { session, uri, finding } = await opened(t, losing, { capabilities: minimal });
  const all = await session.actions(uri, finding.range, { diagnostics: [finding] });
  const fix = all.find((c) => /`\.get\(\)`/.test(c.title));
  const { commands } = session.initialized.capabilities.executeCommandProvider;
  assert.ok(commands.includes(fix.command));
  await session.request("workspace/executeCommand", { command: fix.command, arguments: fix.arguments });
  assert.match(session.text(uri), /save\(1\)\.get\(\);/);
});

for (const encodings of [["utf-8"], ["utf-32", "utf-16"], ["utf-16"], undefined])
  test(`general.positionEncodings ${JSON.stringify(encodings)}`, async (t) => {
    const capabilities = changed(full, { "general.positionEncodings": encodings });
    const text = `${prelude}void lose() {\n  /* 😀€ */ save(1);\n}\n`;
    const { session, uri, finding } = await opened(t, text, { capabilities });
    const { positionEncoding = "utf-16" } = session.initialized.capabilities;
    assert.ok((encodings ?? []).concat("utf-16").includes(positionEncoding));
    assert.deepEqual(finding.range, session.range(uri, "save", 1));
  });

test("unknown requests are refused, unknown notifications are not answered", async (t) => {
  const { session, uri } = await opened(t);
  await assert.rejects(session.request("textDocument/completion",
    { textDocument: { uri }, position: { line: 0, character: 0 } }), { code: -32601 });
  await assert.rejects(session.request("tether/nothing", {}), { code: -32601 });
  await assert.rejects(session.request("$/nothing", {}), { code: -32601 });
  session.notify("$/nothing", {});
  session.notify("tether/nothing", {});
  session.notify("textDocument/didSave", { textDocument: { uri } });
  await session.hover(uri, { line: 0, character: 0 });
});

test("bad params are refused and cost nothing", async (t) => {
  const { session, uri } = await opened(t);
  for (const params of [undefined, {}, [], { textDocument: 1 }, { textDocument: { uri }, position: "x" },
    { textDocument: { uri: "nonsense" }, position: { line: 0, character: 0 } }])
    await session.request("textDocument/hover", params).catch((error) => assert.ok(error.code < 0));
  session.notify("textDocument/didChange", { textDocument: { uri: session.project.uri("never.cpp"), version: 2 },
    contentChanges: [{ text: "" }] });
  session.notify("textDocument/didChange", {});
  assert.ok(await session.hover(uri, session.position(uri, "save(1)")));
});

test("requests before initialize are refused with -32002", async (t) => {
  const session = await tether(t, single(losing), { standalone: true, initialize: false });
  await assert.rejects(session.request("textDocument/hover", {}), { code: -32002 });
  await session.initialize({ capabilities: full, folder: session.project.folder });
});

test("after shutdown requests are refused with -32600", async (t) => {
  const { session, uri } = await opened(t);
  await session.request("shutdown");
  await assert.rejects(session.hover(uri, { line: 0, character: 0 }), { code: -32600 });
  session.notify("exit");
  assert.deepEqual(await session.exit, { code: 0, signal: null });
});

test("exit without shutdown, and the end of the input: code 1", async (t) => {
  const one = await opened(t);
  one.session.notify("exit");
  assert.equal((await one.session.exit).code, 1);
  const two = await opened(t);
  two.session.child.stdin.end();
  assert.equal((await two.session.exit).code, 1);
});

test("no clangd is started", async (t) => {
  const { session } = await opened(t);
  const { commandLine } = require("./lib/processes.js");
  const programs = family(session.child.pid).map((pid) => commandLine(pid)[0] ?? "");
  assert.deepEqual(programs.filter((name) => /clangd/.test(name)), []);
  assert.deepEqual(session.events(null, "clangd"), []);
});

test("a file that is closed has no findings any more", async (t) => {
  const { session, uri } = await opened(t);
  session.close(uri);
  await session.diagnostics(uri, (p) => p.diagnostics.length === 0);
});

test("databases and fallbackFlags", async (t) => {
  const text = `${prelude}#ifdef LOSE\nvoid lose() {\n  save(1);\n}\n#endif\n`;
  const bare = new Project().write("a.cpp", text);
  const flags = await opened(t, text, { project: bare, options: { fallbackFlags: ["-DLOSE"] } });
  assert.equal(ourDiagnostics(flags).length, 1);
  const built = new Project().write("a.cpp", text).database(["a.cpp"], { flags: ["-DLOSE"], where: "out" });
  const path = await opened(t, text, { project: built, options: { compilationDatabasePath: built.path("out") } });
  assert.equal(ourDiagnostics(path).length, 1);
});

test(".tether.yaml that changes is followed", async (t) => {
  const { session, uri, project } = await opened(t);
  project.write(".tether.yaml", "checks: ['*', '-discarded-future']\n");
  await session.findings(uri, 0);
});
