#!/usr/bin/env python3
"""What is named on the command line is judged, or a line says why not."""

from _tether import Case, losing, main, places


class Named(Case):
    def setUp(self):
        super().setUp()
        self.write("app/.tether.yaml", "exclude: ['legacy/*']\n")
        self.files = ["src/a.cpp", "vendor/b.cpp", "third_party/lib/c.cpp", "build/d.cpp",
                      "e.pb.cc", "legacy/f.cpp"]
        for name in self.files:
            self.write("app/" + name, losing())
        self.write("above.cpp", losing())
        self.app = self.folder / "app"

    def judged(self, *paths, code=1):
        report = self.check(*paths, "--", "-std=c++20", code=code, cwd=self.app)
        summary = report["summary"]
        self.assertEqual(summary["units"], summary["analysed"] + summary["excluded"])
        return [place.split(":")[0] for place in places(report)], summary["excluded"]

    def test_files(self):
        for name in self.files[:-1]:
            self.assertEqual(self.judged(name), ([name], 0))
        self.assertEqual(self.judged("src/a.cpp", "vendor/b.cpp"),
                         (["src/a.cpp", "vendor/b.cpp"], 0))
        self.assertEqual(self.judged("src/a.cpp", "../above.cpp"),
                         ([str(self.folder / "above.cpp"), "src/a.cpp"], 0))

    def test_by_way_of_a_link(self):
        (self.app / "src/link.cpp").symlink_to("../vendor/b.cpp")
        self.assertEqual(self.judged("src/link.cpp"), (["vendor/b.cpp"], 0))

    def test_folders(self):
        self.assertEqual(self.judged("third_party"), (["third_party/lib/c.cpp"], 0))
        self.assertEqual(self.judged("."), (["src/a.cpp"], 2))

    def test_what_the_configuration_excludes(self):
        self.assertEqual(self.judged("legacy/f.cpp", code=0), ([], 1))
        answer = self.tether("check", "legacy/f.cpp", "--", code=0, cwd=self.app)
        self.assertEqual(answer.err, "tether: legacy/f.cpp is left alone: excluded by legacy/*\n")
        self.assertIn("1 outside of the project's own code left alone", answer.out)
        answer = self.tether("check", "-q", "legacy/f.cpp", "--", code=0, cwd=self.app)
        self.assertEqual(answer.err, "")

    def test_one_of_a_database(self):
        self.write("app/compile_commands.json",
                   self.database("app/src/a.cpp", "app/vendor/b.cpp").read_text())
        report = self.check(code=1, cwd=self.app)
        self.assertEqual(places(report), ["src/a.cpp:2 discarded-future"])
        self.assertEqual(report["summary"]["excluded"], 1)
        report = self.check("vendor/b.cpp", code=1, cwd=self.app)
        self.assertEqual(places(report), ["vendor/b.cpp:2 discarded-future"])


if __name__ == "__main__":
    main()
