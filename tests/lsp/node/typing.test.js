// Somebody who types: edits at ten a second, and at the end what is shown is what holds.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { prelude, single } = require("./lib/project.js");
const { ourDiagnostics, tether } = require("./lib/session.js");

const source = `${prelude}${Array.from({ length: 12 }, (_, i) =>
  `void work${i}() {\n  save(${i});\n  /* 😀 */ log(${i});\n}\n`).join("")}`;

/// A generator of numbers that is the same everywhere.
function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * sides);
  };
}

const bits = ["save(7);", ".get()", "\n", "// note 😀\n", "x", ";", "save(8).wait();", " ", "}", "{ save(9); }", "😀"];

/// Not behind the end, and not between the halves of a surrogate pair, where no editor's cursor stands.
function boundary(content, column) {
  const at = Math.min(column, content.length);
  return /[\uDC00-\uDFFF]/.test(content[at] ?? "") ? at + 1 : at;
}

/// Inserts or takes away something somewhere below the prelude.
function scribble(session, uri, roll) {
  const document = session.documents.get(uri);
  const text = document.getText();
  const lines = document.lineCount - 2;
  const line = 1 + roll(lines);
  const content = text.split("\n")[line];
  const start = { line, character: boundary(content, roll(12)) };
  const end = roll(3) === 0 ? { line, character: boundary(content, start.character + roll(6)) } : start;
  session.change(uri, { range: { start, end }, text: roll(4) === 0 ? "" : bits[roll(bits.length)] });
}

function finish(session, uri) {
  // The text may be anything by now; the end of it is code again.
  session.change(uri, { text: `${source.replace("save(3);", "save(3).get();")}void last() {\n  save(99);\n}\n` });
}

const found = (diagnostics) => diagnostics.map(({ code, range: { start } }) =>
  `${code} ${start.line + 1}:${start.character + 1}`).sort();

async function holdsWhatCheckFinds(session, uri, project) {
  project.write("a.cpp", session.text(uri));
  const { diagnostics } = await session.settled(uri, 30000);
  const expected = project.check("a.cpp").map((f) => `tether-${f.check} ${f.line}:${f.column}`).sort();
  // The tool counts bytes, the session UTF-16 units: in front of a finding there is nothing else.
  assert.deepEqual(found(ourDiagnostics({ diagnostics })), expected);
  assert.ok(expected.length > 0);
}

test("200 edits at ten a second", async (t) => {
  const project = single(source);
  const session = await tether(t, project, { debounce: 300 });
  const uri = project.uri("a.cpp");
  session.open(uri);
  await session.findings(uri, 12);
  const roll = dice(19);
  for (let edit = 0; edit < 199; ++edit) {
    scribble(session, uri, roll);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  finish(session, uri);
  await holdsWhatCheckFinds(session, uri, project);
});

test("300 edits as fast as they can be written", async (t) => {
  const project = single(source);
  const session = await tether(t, project);
  const uri = project.uri("a.cpp");
  session.open(uri);
  await session.findings(uri, 12);
  const roll = dice(4);
  for (let edit = 0; edit < 299; ++edit) scribble(session, uri, roll);
  finish(session, uri);
  await holdsWhatCheckFinds(session, uri, project);
});

test("typed letter by letter, with an analysis after each", async (t) => {
  const project = single(`${prelude}void lose() {\n}\n`);
  const session = await tether(t, project, { debounce: 1 });
  const uri = project.uri("a.cpp");
  session.open(uri);
  await session.settled(uri);
  let at = { line: 2, character: 0 };
  for (const letter of "  save(1).get();") {
    session.change(uri, { range: { start: at, end: at }, text: letter });
    at = { line: 2, character: at.character + 1 };
    await session.settled(uri);
  }
  assert.deepEqual(session.ours(uri), []);
});

test("one analysis at a time for a file", async (t) => {
  const project = single(source);
  const session = await tether(t, project, { debounce: 1 });
  const uri = project.uri("a.cpp");
  session.open(uri);
  for (let edit = 0; edit < 60; ++edit) {
    session.replace(uri, "void work0", "\nvoid work0");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await session.settled(uri);
  let running = 0;
  for (const { event } of session.trace.events()) {
    if (event === "analysing") ++running;
    if (["analysed", "cancelled", "died"].includes(event)) --running;
    assert.ok(running <= 1, `${running} analyses at a time`);
  }
});
