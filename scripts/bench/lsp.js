// What scripts/bench-lsp measures.
//
//     node lsp.js REQUESTS EDITS [FILE]
"use strict";
const fs = require("fs");
const path = require("path");
const library = path.resolve(__dirname, "../../tests/lsp/node/lib");
const { full } = require(`${library}/capabilities.js`);
const { Client } = require(`${library}/client.js`);
const { Project, single, losing, tetherProgram } = require(`${library}/project.js`);
const { realClangd } = require(`${library}/session.js`);
const { Trace } = require(`${library}/trace.js`);
const { beastServer } = require("./beast-server.js");

const [requests, edits] = process.argv.slice(2).map(Number);
const keep = process.argv[4];

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function row(name, values) {
  const cells = [0.5, 0.95].map((share) => percentile(values, share).toFixed(3).padStart(10));
  console.log(`${name.padEnd(36)}${String(values.length).padStart(6)}${cells.join("")}`);
}

function heading(title) {
  console.log(`\n${title.padEnd(36)}${"n".padStart(6)}${"p50 ms".padStart(10)}${"p95 ms".padStart(10)}`);
}

/// Milliseconds from the question to the last byte of the answer.
async function timed(client, method, params) {
  const started = performance.now();
  const id = client.lastId + 1;
  await client.request(method, params);
  const entry = client.log.findLast((e) => e.from === "server" && e.message.id === id && !e.message.method);
  const taken = entry.raw.at - started;
  client.log.length = 0; // ten megabytes each, with completions
  return taken;
}

/// Asks both in turns, each of them first every second time; what is asked is the same.
async function inTurns(clients, count, question) {
  const times = clients.map(() => []);
  for (let round = 0; round < count; ++round) {
    const [method, params] = question(round);
    for (const index of round % 2 ? [1, 0] : [0, 1])
      times[index].push(await timed(clients[index], method, params));
  }
  return times;
}

function compare(title, [plain, proxied]) {
  heading(title);
  row("clangd", plain);
  row("tether lsp and clangd", proxied);
  row("added, pair by pair", proxied.map((time, index) => time - plain[index]));
}

const withClangd = ["lsp", "--clangd", realClangd];
const quiet = ["--background-index=false", "--log=error", "--limit-results=0"];

async function both(project, uri, traceFile) {
  const clients = [new Client([realClangd, ...quiet], { cwd: project.folder }),
    new Client([tetherProgram, ...withClangd, "--trace", traceFile, ...quiet], { cwd: project.folder })];
  for (const client of clients) {
    await client.initialize({ capabilities: full, folder: project.folder });
    client.open(uri);
    await client.diagnostics(uri, () => true, 120000);
  }
  return clients;
}

const isWhole = (e) => e.event === "analysed" && !e.partial;
const analysed = (trace, version) => trace.when((e) => isWhole(e) && e.version === version,
  `version ${version} analysed`, 120000);

async function forwarding() {
  const project = single(losing);
  const uri = project.uri("a.cpp");
  const trace = new Trace(project.path("trace"));
  const clients = await both(project, uri, trace.file);
  await analysed(trace, 1);
  const position = (needle) => clients[0].position(uri, needle);
  const small = [["textDocument/hover", "lose"], ["textDocument/documentHighlight", "save(1)"],
    ["textDocument/definition", "save(1)"]];
  const ask = (round) => {
    const [method, needle] = small[round % small.length];
    return [method, { textDocument: { uri }, position: position(needle) }];
  };
  await inTurns(clients, 50, ask);
  compare("small requests", await inTurns(clients, requests, ask));
  for (const client of clients) await client.shutdown();
  trace.close();
  project.delete();
}

async function largeCompletions(clients, uri) {
  const position = clients[0].position(uri, "return list();");
  const params = { textDocument: { uri }, position };
  await inTurns(clients, 2, () => ["textDocument/completion", params]);
  const bytes = JSON.stringify(await clients[1].request("textDocument/completion", params)).length;
  compare(`completions of ${(bytes / 1e6).toFixed(2)} MB`,
    await inTurns(clients, 12, () => ["textDocument/completion", params]));
}

/// Types statements into a function, letter by letter, and takes them out again.
async function type(client, uri, trace, count) {
  const statement = "  auto extra = std::to_string(received) + request.body();\n";
  const start = client.documents.get(uri).getText().indexOf("    return list();");
  for (let edit = 0; edit < count; ++edit) {
    const document = client.documents.get(uri);
    const letter = edit % statement.length;
    const back = Math.floor(edit / statement.length) % 2 === 1;
    const offset = start + (back ? statement.length - 1 - letter : letter);
    const range = { start: document.positionAt(offset), end: document.positionAt(offset + (back ? 1 : 0)) };
    const version = client.change(uri, { range, text: back ? "" : statement[letter] });
    await analysed(trace, version);
  }
}

function keystrokes(trace) {
  const events = trace.events().filter((e) => e.version !== 1);
  const analyses = events.filter(isWhole);
  // An analysis that a newer edit has overtaken is begun again for it.
  const since = (analysis, event) =>
    analysis.ms - events.findLast((e) => e.event === event && e.version === analysis.version).ms;
  heading("a keystroke");
  row("CPU of our analysis", analyses.map((e) => e["cpu-ms"]));
  row("wall clock of our analysis", analyses.map((e) => since(e, "analysing")));
  // They are published at once, or were right before.
  row("from the edit to our diagnostics", analyses.map((e) => since(e, "edited")));
  const heads = analyses.map((e) => e.preamble);
  const counts = [...new Set(heads)].map((word) => `${word} ${heads.filter((w) => w === word).length}`);
  console.log(`preambles: ${counts.join(", ")}; findings at the end: ${analyses.at(-1).findings}`);
}

async function beast() {
  const text = beastServer();
  if (keep) fs.writeFileSync(keep, text);
  const project = new Project().write("server.cpp", text).database(["server.cpp"], { flags: ["-std=c++17"] });
  const uri = project.uri("server.cpp");
  const trace = new Trace(project.path("trace"));
  const clients = await both(project, uri, trace.file);
  const first = await analysed(trace, 1);
  console.log(`\nthe server on Boost.Beast: ${text.split("\n").length} lines; opened: `
    + `${first["cpu-ms"].toFixed(0)} ms of CPU, ${first.findings} findings`);
  await largeCompletions(clients, uri);
  await clients[0].shutdown();
  await type(clients[1], uri, trace, edits);
  keystrokes(trace);
  await clients[1].shutdown();
  trace.close();
  project.delete();
}

async function main() {
  await forwarding();
  await beast();
}

main().catch((error) => {
  console.error(`bench-lsp: ${error.stack}`);
  process.exit(1);
});
