#!/usr/bin/env python3
"""Where compile commands come from, and that nothing in them is trusted."""

import json
import os

from _tether import PRELUDE, Case, clean, failures, losing, main, places


class Finding(Case):
    def test_no_database(self):
        self.write("src/a.cpp", losing())
        answer = self.refused("check", "src/a.cpp", lines=None)
        for word in ("no compile database", str(self.folder / "src"), str(self.folder),
                     "compile_commands.json", "CMake", "Bear", "Bazel", "Meson", "-- -std="):
            self.assertIn(word, answer.err)
        self.assertNotIn("compile_flags.txt in it", answer.err)

    def test_a_build_folder_without_one(self):
        (self.folder / "b").mkdir()
        answer = self.refused("check", "-p", "b", lines=None, says=["-p", "CMake", "Bear"])
        self.assertIn("compile_commands.json", answer.err)
        self.refused("check", "-p", "gone", says=["-p", "gone"])

    def test_upwards_and_in_build_folders(self):
        self.write("src/deep/a.cpp", losing())
        self.database("src/deep/a.cpp", name="build/compile_commands.json")
        for cwd, arguments in ((".", []), ("src", []), ("src/deep", ["a.cpp"]), (".", ["src"])):
            report = self.check(*arguments, code=1, cwd=self.folder / cwd)
            self.assertEqual(report["summary"]["units"], 1)

    def test_given(self):
        self.write("a.cpp", losing())
        self.database("a.cpp", name="elsewhere/compile_commands.json")
        for place in ("elsewhere", "elsewhere/compile_commands.json"):
            self.assertEqual(places(self.check("-p", place, code=1)), ["a.cpp:2 discarded-future"])

    def test_flags_of_a_text_file(self):
        self.write("compile_flags.txt", "-std=c++20\n-DLOSE\n-Iinc\n")
        self.write("inc/wanted.h", PRELUDE)
        self.write("src/a.cpp",
                   '#include "wanted.h"\n#ifdef LOSE\nvoid lose() { save(1); }\n#endif\n')
        self.write("b.cpp", clean())
        self.write("third_party/c.cpp", losing())
        report = self.check(code=1)
        self.assertEqual(places(report), ["src/a.cpp:3 discarded-future"])
        self.assertEqual(report["summary"]["units"], 2)

    def test_none_is_needed_with_flags(self):
        self.write("a.cpp", "#ifdef LOSE\n" + losing() + "#endif\n")
        self.check("a.cpp", "--", code=0)
        self.check("a.cpp", "--", "-DLOSE", code=1)


class Malformed(Case):
    def malformed(self, content, says):
        self.write("a.cpp", losing())
        self.write("compile_commands.json", content)
        self.refused("check", says=["compile_commands.json", says])

    def test_texts_that_are_none(self):
        for content in ("", "{", "[", "nonsense", b"\xff\xfe", b"\0", "[" * 100000,
                        '[{"file": "a.cpp",}]', '[{"file": "a.cpp"'):
            with self.subTest(content[:30]):
                self.malformed(content, "malformed")

    def test_texts_of_another_shape(self):
        for content in ("{}", "null", "7", "[7]", "[[]]", '["a.cpp"]'):
            with self.subTest(content):
                self.malformed(content, "malformed")

    def test_an_empty_one(self):
        self.malformed("[]", "names no file")

    def test_incomplete_entries_have_a_number(self):
        whole = {"directory": str(self.folder), "file": "a.cpp", "command": "g++ -c a.cpp"}
        for key in whole:
            entry = {k: v for k, v in whole.items() if k != key}
            with self.subTest(key):
                self.malformed(json.dumps([whole, entry]), "entry 2")

    def test_a_folder_of_that_name(self):
        self.write("a.cpp", losing())
        (self.folder / "compile_commands.json").mkdir()
        self.refused("check", "a.cpp", lines=None, says="no compile database")


class Commands(Case):
    def test_several_for_one_file_are_merged(self):
        self.write("a.cpp", PRELUDE + "void both() { save(0); }\n#ifdef ONE\n"
                   "void one() { save(1); }\n#endif\n#ifdef TWO\nvoid two() { save(2); }\n#endif\n")
        self.database(("a.cpp", ["-DONE"]), ("a.cpp", ["-DTWO"]), ("a.cpp", ["-DONE"]))
        report = self.check(code=1)
        self.assertEqual(report["summary"]["units"], 2)
        self.assertEqual([f["line"] for f in report["findings"]], [2, 4, 7])
        self.assertEqual({f["count"] for f in report["findings"]}, {1})

    def test_a_suppression_that_one_of_them_uses_is_used(self):
        self.write("a.cpp", PRELUDE + "#ifdef ONE\n#define USE save(1)\n#else\n"
                   "#define USE log(1)\n#endif\n"
                   "void f() {\n  // tether: allow(discarded-future) a heartbeat\n  USE;\n}\n")
        self.database(("a.cpp", ["-DONE"]), "a.cpp")
        report = self.check(code=0)
        self.assertEqual(places(report), [])
        self.assertEqual(report["summary"]["suppressed"], 1)

    def test_header_findings_are_told_once(self):
        self.write("inc/h.h", "#pragma once\n" + PRELUDE + "inline void in() { save(1); }\n"
                   "template <class T> void with(T t) { t.start(); }\n"
                   "struct Job { Future start(); };\n")
        for i in range(4):
            self.write(f"u{i}.cpp", f'#include "inc/h.h"\nvoid use{i}() {{ with(Job()); }}\n')
        self.database(*[f"u{i}.cpp" for i in range(4)])
        report = self.check("-j", "2", code=1)
        self.assertEqual(places(report), ["inc/h.h:3 discarded-future",
                                          "inc/h.h:4 discarded-future"])
        self.assertEqual([f["count"] for f in report["findings"]], [1, 1])

    def test_clang_cl_is_refused_in_one_line(self):
        self.write("a.cpp", losing())
        self.write("b.cpp", clean())
        self.write("compile_commands.json", json.dumps([
            {"directory": str(self.folder), "file": "a.cpp",
             "arguments": ["clang-cl.exe", "/nologo", "/EHsc", "/c", "a.cpp"]},
            {"directory": str(self.folder), "file": "b.cpp", "command": "g++ -c b.cpp"}]))
        report = self.check(code=3)
        self.assertEqual(failures(report), ["a.cpp refused"])
        self.assertIn("clang-cl", report["failures"][0]["message"])
        self.assertEqual(report["summary"]["analysed"], 1)
        text = self.tether("check", code=3).out
        self.assertEqual(len([line for line in text.splitlines() if "clang-cl" in line]), 1)

    def test_a_file_that_is_gone(self):
        self.write("a.cpp", losing())
        self.database("a.cpp", "gone.cpp")
        report = self.check(code=3)
        self.assertEqual(failures(report), ["gone.cpp missing"])
        self.assertEqual(places(report), ["a.cpp:2 discarded-future"])

    def test_dropped_flags_are_told_once(self):
        for name in ("a.cpp", "b.cpp"):
            self.write(name, clean())
        self.database("a.cpp", "b.cpp", flags=["-fno-such-flag", "-std=c++20"])
        answer = self.tether("check", code=0)
        self.assertEqual(answer.err.count("-fno-such-flag"), 1, answer)
        self.assertEqual(len(answer.err.splitlines()), 1, answer)
        self.assertEqual(self.tether("check", "-q", code=0).err, "")

    def test_the_order_of_entries_is_of_no_matter(self):
        files = [f"f{i}.cpp" for i in range(5)]
        for name in files:
            self.write(name, losing(name[:2]))
        self.database(*files)
        first = self.tether("check", code=1).out
        self.database(*reversed(files))
        self.assertEqual(self.tether("check", code=1).out, first)


class Selection(Case):
    def setUp(self):
        super().setUp()
        self.files = ["a.cpp", "src/b.cpp", "src/deep/c.cpp", "srcs/d.cpp"]
        for name in self.files:
            self.write(name, losing("lose_" + name[-5]))
        self.database(*self.files)

    def told(self, *paths, **options):
        return [p.split(":")[0] for p in places(self.check(*paths, code=1, **options))]

    def test_all(self):
        self.assertEqual(self.told(), self.files)

    def test_files_and_folders(self):
        self.assertEqual(self.told("src"), ["src/b.cpp", "src/deep/c.cpp"])
        self.assertEqual(self.told("src/"), ["src/b.cpp", "src/deep/c.cpp"])
        self.assertEqual(self.told("./src/../a.cpp"), ["a.cpp"])
        self.assertEqual(self.told("srcs", "a.cpp"), ["a.cpp", "srcs/d.cpp"])
        self.assertEqual(self.told("src", "src/b.cpp"), ["src/b.cpp", "src/deep/c.cpp"])

    def test_what_is_in_no_database(self):
        (self.folder / "none").mkdir()
        self.refused("check", "none", says="none")
        self.write("none/new.cpp", losing())
        self.assertEqual(self.told("none/new.cpp"), ["none/new.cpp"])

    def test_a_header(self):
        self.write("src/h.h", PRELUDE + "inline void in() { save(1); }\n")
        self.assertEqual(self.told("src/h.h"), ["src/h.h"])


class Hostile(Case):
    """A database of a stranger: nothing that it names is run, loaded or written."""

    def test_nothing_is_run_or_written(self):
        self.write("a.cpp", losing())
        for name in ("evil/g++", "evil/cc1plus", "evil/ld"):
            self.write(name, f"#!/bin/sh\ntouch {self.folder}/pwned\n").chmod(0o755)
        self.write("evil.so", b"\x7fELF")
        flags = ["-o", "w0", "-MD", "-MF", "w1", "-MJ", "w2", "-fplugin=./evil.so",
                 "-fpass-plugin=./evil.so", "-Xclang", "-load", "-Xclang", "./evil.so", "-Xclang",
                 "-add-plugin", "-Xclang", "evil", "-mllvm", "-load=./evil.so", "-save-temps",
                 "-ftime-trace=w3", "--serialize-diagnostics", "w4", "-fmodules",
                 "-fmodules-cache-path=w5", "-fdump-record-layouts-complete", "-dumpdir", "w6",
                 "-gsplit-dwarf", "-fcrash-diagnostics-dir=w7", "-fproc-stat-report=w8",
                 "-fdiagnostics-format=sarif-file", "-Bevil", "-specs=evil/specs", "-wrapper",
                 "evil/g++,x", "-fprofile-instr-generate=w9", "-emit-ast", "-emit-llvm", "-S",
                 "-Wp,-MD,w10", "-Xpreprocessor", "-MD", "-fuse-ld=evil/ld", "--config=evil/g++"]
        before = None
        for command in ({"arguments": ["evil/g++", *flags, "-c", "a.cpp"]},
                        {"command": "./evil/g++ -c a.cpp; touch pwned & $(touch pwned) "
                                    "`touch pwned` | touch pwned > pwned\n touch pwned"}):
            entry = {"directory": str(self.folder), "file": "a.cpp", **command}
            self.write("compile_commands.json", json.dumps([entry]))
            before = before or self.names()
            report = self.check(code=1)
            self.assertEqual(places(report), ["a.cpp:2 discarded-future"])
            self.assertEqual(self.names(), before)

    def test_names_steer_no_terminal(self):
        self.write("a.cpp", losing())
        entry = {"directory": str(self.folder), "file": "gone\u001b[2J\n.cpp",
                 "arguments": ["g++", "-x\u001b[31m", "-c", "a.cpp"]}
        self.write("compile_commands.json", json.dumps([entry]))
        answer = self.tether("check", code=3)
        self.assertNotIn("\x1b", answer.out + answer.err)

    def test_response_files_have_an_end(self):
        self.write("a.cpp", losing())
        self.write("r0", "@r1 @r1")
        for i in range(1, 40):
            self.write(f"r{i}", f"@r{i + 1} @r{i + 1}")
        self.write("r40", "-DA")
        self.write("self", "@self")
        for argument in ("@r0", "@self", "@/dev/zero", "@gone"):
            self.database(("a.cpp", [argument]))
            report = self.check(code=3)
            self.assertEqual(failures(report), ["a.cpp refused"], argument)

    def test_a_source_that_is_none(self):
        os.mkfifo(self.folder / "pipe.cpp")
        (self.folder / "folder.cpp").mkdir()
        self.database("pipe.cpp", "folder.cpp", "/dev/zero")
        report = self.check(code=3)
        self.assertEqual(sorted(f["kind"] for f in report["failures"]), ["missing"] * 3)

    def test_an_endless_include(self):
        self.write("a.cpp", '#include "/dev/zero"\n' + losing())
        self.write("b.cpp", '#include "b.cpp"\n')
        self.database("a.cpp", "b.cpp")
        report = self.check("--timeout", "20", code=3)
        self.assertIn("b.cpp parse", failures(report))


if __name__ == "__main__":
    main()
