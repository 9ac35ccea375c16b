#!/usr/bin/env python3
"""`tether checks` and `tether explain`."""

from _tether import ROOT, Case, main


class Checks(Case):
    def test_as_json(self):
        checks = self.tether("checks", "--json", code=0).report()
        ids = [check["id"] for check in checks]
        for check in checks:
            self.assertEqual(set(check), {"id", "level", "summary", "since", "cwe", "cousins"})
            self.assertIn(check["level"], ("error", "warning", "note"))
            self.assertTrue(all(isinstance(number, int) for number in check["cwe"]))
            self.assertTrue(check["summary"])
        self.assertEqual(len(set(ids)), len(ids))
        written = {file.stem for file in (ROOT / "docs/checks").glob("*-*.md")}
        self.assertEqual(set(ids), written)

    def test_as_text(self):
        lines = self.tether("checks", code=0).out.splitlines()
        checks = self.tether("checks", "--json", code=0).report()
        self.assertEqual(len(lines), len(checks))
        for line, check in zip(lines, checks):
            self.assertEqual(line.split(maxsplit=2), [check["id"], check["level"],
                                                      check["summary"]])

    def test_explanations(self):
        for check in self.tether("checks", "--json", code=0).report():
            page = self.tether("explain", check["id"], code=0).out
            self.assertTrue(page.startswith(f"# {check['id']}\n"), page[:80])
            self.assertIn("## Why is this bad", page)
            self.assertEqual(self.tether("explain", "tether-" + check["id"], code=0).out, page)
            self.assertEqual((ROOT / "docs/checks" / (check["id"] + ".md")).read_text(), page)


class Docs(Case):
    def test_written_and_current(self):
        self.assertTrue(self.tether("docs", "d", code=0).out)
        self.assertEqual(self.tether("docs", "d", code=0).out, "")
        self.tether("docs", "--check", "d", code=0)

    def test_what_is_not_current(self):
        self.tether("docs", "d", code=0)
        self.write("d/checks/detached-thread.md", "old")
        self.write("d/checks/gone.md", "of a check that is gone")
        answer = self.tether("docs", "--check", "d", code=1)
        self.assertEqual(sorted(answer.out.split()[2::3]), ["checks/detached-thread.md", "checks/gone.md"])
        self.assertEqual((self.folder / "d/checks/detached-thread.md").read_text(), "old")
        self.tether("docs", "d", code=0)
        self.assertFalse((self.folder / "d/checks/gone.md").exists())
        self.tether("docs", "--check", "d", code=0)


if __name__ == "__main__":
    main()
