// The checker of messages finds what is wrong with them, and nothing wrong with plain clangd.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { full } = require("./lib/capabilities.js");
const { checker } = require("./lib/checker.js");
const { Client } = require("./lib/client.js");
const { prelude, single } = require("./lib/project.js");
const { realClangd, quiet } = require("./lib/session.js");

const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
const publish = (diagnostic, more = {}) => checker().call({
  method: "textDocument/publishDiagnostics",
  params: { uri: "file:///a.cpp", diagnostics: [{ range, message: "m", ...diagnostic }], ...more },
});
const answer = (method, result) => checker().answer(method, { result });

test("a good publish passes", () => {
  assert.deepEqual(publish({ severity: 2, source: "tether", code: "x", data: { any: 1 } }, { version: 3 }), []);
});

test("what is wrong with a publish is said", () => {
  const bad = [
    publish({ severity: 5 }), publish({ source: 3 }), publish({ message: undefined }),
    publish({ range: { start: range.start } }), publish({}, { version: 1.5 }),
    publish({ range: { ...range, end: { line: -1, character: 0 } } }),
    publish({ codeDescription: { href: "no address" } }), publish({ tags: [3] }),
    publish({ unheardOf: 1 }), publish({}, { unheardOf: 1 }), publish({}, { uri: "/a.cpp" }),
    publish({ relatedInformation: [{ message: "m" }] }),
  ];
  bad.forEach((problems, index) => assert.notEqual(problems.length, 0, `case ${index}`));
});

test("clangd's own properties are clangd's alone", () => {
  assert.deepEqual(publish({ source: "clang", codeActions: [] }), []);
  assert.notEqual(publish({ source: "tether", codeActions: [] }).length, 0);
});

test("answers are held against the method that was asked", () => {
  assert.deepEqual(answer("textDocument/hover", null), []);
  assert.deepEqual(answer("textDocument/hover", { contents: { kind: "markdown", value: "" } }), []);
  assert.notEqual(answer("textDocument/hover", { contents: { kind: "html", value: "" } }).length, 0);
  assert.notEqual(answer("textDocument/codeAction", [{ title: "t", isPreferred: "yes" }]).length, 0);
  assert.notEqual(answer("textDocument/codeAction", { title: "t" }).length, 0);
  assert.notEqual(answer("shutdown", {}).length, 0);
  assert.notEqual(answer("textDocument/inlayHint", [{ position: range.start }]).length, 0);
});

test("errors have a code and no result beside them", () => {
  const error = { code: -32803, message: "m" };
  assert.deepEqual(checker().answer("shutdown", { error }), []);
  assert.notEqual(checker().answer("shutdown", { error, result: null }).length, 0);
  assert.notEqual(checker().answer("shutdown", { error: { message: "m" } }).length, 0);
  assert.notEqual(checker().answer("shutdown", {}).length, 0);
});

test("a method that nobody knows is said", () => {
  assert.notEqual(checker().call({ method: "tether/secret", params: {} }).length, 0);
});

test("plain clangd passes", async (t) => {
  const project = single(`${prelude}int main() {\n  int unused;\n  save(1);\n}\n`);
  const client = new Client([realClangd, ...quiet], { cwd: project.folder });
  t.after(() => (client.kill(), project.delete()));
  await client.initialize({ capabilities: full, folder: project.folder });
  const uri = project.uri("a.cpp");
  client.open(uri);
  const { diagnostics } = await client.diagnostics(uri);
  assert.deepEqual(diagnostics.map((d) => d.code), ["-Wunused-variable"]);
  await client.request("textDocument/codeAction", { textDocument: { uri },
    range: client.range(uri, "unused"), context: { diagnostics } });
  await client.request("textDocument/completion",
    { textDocument: { uri }, position: client.position(uri, "save(1)") });
  assert.deepEqual(await client.shutdown(), { code: 0, signal: null });
  assert.deepEqual(client.problems, []);
});
