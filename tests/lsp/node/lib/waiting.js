// Waiting for something to be so, looked at again when an emitter says that something has happened.
"use strict";

const patience = Number(process.env.LSP_PATIENCE_MS ?? 20000);

/// The first value of `probe` that is neither undefined, null nor false.
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
        if (value !== undefined && value !== null && value !== false) finish(resolve, value);
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

module.exports = { until };
