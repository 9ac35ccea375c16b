#!/usr/bin/env python3
"""The module inside clang-tidy-19, run-clang-tidy-19 and clang-tidy-diff-19.py."""

import json
import os
import pathlib
import subprocess

from _tidy import MODULE, OURS, PRELUDE, TETHER, TidyCase, diagnostics, losing, main, run

LOST = "a.cpp:2 warning tether-discarded-future"
BUILD = pathlib.Path(MODULE).parents[1]
SAFE = ("#include <future>\n"
        "std::future<int> f(int n) {\n"
        "  return std::async(std::launch::async, [&n] { return n; });\n}\n")


def checks_of_tether():
    done = subprocess.run([TETHER, "checks", "--json"], capture_output=True, check=True)
    return {f"tether-{check['id']}" for check in json.loads(done.stdout)}


class Loading(TidyCase):
    def test_every_check_is_listed(self):
        listed = self.tidy("--list-checks", flags=None).stdout.split()
        self.assertLessEqual(checks_of_tether(), set(listed))
        self.assertIn("tether-unused-suppression", listed)

    def test_a_module_that_is_not_there_is_not_seen(self):
        """Why the documentation wants --list-checks: the exit code does not tell."""
        done = run("clang-tidy-19", "--load=missing.so", "--checks=-*,misc-*,tether-*",
                   "--list-checks", cwd=self.folder)
        self.assertEqual(done.returncode, 0)
        self.assertNotIn("tether-", done.stdout)

    def test_nothing_of_llvm_is_linked(self):
        needed = self.run_here("readelf", "-d", MODULE).stdout
        self.assertNotIn("libLLVM", needed)
        self.assertNotIn("libclang", needed)
        self.assertEqual(self.run_here("nm", "-D", "--defined-only", MODULE).stdout, "")

    def test_installed(self):
        self.run_here("cmake", "--install", BUILD, "--prefix", self.folder / "usr")
        module = self.folder / "usr/lib/tether/libTetherTidyModule.so"
        self.write("a.cpp", losing())
        self.assertEqual(self.told("a.cpp", module=module), [LOST])


class Findings(TidyCase):
    def test_note_warning_and_error(self):
        self.write("a.cpp", "#include <future>\nvoid save();\nvoid f(int n) {\n"
                   "  std::thread([] { save(); }).detach();\n"
                   "  std::thread t([] { save(); });\n"
                   "  std::async(std::launch::async, [] {}).get();\n}\n"
                   "// tether: allow(discarded-future)\n")
        self.assertEqual(self.told("a.cpp"), [
            "a.cpp:4 warning tether-detached-thread", "a.cpp:5 warning tether-unjoined-thread",
            "a.cpp:8 remark tether-suppression-without-reason",
            "a.cpp:8 remark tether-unused-suppression"])

    def test_warnings_as_errors_takes_warnings_only(self):
        self.write("a.cpp", losing())
        self.assertEqual(self.told("a.cpp", "--warnings-as-errors=tether-*", code=1),
                         ["a.cpp:2 error tether-discarded-future,-warnings-as-errors"])
        self.write("b.cpp", "// tether: allow(discarded-future)\n")
        self.told("b.cpp", "--warnings-as-errors=tether-*", code=0)

    def test_the_story_is_told_in_notes(self):
        self.write("a.cpp", PRELUDE + "void f(bool b) {\n  Future x = save(1);\n"
                   "  if (b)\n    return;\n  x.get();\n}\n"
                   '[[clang::annotate("tether::handler")]] void g() { save(2); }\n')
        notes = [entry[1:5] for entry in diagnostics(self.tidy("a.cpp").stdout)
                 if entry[3] == "note"]
        self.assertTrue(any("request handler g" in text for *_, text in notes), notes)
        self.assertTrue(any(line == 4 for line, *_ in notes), notes)

    def test_percent_signs(self):
        self.write("a.cpp", PRELUDE + "struct P { Future operator%(int); };\n"
                   "void f(P p) { p % 1; }\n")
        self.assertIn("%", self.tidy("a.cpp").stdout.splitlines()[0])

    def test_headers(self):
        self.write("own/a.h", "#pragma once\n" + PRELUDE + "inline void f() { save(1); }\n")
        self.write("third_party/b.h", "#pragma once\ninline void g() { save(1); }\n")
        self.write("a.cpp", '#include "own/a.h"\n#include "third_party/b.h"\n')
        self.assertEqual(self.told("a.cpp"), [])
        self.assertEqual(self.told("a.cpp", "--header-filter=.*"),
                         ["own/a.h:3 warning tether-discarded-future"])
        self.assertEqual(self.told("a.cpp", "--header-filter=third_party"), [])

    def test_whose_code(self):
        self.write(".tether.yaml", "exclude: [gone.cpp]\n")
        for name in ("third_party/a.cpp", "moc_a.cpp", "gone.cpp"):
            self.write(name, losing())
            self.assertEqual(self.told(name), [])
        self.write(".tether.yaml", "include-headers: [third_party]\n")
        self.assertEqual(self.told("third_party/a.cpp"),
                         ["third_party/a.cpp:2 warning tether-discarded-future"])

    def test_one_process_for_many_files(self):
        self.write("one/.tether.yaml", "checks: ['-discarded-future']\n")
        self.write("two/.tether.yaml", "levels: {discarded-future: note}\n")
        for name in ("one/a.cpp", "two/a.cpp", "a.cpp"):
            self.write(name, losing())
        self.assertEqual(sorted(self.told("one/a.cpp", "a.cpp", "two/a.cpp")),
                         [LOST, "two/a.cpp:2 remark tether-discarded-future"])

    def test_only_some_checks(self):
        self.write("a.cpp", losing() + "// tether: allow(detached-thread) no reason\n")
        self.assertEqual(self.told("a.cpp", checks="-*,tether-detached-thread"), [])
        some = "-*,tether-discarded-future,tether-unused-suppression"
        self.assertEqual(self.told("a.cpp", checks=some), [LOST])
        self.assertEqual(self.told("a.cpp", checks=some + ",tether-detached-thread"),
                         [LOST, "a.cpp:3 remark tether-unused-suppression"])


class Suppressions(TidyCase):
    def body(self, *lines):
        self.write("a.cpp", PRELUDE + "void f() {\n" + "".join(f"  {line}\n" for line in lines)
                   + "}\n")
        return self.told("a.cpp")

    def test_nolint(self):
        self.assertEqual(self.body(
            "save(1); // NOLINT(tether-discarded-future): why",
            "save(2); // NOLINT",
            "// NOLINTNEXTLINE(tether-*): why",
            "save(3);",
            "// NOLINTBEGIN(tether-discarded-future): why",
            "save(4);",
            "// NOLINTEND(tether-discarded-future)"), [])

    def test_allow(self):
        self.assertEqual(self.body(
            "save(1); // tether: allow(discarded-future) why",
            "// tether: allow(discarded-*) why",
            "save(",
            "    2);"), [])

    def test_judged(self):
        self.assertEqual(self.body(
            "save(1); // NOLINT(tether-discarded-future)",
            "save(2).get(); // tether: allow(discarded-future) why",
            "save(3).get(); // tether: allow(discarded-futur) why"),
            ["a.cpp:3 remark tether-suppression-without-reason",
             "a.cpp:4 remark tether-unused-suppression",
             "a.cpp:5 remark tether-unknown-suppression"])

    def test_in_headers_unused_is_for_all_units_to_say(self):
        self.write("a.h", PRELUDE + "// tether: allow(discarded-future) why\n")
        self.write("a.cpp", '#include "a.h"\n// tether: allow(discarded-future) why\n')
        self.assertEqual(self.told("a.cpp", "--header-filter=.*"),
                         ["a.cpp:2 remark tether-unused-suppression"])


class Options(TidyCase):
    def options(self, **values):
        lines = "".join(f"  {name}: {json.dumps(value)}\n" for name, value in values.items())
        self.write(".clang-tidy", f"Checks: '{OURS}'\nCheckOptions:\n{lines}")

    def test_dumped_and_verified(self):
        dump = self.tidy("--dump-config", flags=None).stdout
        for name in ("tether.Config", "tether.Recognition", "tether.Runtime", "tether.Scope",
                     "tether.UnsafeFixes", "tether.VoidCast",
                     "tether-discarded-future.UnsafeFixes"):
            self.assertIn(f"  {name}:", dump)
        self.write(".clang-tidy", dump)
        self.tidy("--verify-config", checks=None, flags=None)
        self.write("a.cpp", losing())
        self.assertEqual(self.told("a.cpp", checks=None), [LOST])
        self.options(**{"tether.Confg": "x"})
        done = self.tidy("--verify-config", checks=None, flags=None, code=1)
        self.assertIn("did you mean 'tether.Config'", done.stderr)

    def test_config(self):
        self.write("conf/tether.yaml", "checks: ['-discarded-future']\n")
        self.write("src/a.cpp", losing())
        for path in ("conf/tether.yaml", str(self.folder / "conf/tether.yaml")):
            self.options(**{"tether.Config": path})
            self.assertEqual(self.told("src/a.cpp", checks=None), [])
        self.assertEqual(self.told(self.folder / "src/a.cpp", checks=None, cwd="/"), [])

    def test_laid_over_the_configuration(self):
        self.write(".tether.yaml", "void-cast: allow\n")
        self.write("a.cpp", PRELUDE + "void f() { (void)save(1); }\n")
        self.assertEqual(self.told("a.cpp"), [])
        self.options(**{"tether.VoidCast": "forbid"})
        self.assertEqual(self.told("a.cpp", checks=None), [LOST])
        self.options(**{"tether.VoidCast": "forbid", "tether.Scope": "handlers"})
        self.assertEqual(self.told("a.cpp", checks=None), [])

    def test_vocabulary_beside_headers(self):
        self.write(".tether.yaml", "")
        self.write("lib/tether/job.yaml", "awaitables: [{type: Job, consume: [ask]}]\n")
        self.write("lib/job.h", "struct Job { void ask(); ~Job(); };\nJob start();\n")
        self.write("a.cpp", '#include "job.h"\nvoid f() { start(); }\n')
        self.assertEqual(self.told("a.cpp", flags=("-Ilib",)), [LOST])
        self.write("lib/tether/job.yaml", "awaitabels: []\n")
        self.assertIn("lib/tether/job.yaml:1:1",
                      self.tidy("a.cpp", flags=("-Ilib",), code=1).stdout)

    def test_mistakes_are_told(self):
        self.write("a.cpp", losing())
        for option, value, says in (
                ("tether.Config", "gone.yaml", "cannot read the configuration gone.yaml"),
                ("tether.Runtime", "severless", "tether.Runtime: unknown word 'severless' "
                 "(did you mean 'serverless'?)")):
            self.options(**{option: value})
            done = self.tidy("a.cpp", checks=None, code=1)
            self.assertIn(f"error: {says}", done.stdout)
            self.assertEqual(done.stdout.count("clang-tidy-config"), 1)
            self.assertNotIn("tether-discarded-future", done.stdout)
        self.options()
        self.write(".tether.yaml", "checks: [nonsense]\n")
        self.assertIn(".tether.yaml:1:", self.tidy("a.cpp", code=1).stdout)


class Fixes(TidyCase):
    def test_only_what_is_safe(self):
        file, other = self.write("a.cpp", SAFE), self.write("b.cpp", losing())
        self.tidy("--fix", "a.cpp", "b.cpp")
        self.assertEqual(file.read_text(), SAFE.replace("[&n]", "[n]"))
        self.assertEqual(other.read_text(), losing())
        self.assertEqual(self.told("a.cpp"), [])

    def test_others_if_an_option_says_so(self):
        for option in ("tether.UnsafeFixes", "tether-discarded-future.UnsafeFixes"):
            file = self.write("a.cpp", losing())
            self.write(".clang-tidy", f"CheckOptions: {{{option}: true}}\n")
            self.tidy("--fix", "a.cpp")
            self.assertEqual(file.read_text(), losing().replace("save(1);", "save(1).get();"))

    def test_export(self):
        file = self.write("a.cpp", SAFE)
        self.tidy("--export-fixes=fixes.yaml", "a.cpp")
        text = (self.folder / "fixes.yaml").read_text()
        self.assertIn("DiagnosticName:  tether-dangling-capture", text)
        self.assertIn("ReplacementText: n\n", text)
        self.run_here("clang-apply-replacements-19", ".")
        self.assertEqual(file.read_text(), SAFE.replace("[&n]", "[n]"))

    def test_nothing_that_does_not_parse(self):
        broken = SAFE + "int x = nonsense;\n"
        file = self.write("a.cpp", broken)
        self.tidy("--fix", "a.cpp", code=1)
        self.assertEqual(file.read_text(), broken)


class Scripts(TidyCase):
    def setUp(self):
        super().setUp()
        self.write("a.cpp", losing())
        self.write("b.cpp", losing())
        self.write("c.cpp", SAFE)

    def test_run_clang_tidy(self):
        self.database("a.cpp", "b.cpp", "c.cpp")
        done = self.run_here("run-clang-tidy-19", "-load", MODULE, f"-checks={OURS}", "-p", ".",
                             "-quiet", "-fix")
        self.assertEqual(sorted((os.path.basename(e[0]), e[1], e[5])
                                for e in diagnostics(done.stdout) if e[3] == "warning"),
                         [("a.cpp", 2, "tether-discarded-future"),
                          ("b.cpp", 2, "tether-discarded-future"),
                          ("c.cpp", 3, "tether-dangling-capture")])
        self.assertIn("[n]", (self.folder / "c.cpp").read_text())
        self.assertEqual((self.folder / "a.cpp").read_text(), losing())

    def test_clang_tidy_diff(self):
        git = ["git", "-c", "user.name=n", "-c", "user.email=e"]
        self.run_here("git", "init", "-q")
        self.run_here("git", "add", ".")
        self.run_here(*git, "commit", "-qm", "all")
        self.write("a.cpp", losing() + "\nvoid more() { save(2); }\n")
        diff = self.run_here("git", "diff", "-U0").stdout
        done = self.run_here("clang-tidy-diff-19.py", "-clang-tidy-binary",
                             "clang-tidy-19", "-p1", "-load", MODULE, f"-checks={OURS}",
                             "-quiet", "--", "-std=c++20", input=diff)
        self.assertEqual([(e[1], e[5]) for e in diagnostics(done.stdout) if e[3] == "warning"],
                         [(4, "tether-discarded-future")])


class OddFiles(TidyCase):
    def same_as_tether(self, *names, flags=("-std=c++20",)):
        """What does not parse is told of as `tether check` does."""
        for name in names:
            report = self.check(name, "--", *flags)
            wanted = [(f["line"], f"tether-{f['check']}", f["message"])
                      for f in report["findings"] if not f["suppressed"]]
            done = self.tidy(name, flags=flags, code=1 if report["failures"] else 0)
            said = [(e[1], e[5], e[4]) for e in diagnostics(done.stdout)
                    if e[3] not in ("note", "error")]
            self.assertEqual(sorted(said), sorted(wanted), done.stdout)
            self.assertEqual(bool(report["failures"]), "error:" in done.stdout)

    def test_parse_errors(self):
        kept = ("void g() { Future x = save(1); unknown(x); }\n"
                "void h() { Future x = save(1); }\n")
        self.write("one.cpp", losing() + kept + "int x = nonsense;\n")
        self.write("header.cpp", '#include "gone.h"\n' + losing() + kept)
        self.write("many.cpp", losing() + "".join(f"int v{i} = nonsense;\n" for i in range(30))
                   + kept)
        self.write("template.cpp", '#include "gone.h"\n' + PRELUDE
                   + "template <class T> void t(T x) { save(x); }\nvoid f() { t(1); }\n")
        self.same_as_tether("one.cpp", "header.cpp", "many.cpp", "template.cpp")

    def test_no_more_is_said_of_errors_than_without_us(self):
        self.write("header.cpp", '#include "gone.h"\nUnknown x;\nint y = nonsense;\n')
        self.write("many.cpp", "".join(f"int v{i} = nonsense;\n" for i in range(30)))
        for name in ("header.cpp", "many.cpp"):
            command = ["clang-tidy-19", name, "--checks=-*,misc-unused-alias-decls,tether-*"]
            plain, ours = (self.run_here(*command, *load, "--", code=1).stdout
                           for load in ([], [f"--load={MODULE}"]))
            self.assertEqual([line for line in plain.splitlines() if "too many errors" not in line],
                             ours.splitlines())

    def test_a_warning_made_an_error_is_no_parse_error(self):
        self.write("a.cpp", "int f() {\n" + PRELUDE.replace("\n", "\n  ")
                   + "int unused; Future x = save(1); }\n")
        flags = ("-std=c++20", "-Wall", "-Werror")
        self.assertIn("a.cpp:3 warning tether-unawaited-future",
                      self.told("a.cpp", flags=flags, code=None))

    def test_other_languages(self):
        self.write("a.c", "#include <threads.h>\n"
                   "void f(thrd_t t) { thrd_detach(t); } // NOLINT\nint class;\n")
        self.assertEqual(self.told("a.c", flags=()), [])
        self.write("b.c", "#include <threads.h>\nvoid f(thrd_t t) {\n  thrd_detach(t);\n}\n")
        self.same_as_tether("b.c", flags=())
        self.write("a.cu", losing())
        self.assertEqual(self.told("a.cu", flags=("-nocudainc", "-nocudalib", "-std=c++20"),
                                   code=None), [])

    def test_odd_texts(self):
        for text in ("", "\n", losing().replace("\n", "\r\n"), "\ufeff" + losing()):
            self.write("a.cpp", text)
            self.same_as_tether("a.cpp")
        for text in ("/* never closed", "// NOLINTBEGIN(tether-*)\n"):
            self.write("a.cpp", text)
            self.tidy("a.cpp", code=1)

    def test_outside_of_the_root(self):
        self.write("app/.tether.yaml", "")
        self.write("app/a.cpp", '#include "../other/b.h"\nvoid g() { save(1); }\n')
        self.write("other/b.h", PRELUDE + "inline void f() { save(1); }\n")
        self.write("other/b.cpp", losing())
        self.assertEqual(self.told("app/a.cpp", "other/b.cpp", "--header-filter=.*"),
                         ["app/a.cpp:2 warning tether-discarded-future",
                          "other/b.cpp:2 warning tether-discarded-future"])

    def test_links(self):
        self.write("real/a.cpp", losing())
        (self.folder / "link").symlink_to("real")
        self.assertEqual([line.split(" ", 1)[1] for line in self.told("link/a.cpp")],
                         ["warning tether-discarded-future"])


if __name__ == "__main__":
    main()
