// The merged list: ours and clangd's, as the text changes.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { clean, losing, prelude, Project, single } = require("./lib/project.js");
const { ourDiagnostics, tether } = require("./lib/session.js");

const merged = `${prelude}void lose() {\n  int unused;\n  save(1);\n}\n`;

async function opened(t, text, options) {
  const project = single(text);
  const session = await tether(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  return { session, uri, project };
}

test("ours and clangd's in one list", async (t) => {
  const { session, uri } = await opened(t, merged);
  const { diagnostics, version } = await session.settled(uri);
  assert.deepEqual(diagnostics.map((d) => d.source).sort(), ["clang", "tether"]);
  assert.equal(version, 1);
});

test("clangd's diagnostics are as clangd made them", async (t) => {
  const { session, uri } = await opened(t, merged);
  const { diagnostics } = await session.settled(uri);
  const [theirs] = diagnostics.filter((d) => d.source === "clang");
  assert.deepEqual(theirs, { code: "-Wunused-variable", message: "Unused variable 'unused'",
    range: session.range(uri, "unused"), relatedInformation: [], severity: 2, source: "clang", tags: [1] });
});

test("what is found is what tether check finds", async (t) => {
  const text = `${prelude}void lose() {\n  save(1);\n}\n[[clang::annotate("tether::handler")]] void serve() {\n  lose();\n  save(2);\n}\n`;
  const { session, uri, project } = await opened(t, text);
  const findings = ourDiagnostics(await session.settled(uri));
  const severity = { error: 1, warning: 2, note: 3 };
  const expected = project.check("a.cpp").map((f) => ({
    code: `tether-${f.check}`, severity: severity[f.level], line: f.line - 1, column: f.column - 1,
    endLine: f.end_line - 1, endColumn: f.end_column - 1,
  }));
  const actual = findings.map(({ code, severity, range: { start, end } }) => ({ code, severity,
    line: start.line, column: start.character, endLine: end.line, endColumn: end.character }));
  assert.deepEqual(actual, expected);
});

test("in a request handler the message says so in its second line", async (t) => {
  const text = `${prelude}[[clang::annotate("tether::handler")]] void serve() {\n  save(1);\n}\n`;
  const { session, uri } = await opened(t, text);
  const [finding] = ourDiagnostics(await session.settled(uri));
  assert.equal(finding.severity, 1);
  const [first, second, ...more] = finding.message.split("\n");
  assert.match(first, /^the future of `save` is discarded/);
  assert.equal(second, "in request handler serve (annotation)");
  assert.deepEqual(more, []);
});

test("an unsaved edit takes a finding away and brings it back", async (t) => {
  const { session, uri } = await opened(t, losing);
  await session.findings(uri, 1);
  session.replace(uri, "save(1);", "save(1).get();");
  assert.deepEqual(ourDiagnostics(await session.settled(uri)), []);
  session.replace(uri, "save(1).get();", "save(1);");
  assert.equal(ourDiagnostics(await session.settled(uri)).length, 1);
});

test("the whole text in one change", async (t) => {
  const { session, uri } = await opened(t, losing);
  await session.findings(uri, 1);
  session.change(uri, { text: clean });
  assert.deepEqual(ourDiagnostics(await session.settled(uri)), []);
  session.change(uri, { text: `\n\n${losing}` });
  const [finding] = ourDiagnostics(await session.settled(uri));
  assert.equal(session.textAt(uri, finding.range), "save");
  assert.equal(finding.range.start.line, 4);
});

test("several changes in one notification build on each other", async (t) => {
  const { session, uri } = await opened(t, losing);
  await session.findings(uri, 1);
  const at = (line, character) => ({ start: { line, character }, end: { line, character } });
  session.change(uri,
    { range: at(0, 0), text: "// one\n" },
    { range: at(1, 0), text: "// two\n" },
    { range: { start: { line: 4, character: 2 }, end: { line: 4, character: 10 } }, text: "save(1).get(); save(2);" },
    { range: at(0, 0), text: "// zero\n" });
  const [finding, ...more] = ourDiagnostics(await session.settled(uri));
  assert.deepEqual(more, []);
  assert.deepEqual(finding.range, session.range(uri, "save", 2));
});

test("a whole text and an incremental change in one notification", async (t) => {
  const { session, uri } = await opened(t, clean);
  await session.settled(uri);
  session.change(uri, { text: losing },
    { range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: "\n" });
  const [finding] = ourDiagnostics(await session.settled(uri));
  assert.equal(finding.range.start.line, 3);
});

test("lines above shift a finding, at once and after the analysis", async (t) => {
  const { session, uri } = await opened(t, losing, { debounce: 400 });
  await session.findings(uri, 1);
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const version = session.change(uri, { range: top, text: "\n\n\n" });
  // clangd's publish comes before our analysis has begun: the finding has moved with the text.
  const early = await session.diagnostics(uri, (p) => p.version === version);
  assert.deepEqual(ourDiagnostics(early).map((d) => d.range.start.line), [5]);
  const late = await session.settled(uri);
  assert.deepEqual(ourDiagnostics(late).map((d) => d.range.start.line), [5]);
});

test("related information moves with the text, too", async (t) => {
  const { session, uri } = await opened(t, losing, { debounce: 400 });
  await session.findings(uri, 1);
  const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const version = session.change(uri, { range: top, text: "// above\n" });
  const early = ourDiagnostics(await session.diagnostics(uri, (p) => p.version === version));
  const [{ location }] = early[0].relatedInformation;
  assert.equal(session.textAt(uri, location.range), "save");
});

test("a finding whose text is edited is not shown until it is found again", async (t) => {
  const { session, uri } = await opened(t, losing, { debounce: 400 });
  await session.findings(uri, 1);
  const version = session.replace(uri, "save(1);", "save_(1);");
  const early = await session.diagnostics(uri, (p) => p.version === version);
  assert.deepEqual(ourDiagnostics(early), []);
});

test("half-typed code costs no finding elsewhere", async (t) => {
  const two = `${losing}void other() {\n  save(2);\n}\n`;
  const { session, uri } = await opened(t, two);
  await session.findings(uri, 2);
  session.replace(uri, "save(2);", "save(2).ge");
  const findings = ourDiagnostics(await session.settled(uri));
  assert.deepEqual(findings.map((d) => d.range), [session.range(uri, "save", 1)]);
  session.replace(uri, "save(2).ge", "save(2).get();");
  await session.settled(uri);
  assert.equal(session.ours(uri).length, 1);
});

test("a file that is closed has no findings any more", async (t) => {
  const { session, uri } = await opened(t, merged);
  await session.findings(uri, 1);
  session.close(uri);
  const last = await session.diagnostics(uri, (p) => p.diagnostics.length === 0);
  assert.deepEqual(last.diagnostics, []);
});

test("a file that is opened again is analysed again", async (t) => {
  const { session, uri } = await opened(t, losing);
  await session.findings(uri, 1);
  session.close(uri);
  await session.findings(uri, 0);
  session.open(uri, losing, { version: 7 });
  const again = await session.diagnostics(uri, (p) => ourDiagnostics(p).length === 1);
  assert.ok(again.version === 7 || again.version === undefined, `version ${again.version}`);
});

test("two files do not disturb each other", async (t) => {
  const project = new Project().write("a.cpp", losing).write("b.cpp", clean).database(["a.cpp", "b.cpp"]);
  const session = await tether(t, project);
  const [a, b] = [project.uri("a.cpp"), project.uri("b.cpp")];
  session.open(a);
  session.open(b);
  await session.findings(a, 1);
  await session.settled(b);
  session.replace(b, ".get()", "");
  session.replace(a, "save(1);", "save(1).wait();");
  await session.settled(a);
  await session.settled(b);
  const lines = (uri) => session.ours(uri).map((d) => [d.code, session.textAt(uri, d.range)]);
  assert.deepEqual(lines(b), []); // `return save(1)` hands it to the caller; it does not parse as int
  assert.ok(!lines(a).some(([code]) => code === "tether-discarded-future"));
});

test("a file of several thousand lines", async (t) => {
  const filler = Array.from({ length: 3000 }, (_, i) => `int f${i}(int x) { return x + ${i}; }\n`).join("");
  const { session, uri } = await opened(t, `${filler}${losing}`);
  const [finding] = ourDiagnostics(await session.settled(uri));
  assert.equal(session.textAt(uri, finding.range), "save");
});

test("lines that end with CR LF", async (t) => {
  const { session, uri } = await opened(t, losing.replaceAll("\n", "\r\n"));
  const [finding] = ourDiagnostics(await session.settled(uri));
  assert.equal(session.textAt(uri, finding.range), "save");
  session.replace(uri, "void lose", "\r\nvoid lose");
  const [moved] = ourDiagnostics(await session.settled(uri));
  assert.equal(session.textAt(uri, moved.range), "save");
});

test("an empty file, and a file that is not C++", async (t) => {
  const project = single("").write("notes.txt", "save(1);\n");
  const session = await tether(t, project);
  session.open(project.uri("a.cpp"));
  session.open(project.uri("notes.txt"), undefined, { languageId: "plaintext" });
  await session.diagnostics(project.uri("a.cpp"));
  assert.deepEqual(session.ours(project.uri("a.cpp")), []);
});

test("a name with a space, a percent sign and letters beyond ASCII", async (t) => {
  const name = "a b%20ü😀.cpp";
  const project = new Project().write(name, losing).database([name]);
  const session = await tether(t, project);
  session.open(project.uri(name));
  const [finding] = await session.findings(project.uri(name), 1);
  assert.equal(finding.code, "tether-discarded-future");
});
