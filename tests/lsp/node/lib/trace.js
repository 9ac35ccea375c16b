// What `tether lsp --trace FILE` writes, as it is written.
"use strict";
const fs = require("fs");
const { EventEmitter } = require("events");
const { until } = require("./waiting.js");

class Trace extends EventEmitter {
  constructor(file) {
    super();
    this.setMaxListeners(0);
    fs.writeFileSync(file, "");
    this.file = file;
    this.watcher = fs.watch(file, () => this.emit("more"));
  }

  events() {
    // The last line may be half of one.
    return fs.readFileSync(this.file, "utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line));
  }

  /// The first event for which `test` holds; `test` gets the events behind it, too.
  when(test, what, limit) {
    const find = () => {
      const all = this.events();
      return all.find((event, index) => test(event, all.slice(index + 1)));
    };
    const tail = () => `${what}; the last events: ${JSON.stringify(this.events().slice(-8))}`;
    return until(this, "more", find, tail, limit);
  }

  close() {
    this.watcher.close();
  }
}

module.exports = { Trace };
