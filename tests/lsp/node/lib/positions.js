// Positions of a protocol session whose columns are UTF-8, UTF-16 or UTF-32 units, from and to those
// of vscode-languageserver-textdocument, which are UTF-16 units.
"use strict";

const width = {
  "utf-8": (character) => Buffer.byteLength(character),
  "utf-16": (character) => character.length,
  "utf-32": () => 1,
};

function lineOf(document, line) {
  return document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
}

/// The column in `to` units of a column in `from` units.
function convertColumn(text, column, from, to) {
  let seen = 0, answer = 0;
  for (const character of text) {
    if (seen >= column) break;
    seen += width[from](character);
    answer += width[to](character);
  }
  // Behind the end of the line, which clients may say.
  return seen < column ? answer + column - seen : answer;
}

function convertPosition(document, { line, character }, from, to) {
  if (from === to) return { line, character };
  return { line, character: convertColumn(lineOf(document, line), character, from, to) };
}

function convertRange(document, { start, end }, from, to) {
  return {
    start: convertPosition(document, start, from, to),
    end: convertPosition(document, end, from, to),
  };
}

/// Where a text stands: a UTF-16 range. `nth` counts from 0.
function rangeOf(document, needle, nth = 0) {
  let offset = -1;
  for (let count = 0; count <= nth; ++count) offset = document.getText().indexOf(needle, offset + 1);
  if (offset < 0) throw new Error(`no ${JSON.stringify(needle)} in ${document.uri}`);
  return { start: document.positionAt(offset), end: document.positionAt(offset + needle.length) };
}

module.exports = { convertPosition, convertRange, rangeOf };
