// Two producers, one list: what is published when clangd is early, late, behind or without a version.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { rangeOf } = require("./lib/positions.js");
const { losing, single } = require("./lib/project.js");
const { ourDiagnostics, tetherWithFake } = require("./lib/session.js");

const theirs = (line, message = "theirs") => ({ source: "clang", message, severity: 2,
  range: { start: { line, character: 0 }, end: { line, character: 1 } } });
const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

async function opened(t, { text = losing, ...options } = {}) {
  const project = single(text);
  const session = await tetherWithFake(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  const clangd = await session.fake.instance();
  await clangd.next("textDocument/didOpen");
  return { session, uri, project, clangd };
}

const analysed = (session, uri, version) => session.trace.when((e) =>
  e.event === "analysed" && e.version === version, `version ${version} analysed`);

const shape = ({ version, diagnostics }) => [version ?? null, diagnostics.map((d) => d.source).sort().join()];

/// Everything published is at most of the version that clangd has published before.
function versionsOf(session, uri) {
  return session.published(uri).map((p) => p.version ?? null);
}

test("clangd first, then ours: one list, clangd's version", async (t) => {
  const { session, uri, clangd } = await opened(t, { debounce: 300 });
  clangd.publish(uri, 1, [theirs(0)]);
  await session.diagnostics(uri, (p) => p.diagnostics.length === 1);
  const both = await session.diagnostics(uri, (p) => p.diagnostics.length === 2);
  assert.deepEqual(shape(both), [1, "clang,tether"]);
});

test("ours first: it waits for clangd a moment", async (t) => {
  const { session, uri, clangd } = await opened(t);
  await analysed(session, uri, 1);
  clangd.publish(uri, 1, [theirs(0)]);
  const both = await session.diagnostics(uri, (p) => p.diagnostics.length === 2);
  assert.deepEqual(shape(both), [1, "clang,tether"]);
  assert.deepEqual(versionsOf(session, uri), [1]);
});

test("a clangd that does not publish: ours without a version, after a second and a half", async (t) => {
  const { session, uri } = await opened(t);
  const { ms } = await analysed(session, uri, 1);
  const alone = await session.findings(uri, 1).then(() => session.published(uri).at(-1));
  assert.deepEqual(shape(alone), [null, "tether"]);
  const { ms: later } = await session.trace.when((e) => e.event === "published", "the publish");
  assert.ok(later - ms >= 1200 && later - ms < 4000, `${later - ms} ms`);
});

test("a late clangd is believed when it comes", async (t) => {
  const { session, uri, clangd } = await opened(t);
  await session.findings(uri, 1);
  clangd.publish(uri, 1, [theirs(0)]);
  const both = await session.diagnostics(uri, (p) => p.diagnostics.length === 2);
  assert.deepEqual(shape(both), [1, "clang,tether"]);
});

test("clangd publishes without versions: so do we", async (t) => {
  const { session, uri, clangd } = await opened(t);
  clangd.publish(uri, null, [theirs(0)]);
  await analysed(session, uri, 1);
  const both = await session.diagnostics(uri, (p) => p.diagnostics.length === 2);
  assert.deepEqual(shape(both), [null, "clang,tether"]);
});

test("clangd is a version behind: never stamped higher than clangd's", async (t) => {
  const { session, uri, clangd } = await opened(t, { debounce: 100 });
  clangd.publish(uri, 1, [theirs(0)]);
  await session.diagnostics(uri, (p) => p.diagnostics.length === 2);
  session.change(uri, { range: top, text: "\n" });
  await clangd.next("textDocument/didChange");
  clangd.publish(uri, 1, [theirs(0, "again")]);
  await analysed(session, uri, 2);
  clangd.publish(uri, 2, [theirs(1)]);
  const last = await session.diagnostics(uri, (p) => p.version === 2 && p.diagnostics.length === 2);
  assert.deepEqual(ourDiagnostics(last).map((d) => d.range.start.line), [3]);
  const highest = versionsOf(session, uri).slice(0, -1).filter((v) => v > 1);
  assert.deepEqual(highest, []);
});

test("clangd goes on while we are behind: ours are shifted, and stamped with clangd's version", async (t) => {
  const { session, uri, clangd } = await opened(t, { debounce: 1000 });
  clangd.publish(uri, 1, []);
  await session.findings(uri, 1);
  for (const version of [2, 3, 4]) {
    session.change(uri, { range: top, text: `// ${version}\n` });
    await clangd.next("textDocument/didChange");
    clangd.publish(uri, version, [theirs(0, `v${version}`)]);
    const seen = await session.diagnostics(uri, (p) => p.version === version);
    assert.deepEqual(ourDiagnostics(seen).map((d) => d.range.start.line), [1 + version]);
  }
});

test("a finding that an edit touches is dropped, one beside it stays", async (t) => {
  const text = losing.replace("save(1);", "save(1); store(2);");
  const { session, uri, clangd } = await opened(t, { text, debounce: 1000 });
  clangd.publish(uri, 1, []);
  await session.findings(uri, 2);
  session.replace(uri, "save(1)", "sa ve(1)");
  await clangd.next("textDocument/didChange");
  clangd.publish(uri, 2, []);
  const seen = await session.diagnostics(uri, (p) => p.version === 2);
  assert.deepEqual(ourDiagnostics(seen).map((d) => d.range), [session.range(uri, "store", 1)]);
});

test("an edit between two findings on a line shifts the second", async (t) => {
  const text = losing.replace("save(1);", "save(1); store(2);");
  const { session, uri, clangd } = await opened(t, { text, debounce: 1000 });
  clangd.publish(uri, 1, []);
  await session.findings(uri, 2);
  const { start } = rangeOf(session.documents.get(uri), "store(2)");
  session.change(uri, { range: { start, end: start }, text: "/* 😀 */ " });
  await clangd.next("textDocument/didChange");
  clangd.publish(uri, 2, []);
  const seen = await session.diagnostics(uri, (p) => p.version === 2);
  assert.deepEqual(ourDiagnostics(seen).map((d) => d.range),
    [session.range(uri, "save", 1), session.range(uri, "store", 1)]);
});

test("the whole text is replaced: no old finding in the new text", async (t) => {
  const { session, uri, clangd } = await opened(t, { debounce: 1000 });
  clangd.publish(uri, 1, []);
  await session.findings(uri, 1);
  session.change(uri, { text: "int x;\n" });
  await clangd.next("textDocument/didChange");
  clangd.publish(uri, 2, []);
  const seen = await session.diagnostics(uri, (p) => p.version === 2);
  assert.deepEqual(ourDiagnostics(seen), []);
});

test("an old version of clangd's after a newer one does not win", async (t) => {
  const { session, uri, clangd } = await opened(t, { debounce: 100 });
  clangd.publish(uri, 1, []);
  await session.findings(uri, 1);
  session.change(uri, { range: top, text: "\n" });
  await clangd.next("textDocument/didChange");
  clangd.publish(uri, 2, [theirs(0, "new")]);
  await analysed(session, uri, 2);
  await session.diagnostics(uri, (p) => p.version === 2 && p.diagnostics.length === 2);
  clangd.publish(uri, 1, [theirs(0, "old")]);
  // What is forwarded is clangd's business; ours must fit the text of the version it is stamped with,
  // which is asserted of every publish when a test ends.
  await session.diagnostics(uri, (p) => p.diagnostics.some((d) => d.message === "old"));
});

test("clangd's list replaces clangd's list, not ours", async (t) => {
  const { session, uri, clangd } = await opened(t);
  clangd.publish(uri, 1, [theirs(0, "one")]);
  await session.diagnostics(uri, (p) => p.diagnostics.length === 2);
  clangd.publish(uri, 1, [theirs(0, "two"), theirs(1, "three")]);
  const three = await session.diagnostics(uri, (p) => p.diagnostics.length === 3);
  assert.deepEqual(three.diagnostics.map((d) => d.message.split(" ")[0]).sort(), ["the", "three", "two"]);
  clangd.publish(uri, 1, []);
  const one = await session.diagnostics(uri, (p) => p.diagnostics.length === 1);
  assert.equal(one.diagnostics[0].source, "tether");
});

test("a publish for a file that is not open is clangd's alone", async (t) => {
  const { session, clangd, project } = await opened(t);
  const other = project.uri("other.h");
  clangd.publish(other, null, [theirs(0)]);
  assert.deepEqual(shape(await session.diagnostics(other)), [null, "clang"]);
});

test("clangd publishes after didClose: nothing of ours comes back", async (t) => {
  const { session, uri, clangd } = await opened(t);
  clangd.publish(uri, 1, []);
  await session.findings(uri, 1);
  session.close(uri);
  await clangd.next("textDocument/didClose");
  clangd.publish(uri, null, []);
  await session.findings(uri, 0);
  const count = session.published(uri).length;
  clangd.publish(uri, null, [theirs(0)]);
  const last = await session.until(() => session.published(uri).length > count && session.published(uri).at(-1),
    "clangd's late publish");
  assert.deepEqual(shape(last), [null, "clang"]);
});

test("a silent clangd: closing a file empties what we showed", async (t) => {
  const { session, uri } = await opened(t);
  await session.findings(uri, 1);
  session.close(uri);
  await session.findings(uri, 0);
});

test("fields of clangd's publish that nobody knows stay", async (t) => {
  const { session, uri, clangd } = await opened(t);
  const odd = { ...theirs(0), code: "x", tags: [1], data: { a: [1, 2.5, null, "é😀"] }, relatedInformation: [],
    codeActions: [{ title: "t", kind: "quickfix" }] };
  clangd.publish(uri, 1, [odd]);
  const both = await session.diagnostics(uri, (p) => p.diagnostics.length === 2);
  assert.deepEqual(both.diagnostics.find((d) => d.source === "clang"), odd);
});

// Code actions.

const fixesOf = (all) => all.filter((a) => /`\.get\(\)`/.test(a.title));
const actionsReady = async (options, t) => {
  const all = await opened(t, options);
  all.clangd.publish(all.uri, 1, [theirs(2)]);
  const both = await all.session.diagnostics(all.uri, (p) => p.diagnostics.length === 2);
  return { ...all, diagnostics: both.diagnostics, finding: ourDiagnostics(both)[0] };
};

test("clangd sees its own diagnostics in the context, not ours", async (t) => {
  const { session, uri, clangd, diagnostics, finding } = await actionsReady({}, t);
  const answer = session.actions(uri, finding.range, { diagnostics, only: ["quickfix"] });
  const asked = await clangd.next("textDocument/codeAction");
  assert.deepEqual(asked.params, { textDocument: { uri }, range: finding.range,
    context: { diagnostics: [theirs(2)], only: ["quickfix"] } });
  clangd.answer(asked, [{ title: "theirs", kind: "quickfix" }]);
  const all = await answer;
  assert.equal(all[0].title, "theirs");
  assert.equal(fixesOf(all).length, 1);
});

for (const [name, reply] of [
  ["null", (clangd, asked) => clangd.answer(asked, null)],
  ["an empty list", (clangd, asked) => clangd.answer(asked, [])],
  ["an error", (clangd, asked) => clangd.fail(asked, -32001)],
  ["ContentModified", (clangd, asked) => clangd.fail(asked, -32801)]])
  test(`clangd answers a code action with ${name}: ours are there`, async (t) => {
    const { session, uri, clangd, finding } = await actionsReady({}, t);
    const answer = session.actions(uri, finding.range, { diagnostics: [finding] });
    reply(clangd, await clangd.next("textDocument/codeAction"));
    assert.equal(fixesOf(await answer).length, 1);
  });

test("an error stays one where we have nothing to add", async (t) => {
  const { session, uri, clangd } = await actionsReady({}, t);
  const answer = session.actions(uri, session.range(uri, "struct"), { only: ["source"] });
  clangd.fail(await clangd.next("textDocument/codeAction"), -32001, "no such thing");
  await assert.rejects(answer, { code: -32001 });
});

test("a cancelled code action is forwarded as such", async (t) => {
  const { session, uri, clangd, finding } = await actionsReady({}, t);
  const answer = session.request("textDocument/codeAction",
    { textDocument: { uri }, range: finding.range, context: { diagnostics: [] } }, { id: "to-be-cancelled" });
  const asked = await clangd.next("textDocument/codeAction");
  session.notify("$/cancelRequest", { id: "to-be-cancelled" });
  const cancel = await clangd.next("$/cancelRequest");
  assert.equal(cancel.params.id, asked.id);
  clangd.fail(asked, -32800, "cancelled");
  // Either is right by the protocol; to hang is not.
  await answer.then((all) => assert.equal(fixesOf(all).length, 1), (error) => assert.equal(error.code, -32800));
});

test("hover: clangd's error stays one, ours is there where it has none", async (t) => {
  const { session, uri, clangd } = await actionsReady({}, t);
  const elsewhere = session.hover(uri, session.position(uri, "struct"));
  clangd.fail(await clangd.next("textDocument/hover"), -32001);
  await assert.rejects(elsewhere, { code: -32001 });
  const on = session.hover(uri, session.position(uri, "save(1)"));
  clangd.answer(await clangd.next("textDocument/hover"), null);
  assert.match((await on).contents.value, /discarded/);
});
