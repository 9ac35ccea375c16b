#!/usr/bin/env python3
"""`tether vocabulary`: what is known, and why a type is or is not a handle."""

import json
import pathlib
import unittest

from _tether import ROOT, Case, main


class Vocabulary(Case):
    def json(self):
        return json.loads(self.tether("vocabulary", "--json", code=0).out)

    def test_lists_everything(self):
        known = self.json()
        self.assertGreaterEqual(len(known["libraries"]), 44)
        self.assertGreaterEqual(len(known["frameworks"]), 31)
        out = self.tether("vocabulary", code=0).out
        for name in ("folly futures", "seastar", "drogon", "aws-lambda-cpp"):
            self.assertIn(name, out)
        for library in known["libraries"]:
            self.assertTrue(library["seen"], library["library"])

    def test_every_entry_says_why(self):
        known = self.json()
        for each in known["libraries"] + known["frameworks"]:
            for kind, entries in each.items():
                if isinstance(entries, list) and kind not in ("namespaces", "seen", "headers"):
                    for entry in entries:
                        if isinstance(entry, dict):
                            self.assertTrue(entry.get("because"), entry)

    @unittest.skipUnless((ROOT / "../shared/vocabulary.json").exists(), "the facts are not here")
    def test_knows_what_the_facts_list(self):
        facts = json.loads((ROOT / "../shared/vocabulary.json").read_text())
        known = self.json()
        for kind, key in (("libraries", "library"), ("frameworks", "framework")):
            missing = {each[key] for each in facts[kind]} - {each[key] for each in known[kind]}
            self.assertEqual(missing, set())

    def test_shows_one(self):
        out = self.tether("vocabulary", "folly::Future", code=0).out
        self.assertIn("folly futures", out)
        self.assertIn("on-drop:", out)
        self.assertEqual(json.loads(self.tether("vocabulary", "drogon", code=0).out)["framework"],
                         "drogon")
        self.refused("vocabulary", "folly::Futur", says="'folly::Future'?")

    def test_why_a_type_is_one(self):
        self.write("a.cpp", "struct Future { int get(); void wait(); bool valid(); };\n"
                            "struct Plain {};\nusing Alias = Future;\n"
                            "template <class T> struct Box {};\nint number;\n")
        self.database("a.cpp")

        def why(name):
            return self.tether("vocabulary", "--why", name, "a.cpp", code=0).out
        self.assertIn("`Future` is a handle: a class with 'get', 'wait'", why("Future"))
        self.assertIn("`Future` is a handle", why("Alias"))
        self.assertIn("`Plain` is no handle", why("Plain"))
        self.assertIn("makes no class", why("Box"))
        self.refused("vocabulary", "--why", "Futur", "a.cpp", says="'Futur'")


if __name__ == "__main__":
    main()
