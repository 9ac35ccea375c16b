#!/usr/bin/env python3
"""What a run says about itself: where the time went, and what was too complex for it."""

import re

from _tether import PRELUDE, Case, clean, losing, main


def complex_function(name="tangled", flags=18):
    """Conditions that do not depend on each other, each tested again: 2^flags ways through."""
    parameters = ", ".join(f"bool c{i}" for i in range(flags))
    tests = "".join(f"  if (c{i}) log({i});\n" for i in range(flags))
    return f"int {name}({parameters}) {{\n  Future f = save(1);\n{tests}{tests}  return f.get();\n}}\n"


class Profile(Case):
    def test_every_phase_and_check_and_the_share_at_last(self):
        self.write("a.cpp", losing())
        self.write("b.cpp", PRELUDE + "int f() { Future x = save(1); return x.get(); }\n")
        self.database("a.cpp", "b.cpp")
        answer = self.tether("check", "-q", "--profile", code=1)
        lines = answer.err.splitlines()
        times = dict(reversed(line.split(" ms  ")) for line in lines if " ms  " in line)
        for name in ("parse", "walk", "flow", "handlers", "unawaited-future", "work-after-response"):
            self.assertGreaterEqual(float(times[name]), 0, answer)
        self.assertGreater(float(times["parse"]), 0, answer)
        self.assertRegex(lines[-1], r"^own analysis: \d+\.\d % of the parse$")

    def test_it_is_no_part_of_the_report(self):
        self.write("a.cpp", clean())
        self.database("a.cpp")
        plain = self.tether("check", "--format", "json", code=0)
        self.assertNotIn("own analysis", plain.err)
        self.assertEqual(self.tether("check", "--format", "json", "--profile", code=0).out, plain.out)

    def test_only_checks_that_ran(self):
        self.write("a.cpp", losing())
        self.database("a.cpp")
        answer = self.tether("check", "--profile", "--checks", "discarded-future", code=1)
        checks = re.findall(r" ms  (\S+)$", answer.err.split("by check:")[1], re.MULTILINE)
        self.assertEqual(checks, ["discarded-future"])

    def test_the_flow_is_not_charged_to_who_asks_first(self):
        self.write("a.cpp", PRELUDE + complex_function())
        self.database("a.cpp")
        answer = self.tether("check", "--profile", "--checks", "unawaited-future", code=0)
        times = {name: float(time) for time, name in re.findall(r"([\d.]+) ms  (\S+)", answer.err)}
        self.assertGreater(times["flow"], 10 * times["unawaited-future"] + 1, answer)


class TooComplex(Case):
    def test_it_is_counted_and_told(self):
        self.write("a.cpp", PRELUDE + complex_function())
        self.write("b.cpp", clean())
        self.database("a.cpp", "b.cpp")
        self.assertEqual(self.check(code=0)["summary"]["unfinished"], 1)
        self.assertIn("1 function too complex to be followed to the end: findings there may be "
                      "missing", self.tether("check", code=0).out.splitlines())

    def test_a_header_counts_once(self):
        self.write("a.h", "#pragma once\n" + PRELUDE +
                   complex_function("one").replace("int one", "inline int one") +
                   complex_function("two").replace("int two", "inline int two"))
        self.write("a.cpp", '#include "a.h"\n')
        self.write("b.cpp", '#include "a.h"\n')
        self.database("a.cpp", "b.cpp")
        self.assertEqual(self.check(code=0)["summary"]["unfinished"], 2)

    def test_silence_where_all_is_followed(self):
        self.write("a.cpp", PRELUDE + complex_function(flags=3))
        self.database("a.cpp")
        self.assertEqual(self.check(code=0)["summary"]["unfinished"], 0)
        self.assertNotIn("complex", self.tether("check", code=0).out)


if __name__ == "__main__":
    main()
