// A clangd that dies: what was asked is answered, it is started again, and after that we go on alone.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { full } = require("./lib/capabilities.js");
const { losing, single } = require("./lib/project.js");
const { ourDiagnostics, tether, tetherWithFake } = require("./lib/session.js");

const failed = { code: -32803 };

async function opened(t, options = {}) {
  const project = single(losing);
  const session = await tetherWithFake(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  const clangd = await session.fake.instance();
  await clangd.next("textDocument/didOpen");
  return { session, uri, clangd, project };
}

const highlight = (session, uri, id) => session.request("textDocument/documentHighlight",
  { textDocument: { uri }, position: { line: 0, character: 0 } }, id === undefined ? {} : { id });

test("pending requests fail, each once; the next clangd is told everything", async (t) => {
  const { session, uri, clangd } = await opened(t);
  session.replace(uri, "save(1)", "save(11)");
  session.replace(uri, "save(11)", "save(111)");
  const pending = [highlight(session, uri), highlight(session, uri, "text"), session.hover(uri, { line: 0, character: 0 })]
    .map((answer) => assert.rejects(answer, failed));
  await clangd.next("textDocument/hover");
  clangd.exit(3);
  await Promise.all(pending);

  const second = await session.fake.instance(1);
  const initialize = await second.next("initialize");
  const first = clangd.received.find((e) => e.message.method === "initialize").message;
  assert.deepEqual(initialize.params, first.params);
  await second.next("initialized");
  const { params: { textDocument } } = await second.next("textDocument/didOpen");
  assert.equal(textDocument.uri, uri);
  assert.equal(textDocument.languageId, "cpp");
  assert.equal(textDocument.text, session.text(uri));
  assert.equal(textDocument.version, 3);
  const answer = highlight(session, uri);
  second.answer(await second.next("textDocument/documentHighlight"), []);
  assert.deepEqual(await answer, []);
  // The client was told the result of initialize once.
  const results = session.log.filter((e) => e.from === "server" && e.message.result?.capabilities);
  assert.equal(results.length, 1);
});

test("the arguments are the same at every start", async (t) => {
  const { session, clangd } = await opened(t, { clangdArgs: ["-j=2"] });
  clangd.exit(1);
  const second = await session.fake.instance(1);
  await second.next("initialize");
  assert.deepEqual(second.arguments, ["-j=2"]);
});

/// The second clangd, which does not answer initialize until the test does so.
async function slowFollower(t) {
  let starts = 0;
  const initialize = () => (++starts === 1 ? { capabilities: { hoverProvider: true } } : undefined);
  const all = await opened(t, { automatic: { initialize, "textDocument/documentHighlight": () => [] } });
  all.clangd.exit(1);
  const second = await all.session.fake.instance(1);
  return { ...all, second, asked: await second.next("initialize") };
}

test("a request while clangd starts again fails, or waits for it", async (t) => {
  const { session, uri, second, asked } = await slowFollower(t);
  const answer = highlight(session, uri).catch((error) => assert.equal(error.code, -32803));
  second.answer(asked, { capabilities: {} });
  await second.next("textDocument/didOpen");
  await answer;
});

test("the next clangd is told nothing before it has answered initialize", async (t) => {
  const { session, uri, second, asked } = await slowFollower(t);
  session.replace(uri, "save(1)", "save(2)");
  const asked2 = highlight(session, uri).catch(() => {});
  // What the proxy refuses by itself says that all before it has been read.
  await assert.rejects(session.request("workspace/executeCommand", { command: "tether.applyFix", arguments: [] }));
  assert.equal(second.methods(), "initialize");
  second.answer(asked, { capabilities: {} });
  await second.next("initialized");
  const { params: { textDocument } } = await second.next("textDocument/didOpen");
  assert.equal(textDocument.text, session.text(uri));
  await asked2;
});

test("edits while clangd is away are in what the next one is told, or follow", async (t) => {
  const { session, uri, clangd } = await opened(t);
  clangd.exit(1);
  await session.trace.when((e) => e.event === "clangd" && e.state === "died", "clangd's death");
  session.replace(uri, "save(1)", "save(22)");
  const second = await session.fake.instance(1);
  const { params: { textDocument } } = await second.next("textDocument/didOpen");
  if (textDocument.version === 2) assert.equal(textDocument.text, session.text(uri));
  else assert.equal((await second.next("textDocument/didChange")).params.textDocument.version, 2);
});

test("a file that is closed while clangd is away is not opened again", async (t) => {
  const { session, uri, clangd, project } = await opened(t);
  project.write("b.cpp", losing);
  session.open(project.uri("b.cpp"));
  await clangd.next("textDocument/didOpen");
  clangd.exit(1);
  await session.trace.when((e) => e.event === "clangd" && e.state === "died", "clangd's death");
  session.close(uri);
  const second = await session.fake.instance(1);
  const { params } = await second.next("textDocument/didOpen");
  if (params.textDocument.uri === uri) await second.next("textDocument/didClose");
});

test("clangd's last list is gone with it or stays, ours stays", async (t) => {
  const { session, uri, clangd } = await opened(t);
  clangd.publish(uri, 1, []);
  await session.findings(uri, 1);
  clangd.exit(1);
  const second = await session.fake.instance(1);
  await second.next("textDocument/didOpen");
  session.replace(uri, "save(1);", "save(1); store(2);");
  await second.next("textDocument/didChange");
  second.publish(uri, 2, []);
  await session.findings(uri, 2);
});

test("requests of the dead clangd are not answered to its follower", async (t) => {
  const { session, clangd } = await opened(t);
  const held = [];
  const send = session.send;
  session.send = (message) => (message.id === 5 && !message.method ? held.push(message) : send.call(session, message));
  clangd.send({ id: 5, method: "workspace/configuration", params: { items: [] } });
  await session.until(() => held.length, "clangd's request");
  clangd.exit(1);
  const second = await session.fake.instance(1);
  await second.next("textDocument/didOpen");
  send.call(session, held[0]);
  const answer = highlight(session, session.project.uri("a.cpp"));
  second.answer(await second.next("textDocument/documentHighlight"), []);
  await answer;
  assert.deepEqual(second.received.filter((e) => e.message.id === 5), []);
});

test("dead before it answers initialize: the next one answers, once", async (t) => {
  const starts = [];
  const initialize = (params, instance) => {
    starts.push(instance);
    if (starts.length === 1) return void instance.exit(1);
    return { capabilities: { hoverProvider: true } };
  };
  const project = single(losing);
  const session = await tetherWithFake(t, project, { automatic: { initialize } });
  assert.equal(session.initialized.capabilities.hoverProvider, true);
  const second = await session.fake.instance(1);
  await second.next("initialized");
  session.open(project.uri("a.cpp"));
  await second.next("textDocument/didOpen");
  assert.equal(second.received.filter((e) => e.message.method === "initialized").length, 1);
});

test("four times dead: a message, and our own part goes on", async (t) => {
  const { session, uri, clangd } = await opened(t);
  clangd.exit(1);
  for (const n of [1, 2, 3]) {
    const next = await session.fake.instance(n);
    await next.next("textDocument/didOpen");
    next.exit(1);
  }
  await session.until(() => session.messages("window/showMessage").length, "the message");
  assert.equal(session.messages("window/showMessage").length, 1);
  await session.trace.when((e) => e.event === "clangd" && e.state === "gone", "clangd is gone");
  await assert.rejects(highlight(session, uri), failed);
  session.replace(uri, "save(1);", "save(1); store(2);");
  await session.findings(uri, 2);
  const on = await session.hover(uri, session.position(uri, "store(2)"));
  assert.match(on.contents.value, /discarded/);
  const [finding] = session.ours(uri);
  assert.ok((await session.actions(uri, finding.range)).some((a) => /`\.get\(\)`/.test(a.title)));
  assert.equal(session.fake.instances.length, 4);
});

test("back-off: about 0.2, 1 and 4 seconds", async (t) => {
  const { session, clangd } = await opened(t);
  clangd.exit(1);
  for (const n of [1, 2, 3]) {
    const next = await session.fake.instance(n);
    await next.next("initialize");
    next.exit(1);
  }
  await session.trace.when((e) => e.event === "clangd" && e.state === "gone", "clangd is gone");
  const events = session.trace.events().filter((e) => e.event === "clangd");
  const deaths = events.filter((e) => e.state === "died" || e.state === "gone").map((e) => e.ms);
  const starts = events.filter((e) => e.state === "started").map((e) => e.ms).slice(1);
  const pauses = starts.map((ms, index) => ms - deaths[index]);
  [0.2, 1, 4].forEach((seconds, index) =>
    assert.ok(pauses[index] > seconds * 700 && pauses[index] < seconds * 1000 + 1500, `${pauses}`));
});

test("never a clangd: initialize is answered, a message is shown, findings come", async (t) => {
  const automatic = { initialize: (params, instance) => void instance.exit(1) };
  const project = single(losing);
  const session = await tetherWithFake(t, project, { automatic, initialize: false });
  await session.initialize({ capabilities: full, folder: project.folder });
  const uri = project.uri("a.cpp");
  session.open(uri);
  await session.findings(uri, 1);
  assert.ok(session.messages("window/showMessage").length >= 1);
});

test("exit while clangd is away", async (t) => {
  const { session, clangd } = await opened(t);
  clangd.exit(1);
  await session.trace.when((e) => e.event === "clangd" && e.state === "died", "clangd's death");
  assert.deepEqual(await session.shutdown(), { code: 0, signal: null });
});

test("the real clangd, killed: requests and findings go on", async (t) => {
  const project = single(losing);
  const session = await tether(t, project);
  const uri = project.uri("a.cpp");
  session.open(uri);
  await session.settled(uri);
  const { pid } = await session.trace.when((e) => e.event === "clangd" && e.state === "started", "clangd");
  process.kill(pid, "SIGKILL");
  await session.trace.when((e, later) => e.event === "clangd" && e.state === "died"
    && later.some((l) => l.event === "clangd" && l.state === "started"), "a new clangd");
  session.replace(uri, "save(1);", "int unused; save(1);");
  const { diagnostics } = await session.diagnostics(uri, (p) => p.version === 2 && p.diagnostics.length === 2);
  assert.equal(ourDiagnostics({ diagnostics }).length, 1);
  const symbols = await session.request("textDocument/documentSymbol", { textDocument: { uri } });
  assert.ok(symbols.some((s) => s.name === "lose"));
});
