"""What the end-to-end cases share: a project in a folder of its own, and a way to run the tool."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TETHER = os.environ.get("TETHER", str(ROOT / "build/bin/tether"))

# A future by its shape: the headers of the standard library would cost a second per file.
PRELUDE = ("struct Future { int get(); void wait(); bool valid(); }; "
           "Future save(int); void log(int);\n")


def losing(name="lose"):
    """A source with one finding, `discarded-future` in line 2."""
    return PRELUDE + f"void {name}() {{ save(1); }}\n"


def clean(name="keep"):
    return PRELUDE + f"int {name}() {{ return save(1).get(); }}\n"


class Answer:
    def __init__(self, done, arguments):
        self.code = done.returncode
        self.out = done.stdout.decode(errors="surrogateescape")
        self.err = done.stderr.decode(errors="surrogateescape")
        self.arguments = arguments

    def report(self):
        return json.loads(self.out)

    def __str__(self):
        return (f"tether {' '.join(self.arguments)}\nexit code {self.code}\n"
                f"--- stdout\n{self.out[:4000]}--- stderr\n{self.err[:4000]}---")


class Case(unittest.TestCase):
    """Each test has an empty folder, outside of the repository: nothing above it is found."""

    def setUp(self):
        # The analysis names files by their real paths.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tether-e2e-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content=""):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        path.write_bytes(content)
        return path

    def database(self, *files, flags=("-std=c++20",), name="compile_commands.json"):
        """A compile database for files of the folder; a file may be given as (file, flags)."""
        entries = []
        for file in files:
            file, own = file if isinstance(file, tuple) else (file, ())
            entries.append({"directory": str(self.folder), "file": file,
                            "arguments": ["g++", *flags, *own, "-c", file]})
        return self.write(name, json.dumps(entries))

    def tether(self, *arguments, code=None, cwd=None, **options):
        """Runs the tool in the folder; `code` is the exit code that is expected."""
        arguments = [str(a) for a in arguments]
        done = subprocess.run([TETHER, *arguments], cwd=cwd or self.folder, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=300, **options)
        answer = Answer(done, arguments)
        if code is not None:
            self.assertEqual(answer.code, code, answer)
        for word in ("Stack dump", "PLEASE submit", "LLVM ERROR", "terminate called", "Assertion"):
            self.assertNotIn(word, answer.err + answer.out, answer)
        return answer

    def check(self, *arguments, code=None, **options):
        """`tether check` with a JSON report, which is returned."""
        return self.tether("check", "--format", "json", *arguments, code=code, **options).report()

    def refused(self, *arguments, says=(), lines=1, **options):
        """Bad input: exit code 2, nothing on stdout, one line (or so many) on stderr."""
        answer = self.tether(*arguments, code=2, **options)
        self.assertEqual(answer.out, "", answer)
        self.assertTrue(answer.err.startswith("tether: error: "), answer)
        if lines:
            self.assertEqual(len(answer.err.splitlines()), lines, answer)
        for word in [says] if isinstance(says, str) else says:
            self.assertIn(word, answer.err, answer)
        return answer

    def names(self):
        """All files and folders below the folder."""
        return sorted(str(p.relative_to(self.folder)) for p in self.folder.rglob("*"))


class Project(Case):
    """A finding, a suppressed one, one that runs for a handler, and a failure."""

    def setUp(self):
        super().setUp()
        self.write("src/a.cpp", PRELUDE + "void f() {\n\tsave(1);\n"
                   "  save(2); // tether: allow(discarded-future) a reason\n}\n"
                   '[[clang::annotate("tether::handler")]] void get() { f(); save(3); }\n')
        self.write("b.cpp", clean() + "int x = nonsense;\n")
        self.database("src/a.cpp", "b.cpp")


def places(report, suppressed=False):
    """["FILE:LINE check"] of a report's findings."""
    return [f"{f['file']}:{f['line']} {f['check']}" for f in report["findings"]
            if suppressed or not f["suppressed"]]


def failures(report):
    """["FILE kind"] of a report's failures."""
    return [f"{f['file']} {f['kind']}" for f in report["failures"]]


def main():
    # The step that runs this shows what is written only if the case fails.
    result = unittest.main(argv=[sys.argv[0]], exit=False, verbosity=2).result
    sys.exit(not result.wasSuccessful() or result.testsRun == 0)
