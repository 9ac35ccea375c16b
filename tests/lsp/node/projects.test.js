// Where compile commands and configuration come from, and that a change of theirs is followed.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { clean, losing, prelude, Project, single } = require("./lib/project.js");
const { ourDiagnostics, quiet, tether } = require("./lib/session.js");

/// Found only if the command defines LOSE.
const conditional = `${prelude}#ifdef LOSE\nvoid lose() {\n  save(1);\n}\n#endif\n`;
const withFlag = { flags: ["-std=c++20", "-DLOSE"] };

async function opened(t, project, name = "a.cpp", options = {}) {
  const session = await tether(t, project, options);
  const uri = project.uri(name);
  session.open(uri);
  const findings = ourDiagnostics(await session.settled(uri));
  return { session, uri, findings };
}

const databases = {
  "compile_commands.json beside the file": (p) => [p.database(["a.cpp"], withFlag)],
  "compile_commands.json in build/": (p) => [p.database(["a.cpp"], { ...withFlag, where: "build" })],
  "compile_flags.txt": (p) => [p.write("compile_flags.txt", "-std=c++20\n-DLOSE\n")],
  "--compile-commands-dir": (p) => [p.database(["a.cpp"], { ...withFlag, where: "out/x" }),
    { clangdArgs: [...quiet, `--compile-commands-dir=${p.path("out/x")}`] }],
  "--compile-commands-dir, two words": (p) => [p.database(["a.cpp"], { ...withFlag, where: "out/x" }),
    { clangdArgs: [...quiet, "--compile-commands-dir", p.path("out/x")] }],
  "--compile-commands-dir in CLANGD_FLAGS": (p) => [p.database(["a.cpp"], { ...withFlag, where: "out/x" }),
    { env: { CLANGD_FLAGS: `--compile-commands-dir=${p.path("out/x")}` } }],
  "compilationDatabasePath": (p) => [p.database(["a.cpp"], { ...withFlag, where: "out/x" }),
    { options: { compilationDatabasePath: p.path("out/x") } }],
  ".clangd CompilationDatabase": (p) => [p.database(["a.cpp"], { ...withFlag, where: "out/x" })
    .write(".clangd", "CompileFlags:\n  CompilationDatabase: out/x\n")],
  ".clangd Add": (p) => [p.database(["a.cpp"]).write(".clangd", "CompileFlags:\n  Add: [-DLOSE]\n")],
  ".clangd Add, no database": (p) => [p.write(".clangd", "CompileFlags:\n  Add: -DLOSE\n")],
  "the user's clangd/config.yaml": (p) => [p.database(["a.cpp"])
    .write("home/clangd/config.yaml", "CompileFlags:\n  Add: -DLOSE\n"),
    { env: { XDG_CONFIG_HOME: p.path("home") } }],
  "fallbackFlags": (p) => [p, { options: { fallbackFlags: ["-DLOSE"] } }],
};

for (const [name, arrange] of Object.entries(databases))
  test(`the command comes from ${name}`, async (t) => {
    const [project, options] = arrange(new Project().write("a.cpp", conditional));
    const { findings } = await opened(t, project, "a.cpp", options);
    assert.deepEqual(findings.map((d) => d.code), ["tether-discarded-future"]);
  });

test(".clangd Remove takes a flag away", async (t) => {
  const project = new Project().write("a.cpp", conditional).database(["a.cpp"], withFlag)
    .write(".clangd", "CompileFlags:\n  Remove: [-DLOSE]\n");
  assert.deepEqual((await opened(t, project)).findings, []);
});

test(".clangd under If holds for matching paths alone", async (t) => {
  const project = new Project().write("a.cpp", conditional).write("b.cpp", conditional)
    .database(["a.cpp", "b.cpp"])
    .write(".clangd", "If:\n  PathMatch: b\\.cpp\nCompileFlags:\n  Add: -DLOSE\n");
  const { session, findings } = await opened(t, project);
  assert.deepEqual(findings, []);
  session.open(project.uri("b.cpp"));
  assert.equal((await session.findings(project.uri("b.cpp"), 1)).length, 1);
});

test("a folder without a database", async (t) => {
  const { session, uri, findings } = await opened(t, new Project().write("a.cpp", losing));
  assert.equal(findings.length, 1);
  assert.equal(session.textAt(uri, findings[0].range), "save");
});

test("a header without a command is read as a neighbour's", async (t) => {
  const project = new Project().write("a.h", `#pragma once\n${conditional}`)
    .write("a.cpp", '#include "a.h"\n').database(["a.cpp"], withFlag);
  const { findings, session, uri } = await opened(t, project, "a.h");
  assert.equal(findings.length, 1);
  assert.equal(session.textAt(uri, findings[0].range), "save");
});

test("a file that is only in the editor", async (t) => {
  const project = single(clean);
  const session = await tether(t, project);
  const uri = project.uri("new.cpp");
  session.open(uri, losing);
  assert.equal((await session.findings(uri, 1)).length, 1);
});

test("what is included is read from disk", async (t) => {
  const project = new Project().write("a.h", prelude)
    .write("a.cpp", '#include "a.h"\nvoid lose() {\n  save(1);\n}\n').database(["a.cpp"]);
  const { findings, session, uri } = await opened(t, project);
  assert.equal(findings.length, 1);
  const [{ location }] = findings[0].relatedInformation;
  assert.equal(location.uri, project.uri("a.h"));
  assert.equal(session.textAt(uri, findings[0].range), "save");
});

test("vendored code has no findings", async (t) => {
  const project = new Project().write("third_party/x/a.cpp", losing).write("a.cpp", losing)
    .write(".tether.yaml", "").database(["a.cpp", "third_party/x/a.cpp"]);
  const { session } = await opened(t, project);
  const vendored = project.uri("third_party/x/a.cpp");
  session.open(vendored);
  await session.diagnostics(vendored);
  await session.request("textDocument/documentSymbol", { textDocument: { uri: vendored } });
  assert.deepEqual(session.ours(vendored), []);
});

test("several workspace folders, each with its own database and configuration", async (t) => {
  const project = new Project();
  for (const [folder, flags, yaml] of [["one", ["-DLOSE"], "levels: {discarded-future: error}\n"], ["two", [], ""]])
    project.write(`${folder}/a.cpp`, conditional).write(`${folder}/.tether.yaml`, yaml)
      .write(`${folder}/compile_flags.txt`, ["-std=c++20", ...flags, ""].join("\n"));
  const session = await tether(t, project, { folder: project.path("one"),
    folders: [project.path("one"), project.path("two")] });
  const [one, two] = ["one", "two"].map((folder) => project.uri(`${folder}/a.cpp`));
  for (const uri of [one, two]) session.open(uri);
  await session.settled(one);
  await session.settled(two);
  assert.deepEqual(session.ours(one).map((d) => d.severity), [1]);
  assert.deepEqual(session.ours(two), []);
});

test("a file outside of every workspace folder", async (t) => {
  const project = new Project().write("in/a.cpp", clean).write("out/b.cpp", losing);
  const session = await tether(t, project, { folder: project.path("in") });
  session.open(project.uri("out/b.cpp"));
  assert.equal((await session.findings(project.uri("out/b.cpp"), 1)).length, 1);
});

test(".tether.yaml that changes on disk is followed without an edit", async (t) => {
  const project = single(losing).write(".tether.yaml", "");
  const { session, uri } = await opened(t, project);
  project.write(".tether.yaml", "checks: ['*', '-discarded-future']\n");
  await session.findings(uri, 0);
  project.write(".tether.yaml", "levels: {discarded-future: error}\n");
  const [finding] = await session.findings(uri, 1);
  assert.equal(finding.severity, 1);
  project.remove(".tether.yaml");
  await session.diagnostics(uri, (p) => ourDiagnostics(p)[0]?.severity === 2);
});

test("a .tether.yaml that is wrong costs nothing but itself", async (t) => {
  const project = single(losing).write(".tether.yaml", "");
  const { session, uri } = await opened(t, project);
  project.write(".tether.yaml", "no-such-key: 1\n");
  const said = () => session.log.some((e) => e.from === "server" &&
    /no-such-key/.test(JSON.stringify(e.message.params ?? "")));
  await session.until(() => said() || /no-such-key/.test(session.errors), "word of what is wrong");
  project.write(".tether.yaml", "levels: {discarded-future: error}\n");
  await session.diagnostics(uri, (p) => ourDiagnostics(p)[0]?.severity === 1);
});

test("compile_commands.json that changes on disk is followed", async (t) => {
  const project = new Project().write("a.cpp", conditional).database(["a.cpp"]);
  const { session, uri, findings } = await opened(t, project);
  assert.deepEqual(findings, []);
  project.database(["a.cpp"], withFlag);
  await session.findings(uri, 1);
});

test("compile_commands.json that appears is followed", async (t) => {
  const project = new Project().write("a.cpp", conditional);
  const { session, uri, findings } = await opened(t, project);
  assert.deepEqual(findings, []);
  project.database(["a.cpp"], { ...withFlag, where: "build" });
  await session.findings(uri, 1);
});

test(".clangd that changes on disk is followed", async (t) => {
  const project = new Project().write("a.cpp", conditional).database(["a.cpp"]);
  const { session, uri } = await opened(t, project);
  project.write(".clangd", "CompileFlags: {Add: -DLOSE}\n");
  await session.findings(uri, 1);
});

test("a header that is saved is read again", async (t) => {
  const project = new Project().write("a.h", prelude)
    .write("a.cpp", '#include "a.h"\nvoid lose() {\n  save(1);\n}\n').database(["a.cpp"]);
  const { session, uri } = await opened(t, project);
  const header = project.uri("a.h");
  session.open(header);
  session.replace(header, "Future save(int)", "int save(int)");
  project.write("a.h", session.text(header));
  session.notify("textDocument/didSave", { textDocument: { uri: header } });
  // As editors do after a header was saved: the next keystroke.
  session.replace(uri, "void lose", "\nvoid lose");
  assert.deepEqual(ourDiagnostics(await session.settled(uri)), []);
});

test("a database with nonsense in it does not end the session", async (t) => {
  const project = new Project().write("a.cpp", losing).write("compile_commands.json", "{ this is no database");
  const session = await tether(t, project);
  const uri = project.uri("a.cpp");
  session.open(uri);
  await session.diagnostics(uri);
  project.database(["a.cpp"]);
  await session.findings(uri, 1);
});
