// One long session, replayed with plain clangd and with `tether lsp` in front of the same clangd: every
// answer that is not ours is the same text.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { full, minimal, changed } = require("./lib/capabilities.js");
const { Client } = require("./lib/client.js");
const recording = require("./lib/recording.js");
const { ourActions, realClangd, tether } = require("./lib/session.js");

// On one thread, each request is done before the next is read; where equally good proposals are cut off
// differs from run to run.
const args = ["--sync", "--background-index=false", "--limit-results=0", "--log=error"];

async function replay(client, project, capabilities, ready) {
  await client.initialize({ capabilities, folder: project.folder });
  client.ready = ready;
  const session = new recording.Replay(client);
  const ended = await session.run(project);
  return { answers: session.answers, ended, log: client.log };
}

/// Takes what we add out of an answer.
const ours = {
  "textDocument/codeAction": (result) => result && result.filter((a) => !ourActions([a]).length),
  "textDocument/inlayHint": (result) => result?.filter((hint) => !/request handler/.test(JSON.stringify(hint.label))),
};

/// Where an answer has an addition, what is left of it; else its text.
function comparable({ method, message, text }) {
  const without = ours[method]?.(message.result);
  if (without && without.length !== message.result.length) return JSON.stringify({ ...message, result: without });
  return text;
}

/// Without what differs between two runs of clangd: addresses, and the order of equally good proposals.
const repeatable = {
  "textDocument/ast": ({ text }) => text.replace(/0x[0-9a-f]+/g, "0x"),
  "textDocument/completion": ({ message, text }) => {
    const items = message.result?.items ?? [];
    return `${text.length} ${items.map((item) => JSON.stringify(item)).sort().join()}`;
  },
};

function sameHover(actual, expected) {
  if (actual.text === expected.text) return true;
  const before = expected.message.result?.contents?.value?.trimEnd();
  const now = actual.message.result?.contents?.value;
  return before !== undefined && now.startsWith(before) && /discarded/.test(now.slice(before.length));
}

function sameAnswer(actual, expected) {
  if (actual.method === "textDocument/hover") return sameHover(actual, expected);
  if (comparable(actual) === expected.text) return true;
  const repeat = repeatable[actual.method];
  if (repeat) return repeat(actual) === repeat(expected);
  // What we have added to is written anew: the same value, perhaps in other words.
  if (!ours[actual.method] || actual.text === comparable(actual)) return false;
  const values = [comparable(actual), expected.text].map((text) => JSON.parse(text));
  // Nothing of clangd's is null, and an empty list with ours in it.
  return JSON.stringify(sorted(values[0])) === JSON.stringify(sorted({ ...values[1], result: values[1].result ?? [] }));
}

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
}

/// What the server says of itself, in order, but for diagnostics.
const said = ({ log }) => log.filter((e) => e.from === "server" && e.message.method
  && e.message.method !== "textDocument/publishDiagnostics").map((e) => e.raw.body.toString());

/// clangd's diagnostics for each version of each file that was published last.
function lists({ log }) {
  const last = {};
  for (const { from, message } of log)
    if (from === "server" && message.method === "textDocument/publishDiagnostics") {
      const { uri, version, diagnostics } = message.params;
      last[`${uri} ${version}`] = diagnostics.filter((d) => d.source !== "tether");
    }
  return last;
}

const clients = { "VS Code": full, "a minimal client": minimal,
  "a client with UTF-8": changed(full, { offsetEncoding: ["utf-8"] }),
  "codeActionsInline": changed(full, { "textDocument.publishDiagnostics.codeActionsInline": true }) };

for (const [name, capabilities] of Object.entries(clients))
  test(`the recorded session, ${name}`, async (t) => {
    const project = recording.project();
    const plain = new Client([realClangd, ...args], { cwd: project.folder });
    t.after(() => plain.kill());
    const expected = await replay(plain, project, capabilities, (uri) => plain.diagnostics(uri));
    assert.deepEqual(plain.problems, []);
    const session = await tether(t, project, { initialize: false, clangdArgs: args });
    const actual = await replay(session, project, capabilities, (uri) => session.settled(uri));

    assert.ok(actual.answers.length >= 150, `${actual.answers.length} requests`);
    assert.deepEqual(actual.ended, expected.ended);
    const wrong = expected.answers.map((answer, index) => [answer, actual.answers[index]])
      .filter(([theirs, mine]) => theirs.name !== mine.name || !sameAnswer(mine, theirs))
      .map(([theirs, mine]) => `${theirs.name}\n  clangd: ${theirs.text.slice(0, 600)}\n  ours:   ${mine.text.slice(0, 600)}`);
    assert.deepEqual(wrong, []);
    assert.deepEqual(said(actual), said(expected));
    assert.deepEqual(lists(actual), lists(expected));
    const added = actual.answers.filter((a, index) => a.text !== expected.answers[index].text);
    assert.ok(added.length > 0, "nothing of ours in the whole session");
  });
