// Holds what a server sends against the protocol's types. Nothing is allowed that the protocol does
// not name, except what clangd is known to add, by name; and in what is ours nothing at all.
"use strict";
const fs = require("fs");
const Ajv = require("ajv");
const { protocolSchema } = require("./schema.js");

const anything = {};

/// Properties that clangd adds to the protocol's structures.
const clangdProperties = {
  CompletionItem: ["score"],
  // With `codeActionsInline`, and with `categorySupport`.
  Diagnostic: ["codeActions", "category"],
  ServerCapabilities: [
    "astProvider", "clangdInlayHintsProvider", "compilationDatabase", "inactiveRegionsProvider",
    "memoryUsageProvider", "standardTypeHierarchyProvider",
  ],
  WorkspaceSymbol: ["score"],
  SymbolInformation: ["score"],
  CallHierarchyItem: ["data"],
};

/// Methods that clangd adds, and what they carry: not ours to judge.
const clangdMethods = {
  "textDocument/clangd.fileStatus": { params: anything },
  "textDocument/inactiveRegions": { params: anything },
  "textDocument/ast": { result: anything },
  "textDocument/symbolInfo": { result: anything },
  "textDocument/switchSourceHeader": { result: { type: ["string", "null"] } },
  "textDocument/typeHierarchy": { result: anything },
  "typeHierarchy/resolve": { result: anything },
  "clangd/inlayHints": { result: anything },
  "$/memoryUsage": { result: anything },
};

/// The base protocol's own, which have no request type.
const baseMethods = {
  "$/progress": {
    params: {
      type: "object",
      properties: { token: { $ref: "#/definitions/ProgressToken" }, value: anything },
      required: ["token", "value"],
      additionalProperties: false,
    },
  },
  "$/cancelRequest": {
    params: { type: "object", properties: { id: { type: ["integer", "string"] } }, required: ["id"] },
  },
  "$/logTrace": { params: { type: "object", required: ["message"] } },
};

const errorSchema = {
  type: "object",
  properties: { code: { type: "integer" }, message: { type: "string" }, data: anything },
  required: ["code", "message"],
  additionalProperties: false,
};

function withExtensions(definitions) {
  const all = { ...definitions, ProgressToken: { type: ["integer", "string"] } };
  for (const [name, extra] of Object.entries(clangdProperties)) {
    const strict = definitions[name];
    const known = Object.fromEntries(extra.map((property) => [property, anything]));
    all[name] = { ...strict, properties: { ...known, ...strict.properties } };
  }
  return all;
}

/// Each test's process compiles its own: that should take a third of a second and not two.
const quick = { strict: false, inlineRefs: false, validateSchema: false, code: { optimize: false } };

class Checker {
  constructor({ definitions, methods }) {
    this.methods = { ...methods, ...clangdMethods, ...baseMethods };
    this.ajv = new Ajv(quick);
    this.ajv.addSchema({ $id: "clangd", definitions: withExtensions(definitions) });
    this.ajv.addSchema({ $id: "strict", definitions });
    this.compiled = new Map();
  }

  validator(key, schema, base) {
    if (!this.compiled.has(key)) {
      const text = JSON.stringify(schema).replaceAll('"#/', `"${base}#/`);
      this.compiled.set(key, this.ajv.compile(JSON.parse(text)));
    }
    return this.compiled.get(key);
  }

  /// What is wrong with the value, as lines.
  against(key, schema, value, base = "clangd") {
    const validate = this.validator(`${base} ${key}`, schema, base);
    if (validate(value)) return [];
    return validate.errors.slice(0, 8).map((e) =>
      `${key}${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
  }

  strictly(name, value) {
    return this.against(name, { $ref: `#/definitions/${name}` }, value, "strict");
  }

  /// A request or notification of the server.
  call(message, { inline = false } = {}) {
    const method = this.methods[message.method];
    if (!method) return [`the server sends ${message.method}, which nobody knows`];
    if (method.params === undefined) return [];
    return [
      ...this.against(message.method, method.params, message.params),
      ...(message.method === "textDocument/publishDiagnostics"
        ? this.ours(message.params?.diagnostics, inline) : []),
    ];
  }

  /// The answer to a request of the client; `method` is what was asked.
  answer(method, message, { inline = false } = {}) {
    const wrong = [];
    if (message.error !== undefined) {
      if ("result" in message) wrong.push(`${method} has an error and a result`);
      return [...wrong, ...this.against(`${method} error`, errorSchema, message.error)];
    }
    if (!("result" in message)) return [`${method} has neither a result nor an error`];
    const known = this.methods[method];
    if (!known?.result) return [];
    wrong.push(...this.against(`${method} result`, known.result, message.result));
    if (method === "textDocument/codeAction") wrong.push(...this.actions(message.result, inline));
    return wrong;
  }

  /// `inline`: the client wants actions in diagnostics, as clangd offers it.
  ours(diagnostics, inline) {
    if (!Array.isArray(diagnostics)) return [];
    return diagnostics.filter((d) => d.source === "tether").flatMap((d) => this.our(d, inline));
  }

  our({ codeActions, ...diagnostic }, inline) {
    const actions = inline ? this.actions(codeActions, inline) : [];
    const asked = inline || codeActions === undefined ? diagnostic : { ...diagnostic, codeActions };
    return [...actions, ...this.strictly("Diagnostic", asked)];
  }

  /// Actions are ours if they mend our diagnostics.
  actions(list, inline) {
    if (!Array.isArray(list)) return [];
    return list.filter((a) => a.diagnostics?.some((d) => d.source === "tether"))
      .flatMap(({ diagnostics, ...action }) =>
        [...this.ours(diagnostics, inline), ...this.strictly("CodeAction", action)]);
  }
}

/// The step makes the schema once for all its processes.
function loadSchema() {
  const file = process.env.LSP_SCHEMA;
  return file ? JSON.parse(fs.readFileSync(file, "utf8")) : protocolSchema();
}

let shared;
const checker = () => (shared ??= new Checker(loadSchema()));

module.exports = { Checker, checker };
