#!/usr/bin/env python3
"""A run that is ended early reports what it has found, and accounts for the rest."""

import json
import os
import pathlib
import signal
import subprocess
import time

from _tether import TETHER, Case, failures, losing, main, places

# 2^60 specialisations, none of them deep.
ENDLESS = ("template <int N, int M> struct T {\n"
           "  static constexpr int v = T<N - 1, 2 * M>::v + T<N - 1, 2 * M + 1>::v; };\n"
           "template <int M> struct T<0, M> { static constexpr int v = 1; };\n"
           "int x = T<30, 0>::v;\n")


def cpu_seconds(pid):
    """Of the children of a process."""
    ticks = 0
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        stat = pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(stat[11]) + int(stat[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Interrupted(Case):
    def setUp(self):
        super().setUp()
        self.write("h.h", "#pragma once\n// tether: allow(discarded-future) for z.cpp alone\n")
        self.write("a.cpp", '#include "h.h"\n' + losing("a"))
        self.write("endless.cpp", ENDLESS)
        self.write("z.cpp", '#include "h.h"\n' + losing("z"))
        self.database("a.cpp", "endless.cpp", "z.cpp")

    def interrupted(self, *arguments, how=os.kill, sent=signal.SIGTERM):
        """Ends a run that is busy with the file that does not end."""
        # A shell's background job is born with SIGINT ignored, and what is ignored stays so.
        run = subprocess.Popen([TETHER, "check", "-j", "1", *arguments], cwd=self.folder,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
        while run.poll() is None and cpu_seconds(run.pid) < 1.5:
            time.sleep(0.05)
        how(run.pid, sent)
        out, err = run.communicate(timeout=60)
        self.assertEqual(run.returncode, 3, err)
        return out, err

    def test_the_report_is_written(self):
        for how, sent in ((os.kill, signal.SIGTERM), (os.killpg, signal.SIGINT)):
            out, err = self.interrupted("--format", "json", how=how, sent=sent)
            report = json.loads(out)
            self.assertEqual(places(report), ["a.cpp:3 discarded-future"])
            self.assertEqual(failures(report), ["endless.cpp interrupted", "z.cpp interrupted"])
            self.assertEqual((report["summary"]["units"], report["summary"]["analysed"]), (3, 1))
            self.assertEqual(err, "tether: interrupted: the report holds what was found until now\n")

    def test_nobody_has_allowed_that(self):
        out, err = self.interrupted("--allow-incomplete", "--fail-on", "never", "-q")
        self.assertIn("error: 2 files not analysed: the run was interrupted\n", out)
        self.assertEqual(err, "")


if __name__ == "__main__":
    main()
