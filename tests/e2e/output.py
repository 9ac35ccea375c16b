#!/usr/bin/env python3
"""Where reports and progress go: written wholly or not at all."""

import json
import os
import pty
import subprocess
import threading

from _tether import TETHER, Project, main


class Files(Project):
    def test_several_from_one_run(self):
        answer = self.tether("check", "--report", "json:r.json", "--report", "sarif:r.sarif",
                             "--report", "text:r.txt", code=3)
        self.assertEqual((self.folder / "r.txt").read_text(), answer.out)
        self.assertEqual(json.loads((self.folder / "r.json").read_text()), self.check(code=3))
        self.assertEqual(json.loads((self.folder / "r.sarif").read_text())["version"], "2.1.0")

    def test_output_takes_the_place_of_standard_output(self):
        answer = self.tether("check", "-o", "r.txt", code=3)
        self.assertEqual(answer.out, "")
        self.assertEqual((self.folder / "r.txt").read_text(), self.tether("check", code=3).out)
        self.assertEqual(self.tether("check", "-o", "-", code=3).out,
                         (self.folder / "r.txt").read_text())

    def test_a_report_is_replaced_in_one_step(self):
        report = self.write("r.json", "old " * 10000)
        number = report.stat().st_ino
        with open(report) as old:
            self.tether("check", "--format", "json", "-o", "r.json", code=3)
            self.assertEqual(old.read(), "old " * 10000)
        json.loads(report.read_text())
        self.assertNotEqual(report.stat().st_ino, number)
        self.assertEqual([n for n in self.names() if "temp" in n], [])

    def test_a_pipe_is_written_to_and_stays(self):
        # `-o >(consumer)` and `-o /dev/stdout` name no regular files: to rename over them as root
        # would break the machine.
        fifo = self.folder / "fifo"
        os.mkfifo(fifo)
        got = []
        reader = threading.Thread(target=lambda: got.append(fifo.read_text()), daemon=True)
        reader.start()
        self.tether("check", "--format", "json", "-o", "fifo", code=3)
        self.assertTrue(fifo.is_fifo())
        reader.join(10)
        self.assertEqual(len(got), 1)
        json.loads(got[0])

    def test_a_link_is_followed(self):
        self.write("kept/r.txt", "old")
        (self.folder / "link.txt").symlink_to("kept/r.txt")
        self.tether("check", "-o", "link.txt", code=3)
        self.assertTrue((self.folder / "link.txt").is_symlink())
        self.assertNotEqual((self.folder / "kept/r.txt").read_text(), "old")


class Progress(Project):
    def on_terminal(self, *arguments):
        """What appears on a terminal that standard error is."""
        ours, theirs = pty.openpty()
        done = subprocess.run([TETHER, "check", *arguments], cwd=self.folder, stderr=theirs,
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        os.close(theirs)
        self.assertEqual(done.returncode, 3)
        seen = b""
        try:
            while chunk := os.read(ours, 4096):
                seen += chunk
        except OSError:  # the end of a terminal
            pass
        os.close(ours)
        return seen.decode(), done.stdout.decode()

    def test_one_line_on_a_terminal(self):
        seen, out = self.on_terminal("-j", "1")
        self.assertIn("[1/2]", seen)
        self.assertIn("[2/2]", seen)
        self.assertNotIn("\n", seen)
        self.assertTrue(seen.endswith("\x1b[K"), "the line is cleared at the end")
        self.assertNotIn("[1/2]", out)

    def test_none_if_it_is_not_wanted(self):
        self.assertEqual(self.on_terminal("--quiet")[0], "")

    def test_none_in_a_pipe(self):
        self.assertEqual(self.tether("check", code=3).err, "")

if __name__ == "__main__":
    main()
