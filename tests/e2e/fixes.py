#!/usr/bin/env python3
"""--fix writes what is safe, --fix-unsafe the rest, once, below the root, and nothing else."""

import os
import stat

from _tether import PRELUDE, Case, clean, losing, main


class Fixes(Case):
    def fix(self, *arguments, code=1):
        return self.tether("check", "--fail-on", "note", *arguments, code=code)

    def test_only_what_is_safe(self):
        file = self.write("a.cpp", losing())
        answer = self.fix("--fix", "a.cpp", "--", "-std=c++20")
        self.assertIn("0 of 1 findings fixed in 0 files", answer.err)
        self.assertEqual(file.read_text(), losing())

    def test_safe(self):
        text = ("#include <future>\n"
                "std::future<int> f(int n) {\n"
                "  return std::async(std::launch::async, [&n] { return n; });\n}\n")
        file = self.write("a.cpp", text)
        answer = self.fix("--fix", "a.cpp", "--", "-std=c++20")
        self.assertIn("1 of 1 findings fixed in 1 files", answer.err)
        self.assertEqual(file.read_text(), text.replace("[&n]", "[n]"))
        self.fix("--fix", "a.cpp", "--", "-std=c++20", code=0)

    def test_once_for_a_header_of_many(self):
        header = self.write("a.h", "#pragma once\n" + PRELUDE + "inline void f() { save(1); }\n")
        for name in ("a.cpp", "b.cpp"):
            self.write(name, '#include "a.h"\n')
        self.database("a.cpp", "b.cpp")
        os.chmod(header, 0o640)
        answer = self.fix("--fix-unsafe")
        self.assertIn("1 of 1 findings fixed in 1 files", answer.err)
        self.assertTrue(header.read_text().endswith("inline void f() { save(1).get(); }\n"))
        self.assertEqual(stat.S_IMODE(header.stat().st_mode), 0o640)
        self.assertEqual(self.names(), ["a.cpp", "a.h", "b.cpp", "compile_commands.json"])

    def test_nothing_above_the_root(self):
        above = self.write("above.cpp", losing())
        self.write("app/.tether.yaml", "")
        self.write("app/a.cpp", clean())
        self.tether("check", "--fix-unsafe", "a.cpp", "../above.cpp", "--", "-std=c++20",
                    cwd=self.folder / "app", code=1)
        self.assertEqual(above.read_text(), losing())

    def test_nothing_suppressed_and_nothing_that_does_not_parse(self):
        kept = losing().replace("save(1);", "save(1); // tether: allow(discarded-future) why\n", 1)
        broken = losing() + "int x = nonsense;\n"
        suppressed, unparsed = self.write("a.cpp", kept), self.write("b.cpp", broken)
        self.tether("check", "--fix-unsafe", "a.cpp", "b.cpp", "--", "-std=c++20", code=3)
        self.assertEqual(suppressed.read_text(), kept)
        self.assertEqual(unparsed.read_text(), broken)

    def test_line_ends_stay(self):
        text = losing().replace("\n", "\r\n")
        file = self.write("a.cpp", text)
        self.fix("--fix-unsafe", "a.cpp", "--", "-std=c++20")
        self.assertEqual(file.read_bytes().decode(), text.replace("save(1);", "save(1).get();"))


if __name__ == "__main__":
    main()
