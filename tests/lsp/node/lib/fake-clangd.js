#!/usr/bin/env node
// A clangd that does what a test tells it over the socket in FAKE_CLANGD, and tells the test what it
// is told. Lines of JSON in both directions; see FakeClangd in fake.js.
"use strict";
const net = require("net");
const readline = require("readline");
const { Frames } = require("./frames.js");

if (process.argv.includes("--version")) {
  console.log("clangd version 19.1.7");
  process.exit(0);
}

const socket = net.connect(process.env.FAKE_CLANGD);
const say = (event) => socket.write(`${JSON.stringify(event)}\n`);
say({ event: "started", pid: process.pid, arguments: process.argv.slice(2) });

const frames = new Frames(({ header, body }) => say({ event: "message", header, text: body.toString() }));
process.stdin.on("data", (bytes) => frames.push(bytes));
process.stdin.on("end", () => say({ event: "end" }));
process.stdout.on("error", () => {});

let writing = Promise.resolve();

/// In pieces of so many bytes, each written by itself.
async function write(bytes, size) {
  for (let at = 0; at < bytes.length; at += size) {
    process.stdout.write(bytes.subarray(at, at + size));
    await new Promise(setImmediate);
  }
}

const orders = {
  write: ({ bytes, size }) => {
    const all = Buffer.from(bytes, "base64");
    writing = writing.then(() => write(all, size ?? all.length));
  },
  pause: () => process.stdin.pause(),
  resume: () => process.stdin.resume(),
  exit: ({ code }) => writing.then(() => process.exit(code)),
};

readline.createInterface({ input: socket }).on("line", (line) => {
  const order = JSON.parse(line);
  orders[order.do](order);
});
// The test has ended.
socket.on("close", () => process.exit(1));
socket.on("error", () => process.exit(1));
