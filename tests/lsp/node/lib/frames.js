// The base protocol's framing, byte by byte: vscode-jsonrpc reads messages, this keeps what they were
// made of.
"use strict";

class Frames {
  constructor(take) {
    this.take = take;
    this.rest = Buffer.alloc(0);
  }

  push(bytes) {
    this.rest = this.rest.length ? Buffer.concat([this.rest, bytes]) : bytes;
    for (let frame = this.next(); frame; frame = this.next()) this.take(frame);
  }

  next() {
    const end = this.rest.indexOf("\r\n\r\n");
    if (end < 0) return null;
    const header = this.rest.toString("latin1", 0, end);
    const length = Number(/^content-length:\s*(\d+)\s*$/im.exec(header)?.[1]);
    if (Number.isNaN(length)) throw new Error(`a header without a length: ${JSON.stringify(header)}`);
    if (this.rest.length < end + 4 + length) return null;
    const body = this.rest.subarray(end + 4, end + 4 + length);
    this.rest = this.rest.subarray(end + 4 + length);
    return { header, body: Buffer.from(body), at: performance.now() };
  }
}

/// A message as bytes; `text` in place of JSON that is written as JSON.stringify does.
function frame(message, text = JSON.stringify(message)) {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}

module.exports = { Frames, frame };
