"""What the cases of the clang-tidy module share: the module, and ways to run clang-tidy with it."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))

from _tether import PRELUDE, TETHER, Case, losing  # noqa: E402, F401

MODULE = str(pathlib.Path(TETHER).resolve().parents[1] / "lib/libTetherTidyModule.so")
OURS = "-*,tether-*"
LINE = re.compile(r"^(.+?):(\d+):(\d+): (warning|remark|error|note): (.*?)(?: \[([\w.,-]+)\])?$")


def diagnostics(output):
    """[(file, line, column, level, message, check)] in the order of the output."""
    found = []
    for line in output.splitlines():
        if match := LINE.match(line):
            file, row, column, level, message, check = match.groups()
            found.append((file, int(row), int(column), level, message, check or ""))
    return found


def run(*command, cwd=None, **options):
    return subprocess.run([str(word) for word in command], cwd=cwd, capture_output=True, text=True,
                          errors="surrogateescape", timeout=300, **options)


class TidyCase(Case):
    """Cases with a folder of their own."""

    def run_here(self, *command, code=0, cwd=None, **options):
        done = run(*command, cwd=cwd or self.folder, **options)
        told = f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
        if code is not None:
            self.assertEqual(done.returncode, code, told)
        for word in ("Stack dump", "PLEASE submit", "LLVM ERROR", "Error opening"):
            self.assertNotIn(word, told)
        return done

    def tidy(self, *arguments, checks=OURS, module=MODULE, flags=("-std=c++20",), **options):
        """Runs clang-tidy on files; `flags` None takes the compile database."""
        command = ["clang-tidy-19", f"--load={module}", *arguments]
        if checks is not None:
            command.append(f"--checks={checks}")
        if flags is not None:
            command += ["--", *flags]
        return self.run_here(*command, **options)

    def told(self, *arguments, **options):
        """["FILE:LINE level check"] of what clang-tidy says, notes left out."""
        return [f"{os.path.relpath(file, self.folder)}:{line} {level} {check}"
                for file, line, _, level, _, check
                in diagnostics(self.tidy(*arguments, **options).stdout) if level != "note"]


def main():
    result = unittest.main(argv=[sys.argv[0]], exit=False, verbosity=2).result
    bad = len(result.failures) + len(result.errors)
    print(f"cases: {result.testsRun - bad} passed, {bad} failed")
    sys.exit(bad > 0 or result.testsRun == 0)
