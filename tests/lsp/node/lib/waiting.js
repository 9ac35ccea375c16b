// Waiting for something to be so, looked at again when an emitter says that something has happened.
"use strict";

const patience = Number(process.env.LSP_PATIENCE_MS ?? 20000);

/// The first value of `probe` that is something: not undefined, null, false, 0 or "".
function until(emitter, event, probe, what, limit = patience) {
  return new Promise((resolve, reject) => {
    const finish = (settle, value) => {
      clearTimeout(timer);
      emitter.off(event, look);
      settle(value);
    };
    const look = () => {
      try {
        const value = probe();
        if (value) finish(resolve, value);
      } catch (error) {
        finish(reject, error);
      }
    };
    const timer = setTimeout(() => {
      const text = typeof what === "function" ? what() : what;
      finish(reject, new Error(`waited ${limit} ms in vain for ${text}`));
    }, limit);
    emitter.on(event, look);
    look();
  });
}

/// The promise, if it is settled in time.
function inTime(promise, what, limit = patience) {
  let timer;
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limit} ms in vain for ${what}`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

module.exports = { inTime, until };
