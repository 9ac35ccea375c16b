// A long session of an editor, the same for every server: what is asked, in which order, is fixed.
"use strict";
const { Project, prelude } = require("./project.js");

const header = `#pragma once
namespace shop {
/// What can be priced.
class Item {
public:
  virtual ~Item();
  virtual int price(int count) const = 0;
};
class Book : public Item {
public:
  explicit Book(int cost) : cost(cost) {}
  int price(int count) const override;
  int pages = 0;
private:
  int cost;
};
int total(const Item &item, int count = 1);
} // namespace shop
`;

const source = `#include "shop.h"
${prelude}namespace shop {
Item::~Item() = default;
int Book::price(int count) const { return cost * count; }
int total(const Item &item, int count) { return item.price(count); }
} // namespace shop
#define TWICE(x) ((x) + (x))
template <class T> T larger(T a, T b) { return a < b ? b : a; }
int main() {
  shop::Book book(3);
  int unused;
  int sum = shop::total(book, 2);
  auto more = larger(sum, TWICE(4));
  if (sum = more)
    book.pages += sum;
  save(sum);
  for (int i = 0; i < 3; ++i) log(i);
  return book.pages;
}
[[clang::annotate("tether::handler")]] void serve(int a) {
  log(a);
}
`;

function project() {
  return new Project().write("shop.h", header).write("shop.cpp", source).database(["shop.cpp"])
    // An index of the standard library grows while we ask.
    .write(".clangd", "Index:\n  StandardLibrary: No\n");
}

const at = (client, uri, needle, more) =>
  ({ textDocument: { uri }, position: client.position(uri, needle, more) });

/// Requests at a place, for many places.
const perPosition = [
  ["textDocument/hover", {}],
  ["textDocument/definition", {}],
  ["textDocument/declaration", {}],
  ["textDocument/typeDefinition", {}],
  ["textDocument/implementation", {}],
  ["textDocument/documentHighlight", {}],
  ["textDocument/references", { context: { includeDeclaration: true } }],
  ["textDocument/prepareRename", {}],
  ["textDocument/symbolInfo", {}],
];

const places = ["price(int count) const", "Book book", "shop::total", "larger(sum", "TWICE(4)", "auto more", "pages +=",
  "save(sum)", "sum = more", "i < 3", "a < b", "main()", "serve("];

/// Requests about a whole file.
const perFile = [
  ["textDocument/documentSymbol", {}],
  ["textDocument/foldingRange", {}],
  ["textDocument/documentLink", {}],
  ["textDocument/semanticTokens/full", {}],
  ["textDocument/switchSourceHeader", undefined],
  ["textDocument/formatting", { options: { tabSize: 2, insertSpaces: true } }],
];

class Replay {
  /// `answers` becomes [{name, id, message, text}], one per request.
  constructor(client) {
    this.client = client;
    this.answers = [];
    this.count = 0;
  }

  /// Every third id is a string. A refusal is an answer, too.
  async ask(method, params, note = "") {
    const number = ++this.count;
    const id = number % 3 ? 5000 + number : `ask-${number}`;
    await this.client.request(method, params, { id }).catch((error) => {
      if (error.code === undefined) throw error;
    });
    this.took(method, id, note);
  }

  took(method, id, note) {
    const { message, raw } = this.client.log.find((e) =>
      e.from === "server" && e.message.id === id && !e.message.method);
    this.answers.push({ name: `${id} ${method} ${note}`, method, message, text: raw.body.toString() });
  }

  whole(uri) {
    const { lineCount } = this.client.documents.get(uri);
    return { start: { line: 0, character: 0 }, end: { line: lineCount, character: 0 } };
  }

  async files(uris) {
    for (const uri of uris)
      for (const [method, more] of perFile)
        // clangd's own extension takes a bare identifier.
        await this.ask(method, more ? { textDocument: { uri }, ...more } : { uri }, uri);
  }

  async positions(uri) {
    for (const needle of places)
      for (const [method, more] of perPosition)
        await this.ask(method, { ...at(this.client, uri, needle), ...more }, needle);
  }

  async completions(uri) {
    for (const needle of ["book.pages", "shop::total", "save(sum)", "log(i)", "larger(sum"])
      for (const offset of [0, 2, 5])
        await this.ask("textDocument/completion", { ...at(this.client, uri, needle, { offset }),
          context: { triggerKind: 1 } }, `${needle}+${offset}`);
    for (const needle of ["(book, 2)", "(3)", "(sum, TWICE", "(i)", "(4)"])
      await this.ask("textDocument/signatureHelp", at(this.client, uri, needle, { offset: 1 }), needle);
  }

  async actions(uri) {
    const { diagnostics } = this.client.published(uri).at(-1);
    for (const only of [undefined, ["quickfix"], ["refactor"], ["source"], []])
      for (const needle of ["sum = more", "save(sum)", "unused", "auto more", "serve("]) {
        const range = this.client.range(uri, needle);
        const theirs = diagnostics.filter((d) => d.source !== "tether");
        await this.ask("textDocument/codeAction", { textDocument: { uri }, range,
          context: { diagnostics: theirs, ...(only ? { only } : {}) } }, `${needle} ${only}`);
      }
  }

  async others(uri, headerUri) {
    for (const query of ["", "Book", "total", "nothing like it"])
      await this.ask("workspace/symbol", { query }, query);
    await this.ask("textDocument/rename", { ...at(this.client, uri, "pages +="), newName: "leaves" });
    await this.ask("textDocument/rename", { ...at(this.client, uri, "book("), newName: "no name" });
    for (const method of ["textDocument/typeHierarchy", "textDocument/prepareTypeHierarchy"])
      await this.ask(method, { ...at(this.client, headerUri, "Book :"), direction: 2, resolve: 3 });
    const [type] = this.answers.at(-1).message.result;
    await this.ask("typeHierarchy/supertypes", { item: type });
    await this.ask("typeHierarchy/subtypes", { item: type });
    await this.ask("textDocument/prepareCallHierarchy", at(this.client, uri, "total(const"));
    const [call] = this.answers.at(-1).message.result;
    await this.ask("callHierarchy/incomingCalls", { item: call });
    await this.ask("textDocument/ast", { textDocument: { uri }, range: this.client.range(uri, "larger(sum, TWICE(4))") });
    await this.ask("textDocument/selectionRange", { textDocument: { uri },
      positions: [this.client.position(uri, "TWICE(4)"), this.client.position(uri, "pages +=")] });
    for (const needle of ["larger(sum, TWICE(4))", "serve(int a)"])
      await this.ask("textDocument/inlayHint", { textDocument: { uri }, range: this.client.range(uri, needle) }, needle);
    await this.ask("textDocument/inlayHint", { textDocument: { uri }, range: this.whole(uri) });
    await this.ask("clangd/inlayHints", { textDocument: { uri } });
    await this.ask("textDocument/rangeFormatting", { textDocument: { uri }, range: this.client.range(uri, "if (sum"),
      options: { tabSize: 2, insertSpaces: true } });
    await this.ask("textDocument/onTypeFormatting", { ...at(this.client, uri, "  return book"), ch: "\n",
      options: { tabSize: 2, insertSpaces: true } });
  }

  async errors(uri) {
    const nowhere = { uri: "file:///nonexistent/x.cpp" };
    await this.ask("tether/unheard-of", {});
    await this.ask("$/unheard-of", {});
    for (const params of [undefined, {}, { textDocument: 7 }, { textDocument: { uri } }, [],
      { textDocument: { uri: "nonsense" }, position: { line: 0, character: 0 } },
      { textDocument: nowhere, position: { line: 0, character: 0 } },
      { textDocument: { uri }, position: { line: 1e6, character: 0 } },
      { textDocument: { uri }, position: { line: -1, character: 0 } },
      { textDocument: { uri }, position: { line: 0, character: 1e6 } }])
      for (const method of ["textDocument/hover", "textDocument/definition"])
        await this.ask(method, params, JSON.stringify(params) ?? "no params");
    for (const method of ["textDocument/codeAction", "textDocument/inlayHint"])
      for (const params of [undefined, {}, { textDocument: nowhere, range: this.whole(uri), context: { diagnostics: [] } }])
        await this.ask(method, params, JSON.stringify(params) ?? "no params");
    for (const params of [undefined, {}, { command: "nothing" }, { command: "clangd.applyFix", arguments: [] },
      { command: "clangd.applyTweak", arguments: [{ file: uri, selection: this.whole(uri), tweakID: "No" }] }])
      await this.ask("workspace/executeCommand", params, JSON.stringify(params) ?? "no params");
  }

  /// The answer to what is cancelled at once: a result or an error, but one answer.
  async cancelled(uri) {
    const params = at(this.client, uri, "book.pages", { offset: 5 });
    const answers = [1, 2, 3].map((n) => {
      const answer = this.client.request("textDocument/completion", params, { id: `cancel-${n}` });
      this.client.notify("$/cancelRequest", { id: `cancel-${n}` });
      return answer.catch(() => {});
    });
    this.client.notify("$/cancelRequest", { id: "nobody" });
    this.client.notify("$/cancelRequest", { id: 123456 });
    await Promise.all(answers);
    for (const n of [1, 2, 3]) this.took("textDocument/completion", `cancel-${n}`, "cancelled");
  }

  async edited(uri) {
    const tokens = this.answers.findLast((a) => a.method === "textDocument/semanticTokens/full"
      && a.name.endsWith(uri));
    const version = this.client.replace(uri, "  return book.pages;", "  // 😀\n  return book.pages + sum;");
    await this.client.diagnostics(uri, (p) => p.version === version);
    await this.ask("textDocument/semanticTokens/full/delta",
      { textDocument: { uri }, previousResultId: tokens.message.result.resultId });
    await this.ask("textDocument/hover", at(this.client, uri, "sum;\n}"));
    await this.ask("textDocument/completion", at(this.client, uri, "pages + sum", { offset: 2 }));
    await this.ask("textDocument/codeAction", { textDocument: { uri }, range: this.client.range(uri, "unused"),
      context: { diagnostics: [] } });
  }

  async run(project) {
    const [cpp, h] = [project.uri("shop.cpp"), project.uri("shop.h")];
    for (const uri of [cpp, h]) {
      this.client.open(uri);
      await this.client.ready(uri);
    }
    await this.files([cpp, h]);
    await this.positions(cpp);
    await this.completions(cpp);
    await this.actions(cpp);
    await this.others(cpp, h);
    await this.errors(cpp);
    await this.cancelled(cpp);
    await this.edited(cpp);
    this.client.close(h);
    await this.ask("textDocument/documentSymbol", { textDocument: { uri: h } }, "closed");
    await this.ask("shutdown", undefined);
    await this.ask("textDocument/hover", at(this.client, cpp, "main"), "after shutdown");
    this.client.notify("exit");
    return this.client.exit;
  }
}

module.exports = { Replay, project };
