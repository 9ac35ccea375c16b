#!/usr/bin/env python3
"""Exit codes: 0 nothing, 1 findings, 2 usage, 3 incomplete; 2 over 3 over 1 over 0."""

import json

from _tether import PRELUDE, Case, clean, failures, losing, main, places

BROKEN = "int x = nonsense;\n"


class Codes(Case):
    def code(self, source, *arguments):
        self.write("a.cpp", source)
        return self.tether("check", *arguments, "a.cpp", "--", "-std=c++20").code

    def test_nothing(self):
        self.assertEqual(self.code(clean()), 0)

    def test_findings(self):
        self.assertEqual(self.code(losing()), 1)

    def test_fail_levels(self):
        for level, fail_on, code in (("note", "note", 1), ("note", "warning", 0),
                                     ("note", "error", 0), ("warning", "note", 1),
                                     ("warning", "warning", 1), ("warning", "error", 0),
                                     ("error", "note", 1), ("error", "warning", 1),
                                     ("error", "error", 1), ("error", "never", 0)):
            with self.subTest(level=level, fail_on=fail_on):
                self.assertEqual(self.code(losing(), f"--level=discarded-future={level}",
                                           f"--fail-on={fail_on}"), code)

    def test_the_default_is_warning(self):
        self.assertEqual(self.code(losing(), "--level=discarded-future=note"), 0)

    def test_suppressed_findings_do_not_count(self):
        source = PRELUDE + "void f() { save(1); } // tether: allow(discarded-future) a reason\n"
        self.assertEqual(self.code(source, "--fail-on=note"), 0)

    def test_incomplete(self):
        self.assertEqual(self.code(BROKEN), 3)
        self.assertEqual(self.code(losing() + BROKEN), 3)
        self.assertEqual(self.code(BROKEN, "--fail-on=never"), 3)

    def test_incomplete_but_allowed(self):
        self.assertEqual(self.code(BROKEN, "--allow-incomplete"), 0)
        self.assertEqual(self.code(losing() + BROKEN, "--allow-incomplete"), 1)
        self.assertEqual(
            self.code(losing() + BROKEN, "--allow-incomplete", "--fail-on=never"), 0)

    def test_usage_comes_first(self):
        self.assertEqual(self.code(BROKEN, "--output", "gone/r"), 2)

    def test_other_commands(self):
        self.write("a.cpp", losing())
        for arguments in (["why", "a.cpp:2", "--"], ["explain", "discarded-future"], ["checks"],
                          ["--help"], ["check", "--help"], ["--version"]):
            self.tether(*arguments, code=0)


class Parsing(Case):
    def test_errors_are_listed_with_the_first(self):
        self.write("a.cpp", PRELUDE + "void f() { first(); second(); save(1); }\n")
        self.write("b.cpp", losing())
        self.database("a.cpp", "b.cpp")
        report = self.check(code=3)
        self.assertEqual(failures(report), ["a.cpp parse"])
        failure = report["failures"][0]
        self.assertEqual((failure["line"], failure["column"], failure["at"]), (2, 12, "a.cpp"))
        self.assertIn("'first'", failure["message"])
        # What Clang recovers is analysed all the same.
        self.assertEqual(places(report), ["a.cpp:2 discarded-future", "b.cpp:2 discarded-future"])
        self.assertEqual(report["summary"]["analysed"], 2)
        self.assertEqual(report["summary"]["failed"], 1)

    def test_an_error_in_a_header_names_both(self):
        self.write("inc/h.h", "\nint x = nonsense;\n")
        self.write("a.cpp", '#include "inc/h.h"\n')
        self.write("b.cpp", clean())
        self.database("a.cpp", "b.cpp")
        failure = self.check(code=3)["failures"][0]
        self.assertEqual((failure["file"], failure["at"], failure["line"]), ("a.cpp", "inc/h.h", 2))
        text = self.tether("check", code=3).out
        self.assertIn("inc/h.h:2:9: error: ", text)
        self.assertIn("a.cpp", text)

    def test_a_missing_header_hides_nothing(self):
        self.write("a.cpp", '#include "gone.h"\n' + losing())
        self.database("a.cpp")
        report = self.check(code=3)
        self.assertIn("'gone.h'", report["failures"][0]["message"])
        self.assertEqual(places(report), ["a.cpp:3 discarded-future"])

    def test_a_cross_compilers_header_leads_to_the_configuration(self):
        self.write("a.cpp", "#include <known_to_that_compiler>\n")
        entry = {"directory": str(self.folder), "file": "a.cpp"}
        for compiler, cross in (("arm-none-eabi-g++", True), ("g++", False)):
            entry["command"] = f"/opt/bin/{compiler} -c a.cpp"
            self.write("compile_commands.json", json.dumps([entry]))
            message = self.check(code=3)["failures"][0]["message"]
            self.assertIn("'known_to_that_compiler'", message)
            self.assertEqual("flags: {add: [-isystem, DIR]}" in message, cross, message)

    def test_more_errors_than_clang_usually_tells(self):
        self.write("a.cpp", PRELUDE + "".join(f"int x{i} = nonsense{i};\n" for i in range(200))
                   + "void f() { save(1); }\n")
        self.database("a.cpp")
        self.assertEqual(places(self.check(code=3)), ["a.cpp:202 discarded-future"])

    def test_warnings_are_no_errors(self):
        self.write("a.cpp", "int f(int unused) { int x; switch (1) {} }\n#warning w\n")
        self.database("a.cpp", flags=["-Wall", "-Wextra", "-Werror", "-pedantic-errors"])
        self.check(code=0)

    def test_imports_name_their_module(self):
        self.write("a.cpp", "import shop.orders;\n" + losing())
        self.database("a.cpp")
        report = self.check(code=3)
        self.assertEqual(failures(report), ["a.cpp module"])
        self.assertIn("'shop.orders'", report["failures"][0]["message"])
        self.assertEqual(places(report), ["a.cpp:3 discarded-future"])


if __name__ == "__main__":
    main()
