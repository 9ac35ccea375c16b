// A JSON schema of the Language Server Protocol, made of the type declarations that
// vscode-languageserver-protocol ships: the types that VS Code's own client is compiled against.
// (The package has no metaModel.json.) Read by syntax alone: names are unique in these files.
"use strict";
const fs = require("fs");
const path = require("path");
const ts = require("typescript");

const address = { type: "string", pattern: "^[a-zA-Z][-+.a-zA-Z0-9]*:" };
const whole = (minimum) => ({ type: "integer", minimum, maximum: 2147483647 });

/// What the declarations can only call a number or anything, and the specification says more of.
const known = {
  uinteger: whole(0),
  integer: whole(-2147483648),
  decimal: { type: "number" },
  LSPAny: {},
  LSPObject: { type: "object" },
  LSPArray: { type: "array" },
  // These two are vscode-jsonrpc's.
  ProgressToken: { type: ["integer", "string"] },
  TraceValues: { enum: ["off", "messages", "compact", "verbose"] },
  DocumentUri: address,
  URI: address,
};

const keywords = {
  [ts.SyntaxKind.StringKeyword]: { type: "string" },
  [ts.SyntaxKind.NumberKeyword]: { type: "number" },
  [ts.SyntaxKind.BooleanKeyword]: { type: "boolean" },
  [ts.SyntaxKind.ObjectKeyword]: { type: "object" },
  [ts.SyntaxKind.AnyKeyword]: {},
  [ts.SyntaxKind.UnknownKeyword]: {},
  [ts.SyntaxKind.NullKeyword]: { type: "null" },
  // A request without a result answers null.
  [ts.SyntaxKind.VoidKeyword]: { type: "null" },
  [ts.SyntaxKind.NeverKeyword]: { not: {} },
  [ts.SyntaxKind.UndefinedKeyword]: { not: {} },
};

function declarationFiles() {
  const protocol = path.join(path.dirname(require.resolve("vscode-languageserver-protocol")), "..");
  const common = path.join(protocol, "common");
  const types = require.resolve("vscode-languageserver-types").replace(/\.js$/, ".d.ts");
  return [types, ...fs.readdirSync(common).filter((f) => /^protocol\..*d\.ts$/.test(f))
    .map((f) => path.join(common, f))];
}

function collect(node, found) {
  if (ts.isInterfaceDeclaration(node)) {
    // Some are declared twice, once for each half.
    (found.structures[node.name.text] ??= []).push(node);
  } else if (ts.isTypeAliasDeclaration(node)) found.aliases[node.name.text] = node.type;
  else if (ts.isModuleDeclaration(node)) collectConstants(node, found);
  if (ts.isSourceFile(node)) node.forEachChild((child) => collect(child, found));
}

function collectConstants(namespace, found) {
  const constants = {};
  for (const statement of namespace.body?.statements ?? [])
    if (ts.isVariableStatement(statement))
      for (const { name, type, initializer } of statement.declarationList.declarations)
        constants[name.text] = type ?? initializer;
  const name = namespace.name.text;
  found.constants[name] = { ...found.constants[name], ...constants };
}

class Converter {
  constructor(found) {
    Object.assign(this, found);
    this.definitions = {};
  }

  reference(name) {
    if (known[name]) return known[name];
    if (!(name in this.definitions)) {
      this.definitions[name] = {}; // for types that contain themselves
      this.definitions[name] = this.structures[name]
        ? this.closed(this.members(name))
        : this.convert(this.aliases[name] ?? unknownName(name));
    }
    return { $ref: `#/definitions/${name}` };
  }

  /// The properties of an interface and all that it extends.
  members(name) {
    const all = {};
    for (const node of this.structures[name]) {
      for (const clause of node.heritageClauses ?? [])
        for (const base of clause.types) merge(all, this.propertiesOf(base.expression.text));
      merge(all, this.own(node.members));
    }
    return all;
  }

  own(members) {
    const all = {};
    for (const member of members)
      if (ts.isPropertySignature(member))
        all[member.name.text] = { needed: !member.questionToken, schema: this.convert(member.type) };
      else if (ts.isIndexSignatureDeclaration(member)) all["*"] = { schema: this.convert(member.type) };
    return all;
  }

  propertiesOf(name) {
    if (this.structures[name]) return this.members(name);
    return this.propertiesOfNode(this.aliases[name] ?? unknownName(name));
  }

  propertiesOfNode(node) {
    if (ts.isTypeLiteralNode(node)) return this.own(node.members);
    if (ts.isTypeReferenceNode(node)) return this.propertiesOf(node.typeName.text);
    if (ts.isIntersectionTypeNode(node))
      return node.types.reduce((all, type) => merge(all, this.propertiesOfNode(type)), {});
    throw new Error(`no properties: ${node.getText()}`);
  }

  /// Nothing but these properties.
  closed({ "*": rest, ...properties }) {
    const names = Object.keys(properties);
    return {
      type: "object",
      properties: Object.fromEntries(names.map((n) => [n, properties[n].schema])),
      required: names.filter((n) => properties[n].needed),
      additionalProperties: rest ? rest.schema : false,
    };
  }

  literal(node) {
    if (node.kind === ts.SyntaxKind.NullKeyword) return { type: "null" };
    if (node.kind === ts.SyntaxKind.TrueKeyword) return { const: true };
    if (node.kind === ts.SyntaxKind.FalseKeyword) return { const: false };
    return { const: ts.isNumericLiteral(node) ? Number(node.text) : node.text };
  }

  convert(node) {
    if (keywords[node.kind]) return keywords[node.kind];
    if (ts.isParenthesizedTypeNode(node)) return this.convert(node.type);
    if (ts.isLiteralTypeNode(node)) return this.literal(node.literal);
    if (ts.isArrayTypeNode(node)) return { type: "array", items: this.convert(node.elementType) };
    if (ts.isTupleTypeNode(node)) return this.tuple(node);
    if (ts.isUnionTypeNode(node)) return { anyOf: node.types.map((t) => this.convert(t)) };
    if (ts.isTypeReferenceNode(node)) return this.named(node);
    if (ts.isTypeQueryNode(node)) return this.constant(node.exprName);
    return this.closed(this.propertiesOfNode(node));
  }

  tuple(node) {
    const items = node.elements.map((e) => this.convert(e));
    return { type: "array", items, minItems: items.length, maxItems: items.length };
  }

  named(node) {
    const name = node.typeName.text;
    // `ServerCapabilities<T>` says so of its `experimental`.
    return name === "T" ? {} : this.reference(name);
  }

  constant(name) {
    const node = this.constants[name.left.text][name.right.text];
    return ts.isStringLiteral(node) ? this.literal(node) : this.convert(node);
  }
}

function unknownName(name) {
  throw new Error(`the protocol's declarations do not declare ${name}`);
}

function merge(all, more) {
  return Object.assign(all, more);
}

/// {method: {request, params, result}}: what each method carries.
function methods(found, converter) {
  const table = {};
  for (const { method, type } of Object.values(found.constants)) {
    if (!method || !type?.typeArguments || !type.typeName.text.startsWith("Protocol")) continue;
    const name = (method.literal ?? method).text;
    const kind = type.typeName.text;
    const types = type.typeArguments.map((t) => () => converter.convert(t));
    const params = kind.endsWith("0") ? undefined : types.shift()();
    table[name] = kind.includes("Request")
      ? { request: true, params, result: types[0]() }
      : { request: false, params };
  }
  return table;
}

/// {definitions, methods}, both JSON.
function protocolSchema() {
  const found = { structures: {}, aliases: {}, constants: {} };
  for (const file of declarationFiles())
    collect(ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true), found);
  const converter = new Converter(found);
  const table = methods(found, converter);
  return { definitions: converter.definitions, methods: table };
}

module.exports = { protocolSchema };
