// A session over vscode-languageserver-protocol's own connection: what VS Code's client does with it.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { spawn } = require("child_process");
const { once } = require("events");
const protocol = require("vscode-languageserver-protocol/node");
const { TextDocument } = require("vscode-languageserver-textdocument");
const { full } = require("./lib/capabilities.js");
const { losing, single, tetherProgram } = require("./lib/project.js");
const { ourDiagnostics, quiet, realClangd } = require("./lib/session.js");

function connected(t, project) {
  const child = spawn(tetherProgram, ["lsp", "--clangd", realClangd, "--debounce", "50", ...quiet], { cwd: project.folder });
  t.after(() => (child.kill("SIGKILL"), project.delete()));
  const complaints = [];
  const log = (text) => complaints.push(text);
  const connection = protocol.createProtocolConnection(new protocol.StreamMessageReader(child.stdout),
    new protocol.StreamMessageWriter(child.stdin), { error: log, warn: log, info: log, log });
  connection.onError(([error]) => complaints.push(error.message));
  connection.onUnhandledNotification(({ method }) => complaints.push(`unhandled ${method}`));
  return { child, connection, complaints };
}

test("open, diagnostics, fix, cancel, shutdown", async (t) => {
  const project = single(losing);
  const { child, connection, complaints } = connected(t, project);
  const uri = project.uri("a.cpp");
  const waiting = [];
  connection.onNotification(protocol.PublishDiagnosticsNotification.type, (params) =>
    waiting.filter(({ test }) => test(params)).forEach(({ resolve }) => resolve(params)));
  connection.onRequest(protocol.SemanticTokensRefreshRequest.type, () => {});
  const published = (test) => new Promise((resolve) => waiting.push({ test, resolve }));
  connection.listen();

  await connection.sendRequest(protocol.InitializeRequest.type,
    { processId: process.pid, rootUri: project.uri(""), capabilities: full, workspaceFolders: null });
  await connection.sendNotification(protocol.InitializedNotification.type, {});
  const found = published((params) => ourDiagnostics(params).length === 1);
  await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type,
    { textDocument: { uri, languageId: "cpp", version: 1, text: losing } });
  const [finding] = ourDiagnostics(await found);

  const actions = await connection.sendRequest(protocol.CodeActionRequest.type, { textDocument: { uri },
    range: finding.range, context: { diagnostics: [finding], triggerKind: protocol.CodeActionTriggerKind.Automatic } });
  const fix = actions.find((a) => /`\.get\(\)`/.test(a.title));
  assert.ok(protocol.CodeAction.is(fix) && protocol.Diagnostic.is(finding));
  const [{ edits }] = fix.edit.documentChanges;
  const fixed = TextDocument.applyEdits(TextDocument.create(uri, "cpp", 1, losing), edits);
  assert.equal(fixed, losing.replace("save(1);", "save(1).get();"));

  const source = new protocol.CancellationTokenSource();
  const cancelled = connection.sendRequest(protocol.HoverRequest.type,
    { textDocument: { uri }, position: finding.range.start }, source.token);
  source.cancel();
  await cancelled.catch((error) => assert.equal(error.code, protocol.LSPErrorCodes.RequestCancelled));

  const gone = published((params) => params.version === 2 && ourDiagnostics(params).length === 0);
  await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type,
    { textDocument: { uri, version: 2 }, contentChanges: [{ text: fixed }] });
  await gone;
  await connection.sendRequest(protocol.ShutdownRequest.type);
  await connection.sendNotification(protocol.ExitNotification.type);
  assert.deepEqual(await once(child, "exit"), [0, null]);
  assert.deepEqual(complaints.filter((c) => !/^Connection (got )?(closed|disposed)/i.test(c)), []);
});
