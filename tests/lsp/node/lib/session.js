// A session with `tether lsp` for one test, ended and judged when the test ends.
"use strict";
const assert = require("node:assert/strict");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { fileURLToPath } = require("url");
const { full } = require("./capabilities.js");
const { Client } = require("./client.js");
const fake = require("./fake.js");
const { allGone, family } = require("./processes.js");
const { tetherProgram } = require("./project.js");
const { Trace } = require("./trace.js");

const realClangd = process.env.CLANGD ?? "clangd-19";
const quiet = ["-j=1", "--background-index=false", "--log=error"];

/// Adds what the tests ask of a session of ours to a Client.
class Session extends Client {
  ours(uri) {
    return ourDiagnostics(this.published(uri).at(-1));
  }

  events(file, event) {
    return this.trace.events().filter((e) => e.event === event && (!file || e.file === file));
  }

  /// What is published for the file when its current version is analysed, and clangd has published
  /// it, too. Nothing is published where nothing has changed.
  async settled(uri, limit) {
    const file = fileURLToPath(uri);
    const { version } = this.documents.get(uri);
    const about = (e, event) => e.event === event && e.file === file;
    // A partial answer is followed by the whole one.
    await this.trace.when((e) => about(e, "analysed") && e.version === version && !e.partial,
      `version ${version} of ${file} analysed`, limit);
    await this.trace.when((e, later) => about(e, "edited") && e.version === version
      && later.some((l) => about(l, "published") && (l.version ?? version) === version),
      `version ${version} of ${file} published`, limit);
    // Its answer comes behind what was published before.
    await this.hover(uri, { line: 0, character: 0 });
    return this.published(uri).at(-1);
  }

  /// The newest publish of which the number of our findings is `count`.
  findings(uri, count, limit) {
    return this.diagnostics(uri, (p) => ourDiagnostics(p).length === count, limit)
      .then(ourDiagnostics);
  }

  actions(uri, range, { diagnostics = [], only } = {}) {
    return this.request("textDocument/codeAction",
      { textDocument: { uri }, range, context: { diagnostics, ...(only ? { only } : {}) } });
  }

  /// Our actions on one of our findings.
  async actionsOn(uri, finding, options = {}) {
    const all = await this.actions(uri, finding.range, { diagnostics: [finding], ...options });
    return ourActions(all ?? []);
  }

  hover(uri, position) {
    return this.request("textDocument/hover", { textDocument: { uri }, position });
  }
}

const ourDiagnostics = (params) =>
  [].concat(params?.diagnostics ?? []).filter((d) => d.source === "tether");

const ourActions = (actions) => actions.filter((a) =>
  a.diagnostics?.some((d) => d.source === "tether") || a.command === "tether.applyFix"
  || /request handler|allow tether-|wait for it here/.test(a.title));

/// A discarded future's range is on the name that makes it, in the text of the version that it is
/// stamped with; a publish without a version is about some text that the client had.
function misplaced(session) {
  const wrong = [];
  for (const { message: { params } } of session.log.filter((e) =>
    e.from === "server" && e.message.method === "textDocument/publishDiagnostics")) {
    const texts = (session.history.get(params.uri) ?? [])
      .filter((d) => params.version === undefined || d.version === params.version);
    for (const finding of ourDiagnostics(params)) {
      if (finding.code !== "tether-discarded-future") continue;
      const seen = texts.map((d) => session.textIn(d, finding.range));
      if (!seen.some((text) => /^(save|store)$/.test(text)))
        wrong.push(`version ${params.version}: ${JSON.stringify(finding.range)} is ${JSON.stringify(seen)}`);
    }
  }
  return wrong;
}

async function end(session, started) {
  const pids = family(session.child.pid);
  if (!session.ended) await session.shutdown();
  // A worker's last breath may come after the proxy's.
  await allGone([...pids, ...started()], 1000);
  assert.deepEqual(session.problems, []);
  assert.deepEqual(misplaced(session), []);
}

/// Starts `tether lsp` in the project's folder and initializes it, unless `initialize` is false.
async function tether(t, project, { clangd = realClangd, standalone = false, program = tetherProgram,
  command = ["lsp"], args = [], clangdArgs = quiet, env = {}, debounce = 50, capabilities = full,
  options, folder = project.folder, folders, initialize = true, extra } = {}) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "tether-trace-"));
  const trace = new Trace(path.join(scratch, "trace"));
  const session = new Session([program, ...command,
    ...(standalone ? ["--standalone"] : clangd ? ["--clangd", clangd] : []),
    "--debounce", `${debounce}`, "--trace", trace.file, ...args,
    ...(standalone ? [] : clangdArgs)], { cwd: project.folder, env });
  session.trace = trace;
  session.project = project;
  const started = () => trace.events().filter((e) => e.pid).map((e) => e.pid);
  t.after(async () => {
    try {
      await end(session, started);
    } finally {
      session.kill();
      trace.close();
      fs.rmSync(scratch, { recursive: true, force: true });
      project.delete();
    }
  });
  if (initialize) await session.initialize({ capabilities, folder, folders, options, extra });
  return session;
}

/// The same in front of a fake clangd: `session.fake` is told what it does.
async function tetherWithFake(t, project, { automatic, ...options } = {}) {
  const clangd = new fake.FakeClangd(automatic);
  t.after(() => clangd.close());
  await clangd.listening;
  const session = await tether(t, project,
    { clangd: fake.program, clangdArgs: [], env: clangd.env, ...options });
  session.fake = clangd;
  return session;
}

module.exports = { tether, tetherWithFake, ourDiagnostics, ourActions, realClangd, quiet, Session };
