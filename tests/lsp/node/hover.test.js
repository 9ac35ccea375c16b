// Hover and inlay hints: clangd's, and what we add.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { changed, full } = require("./lib/capabilities.js");
const { Client } = require("./lib/client.js");
const { losing, prelude, single } = require("./lib/project.js");
const { quiet, realClangd, tether } = require("./lib/session.js");

const handler = `${prelude}[[clang::annotate("tether::handler")]] void serve(int a,\n    int b) {\n  log(a + b);\n}\n`;

async function opened(t, text, { capabilities = full } = {}) {
  const project = single(text);
  const uri = project.uri("a.cpp");
  const plain = new Client([realClangd, ...quiet], { cwd: project.folder });
  const session = await tether(t, project, { capabilities });
  t.after(() => plain.kill());
  await plain.initialize({ capabilities, folder: project.folder });
  for (const client of [plain, session]) client.open(uri);
  await plain.diagnostics(uri);
  await session.settled(uri);
  return { session, plain, uri };
}

async function both({ session, plain }, method, params) {
  return { ours: await session.request(method, params), theirs: await plain.request(method, params) };
}

for (const kind of ["markdown", "plaintext"])
  test(`on a finding the explanation follows clangd's words: ${kind}`, async (t) => {
    const capabilities = changed(full, { "textDocument.hover.contentFormat": [kind] });
    const all = await opened(t, losing, { capabilities });
    const params = { textDocument: { uri: all.uri }, position: all.session.position(all.uri, "save(1)") };
    const { ours, theirs } = await both(all, "textDocument/hover", params);
    assert.equal(ours.contents.kind, theirs.contents.kind);
    assert.ok(ours.contents.value.startsWith(theirs.contents.value.trimEnd()), ours.contents.value);
    const added = ours.contents.value.slice(theirs.contents.value.trimEnd().length);
    assert.match(added, /discarded/);
    assert.deepEqual(ours.range, theirs.range);
  });

test("the whole answer is ours where clangd has none", async (t) => {
  const text = `${prelude}void lose() {\n  // tether: allow(discarded-future)\n  save(1);\n}\n`;
  const all = await opened(t, text);
  const params = { textDocument: { uri: all.uri }, position: all.session.position(all.uri, "allow(") };
  const { ours, theirs } = await both(all, "textDocument/hover", params);
  assert.equal(theirs, null);
  assert.match(ours.contents.value, /reason/);
  assert.equal(all.session.textAt(all.uri, ours.range), "// tether: allow(discarded-future)");
});

test("elsewhere it is what clangd says", async (t) => {
  const all = await opened(t, losing);
  const positions = ["Future", "get()", "lose", "log(int", "1);"].map((needle) =>
    all.session.position(all.uri, needle));
  positions.push({ line: 100, character: 0 }, { line: 0, character: 1000 });
  for (const position of positions) {
    const params = { textDocument: { uri: all.uri }, position };
    const { ours, theirs } = await both(all, "textDocument/hover", params).catch((error) => ({ ours: error.code }));
    assert.deepEqual(ours, theirs ?? ours);
  }
});

test("hover while an edit is on its way is about the text after the edit", async (t) => {
  const { session, uri } = await opened(t, losing);
  session.replace(uri, "save(1);", "log(1);");
  const answer = await session.hover(uri, session.position(uri, "log(1)"));
  assert.doesNotMatch(answer.contents.value, /discarded/);
});

const wholeFile = (session, uri) => ({ textDocument: { uri },
  range: { start: { line: 0, character: 0 }, end: { line: session.documents.get(uri).lineCount, character: 0 } } });

test("a handler has an inlay hint behind the first line of its declarator", async (t) => {
  const all = await opened(t, handler);
  const { ours, theirs } = await both(all, "textDocument/inlayHint", wholeFile(all.session, all.uri));
  const added = ours.filter((hint) => !theirs.some((h) => JSON.stringify(h) === JSON.stringify(hint)));
  assert.equal(added.length, 1, JSON.stringify(ours));
  assert.equal(ours.length, theirs.length + 1);
  const label = [].concat(added[0].label).map((part) => part.value ?? part).join("");
  assert.match(label, /^request handler \(annotation\)$/);
  const line = handler.split("\n").findIndex((text) => text.includes("serve("));
  assert.deepEqual(added[0].position, { line, character: handler.split("\n")[line].length });
});

test("no hint outside of the range that was asked for", async (t) => {
  const all = await opened(t, handler);
  const params = { textDocument: { uri: all.uri },
    range: { start: { line: 3, character: 0 }, end: { line: 4, character: 0 } } };
  const { ours, theirs } = await both(all, "textDocument/inlayHint", params);
  assert.deepEqual(ours, theirs);
});

test("without a handler the hints are clangd's", async (t) => {
  const all = await opened(t, `${losing}int add(int left, int right);\nint three = add(1, 2);\n`);
  const { ours, theirs } = await both(all, "textDocument/inlayHint", wholeFile(all.session, all.uri));
  assert.ok(theirs.length > 0);
  assert.deepEqual(ours, theirs);
});

test("clangd's own request for hints is left to clangd", async (t) => {
  const all = await opened(t, handler);
  const params = { textDocument: { uri: all.uri } };
  const { ours, theirs } = await both(all, "clangd/inlayHints", params);
  assert.deepEqual(ours, theirs);
});
