#!/usr/bin/env python3
"""What the reports hold."""

import json

from _schema import Schema
from _tether import PRELUDE, ROOT, Case, Project, clean, main


class Json(Project):
    def test_structure(self):
        report = self.check(code=3)
        schema = json.loads((ROOT / "docs/report.schema.json").read_text())
        self.assertEqual(list(Schema(schema).errors(report)), [])
        self.assertEqual(report["root"], str(self.folder))
        self.assertEqual(report["tool"]["name"], "tether")
        self.assertEqual(report["tool"]["version"],
                         self.tether("--version", code=0).out.split()[1])

    def test_summary(self):
        summary = self.check(code=3)["summary"]
        self.assertEqual(summary, {"units": 2, "analysed": 2, "failed": 1,
                                   "findings": {"error": 2, "warning": 0, "note": 0},
                                   "excluded": 0, "suppressed": 1, "handlers": 1,
                                   "excluded_handlers": {"files": 0, "handlers": 0},
                                   "silenced_handlers": {"files": 0, "handlers": 0},
                                   "unfinished": 0})

    def test_findings(self):
        first, second, third = self.check(code=3)["findings"]
        self.assertEqual((first["file"], first["line"], first["column"]), ("src/a.cpp", 3, 2))
        self.assertEqual((first["end_line"], first["end_column"]), (3, 6))
        self.assertEqual((first["check"], first["function"]), ("discarded-future", "f"))
        self.assertEqual(first["handler"], {"framework": "annotation", "entry": "get",
                                            "chain": ["get", "f"]})
        self.assertEqual(first["level"], "error")
        self.assertTrue(first["trace"])
        self.assertEqual(second["suppressed"], {"kind": "comment", "reason": "a reason"})
        self.assertEqual(third["handler"]["chain"], ["get"])
        self.assertEqual(len({f["fingerprint"] for f in (first, second, third)}), 3)

    def test_fingerprints_outlive_lines_above(self):
        def prints():
            return [f["fingerprint"] for f in self.check(code=3)["findings"]]
        before = prints()
        source = self.folder / "src/a.cpp"
        source.write_text("// more\n\n" + source.read_text())
        self.assertEqual(prints(), before)

    def test_fingerprints_do_not_depend_on_what_is_selected(self):
        whole = {f["fingerprint"] for f in self.check(code=3)["findings"]}
        for path in ("src", "src/a.cpp"):
            part = {f["fingerprint"] for f in self.check(path, code=1)["findings"]}
            self.assertEqual(part, whole)

    def test_nothing_found_is_a_report_too(self):
        self.write("c.cpp", clean())
        report = self.check("c.cpp", "--", code=0)
        schema = json.loads((ROOT / "docs/report.schema.json").read_text())
        self.assertEqual(list(Schema(schema).errors(report)), [])
        self.assertEqual(report["findings"], [])


class Text(Project):
    def test_a_finding(self):
        out = self.tether("check", code=3).out
        self.assertRegex(
            out, r"(?m)^src/a\.cpp:3:2: error: .*`save`.* \[tether-discarded-future\]$")
        lines = out.splitlines()
        shown = next(i for i, line in enumerate(lines) if line.endswith("save(1);"))
        # The caret stands under the name, whatever the tab before it became.
        self.assertEqual(lines[shown + 1].index("^"), lines[shown].index("save"))
        self.assertEqual(lines[shown + 1].count("~"), 3)

    def test_handlers_and_failures(self):
        out = self.tether("check", code=3).out
        self.assertRegex(out, "in request handler get .*get -> f")
        self.assertRegex(out, r"(?m)^b\.cpp:3:9: error: .*'nonsense'")
        self.assertRegex(out, "2 findings.*1 suppressed")
        self.assertIn("1 failed", out)

    def test_suppressed_ones_are_not_shown(self):
        self.assertNotIn("save(2)", self.tether("check", code=3).out)

    def test_colours(self):
        self.assertNotIn("\x1b", self.tether("check", code=3).out)
        self.assertNotIn("\x1b", self.tether("check", "--color=auto", code=3).out)
        self.assertIn("\x1b[", self.tether("check", "--color=always", code=3).out)
        self.tether("check", "--color=always", "-o", "r.txt", code=3)
        self.assertNotIn("\x1b", (self.folder / "r.txt").read_text())


class Sarif(Project):
    def test_structure(self):
        log = json.loads(self.tether("check", "--format", "sarif", code=3).out)
        self.assertEqual(log["version"], "2.1.0")
        run, = log["runs"]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual(len(run["results"]), 3)
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]], result["ruleId"])
            place = result["locations"][0]["physicalLocation"]
            self.assertEqual(place["artifactLocation"]["uri"], "src/a.cpp")
            self.assertEqual(place["region"]["startLine"], place["region"]["endLine"])
        notes = run["invocations"][0]["toolExecutionNotifications"]
        self.assertTrue(any("nonsense" in note["message"]["text"] for note in notes), notes)


class Amounts(Case):
    def test_many_findings(self):
        self.write("a.cpp", PRELUDE + "void f() {\n" + "save(1);\n" * 5000 + "}\n")
        report = self.check("a.cpp", "--", code=1)
        self.assertEqual(report["summary"]["findings"]["warning"], 5000)
        self.assertEqual(len({f["fingerprint"] for f in report["findings"]}), 5000)

    def test_many_on_one_line(self):
        self.write("a.cpp", PRELUDE + "void f() { " + "save(1); " * 5000 + "}\n")
        finding, = self.check("a.cpp", "--", code=1)["findings"]
        self.assertEqual(finding["count"], 5000)
        out = self.tether("check", "a.cpp", "--", code=1).out
        self.assertIn("(5000 times on this line)", out)
        self.assertLess(max(len(line) for line in out.splitlines()), 300)


if __name__ == "__main__":
    main()
