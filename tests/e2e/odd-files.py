#!/usr/bin/env python3
"""Files as they are found in the wild: other encodings, odd names, links, halves."""

import os
import random

from _tether import PRELUDE, Case, failures, losing, main, places

LOST = ["a.cpp:2 discarded-future"]


class Contents(Case):
    def one(self, content, code=None, name="a.cpp", flags=("-std=c++20",)):
        self.write(name, content)
        return self.check(name, "--", *flags, code=code)

    def test_empty(self):
        for content in ("", "\n", "  \n\t", "//", "/* never closed", "\\", "#"):
            report = self.one(content)
            self.assertEqual(report["summary"]["analysed"], 1)
            self.assertEqual(places(report), [])

    def test_windows(self):
        source = PRELUDE + "void f() {\n  save(1);\n  // tether: allow(discarded-future) r\n" \
            "  save(2);\n}\n"
        report = self.one(source.replace("\n", "\r\n"), code=1)
        self.assertEqual(places(report), ["a.cpp:3 discarded-future"])
        self.assertEqual(report["summary"]["suppressed"], 1)
        text = self.tether("check", "a.cpp", "--", code=1).out
        self.assertNotIn("\r", text)

    def test_a_byte_order_mark(self):
        report = self.one(b"\xef\xbb\xbf" + losing().encode(), code=1)
        self.assertEqual(places(report), LOST)
        self.assertEqual(report["findings"][0]["column"], 15)

    def test_other_encodings(self):
        for encoding in ("utf-16", "utf-32"):
            report = self.one(losing().encode(encoding), code=3)
            self.assertEqual(failures(report), ["a.cpp parse"])

    def test_bytes_that_are_no_text(self):
        source = losing().encode().replace(
            b"}\n", b"} /* \xff\xe4 */ // tether: allow(discarded-future) \xfe\xff\xc3\n", 2)
        report = self.one(source + b"void g() { save(\"\xe4\xff\"[0]); } // \xf0\x9f\n", code=1)
        self.assertEqual(places(report), ["a.cpp:3 discarded-future"])
        for form in ("text", "sarif"):
            out = self.tether("check", "--format", form, "a.cpp", "--", code=1).out
            self.assertEqual(out.encode(errors="surrogateescape").decode(errors="replace"), out)

    def test_noise(self):
        noise = random.Random(1)
        for size in (1, 100, 20000):
            report = self.one(noise.randbytes(size))
            self.assertEqual(report["summary"]["analysed"], 1)
        self.one(bytes(1000))
        with open("/bin/sh", "rb") as program:
            self.one(program.read(100000), code=3)

    def test_a_line_without_an_end(self):
        self.assertEqual(places(self.one(losing().rstrip("\n"), code=1)), LOST)

    def test_everything_on_one_line(self):
        wide = losing().replace("\n", " ") + "int " + ", ".join(f"x{i}" for i in range(50000)) + ";"
        report = self.one(wide, code=1)
        self.assertEqual(places(report), ["a.cpp:1 discarded-future"])
        text = self.tether("check", "a.cpp", "--", code=1).out
        self.assertLess(max(len(line) for line in text.splitlines()), 400)

    def test_c(self):
        source = ("#include <pthread.h>\nvoid *work(void *class) { return class; }\n"
                  "int main(void) {\n  pthread_t new;\n  pthread_create(&new, 0, work, 0);\n"
                  "  pthread_detach(new);\n  return 0;\n}\n")
        report = self.one(source, code=1, name="a.c", flags=["-std=c17"])
        self.assertEqual(places(report), ["a.c:6 detached-thread"])

    def test_what_is_neither(self):
        report = self.one("nop\n", name="a.txt")
        self.assertEqual(failures(report), ["a.txt refused"])

    def test_halves(self):
        # What an editor holds while somebody types: cut at every token.
        source = (PRELUDE + "#define KEEP(x) x.get()\n"
                  "template <class T> struct Box {\n"
                  "  T t; auto go() { return [this] { save(1); }; } };\n"
                  "int f() try { save(2); for (auto x : {1, 2}) { KEEP(save(x)); }\n"
                  "  auto l = [&](auto y) -> int { return y ? save(y).get() : 0; };\n"
                  "  switch (l(1)) { case 1: save(3); } return l(2);\n"
                  "} catch (...) { return 0; }\n")
        for i, cut in enumerate(range(len(PRELUDE), len(source), 3)):
            self.write(f"h{i}.cpp", source[:cut])
        report = self.check(".", "-j", "2", "--", "-std=c++20")
        self.assertEqual({f["kind"] for f in report["failures"]}, {"parse"})
        self.assertEqual(report["summary"]["analysed"], report["summary"]["units"])

    def test_errors_in_every_function(self):
        source = PRELUDE + "".join(
            f"void f{i}() {{ save({i}); unknown{i}(save({i})); save(nothing{i}).get(); }}\n"
            for i in range(100))
        report = self.one(source, code=3)
        self.assertEqual([f["line"] for f in report["findings"]], list(range(2, 102)))


class Names(Case):
    def test_blanks_and_letters_of_other_languages(self):
        name = "mit Leer/süß/ä b&c'd\"e$(x);.cpp"
        self.write(name, losing())
        self.database(name)
        report = self.check(code=1)
        self.assertEqual(os.path.basename(report["findings"][0]["file"]), os.path.basename(name))
        for form in ("text", "sarif"):
            self.tether("check", "--format", form, code=1)
        self.assertIn("its fate", self.tether("why", name + ":2", code=0).out)

    def test_bytes_that_are_no_text(self):
        with open(os.fsencode(self.folder) + b"/a\xff.cpp", "w") as file:
            file.write(losing())
        for form in ("text", "json", "sarif"):
            answer = self.tether("check", "--format", form, ".", "--", code=1)
            answer.out.encode()  # it is text all the same

    def test_a_name_like_an_option(self):
        self.write("-j.cpp", losing())
        self.assertEqual(len(places(self.check("./-j.cpp", "--", code=1))), 1)


class Links(Case):
    def setUp(self):
        super().setUp()
        self.write("real/.tether.yaml")
        self.write("real/src/a.cpp", '#include "../inc/h.h"\nvoid f() { save(1); }\n')
        self.write("real/inc/h.h", PRELUDE + "inline void in() { save(1); }\n")
        self.write("real/compile_flags.txt", "-std=c++20\n")
        (self.folder / "link").symlink_to("real")

    def test_a_linked_root(self):
        expected = ["inc/h.h:2 discarded-future", "src/a.cpp:2 discarded-future"]
        for cwd, arguments in (("real", []), ("link", []), ("link", ["src"]),
                               ("link", ["src/a.cpp"]), (".", ["link"]),
                               (".", ["link/src/a.cpp"]), ("link/src", ["a.cpp"])):
            with self.subTest(cwd=cwd, arguments=arguments):
                # As a shell does: the name by which the user came there.
                report = self.check(*arguments, code=1, cwd=self.folder / cwd,
                                    env={**os.environ, "PWD": str(self.folder / cwd)})
                self.assertEqual(places(report), expected)

    def test_a_linked_file(self):
        (self.folder / "real/src/b.cpp").symlink_to("a.cpp")
        report = self.check(code=1, cwd=self.folder / "real")
        self.assertEqual(len(places(report)), 2)

    def test_links_in_circles(self):
        (self.folder / "real/loop").symlink_to("../real")
        (self.folder / "real/self.cpp").symlink_to("self.cpp")
        report = self.check(code=1, cwd=self.folder / "real")
        self.assertEqual(len(places(report)), 2)


if __name__ == "__main__":
    main()
