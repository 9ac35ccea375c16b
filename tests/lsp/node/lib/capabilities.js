// What clients say they can do.
"use strict";

const codeActionKinds = ["", "quickfix", "refactor", "refactor.extract", "refactor.inline",
  "refactor.rewrite", "source", "source.organizeImports", "source.fixAll"];

/// As VS Code does, in what matters to a server of C++.
const full = {
  workspace: {
    applyEdit: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ["create", "rename", "delete"],
      failureHandling: "textOnlyTransactional", normalizesLineEndings: true,
      changeAnnotationSupport: { groupsOnLabel: true } },
    configuration: true,
    didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true },
    symbol: { dynamicRegistration: true },
    executeCommand: { dynamicRegistration: true },
    didChangeConfiguration: { dynamicRegistration: true },
    workspaceFolders: true,
    semanticTokens: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
    diagnostics: { refreshSupport: true },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true,
      tagSupport: { valueSet: [1, 2] }, codeDescriptionSupport: true, dataSupport: true },
    synchronization: { dynamicRegistration: true, willSave: true, willSaveWaitUntil: true, didSave: true },
    completion: { contextSupport: true, completionItem: { snippetSupport: true,
      commitCharactersSupport: true, documentationFormat: ["markdown", "plaintext"],
      deprecatedSupport: true, preselectSupport: true, insertReplaceSupport: true,
      labelDetailsSupport: true } },
    hover: { contentFormat: ["markdown", "plaintext"] },
    signatureHelp: { signatureInformation: { documentationFormat: ["markdown", "plaintext"],
      parameterInformation: { labelOffsetSupport: true }, activeParameterSupport: true } },
    codeAction: { isPreferredSupport: true, disabledSupport: true, dataSupport: true,
      resolveSupport: { properties: ["edit"] }, honorsChangeAnnotations: false,
      codeActionLiteralSupport: { codeActionKind: { valueSet: codeActionKinds } } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    rename: { prepareSupport: true, honorsChangeAnnotations: true },
    semanticTokens: { requests: { range: true, full: { delta: true } }, tokenTypes: [],
      tokenModifiers: [], formats: ["relative"], multilineTokenSupport: false,
      overlappingTokenSupport: false },
    foldingRange: { rangeLimit: 5000, lineFoldingOnly: true },
    inlayHint: { resolveSupport: { properties: ["tooltip"] } },
    typeHierarchy: {}, callHierarchy: {},
  },
  window: { workDoneProgress: true, showMessage: {}, showDocument: { support: true } },
  general: { positionEncodings: ["utf-16"] },
};

/// A client that says nothing: no literals, no documentChanges, no related information.
const minimal = {};

/// A copy of `base` in which values at paths like "textDocument.hover" are replaced, or removed.
function changed(base, changes) {
  const copy = structuredClone(base);
  for (const [at, value] of Object.entries(changes)) {
    const keys = at.split(".");
    const last = keys.pop();
    const node = keys.reduce((object, key) => (object[key] ??= {}), copy);
    if (value === undefined) delete node[last];
    else node[last] = value;
  }
  return copy;
}

module.exports = { full, minimal, changed };
