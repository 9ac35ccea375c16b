// How a session ends, and that nothing of it is left.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const fs = require("fs");
const path = require("path");
const { spawn } = require("child_process");
const { once } = require("events");
const { allGone, commandLine, family } = require("./lib/processes.js");
const { losing, single, tetherProgram } = require("./lib/project.js");
const { realClangd, quiet, tether, tetherWithFake } = require("./lib/session.js");

async function opened(t, options = {}, start = tether) {
  const project = single(losing);
  const session = await start(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  return { session, uri, project };
}

const busy = async ({ session, uri }) => {
  await session.findings(uri, 1);
  return family(session.child.pid);
};

test("shutdown and exit: code 0", async (t) => {
  const all = await opened(t);
  const pids = await busy(all);
  assert.ok(pids.length >= 3, `clangd and a worker below the proxy: ${pids.map(commandLine).join("\n")}`);
  assert.deepEqual(await all.session.shutdown(), { code: 0, signal: null });
  await allGone(pids);
});

test("shutdown at once, while everything is at work", async (t) => {
  const { session } = await opened(t);
  assert.deepEqual(await session.shutdown(), { code: 0, signal: null });
});

test("exit without shutdown: code 1, as clangd", async (t) => {
  const all = await opened(t);
  const pids = await busy(all);
  all.session.notify("exit");
  assert.deepEqual(await all.session.exit, { code: 1, signal: null });
  await allGone(pids);
});

test("the end of the input without a word: code 1", async (t) => {
  const all = await opened(t);
  const pids = await busy(all);
  all.session.child.stdin.end();
  assert.deepEqual(await all.session.exit, { code: 1, signal: null });
  await allGone(pids);
});

test("the end of the input in the middle of a message", async (t) => {
  const all = await opened(t);
  const pids = await busy(all);
  all.session.child.stdin.end("Content-Length: 1000\r\n\r\n{\"jsonrpc\"");
  const { code } = await all.session.exit;
  assert.equal(code, 1);
  await allGone(pids);
});

test("a client that does not read any more and goes away", async (t) => {
  const all = await opened(t);
  const pids = await busy(all);
  all.session.child.stdout.destroy();
  all.session.replace(all.uri, "save(1);", "save(1); store(2);");
  all.session.child.stdin.end();
  await once(all.session.child, "exit");
  await allGone(pids);
});

test("a proxy that is killed leaves neither clangd nor workers behind", async (t) => {
  const all = await opened(t);
  const pids = await busy(all);
  all.session.child.kill("SIGKILL");
  // clangd takes some seconds to end when its input does.
  await allGone(pids, 15000);
  await all.session.exit;
});

test("SIGTERM ends all", async (t) => {
  const all = await opened(t);
  const pids = await busy(all);
  all.session.child.kill("SIGTERM");
  await all.session.exit;
  await allGone(pids);
});

test("clangd's own exit code is ours", async (t) => {
  const automatic = { exit: (params, instance) => instance.exit(7) };
  const { session } = await opened(t, { automatic }, tetherWithFake);
  session.notify("exit");
  assert.deepEqual(await session.exit, { code: 7, signal: null });
});

test("after shutdown and exit the code is 0, whatever clangd's is", async (t) => {
  const automatic = { exit: (params, instance) => instance.exit(7) };
  const { session } = await opened(t, { automatic }, tetherWithFake);
  assert.deepEqual(await session.shutdown(), { code: 0, signal: null });
});

test("a clangd that ignores the end is ended", async (t) => {
  const automatic = { exit: () => {}, end: () => {} };
  const { session } = await opened(t, { automatic }, tetherWithFake);
  const { pid } = await session.fake.instance();
  const done = await session.shutdown();
  assert.deepEqual(done, { code: 0, signal: null });
  await allGone([pid]);
});

test("a worker that is killed costs one version of one file", async (t) => {
  const { session, uri } = await opened(t);
  await session.findings(uri, 1);
  const started = await session.trace.when((e) => e.event === "worker" && e.state === "started", "a worker");
  process.kill(started.pid, "SIGKILL");
  await session.trace.when((e) => e.event === "worker" && e.state !== "started" && e.pid === started.pid, "its end");
  session.replace(uri, "save(1);", "save(1); store(2);");
  await session.findings(uri, 2);
});

test("closing a file ends its worker", async (t) => {
  const { session, uri } = await opened(t);
  await session.findings(uri, 1);
  const { pid } = await session.trace.when((e) => e.event === "worker" && e.state === "started", "a worker");
  session.close(uri);
  await session.trace.when((e) => e.event === "worker" && e.state === "ended" && e.pid === pid, "its end");
  await allGone([pid]);
});

test("the program under the name tether-clangd is the proxy", async (t) => {
  const project = single(losing);
  const link = project.path("tether-clangd");
  fs.symlinkSync(path.resolve(tetherProgram), link);
  const session = await tether(t, project, { program: link, command: [] });
  session.open(project.uri("a.cpp"));
  await session.findings(project.uri("a.cpp"), 1);
});

test("clangd's --version and --help reach the user", async () => {
  for (const [arguments_, pattern] of [[["--version"], /19\./], [["--help"], /--standalone/]]) {
    const child = spawn(tetherProgram, ["lsp", "--clangd", realClangd, ...arguments_], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    child.stdout.on("data", (bytes) => (out += bytes));
    const [code] = await once(child, "close");
    assert.equal(code, 0);
    assert.match(out, pattern);
  }
});

test("a clangd that is not there is said in a line", async (t) => {
  const options = { clangd: "/nonexistent/clangd", clangdArgs: quiet, initialize: false };
  const session = await tether(t, single(losing), options);
  assert.deepEqual(await session.exit, { code: 2, signal: null });
  assert.match(session.errors, /^tether: error: .*\/nonexistent\/clangd.*\n$/);
});

test("nothing but the protocol is on standard output", async (t) => {
  const all = await opened(t);
  await busy(all);
  await all.session.shutdown();
  assert.equal(all.session.raw.length, 0);
  for (const { from, raw } of all.session.log)
    if (from === "server") assert.match(raw.header, /^Content-Length: \d+$/m);
});
