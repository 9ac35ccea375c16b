#!/usr/bin/env python3
"""The demo project is told what its markers say, whatever it is called by."""

import re

from _tether import ROOT, Case, main

SHOP = ROOT / "fixtures/shop"


def marked():
    """["FILE:LINE check"], with " handler" where the marker wants that."""
    found = []
    for file in sorted(SHOP.rglob("*")):
        if file.suffix not in (".cpp", ".h") or "third_party" in file.parts:
            continue
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if marker := re.search(r"// want: (.*)", line):
                check, *scope = marker.group(1).split()
                found.append(" ".join([f"{file.name}:{number}", check, *scope]))
    return found


def told(report):
    return [f"{f['file'].rsplit('/', 1)[-1]}:{f['line']} {f['check']}"
            + (" handler" if f["handler"] else "")
            for f in report["findings"] if not f["suppressed"]]


class Shop(Case):
    def test_markers(self):
        report = self.check(SHOP, code=1, cwd=ROOT)
        self.assertEqual(sorted(told(report)), sorted(marked()))
        self.assertGreaterEqual(len(marked()), 5)
        self.assertEqual(report["failures"], [])
        self.assertEqual(report["summary"]["units"], len(list(SHOP.glob("src/*.cpp"))))
        self.assertGreaterEqual(report["summary"]["handlers"], 5)
        reasons = [f["suppressed"]["reason"] for f in report["findings"] if f["suppressed"]]
        self.assertTrue(reasons and all(reasons))
        self.assertEqual(told(self.check(code=1, cwd=SHOP)), told(report))


if __name__ == "__main__":
    main()
