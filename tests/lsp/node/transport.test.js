// Bytes: what is not ours passes as it is, in whatever form and pace it comes.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { minimal } = require("./lib/capabilities.js");
const { frame } = require("./lib/frames.js");
const { clean, losing, single } = require("./lib/project.js");
const { ourDiagnostics, tetherWithFake } = require("./lib/session.js");

async function opened(t, options = {}, text = clean) {
  const project = single(text);
  const session = await tetherWithFake(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  const clangd = await session.fake.instance();
  await clangd.next("textDocument/didOpen");
  return { session, uri, clangd };
}

const params = (uri) => ({ textDocument: { uri }, position: { line: 0, character: 0 } });
const highlight = (session, uri, id) =>
  session.request("textDocument/documentHighlight", params(uri), id === undefined ? {} : { id });

/// Expects an answer that the test has written by hand.
function expecting(session, id, method = "textDocument/documentHighlight") {
  return new Promise((resolve, reject) => session.pending.set(id, { method, resolve, reject }));
}

const rawOf = (session, id) =>
  session.log.find((e) => e.from === "server" && e.message.id === id && !e.message.method).raw.body.toString();

test("what the client writes reaches clangd byte for byte", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const text = `{ "id" : "a\\u0041",\n\t"method":"textDocument/documentHighlight", "jsonrpc":"2.0",`
    + `"params":{"position":{"character":0.0e0,"line":0},"textDocument":{"uri":"${uri}"},"é":"\\/","big":12345678901234567890} }`;
  const answer = expecting(session, "aA");
  session.child.stdin.write(frame(null, text));
  const asked = await clangd.next("textDocument/documentHighlight");
  assert.equal(clangd.received.find((e) => e.message === asked).text, text);
  clangd.answer(asked, []);
  await answer;
});

test("what clangd writes reaches the client byte for byte", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const answer = highlight(session, uri);
  const asked = await clangd.next("textDocument/documentHighlight");
  const text = `{"result" : [ ],\n "id":${asked.id}, "jsonrpc":"2.0"}`;
  clangd.write(frame(null, text));
  assert.deepEqual(await answer, []);
  assert.equal(rawOf(session, asked.id), text);
});

test("notifications and requests of clangd pass, and answers go back", async (t) => {
  const { session, clangd } = await opened(t);
  const settings = { items: [{ section: "clangd" }] };
  for (const id of [1, 2, "s", "tether:1", "tether:2", 0, -3, 2147483647]) {
    clangd.send({ id, method: "workspace/configuration", params: settings });
    const back = await clangd.until(() => clangd.received.find(({ message }) =>
      message.id === id && !message.method && message.result), `the answer to ${id}`);
    assert.deepEqual(back.message.result, [null]);
  }
  clangd.send({ method: "window/logMessage", params: { type: 3, message: "é😀" } });
  await session.until(() => session.messages("window/logMessage").some((m) => m.params.message === "é😀"), "the log");
});

test("an error of the client to clangd's request goes back", async (t) => {
  const { session, clangd } = await opened(t);
  delete session.answers["workspace/configuration"];
  clangd.send({ id: 4, method: "workspace/configuration", params: { items: [] } });
  const back = await clangd.until(() => clangd.received.find(({ message }) => message.error), "the error");
  assert.equal(back.message.error.code, -32601);
});

test("ids of the client may be anything, also what looks like ours", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const ids = ["tether:1", "tether:", "1", 1000, 0, -1, "", "é"];
  const answers = ids.map((id) => highlight(session, uri, id));
  for (const id of ids) {
    const asked = await clangd.next("textDocument/documentHighlight");
    assert.deepEqual(asked.id, id);
    clangd.answer(asked, [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } }]);
  }
  for (const answer of answers) assert.equal((await answer).length, 1);
});

test("a request of clangd's with an id like ours, while ours waits", async (t) => {
  const { session, uri, clangd } = await opened(t, { capabilities: minimal }, losing);
  clangd.publish(uri, 1, []);
  const [finding] = await session.findings(uri, 1);
  const asked = session.actions(uri, finding.range, { diagnostics: [] });
  clangd.answer(await clangd.next("textDocument/codeAction"), null);
  const command = (await asked).find((c) => /`\.get\(\)`/.test(c.title));

  const held = [];
  session.answers["workspace/applyEdit"] = undefined;
  const send = session.send;
  session.send = (message) => (message.error ? held.push(message) : send.call(session, message));
  const done = session.request("workspace/executeCommand", { command: command.command, arguments: command.arguments });
  const [ours] = await session.until(() => held.length && held, "our workspace/applyEdit");
  const like = `${ours.id}0`;
  clangd.send({ id: like, method: "workspace/configuration", params: { items: [] } });
  const configured = await clangd.until(() => clangd.received.find(({ message }) =>
    message.id === like && message.result), "clangd's answer");
  assert.deepEqual(configured.message.result, []);
  session.send = send;
  session.send({ id: ours.id, result: { applied: true } });
  await done;
  // The answer to our request is not clangd's.
  await highlightRoundTrip(session, uri, clangd);
  assert.ok(!clangd.received.some(({ message }) => message.id === ours.id));
});

async function highlightRoundTrip(session, uri, clangd) {
  const answer = highlight(session, uri);
  clangd.answer(await clangd.next("textDocument/documentHighlight"), []);
  assert.deepEqual(await answer, []);
}

test("answers out of order, and in one write", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const answers = [1, 2, 3, 4, 5].map(() => highlight(session, uri));
  const asked = [];
  for (let i = 0; i < 5; ++i) asked.push(await clangd.next("textDocument/documentHighlight"));
  clangd.write(Buffer.concat(asked.reverse().map(({ id }) => frame({ jsonrpc: "2.0", id, result: [] }))));
  for (const answer of answers) assert.deepEqual(await answer, []);
});

test("ten megabytes from clangd", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const value = "é".repeat(5 << 20);
  const answer = session.hover(uri, { line: 0, character: 0 });
  clangd.answer(await clangd.next("textDocument/hover"), { contents: { kind: "markdown", value } });
  assert.equal((await answer).contents.value, value);
});

test("ten megabytes to clangd", async (t) => {
  const { session, uri, clangd } = await opened(t);
  session.change(uri, { text: `// ${"x".repeat(10 << 20)}\n${clean}` });
  const changed = await clangd.next("textDocument/didChange");
  assert.equal(changed.params.contentChanges[0].text.length, (10 << 20) + 4 + clean.length);
  await highlightRoundTrip(session, uri, clangd);
});

test("a clangd that writes one byte at a time", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const answer = highlight(session, uri);
  const asked = await clangd.next("textDocument/documentHighlight");
  clangd.send({ id: asked.id, result: [] }, { size: 1 });
  clangd.send({ method: "window/logMessage", params: { type: 3, message: "é" } }, { size: 3 });
  assert.deepEqual(await answer, []);
  await session.until(() => session.messages("window/logMessage").length > 0, "the second");
});

test("a client that writes one byte at a time", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const answer = expecting(session, 77);
  const bytes = frame({ jsonrpc: "2.0", id: 77, method: "textDocument/documentHighlight", params: params(uri) });
  for (const byte of bytes) {
    session.child.stdin.write(Buffer.from([byte]));
    await new Promise(setImmediate);
  }
  clangd.answer(await clangd.next("textDocument/documentHighlight"), []);
  assert.deepEqual(await answer, []);
});

const headers = {
  "lower case": (n) => `content-length: ${n}\r\n\r\n`,
  "upper case": (n) => `CONTENT-LENGTH: ${n}\r\n\r\n`,
  "no space": (n) => `Content-Length:${n}\r\n\r\n`,
  "a type behind": (n) => `Content-Length: ${n}\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n`,
  "a type before": (n) => `Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: ${n}\r\n\r\n`,
};
for (const [name, header] of Object.entries(headers))
  test(`headers of both sides: ${name}`, async (t) => {
    const { session, uri, clangd } = await opened(t);
    const dressed = (message) => {
      const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
      return Buffer.concat([Buffer.from(header(body.length)), body]);
    };
    const answer = expecting(session, 88);
    session.child.stdin.write(dressed({ id: 88, method: "textDocument/documentHighlight", params: params(uri) }));
    const asked = await clangd.next("textDocument/documentHighlight");
    clangd.write(dressed({ id: asked.id, result: [] }), 5);
    assert.deepEqual(await answer, []);
  });

test("CR LF split between two writes", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const answer = highlight(session, uri);
  const asked = await clangd.next("textDocument/documentHighlight");
  const bytes = frame({ jsonrpc: "2.0", id: asked.id, result: [] });
  const cut = bytes.indexOf("\r\n\r\n") + 1;
  clangd.write(bytes.subarray(0, cut));
  clangd.write(bytes.subarray(cut, cut + 2));
  clangd.write(bytes.subarray(cut + 2));
  assert.deepEqual(await answer, []);
});

test("a clangd that does not read for a while: no deadlock, nothing lost, nothing out of order", async (t) => {
  const { session, uri, clangd } = await opened(t);
  clangd.pause();
  const count = 40;
  for (let i = 0; i < count; ++i)
    session.change(uri, { text: `// ${i} ${"x".repeat(200000)}\n${clean}` });
  // Meanwhile clangd talks, and we are not stuck in writing to it.
  for (let i = 0; i < 20; ++i)
    clangd.send({ method: "window/logMessage", params: { type: 4, message: `${i} ${"y".repeat(300000)}` } });
  await session.until(() => session.messages("window/logMessage").length === 20, "all that clangd says");
  clangd.resume();
  for (let i = 0; i < count; ++i) {
    const { params: told } = await clangd.next("textDocument/didChange");
    assert.equal(told.textDocument.version, i + 2);
  }
});

test("a client that does not read for a while", async (t) => {
  const { session, uri, clangd } = await opened(t);
  session.child.stdout.pause();
  const answers = Array.from({ length: 300 }, () => highlight(session, uri));
  for (let i = 0; i < 30; ++i)
    clangd.send({ method: "window/logMessage", params: { type: 4, message: "z".repeat(300000) } });
  for (let i = 0; i < 300; ++i)
    clangd.answer(await clangd.next("textDocument/documentHighlight"), []);
  session.child.stdout.resume();
  await Promise.all(answers);
  assert.equal(session.messages("window/logMessage").length, 30);
});

test("the order of what clangd says is kept around a publish of ours", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const publish = { uri, version: 1, diagnostics: [] };
  clangd.write(Buffer.concat([
    frame({ jsonrpc: "2.0", method: "window/logMessage", params: { type: 4, message: "before" } }),
    frame({ jsonrpc: "2.0", method: "textDocument/publishDiagnostics", params: publish }),
    frame({ jsonrpc: "2.0", method: "window/logMessage", params: { type: 4, message: "after" } }),
  ]));
  await session.until(() => session.messages("window/logMessage").length === 2, "both");
  const order = session.log.filter((e) => e.from === "server").map((e) => e.message.params?.message ?? e.message.method);
  assert.deepEqual(order.slice(order.indexOf("before"), order.indexOf("after") + 1),
    ["before", "textDocument/publishDiagnostics", "after"]);
});

test("the order of what the client says is kept: an edit, then a request about it", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const answers = [];
  for (let i = 0; i < 20; ++i) {
    session.change(uri, { text: `// ${i}\n${losing}` });
    answers.push(session.actions(uri, { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }));
  }
  for (let i = 0; i < 20; ++i) clangd.answer(await clangd.next("textDocument/codeAction"), []);
  await Promise.all(answers);
  const told = clangd.received.map((e) => e.message.method).filter((m) => /didChange|codeAction/.test(m));
  assert.deepEqual(told, Array.from({ length: 20 }, () => ["textDocument/didChange", "textDocument/codeAction"]).flat());
});

test("clangd's arguments are clangd's", async (t) => {
  const args = ["-j=3", "--clang-tidy", "--header-insertion=never", "--query-driver=/usr/bin/*", "--log=verbose"];
  const { clangd } = await opened(t, { clangdArgs: args });
  assert.deepEqual(clangd.arguments, args);
});

test("messages that are no messages do not end the session", async (t) => {
  const { session, uri, clangd } = await opened(t);
  for (const text of ["", "{", "null", "[]", "17", '"x"', "{}", '{"jsonrpc":"2.0"}', '{"jsonrpc":"2.0","method":5}',
    `{"jsonrpc":"2.0","method":"textDocument/didChange"}`, `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":[]}`,
    `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":5}}}`,
    `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"${uri}","version":"x"},"contentChanges":[{"range":{"start":{"line":-1,"character":4294967296},"end":{}},"text":1}]}}`])
    session.child.stdin.write(frame(null, text));
  await highlightRoundTrip(session, uri, clangd);
});

test("nonsense of clangd's does not end the session", async (t) => {
  const { session, uri, clangd } = await opened(t, {}, losing);
  const clangdSays = (message) => clangd.write(frame({ jsonrpc: "2.0", ...message }));
  for (const diagnostics of [undefined, null, {}, [1]])
    clangdSays({ method: "textDocument/publishDiagnostics", params: { uri, version: 1, diagnostics } });
  clangd.publish(uri, 1, []);
  await session.findings(uri, 1);
  // Such publishes are clangd's own fault.
  session.problems.length = 0;
  assert.equal(ourDiagnostics(session.published(uri).at(-1)).length, 1);
});

test("batches of requests are clangd's to judge", async (t) => {
  const { session, uri, clangd } = await opened(t);
  session.child.stdin.write(frame(null, '[{"jsonrpc":"2.0","id":900,"method":"shutdown"}]'));
  await highlightRoundTrip(session, uri, clangd);
});
