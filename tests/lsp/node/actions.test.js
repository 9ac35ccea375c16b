// What a client can do about a finding, applied as an editor applies it.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { changed, full, minimal } = require("./lib/capabilities.js");
const { losing, prelude, Project, single } = require("./lib/project.js");
const { ourDiagnostics, tether } = require("./lib/session.js");

const indented = `${prelude}void lose(bool yes) {\n\tif (yes) {\n\t\tsave(1);\n\t}\n}\n`;
const detached = `namespace std {
class thread {
public:
  template <class F> thread(F f) {}
  thread(thread &&);
  ~thread();
  void join();
  void detach();
  bool joinable();
};
} // namespace std
void use(int);
void run(int n) {
  int limit = n + 1;
  std::thread([&] { use(limit); }).detach();
}
`;
const allowTitle = "allow tether-discarded-future here, with a reason";

async function opened(t, text = losing, options = {}) {
  const project = single(text);
  const session = await tether(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  const findings = ourDiagnostics(await session.settled(uri));
  return { session, uri, project, findings, finding: findings[0] };
}

const titled = (actions, pattern) => {
  const found = actions.filter(({ title }) => typeof pattern === "string" ? title === pattern : pattern.test(title));
  assert.equal(found.length, 1, `${pattern} in ${JSON.stringify(actions.map((a) => a.title))}`);
  return found[0];
};

test("a fix that changes behaviour says so and is not preferred", async (t) => {
  const { session, uri, finding } = await opened(t);
  const fix = titled(await session.actionsOn(uri, finding), /^wait for it here: `\.get\(\)`/);
  assert.match(fix.title, / \(changes behaviour\)$/);
  assert.equal(fix.kind, "quickfix");
  assert.ok(!fix.isPreferred);
  assert.deepEqual(fix.diagnostics?.map((d) => d.code), ["tether-discarded-future"]);
  session.applyEdit(fix.edit);
  assert.equal(session.text(uri), losing.replace("save(1);", "save(1).get();"));
  assert.deepEqual(ourDiagnostics(await session.settled(uri)), []);
});

test("a safe fix is preferred", async (t) => {
  const { session, uri, findings } = await opened(t, detached);
  const finding = findings.find((f) => f.code === "tether-dangling-capture");
  const fix = titled(await session.actionsOn(uri, finding), /^capture `limit` by value/);
  assert.equal(fix.title, "capture `limit` by value");
  assert.equal(fix.isPreferred, true);
  session.applyEdit(fix.edit);
  await session.settled(uri);
  assert.deepEqual(session.ours(uri).map((d) => d.code), ["tether-detached-thread"]);
});

test("actions are found by range, without diagnostics in the context", async (t) => {
  const { session, uri, finding } = await opened(t);
  const all = await session.actions(uri, finding.range);
  titled(all, /`\.get\(\)`/);
  titled(all, allowTitle);
  const { start } = finding.range;
  titled(await session.actions(uri, { start, end: start }), allowTitle);
});

test("elsewhere there are none on a finding", async (t) => {
  const { session, uri } = await opened(t);
  const all = await session.actions(uri, session.range(uri, "struct")) ?? [];
  assert.deepEqual(all.filter((a) => /allow tether|\.get\(\)/.test(a.title)), []);
});

test("our diagnostics are not shown to clangd, clangd's are", async (t) => {
  const text = `${prelude}int lose(int a) {\n  save(1); if (a = 1) return 2;\n  return 3;\n}\n`;
  const { session, uri } = await opened(t, text);
  const { diagnostics } = await session.settled(uri);
  const line = { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } };
  const all = await session.actions(uri, line, { diagnostics });
  assert.ok(all.some((a) => a.diagnostics?.[0].source === "clang"), JSON.stringify(all));
  titled(all, allowTitle);
});

const onlyCases = [
  [["quickfix"], { fix: 1, allow: 1, handler: 0 }],
  [["refactor"], { fix: 0, allow: 0, handler: 2 }],
  [["refactor.rewrite"], { fix: 0, allow: 0, handler: 2 }],
  [["refactor.rewrite.more"], { fix: 0, allow: 0, handler: 0 }],
  [["refactor.extract"], { fix: 0, allow: 0, handler: 0 }],
  [["source"], { fix: 0, allow: 0, handler: 0 }],
  [["source.fixAll", "quickfix"], { fix: 1, allow: 1, handler: 0 }],
  [["quick"], { fix: 0, allow: 0, handler: 0 }],
];
for (const [only, expected] of onlyCases)
  test(`context.only ${JSON.stringify(only)}`, async (t) => {
    const { session, uri, finding } = await opened(t);
    const all = await session.actions(uri, finding.range, { diagnostics: [finding], only }) ?? [];
    const count = (pattern) => all.filter((a) => pattern.test(a.title)).length;
    assert.deepEqual({ fix: count(/`\.get\(\)`/), allow: count(/^allow /), handler: count(/request handler/) },
      expected);
  });

test("accepted with a reason: the note asks for it until it is there", async (t) => {
  const { session, uri, finding } = await opened(t, indented);
  const action = titled(await session.actionsOn(uri, finding), allowTitle);
  assert.equal(action.kind, "quickfix");
  session.applyEdit(action.edit);
  const comment = "// tether: allow(discarded-future) ";
  assert.equal(session.text(uri), indented.replace("\t\tsave(1);", `\t\t${comment}\n\t\tsave(1);`));
  const [note, ...more] = ourDiagnostics(await session.settled(uri));
  assert.deepEqual(more, []);
  assert.equal(note.code, "tether-suppression-without-reason");
  assert.equal(note.severity, 3);
  assert.equal(session.textAt(uri, note.range).trim(), comment.trim());
  session.replace(uri, comment, `${comment}the log is written anyway`);
  assert.deepEqual(ourDiagnostics(await session.settled(uri)), []);
});

test("the comment stands above the statement, not above the line of the name", async (t) => {
  const text = `${prelude}int two(Future, int);\nvoid lose(bool yes) {\n  yes ? (void)0 :\n    log((log(1),\n      save(1), 2));\n}\n`;
  const { session, uri, finding } = await opened(t, text);
  session.applyEdit(titled(await session.actionsOn(uri, finding), allowTitle).edit);
  assert.match(session.text(uri), /\n {2}\/\/ tether: allow\(discarded-future\) \n {2}yes \?/);
  const codes = ourDiagnostics(await session.settled(uri)).map((d) => d.code);
  assert.deepEqual(codes, ["tether-suppression-without-reason"]);
});

test("line ends stay as they are", async (t) => {
  const text = losing.replaceAll("\n", "\r\n");
  const { session, uri, finding } = await opened(t, text);
  session.applyEdit(titled(await session.actionsOn(uri, finding), allowTitle).edit);
  assert.equal(session.text(uri), text.replace("  save(1);",
    "  // tether: allow(discarded-future) \r\n  save(1);"));
});

test("a request handler by annotation", async (t) => {
  const { session, uri, finding } = await opened(t);
  const action = titled(await session.actionsOn(uri, finding), "make lose a request handler (annotation)");
  assert.equal(action.kind, "refactor.rewrite");
  session.applyEdit(action.edit);
  assert.equal(session.text(uri), losing.replace("void lose", '[[clang::annotate("tether::handler")]] void lose'));
  const [louder] = ourDiagnostics(await session.settled(uri));
  assert.equal(louder.severity, 1);
  assert.match(louder.message, /\nin request handler lose \(annotation\)$/);
});

test("a request handler by annotation, in front of attributes and specifiers", async (t) => {
  const text = `${prelude}[[maybe_unused]]\nstatic inline int lose() {\n  save(1);\n  return 0;\n}\n`;
  const { session, uri, finding } = await opened(t, text);
  const action = titled(await session.actionsOn(uri, finding), /annotation/);
  session.applyEdit(action.edit);
  const { diagnostics } = await session.settled(uri);
  assert.deepEqual(diagnostics.filter((d) => d.source !== "tether"), []);
  assert.match(session.ours(uri)[0].message, /\nin request handler lose \(annotation\)$/);
});

test("a request handler by .tether.yaml, which is made", async (t) => {
  const { session, uri, project, finding } = await opened(t, losing);
  project.write(".git/HEAD", "ref: refs/heads/main\n");
  const action = titled(await session.actionsOn(uri, finding), "make lose a request handler (.tether.yaml)");
  session.applyEdit(action.edit);
  assert.match(project.read(".tether.yaml"), /handlers:[^]*lose/);
  const inHandler = (p) => /\nin request handler lose/.test(ourDiagnostics(p)[0]?.message ?? "");
  const { diagnostics } = await session.diagnostics(uri, inHandler);
  assert.equal(ourDiagnostics({ diagnostics })[0].severity, 1);
});

test("a request handler by .tether.yaml, which has other keys and handlers", async (t) => {
  const project = single(losing).write(".tether.yaml", "# ours\nhandlers:\n  - serve_* # all of them\nruntime: server\n");
  const session = await tether(t, project);
  const uri = project.uri("a.cpp");
  session.open(uri);
  const [finding] = await session.findings(uri, 1);
  session.applyEdit(titled(await session.actionsOn(uri, finding), /\.tether\.yaml/).edit);
  const yaml = project.read(".tether.yaml");
  assert.match(yaml, /# ours\n/);
  assert.match(yaml, /serve_\* # all of them\n/);
  assert.match(yaml, /runtime: server/);
  await session.diagnostics(uri, (p) => /in request handler lose/.test(ourDiagnostics(p)[0]?.message ?? ""));
});

test("a handler is not offered to become one", async (t) => {
  const text = `${prelude}[[clang::annotate("tether::handler")]] void serve() {\n  save(1);\n}\n`;
  const { session, uri, finding } = await opened(t, text);
  const titles = (await session.actionsOn(uri, finding)).map((a) => a.title);
  assert.deepEqual(titles.filter((title) => /request handler/.test(title)), []);
});

test("without documentChanges, edits are changes", async (t) => {
  const capabilities = changed(full, { "workspace.workspaceEdit.documentChanges": undefined });
  const { session, uri, finding } = await opened(t, losing, { capabilities });
  const actions = await session.actionsOn(uri, finding);
  for (const { edit } of actions) {
    assert.ok(!("documentChanges" in edit), JSON.stringify(edit));
    assert.ok("changes" in edit, JSON.stringify(edit));
  }
});

test("with documentChanges, edits are for the version that they are right for", async (t) => {
  const { session, uri, finding } = await opened(t);
  const { edit } = titled(await session.actionsOn(uri, finding), allowTitle);
  assert.ok(!("changes" in edit), JSON.stringify(edit));
  assert.equal(edit.documentChanges[0].textDocument.version, 1);
});

test("without resourceOperations no file is made in an edit", async (t) => {
  const capabilities = changed(full, { "workspace.workspaceEdit.resourceOperations": undefined });
  const { session, uri, finding } = await opened(t, losing, { capabilities });
  for (const { edit } of await session.actionsOn(uri, finding))
    assert.ok(!edit?.documentChanges?.some((c) => c.kind), JSON.stringify(edit));
});

test("actions after lines were inserted above, before the next analysis", async (t) => {
  const { session, uri, finding } = await opened(t, losing, { debounce: 600 });
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  session.change(uri, { range: top, text: "// 😀\n// two\n" });
  const line = finding.range.start.line + 2;
  const range = { start: { line, character: 2 }, end: { line, character: 6 } };
  const fixes = (await session.actions(uri, range)).filter((a) => /`\.get\(\)`/.test(a.title));
  // To offer none until the text is analysed is right, too; to offer a wrong edit is not.
  for (const { edit } of fixes) session.applyEdit(edit);
  await session.settled(uri);
  assert.ok(fixes.length === 0 || session.text(uri).includes("  save(1).get();\n"), session.text(uri));
});

async function runCommand(session, { command, arguments: values }) {
  assert.equal(command, "tether.applyFix");
  return session.request("workspace/executeCommand", { command, arguments: values });
}

for (const [name, text] of [["fix", /`\.get\(\)`/], ["allow", /^allow /], ["annotation", /\(annotation\)/]])
  test(`a client without literals: ${name} by a command`, async (t) => {
    const { session, uri, finding } = await opened(t, losing, { capabilities: minimal });
    const all = await session.actions(uri, finding.range, { diagnostics: [finding] });
    for (const command of all) assert.equal(typeof command.command, "string", JSON.stringify(command));
    await runCommand(session, titled(all, text));
    const [apply, ...more] = session.messages("workspace/applyEdit");
    assert.deepEqual(more, []);
    assert.match(apply.id, /^tether:/);
    assert.ok("changes" in apply.params.edit);
    assert.notEqual(session.text(uri), losing);
    await session.settled(uri);
  });

test("a client without literals: clangd's own commands go to clangd", async (t) => {
  const text = `${prelude}int lose(int a) {\n  save(1);\n  if (a = 1) return 2;\n  return 3;\n}\n`;
  const { session, uri } = await opened(t, text, { capabilities: minimal });
  const { diagnostics } = await session.settled(uri);
  const theirs = diagnostics.filter((d) => d.source !== "tether");
  const all = await session.actions(uri, theirs[0].range, { diagnostics: theirs });
  const [command] = all.filter((c) => c.command === "clangd.applyFix");
  assert.ok(command, JSON.stringify(all));
  await session.request("workspace/executeCommand", { command: command.command, arguments: command.arguments });
  assert.notEqual(session.text(uri), text);
});

test("a command with nonsense for arguments is refused", async (t) => {
  const { session } = await opened(t, losing, { capabilities: minimal });
  const accepted = [];
  for (const values of [undefined, [], [1], [{}], [{ uri: 3 }], ["x".repeat(100000)]])
    await session.request("workspace/executeCommand", { command: "tether.applyFix", arguments: values })
      .then(() => accepted.push(values), (error) => assert.ok(error.code < 0));
  assert.deepEqual(accepted, []);
  assert.deepEqual(session.messages("workspace/applyEdit"), []);
});

test("a client that refuses the edit is told nothing wrong", async (t) => {
  const { session, uri, finding } = await opened(t, losing, { capabilities: minimal });
  session.answers["workspace/applyEdit"] = () => ({ applied: false, failureReason: "no" });
  const all = await session.actions(uri, finding.range, { diagnostics: [finding] });
  await runCommand(session, titled(all, /^allow /)).catch(() => {});
  assert.equal(session.text(uri), losing);
});

test("our command is announced, or a client could not know whom to ask", async (t) => {
  const { session } = await opened(t, losing, { capabilities: minimal });
  const { commands } = session.initialized.capabilities.executeCommandProvider;
  assert.ok(commands.includes("tether.applyFix"), commands.join(", "));
});

test("codeActionsInline: clangd's actions stay in clangd's diagnostics", async (t) => {
  const text = `${prelude}int lose(int a) {\n  save(1);\n  if (a = 1) return 2;\n  return 3;\n}\n`;
  const capabilities = changed(full, { "textDocument.publishDiagnostics.codeActionsInline": true });
  const { session, uri } = await opened(t, text, { capabilities });
  const { diagnostics } = await session.settled(uri);
  const theirs = diagnostics.filter((d) => d.source === "clang");
  assert.ok(theirs.some((d) => d.codeActions?.length), JSON.stringify(diagnostics));
  const [finding] = ourDiagnostics({ diagnostics });
  titled(await session.actionsOn(uri, finding), allowTitle);
});

test("two files: actions are the file's own", async (t) => {
  const project = new Project().write("a.cpp", losing).write("b.cpp", `\n\n\n\n${losing}`).database(["a.cpp", "b.cpp"]);
  const session = await tether(t, project);
  const [a, b] = [project.uri("a.cpp"), project.uri("b.cpp")];
  for (const uri of [a, b]) session.open(uri);
  const [inA] = await session.findings(a, 1);
  const [inB] = await session.findings(b, 1);
  session.applyEdit(titled(await session.actionsOn(b, inB), /`\.get\(\)`/).edit);
  assert.equal(session.text(a), losing);
  assert.match(session.text(b), /save\(1\)\.get\(\);/);
  session.applyEdit(titled(await session.actionsOn(a, inA), /`\.get\(\)`/).edit);
  assert.match(session.text(a), /save\(1\)\.get\(\);/);
});
