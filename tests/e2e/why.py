#!/usr/bin/env python3
"""`tether why`: what is thought of a line, for the user who doubts."""

from _tether import PRELUDE, Case, main

SOURCE = PRELUDE + """\
void other();
int f(bool maybe) {
  save(1);
  save(2); // tether: allow(discarded-future) a heartbeat
  // tether: allow(discarded-coroutine) of another kind
  save(3);
  // tether: allow(nonsense) nobody knows it
  save(4);
  other();
  Future kept = save(5);
  try {
    other();
  } catch (...) {
  }
  return kept.get();
}
"""


class Why(Case):
    def setUp(self):
        super().setUp()
        self.write("a.cpp", SOURCE)
        self.database("a.cpp")

    def why(self, place, *arguments, code=0):
        answer = self.tether("why", place, *arguments, code=code)
        self.assertEqual(answer.err, "", answer)
        return answer.out

    def line_of(self, text):
        return 1 + next(i for i, line in enumerate(SOURCE.splitlines()) if text in line)

    def test_a_finding(self):
        out = self.why(f"a.cpp:{self.line_of('save(1)')}")
        self.assertIn("`save` yields a handle", out)
        self.assertIn("its fate: dropped", out)
        self.assertIn("[tether-discarded-future]", out)
        self.assertNotIn("suppressed", out)
        for line in out.splitlines():
            self.assertTrue(line.startswith(f"a.cpp:{self.line_of('save(1)')}:"), line)

    def test_a_suppressed_one(self):
        out = self.why(f"a.cpp:{self.line_of('save(2)')}")
        self.assertIn("its fate: dropped", out)
        self.assertIn("a heartbeat", out)

    def test_a_comment_that_silences_nothing(self):
        for text in ("save(3)", "save(4)"):
            out = self.why(f"a.cpp:{self.line_of(text)}")
            self.assertIn("its fate: dropped", out)
            self.assertNotRegex(out, "suppressed by the comment")

    def test_a_handle_that_is_looked_after(self):
        out = self.why(f"a.cpp:{self.line_of('save(5)')}")
        self.assertIn("kept in `kept`", out)
        self.assertNotIn("[tether-", out)

    def test_a_call_that_yields_no_handle(self):
        self.assertIn("no handle", self.why(f"a.cpp:{self.line_of('other();')+8}"))

    def test_a_catch(self):
        self.assertIn("synchronous", self.why(f"a.cpp:{self.line_of('catch')}"))

    def test_lines_without_anything(self):
        for line in (2, self.line_of("int f"), 999):
            out = self.why(f"a.cpp:{line}")
            self.assertEqual(len(out.splitlines()), 1, out)
            self.assertIn("no asynchronous work", out)

    def test_the_database_or_flags(self):
        line = self.line_of("save(1)")
        self.assertEqual(self.why(f"a.cpp:{line}", "--", "-std=c++17"), self.why(f"a.cpp:{line}"))
        self.assertEqual(self.why(f"{self.folder}/a.cpp:{line}").count("its fate"), 1)

    def test_a_header(self):
        self.write("h.h", PRELUDE + "inline void in() { save(1); }\n")
        self.write("b.cpp", '#include "h.h"\n')
        self.database("b.cpp")
        self.assertIn("its fate: dropped", self.why("h.h:2"))

    def test_other_peoples_code(self):
        self.write(".tether.yaml")
        self.write("third_party/b.cpp", SOURCE)
        out = self.why(f"third_party/b.cpp:{self.line_of('save(1)')}", "--")
        self.assertIn("third_party/b.cpp is looked at only if it is named: ", out)
        self.assertIn("its fate", out)

    def test_what_the_configuration_excludes(self):
        self.write(".tether.yaml", "exclude: [gen]\n")
        self.write("gen/b.cpp", SOURCE)
        self.assertEqual(self.why("gen/b.cpp:3", "--"),
                         "gen/b.cpp is not looked at: excluded by gen\n")

    def test_a_file_that_does_not_compile(self):
        self.write("a.cpp", SOURCE + "int x = nonsense;\n")
        out = self.why(f"a.cpp:{self.line_of('save(1)')}")
        self.assertIn("its fate: dropped", out)
        self.assertIn("'nonsense'", out)

    def test_checks_and_levels_of_the_configuration(self):
        self.write(".tether.yaml", "levels: {discarded-future: error}\n")
        self.assertIn("error:", self.why(f"a.cpp:{self.line_of('save(1)')}"))


if __name__ == "__main__":
    main()
