// What clients say they can do, and what they get for it.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { changed, full, minimal } = require("./lib/capabilities.js");
const { Client } = require("./lib/client.js");
const { losing, prelude, single } = require("./lib/project.js");
const { quiet, realClangd, tether } = require("./lib/session.js");

const merged = `${prelude}void lose() {\n  int unused;\n  save(1);\n}\n`;

async function opened(t, options, text = losing) {
  const project = single(text);
  const session = await tether(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  return { session, uri, project, findings: await session.findings(uri, 1) };
}

test("a client like VS Code", async (t) => {
  const { session, uri, findings: [finding] } = await opened(t, { capabilities: full }, merged);
  assert.equal(finding.code, "tether-discarded-future");
  assert.equal(finding.severity, 2);
  assert.match(finding.message, /^the future of `save` is discarded/);
  assert.match(finding.codeDescription.href, /discarded-future/);
  assert.equal(session.textAt(uri, finding.range), "save");
  const [related] = finding.relatedInformation;
  assert.equal(related.location.uri, uri);
  assert.match(related.message, /`save` returns `Future`/);
  assert.equal(session.textAt(uri, related.location.range), "save");
});

test("a client that says nothing", async (t) => {
  const { findings: [finding] } = await opened(t, { capabilities: minimal });
  assert.deepEqual(Object.keys(finding).sort(),
    ["code", "message", "range", "severity", "source"].sort());
});

test("capabilities may be null where the protocol lets them be left out", async (t) => {
  const { findings } = await opened(t, { capabilities: { textDocument: {}, workspace: {} } });
  assert.equal(findings.length, 1);
});

for (const name of ["relatedInformation", "codeDescriptionSupport"]) {
  test(`without ${name}`, async (t) => {
    const capabilities = changed(full, { [`textDocument.publishDiagnostics.${name}`]: undefined });
    const { findings: [finding] } = await opened(t, { capabilities });
    const field = name.replace("Support", "");
    assert.ok(!(field in finding), JSON.stringify(finding));
    const other = field === "relatedInformation" ? "codeDescription" : "relatedInformation";
    assert.ok(other in finding, JSON.stringify(finding));
  });
}

test("what clangd answers to initialize is what the client gets", async (t) => {
  const project = single(losing);
  const plain = new Client([realClangd, ...quiet], { cwd: project.folder });
  t.after(() => plain.kill());
  const expected = await plain.initialize({ capabilities: full, folder: project.folder });
  const session = await tether(t, project);
  const actual = structuredClone(session.initialized);
  // Ours may be named besides: a client asks only for commands that are announced.
  const { commands } = actual.capabilities.executeCommandProvider;
  actual.capabilities.executeCommandProvider.commands = commands.filter((c) => !c.startsWith("tether."));
  assert.deepEqual(actual, expected);
  await plain.shutdown();
});

test("plain clangd and we agree on what a line of clangd's options means", async (t) => {
  const project = single(losing);
  const session = await tether(t, project, { clangdArgs: [...quiet, "--offset-encoding=utf-32"] });
  assert.equal(session.initialized.offsetEncoding, "utf-32");
});

test("processId null and no root", async (t) => {
  const project = single(losing);
  const session = await tether(t, project, { folder: null, extra: { processId: null } });
  session.open(project.uri("a.cpp"));
  assert.equal((await session.findings(project.uri("a.cpp"), 1)).length, 1);
});

test("rootPath, as old clients say it", async (t) => {
  const project = single(losing);
  const session = await tether(t, project, { folder: null, extra: { rootPath: project.folder } });
  session.open(project.uri("a.cpp"));
  assert.equal((await session.findings(project.uri("a.cpp"), 1)).length, 1);
});

test("a request before initialize is answered as clangd does", async (t) => {
  const project = single(losing);
  const params = { textDocument: { uri: project.uri("a.cpp") }, position: { line: 0, character: 0 } };
  const session = await tether(t, project, { initialize: false });
  await assert.rejects(session.request("textDocument/hover", params), { code: -32002 });
  await session.initialize({ capabilities: full, folder: project.folder });
});

test("a second initialize is answered as clangd does", async (t) => {
  const session = await tether(t, single(losing));
  await assert.rejects(session.request("initialize", { processId: null, rootUri: null, capabilities: {} }));
});

test("with --clangd missing, a name that is on the PATH", async (t) => {
  const session = await tether(t, single(losing), { clangd: null, env: { TETHER_CLANGD: realClangd } });
  assert.equal(session.initialized.serverInfo.name, "clangd");
});

test("the newest clangd of the PATH is found", async (t) => {
  const session = await tether(t, single(losing), { clangd: null });
  assert.match(session.initialized.serverInfo.version, /\b19\./);
});
