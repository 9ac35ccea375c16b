#!/usr/bin/env python3
"""A file that kills or blocks its worker costs that file; the number of workers changes nothing."""

import resource

from _tether import PRELUDE, Case, clean, failures, losing, main, places

# Clang's parser recurses once per `else`, on any stack that it may have.
DEEP = ("int g(int);\nint f(int a) { "
        + "".join(f"if (g({i})) return 1; else " for i in range(40000)) + "return 0; }\n")
# 2^60 specialisations, none of them deep.
ENDLESS = ("template <int N, int M> struct T {\n"
           "  static constexpr int v = T<N - 1, 2 * M>::v + T<N - 1, 2 * M + 1>::v; };\n"
           "template <int M> struct T<0, M> { static constexpr int v = 1; };\n"
           "int x = T<30, 0>::v;\n")

# Clang's own limit stops it, unless its fatal errors are taken for others: then it takes 2^1024
# steps to recover. (From GCC's tests: PR c++/53401.)
BOTTOMLESS = ("template <int I> struct index {};\n"
              "template <int N> constexpr auto f(index<N>) -> decltype(f(index<N - 1>())) {\n"
              "  return f(index<N - 1>()); }\n"
              "constexpr int f(const index<0u> &) { return 0; }\n"
              "template <int N> constexpr auto g() -> decltype(f(index<N>())) {\n"
              "  return f(index<N>()); }\n"
              "void x() { g<1>(); }\n")


class Workers(Case):
    def test_a_crash_costs_one_file(self):
        self.write("a.cpp", losing("a"))
        self.write("deep.cpp", DEEP + losing("deep"))
        self.write("z.cpp", losing("z"))
        self.database("a.cpp", "deep.cpp", "z.cpp")
        for jobs in ("1", "2"):
            report = self.check("-j", jobs, code=3)
            self.assertEqual(failures(report), ["deep.cpp crash"])
            self.assertEqual(places(report), ["a.cpp:2 discarded-future",
                                              "z.cpp:2 discarded-future"])
            self.assertEqual(report["summary"]["analysed"], 2)

    def test_a_crash_is_one_line(self):
        self.write("deep.cpp", DEEP)
        self.database("deep.cpp")
        answer = self.tether("check", code=3)
        self.assertIn("deep.cpp: error: the analysis crashed", answer.out)
        self.assertEqual(answer.err, "")

    def test_an_endless_file_is_ended(self):
        self.write("a.cpp", losing("a"))
        self.write("endless.cpp", ENDLESS)
        self.write("z.cpp", losing("z"))
        self.database("a.cpp", "endless.cpp", "z.cpp")
        report = self.check("--timeout", "1", "-j", "1", code=3)
        self.assertEqual(failures(report), ["endless.cpp timeout"])
        self.assertIn("--timeout", report["failures"][0]["message"])
        self.assertEqual(places(report), ["a.cpp:2 discarded-future", "z.cpp:2 discarded-future"])

    def test_where_clang_gives_up_so_do_we(self):
        self.write("a.cpp", BOTTOMLESS)
        self.database("a.cpp")
        report = self.check("--timeout", "5", code=3)
        self.assertEqual(failures(report), ["a.cpp parse"])

    def test_few_descriptors_mean_fewer_workers(self):
        files = [f"f{i}.cpp" for i in range(60)]
        for name in files:
            self.write(name, losing())
        self.database(*files)
        few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        report = self.check("-j", "60", code=1, preexec_fn=few)
        self.assertEqual(len(places(report)), 60)

    def test_a_file_without_end_costs_bounded_memory(self):
        self.write("a.cpp", losing("a"))
        self.write("big.c", 'const char *n[] = {[0x10000000] = "x"};\n')
        self.write("z.cpp", losing("z"))
        self.database("a.cpp", ("big.c", ["-std=c17"]), "z.cpp", flags=[])
        report = self.check("--memory", "512", "-j", "1", code=3)
        self.assertEqual(failures(report), ["big.c memory"])
        self.assertEqual(places(report), ["a.cpp:2 discarded-future", "z.cpp:2 discarded-future"])
        answer = self.tether("check", "--memory", "512", code=3)
        self.assertIn("big.c: error: needs more than 512 MiB of memory; --memory allows more\n",
                      answer.out)
        self.assertEqual(answer.err, "")

    def test_incomplete_but_allowed(self):
        self.write("deep.cpp", DEEP)
        self.write("z.cpp", clean())
        self.database("deep.cpp", "z.cpp")
        self.tether("check", "--allow-incomplete", code=0)

    def test_why_survives_too(self):
        self.write("deep.cpp", DEEP)
        answer = self.tether("why", "deep.cpp:2", "--")
        self.assertIn(answer.code, (0, 2, 3), answer)
        self.assertIn("crash", answer.out + answer.err)
        self.write("endless.cpp", ENDLESS)
        answer = self.tether("why", "--timeout", "1", "endless.cpp:2", "--")
        self.assertIn(answer.code, (0, 2, 3), answer)

    def test_the_same_bytes_for_any_number(self):
        files = [f"f{i}.cpp" for i in range(9)]
        self.write("h.h", "#pragma once\n" + PRELUDE + "inline void in() { save(1); }\n")
        for i, name in enumerate(files):
            self.write(name, '#include "h.h"\n'
                       + f"void f{i}() {{ save({i}); save({i}); }}\n" * (i > 0)
                       + "int x = nonsense;\n" * (i % 4 == 3))
        self.write("deep.cpp", DEEP)
        self.database(*files, "deep.cpp")
        for form in ("text", "json", "sarif"):
            answers = [self.tether("check", "--format", form, "-j", jobs, code=3)
                       for jobs in ("1", "2", "5", "64")]
            self.assertGreater(len(answers[0].out), 500)
            for answer in answers[1:]:
                self.assertEqual(answer.out, answers[0].out, form)


if __name__ == "__main__":
    main()
