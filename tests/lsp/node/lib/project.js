// A project in a folder of its own, and the sources that the scenarios use.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");
const { spawnSync } = require("child_process");
const { pathToFileURL } = require("url");

const root = path.resolve(__dirname, "../../../..");
const tetherProgram = process.env.TETHER ?? path.join(root, "build/bin/tether");

/// A future by its shape: the headers of the standard library would cost a second per file.
const prelude =
  "struct Future { int get(); void wait(); bool valid(); }; Future save(int); Future store(int); void log(int);\n";

/// One finding, `discarded-future` in line 3.
const losing = `${prelude}void lose() {\n  save(1);\n}\n`;
const clean = `${prelude}int keep() {\n  return save(1).get();\n}\n`;

class Project {
  constructor() {
    // The analysis names files by their real paths.
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "tether-lsp-")));
  }

  path(name) {
    return path.join(this.folder, name);
  }

  uri(name) {
    return pathToFileURL(this.path(name)).href;
  }

  write(name, text = "") {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), text);
    return this;
  }

  read(name) {
    return fs.readFileSync(this.path(name), "utf8");
  }

  remove(name) {
    fs.rmSync(this.path(name), { recursive: true });
  }

  /// A compile database in the folder `where` for files of the project.
  database(files, { flags = ["-std=c++20", "-Wall"], where = "." } = {}) {
    const entries = files.map((file) => ({
      directory: this.folder, file, arguments: ["g++", ...flags, "-c", file],
    }));
    return this.write(path.join(where, "compile_commands.json"), JSON.stringify(entries));
  }

  /// The findings that `tether check` reports of a file as it is on disk.
  check(name, ...options) {
    const done = spawnSync(tetherProgram,
      ["check", "--format", "json", "--fail-on", "never", "--allow-incomplete", name, ...options],
      { cwd: this.folder, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`tether check: ${done.status} ${done.stderr}`);
    return JSON.parse(done.stdout).findings.filter((f) => !f.suppressed);
  }

  delete() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

/// One file a.cpp with a database.
function single(text, options) {
  return new Project().write("a.cpp", text).database(["a.cpp"], options);
}

module.exports = { Project, single, prelude, losing, clean, root, tetherProgram };
