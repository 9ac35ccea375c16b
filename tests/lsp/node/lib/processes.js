// Processes that a server has started, to see that none is left.
"use strict";
const assert = require("node:assert/strict");
const fs = require("fs");

/// [{pid, parent, state}] of all that run.
function running() {
  const all = [];
  for (const name of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      all.push({ pid: Number(name), parent: Number(parent), state });
    } catch {
      // It ended while we looked.
    }
  }
  return all;
}

/// The process and all below it.
function family(pid) {
  const all = running();
  const found = [pid];
  for (let i = 0; i < found.length; ++i)
    found.push(...all.filter((p) => p.parent === found[i]).map((p) => p.pid));
  return found;
}

/// Which of them still run; a zombie has ended.
function alive(pids) {
  return running().filter((p) => pids.includes(p.pid) && p.state !== "Z").map((p) => p.pid);
}

/// Fails if one of them still runs in a while.
async function allGone(pids, patience = 5000) {
  for (let waited = 0; waited < patience && alive(pids).length; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(alive(pids).map(commandLine), [], "processes are left");
}

function commandLine(pid) {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}

module.exports = { allGone, commandLine, family };
