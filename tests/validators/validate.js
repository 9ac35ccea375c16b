// Validates the reports of tether; called by scripts/validate-reports, which installs the packages.
//
//     node validate.js PACKAGES schema NAME SCHEMA.json DOCUMENT.json
//     node validate.js PACKAGES multitool NAME OUT.sarif
//
// Prints one line per verdict and exits 1 if the document does not hold.
"use strict";
const fs = require("fs");
const path = require("path");

/// Warnings of the SARIF multitool that we accept, and why.
const accepted = {
  SARIF2005: "the project has no home page yet that informationUri could name",
};

const [packages, mode, name, ...files] = process.argv.slice(2);
const installed = (id) => require(path.join(packages, "node_modules", id));
const read = (file) => JSON.parse(fs.readFileSync(file, "utf8"));

function verdict(problems, remark = "") {
  console.log(`${name}: ${problems.length ? "INVALID" : "valid"}${remark}`);
  for (const problem of problems) console.log(`  ${problem}`);
  process.exit(problems.length ? 1 : 0);
}

function checkSchema([schemaFile, documentFile]) {
  const Ajv = installed("ajv/dist/2020.js");
  // Not strict: the schema of SARIF leaves out types that ajv would like to see.
  const ajv = new Ajv({ allErrors: true, strict: false });
  installed("ajv-formats")(ajv);
  const validate = ajv.compile(read(schemaFile));
  validate(read(documentFile));
  verdict((validate.errors || []).map((e) => `${e.instancePath || "/"} ${e.message}`));
}

/// The text of a result, from its own message or from its rule's.
function textOf(result, rules) {
  const rule = rules.find((r) => r.id === result.ruleId) || {};
  const { text, id, arguments: values = [] } = result.message;
  const template = text || ((rule.messageStrings || {})[id] || {}).text || "";
  return template.replace(/\{(\d+)\}/g, (_, index) => values[index]);
}

function checkMultitool([outFile]) {
  const problems = [];
  const skipped = new Set();
  const runs = read(outFile).runs || [];
  // An empty log would otherwise pass as a clean one.
  if (!runs.length || !runs[0].invocations?.[0]?.executionSuccessful)
    problems.push("the multitool did not run to its end");
  for (const run of runs)
    for (const result of run.results || []) {
      const level = result.level || "warning"; // the default is left out
      if (level === "warning" && accepted[result.ruleId]) skipped.add(result.ruleId);
      else if (level === "error" || level === "warning")
        problems.push(`${level} ${result.ruleId} ${textOf(result, run.tool.driver.rules || [])}`);
    }
  verdict(problems, [...skipped].map((id) => `, accepted ${id}: ${accepted[id]}`).join(""));
}

if (mode === "schema") checkSchema(files);
else checkMultitool(files);
