#!/usr/bin/env python3
"""Bad input gets one clear line on standard error and exit code 2."""

import resource
import signal
import subprocess

from _tether import TETHER, Case, losing, main


class CommandLine(Case):
    def test_no_command(self):
        self.refused(says="tether --help")

    def test_unknown_command(self):
        self.refused("chekc", "a.cpp", says="'check'?")

    def test_unknown_option(self):
        self.refused("check", "--formt", "json", says=["--formt", "'--format'?"])

    def test_unknown_format(self):
        self.refused("check", "--format", "xml", says=["'xml'", "text", "json", "sarif"])
        self.refused("check", "--report", "jsn:r", says=["'jsn'", "'json'?"])

    def test_unknown_levels(self):
        self.refused("check", "--fail-on", "eror", says="'error'?")
        self.refused("check", "--level", "discarded-future=loud", says="'loud'")

    def test_unknown_checks(self):
        self.write("a.cpp", losing())
        self.refused("check", "--checks=discarded-futur", "a.cpp", "--", says="'discarded-future'?")
        self.refused("check", "--checks=[", "a.cpp", "--", says="glob")
        self.refused("check", "a.cpp", "--level=detached-tread=note", "--",
                     says="'detached-thread'?")
        self.refused("explain", "detached-tread", says=["'detached-thread'?", "tether checks"])

    def test_numbers_out_of_bounds(self):
        self.refused("check", "-j", "0", says="--jobs")
        self.refused("check", "--timeout", "x", says="--timeout")

    def test_missing_files(self):
        self.refused("check", "gone.cpp", says="'gone.cpp'")
        self.refused("check", "gone.cpp", "--", "-std=c++20", says="'gone.cpp'")
        self.refused("why", "gone.cpp:3", says="'gone.cpp'")

    def test_flags_without_files(self):
        self.refused("check", "--", "-std=c++20", says="'--'")

    def test_a_folder_without_sources(self):
        (self.folder / "empty").mkdir()
        self.refused("check", "empty", "--", says="no C or C++ source")

    def test_an_empty_path(self):
        # As of a variable in a script that is not set: it does not mean everything.
        self.write("a.cpp", losing())
        self.refused("check", "", "--")

    def test_why_wants_a_line(self):
        self.write("a.cpp", losing())
        for place in ("a.cpp", "a.cpp:", "a.cpp:0", "a.cpp:x", "a.cpp:-1", ":3",
                      "a.cpp:99999999999"):
            self.refused("why", place, "--")


class Configuration(Case):
    def config(self, text, says):
        self.write("a.cpp", losing())
        self.write(".tether.yaml", text)
        self.refused("check", "a.cpp", "--", says=says)

    def test_unknown_key(self):
        self.config("checks: []\nexclud: [x]\n", [".tether.yaml:2:1:", "'exclude'?"])

    def test_wrong_type(self):
        self.config("void-cast: maybe\n", ".tether.yaml:1:12:")

    def test_no_yaml(self):
        self.config("checks: [a\n", ".tether.yaml:")

    def test_unknown_check(self):
        self.config("checks: [discarded-futur]\n", "'discarded-future'?")
        self.config("levels: {discarded-futur: note}\n", "'discarded-future'?")

    def test_unknown_level(self):
        self.config("levels: {discarded-future: loud}\n", "'loud'")

    def test_bad_globs(self):
        self.config("exclude: ['[']\n", "'['")
        self.config("flags: {remove: ['[']}\n", "'['")

    def test_bad_vocabulary(self):
        self.config("vocabulary:\n  awaitables:\n    - tipe: x\n", ".tether.yaml:3:")

    def test_missing_configuration(self):
        self.write("a.cpp", losing())
        self.refused("check", "--config", "gone.yaml", "a.cpp", "--", says="gone.yaml")
        self.refused("check", "--config", ".", "a.cpp", "--")


    def test_without_end(self):
        # It may come from a stranger's pull request, as the database.
        self.write("a.cpp", losing())
        for text in ("checks: " + "[" * 200000, "vocabulary: " + "{libraries: [" * 50000):
            self.write(".tether.yaml", text)
            self.refused("check", "a.cpp", "--", says=".tether.yaml")
        (self.folder / ".tether.yaml").unlink()
        (self.folder / ".tether.yaml").symlink_to("/dev/zero")
        self.refused("check", "a.cpp", "--", says=".tether.yaml", preexec_fn=little_memory)


def little_memory():
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))


def few_bytes():
    """Files may not grow: a full disk, without one."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


class Output(Case):
    def setUp(self):
        super().setUp()
        self.write("a.cpp", losing())

    def test_unwritable_places(self):
        self.write("file")
        (self.folder / "folder").mkdir()
        before = self.names()
        for place in ("gone/r.txt", "folder", "file/r.txt"):
            self.refused("check", "a.cpp", "-o", place, "--", says=place)
            self.refused("check", "a.cpp", "--report", f"json:{place}", "--", says=place)
        self.assertEqual(self.names(), before)

    def test_nothing_is_written_if_one_of_several_cannot_be(self):
        before = self.names()
        self.refused("check", "a.cpp", "--report", "json:r", "--report", "sarif:gone/r", "--")
        self.assertEqual(self.names(), before)

    def test_a_full_disk_leaves_the_old_report(self):
        self.write("r.json", "old")
        before = self.names()
        self.refused("check", "a.cpp", "--format", "json", "-o", "r.json", "--", says="r.json",
                     preexec_fn=few_bytes, restore_signals=False)
        self.assertEqual((self.folder / "r.json").read_text(), "old")
        self.assertEqual(self.names(), before)

    def test_a_full_standard_output(self):
        for arguments in (["check", "a.cpp", "--"], ["why", "a.cpp:2", "--"], ["checks"],
                          ["checks", "--json"], ["explain", "detached-thread"], ["--help"]):
            with open("/dev/full", "w") as full, self.subTest(arguments):
                self.full(arguments, full)

    def full(self, arguments, full):
        done = subprocess.run([TETHER, *arguments], cwd=self.folder, stdout=full,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("tether: error: "), done.stderr)


if __name__ == "__main__":
    main()
