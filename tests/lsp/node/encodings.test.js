// Columns are counted in UTF-8, UTF-16 or UTF-32 units, as clangd and the client settle it.
"use strict";
const { test } = require("node:test");
const assert = require("node:assert/strict");
const { changed, full } = require("./lib/capabilities.js");
const { prelude, single } = require("./lib/project.js");
const { quiet, tether } = require("./lib/session.js");

// Two units in UTF-16 and four bytes, one unit and three bytes, a combining mark.
const odd = "/* 😀𝒳 € e\u0301 */";
const text = `${prelude}void lose() {\n  ${odd} save(1); ${odd} log(2);\n}\n`;

const ways = {
  "offsetEncoding of the client": (encoding) =>
    ({ capabilities: changed(full, { offsetEncoding: [encoding] }) }),
  "--offset-encoding": (encoding) => ({ clangdArgs: [...quiet, `--offset-encoding=${encoding}`] }),
  "CLANGD_FLAGS": (encoding) => ({ env: { CLANGD_FLAGS: `--offset-encoding=${encoding}` } }),
};

async function opened(t, options) {
  const project = single(text);
  const session = await tether(t, project, options);
  const uri = project.uri("a.cpp");
  session.open(uri);
  return { session, uri, findings: await session.findings(uri, 1) };
}

for (const encoding of ["utf-8", "utf-16", "utf-32"])
  for (const [way, options] of Object.entries(ways))
    test(`${encoding} by ${way}`, async (t) => {
      const { session, uri, findings: [finding] } = await opened(t, options(encoding));
      assert.equal(session.encoding, encoding);
      assert.deepEqual(finding.range, session.range(uri, "save", 1));

      // A fix on such a line.
      const [fix] = (await session.actionsOn(uri, finding)).filter((a) => /\.get\(\)/.test(a.title));
      session.applyEdit(fix.edit);
      assert.equal(session.text(uri), text.replace("save(1);", "save(1).get();"));
      await session.findings(uri, 0);

      // Edits on such a line, in the units of the session: the server's text stays ours.
      session.replace(uri, ".get()", "");
      session.replace(uri, "log(2)", "log(2); store(22)");
      await session.settled(uri);
      const texts = session.ours(uri).map((d) => session.textAt(uri, d.range));
      assert.deepEqual(texts, ["save", "store"]);
    });

test("a client that offers several gets what clangd chooses", async (t) => {
  const capabilities = changed(full, { offsetEncoding: ["utf-7", "utf-8", "utf-16"] });
  const { session, uri, findings: [finding] } = await opened(t, { capabilities });
  assert.equal(session.encoding, session.initialized.offsetEncoding);
  assert.deepEqual(finding.range, session.range(uri, "save", 1));
});

test("general.positionEncodings alone means UTF-16 to clangd 19", async (t) => {
  const capabilities = changed(full, { "general.positionEncodings": ["utf-8", "utf-16"] });
  const { session, uri, findings: [finding] } = await opened(t, { capabilities });
  const { offsetEncoding, capabilities: { positionEncoding } } = session.initialized;
  assert.equal(offsetEncoding ?? positionEncoding ?? "utf-16", "utf-16");
  assert.deepEqual(finding.range, session.range(uri, "save", 1));
});
