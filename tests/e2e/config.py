#!/usr/bin/env python3
""".tether.yaml: which file holds where, what each key does, and how mistakes are told."""

import json

from _tether import PRELUDE, ROOT, Case, losing, main, places

ROUTES = PRELUDE + """\
struct Request {};
struct Reply {};
struct Servlet { virtual void serve(const Request &) = 0; };
struct Shop : Servlet { void serve(const Request &) override { save(1); } };
Reply on_get(const Request &) { save(2); return {}; }
void other() { save(3); }
"""


def handled(report):
    return {f["line"]: bool(f["handler"]) for f in report["findings"]}


class Folders(Case):
    def setUp(self):
        super().setUp()
        for name in ("a.cpp", "svc/b.cpp", "svc/deep/c.cpp"):
            self.write(name, losing())
        self.database("a.cpp", "svc/b.cpp", "svc/deep/c.cpp")

    def levels(self):
        return {f["file"]: f["level"] for f in self.check()["findings"]}

    def test_the_nearest_wins(self):
        self.write(".tether.yaml", "levels: {discarded-future: error}\n")
        self.write("svc/.tether.yaml", "levels: {discarded-future: note}\n")
        self.assertEqual(self.levels(), {"a.cpp": "error", "svc/b.cpp": "note",
                                         "svc/deep/c.cpp": "note"})

    def test_what_is_inherited_holds_where_the_nearer_is_silent(self):
        self.write(".tether.yaml", "levels: {discarded-future: error}\n")
        self.write("svc/.tether.yaml", "void-cast: forbid\n")
        self.assertEqual(self.levels()["svc/b.cpp"], "warning")
        self.write("svc/.tether.yaml", "inherit: true\nvoid-cast: forbid\n")
        self.assertEqual(self.levels()["svc/b.cpp"], "error")

    def test_globs_are_relative_to_their_file(self):
        self.write(".tether.yaml", "")
        self.write("svc/.tether.yaml", "exclude: [deep]\n")
        self.assertEqual(sorted(self.levels()), ["a.cpp", "svc/b.cpp"])

    def test_one_that_is_named_holds_everywhere(self):
        self.write("svc/.tether.yaml", "levels: {discarded-future: note}\n")
        one = self.write("one.yaml", "levels: {discarded-future: error}\nexclude: [svc/deep]\n")
        report = self.check("--config", one)
        self.assertEqual({f["file"]: f["level"] for f in report["findings"]},
                         {"a.cpp": "error", "svc/b.cpp": "error"})

    def test_a_wrong_one_ends_the_run(self):
        self.write("svc/deep/.tether.yaml", "\nrunime: server\n")
        self.refused("check", says=["svc/deep/.tether.yaml:2:1", "'runime'", "'runtime'?"])


class Keys(Case):
    def setUp(self):
        super().setUp()
        self.write("a.cpp", ROUTES)
        self.database("a.cpp")

    def configured(self, text):
        self.write(".tether.yaml", text)
        return self.check()

    def test_handlers(self):
        for text, lines in (("[on_*]", {6}), ("[{overrides: 'Servlet::serve'}]", {5}),
                            ("[{returns: Reply, parameters: [Request]}]", {6}),
                            ("[{derived-from: Servlet}, other]", {5, 7})):
            report = self.configured(f"handlers: {text}\n")
            self.assertEqual({line for line, is_one in handled(report).items() if is_one}, lines)

    def test_scope(self):
        self.assertEqual(list(handled(self.configured("scope: handlers\nhandlers: [on_get]\n"))),
                         [6])

    def test_allow(self):
        report = self.configured("allow: [{callee: save, reason: a heartbeat}]\n")
        self.assertEqual(report["findings"], [])
        report = self.configured("allow: [{type: Future, reason: a heartbeat}]\n")
        self.assertEqual(report["findings"], [])
        report = self.configured("allow: [{path: '*.cpp', checks: [discarded-*], reason: old}]\n")
        self.assertEqual({f["suppressed"]["reason"] for f in report["findings"]}, {"old"})
        self.assertEqual(report["summary"]["suppressed"], 3)
        report = self.configured("allow: [{path: 'b.cpp', reason: old}]\n")
        self.assertEqual(report["summary"]["suppressed"], 0)

    def test_recognition(self):
        self.assertEqual(self.configured("recognition: protocol\n")["findings"], [])
        self.assertEqual(len(self.configured("recognition: shapes\n")["findings"]), 3)

    def test_runtime(self):
        report = self.configured("runtime: serverless\n")
        self.assertEqual({f["level"] for f in report["findings"]}, {"error"})
        self.assertIn("frozen", report["findings"][0]["message"])

    def test_include_headers(self):
        self.write("third_party/x.h", "inline void inner() { save(4); }\n")
        self.write("a.cpp", PRELUDE + '#include "third_party/x.h"\n')
        self.assertEqual(places(self.configured("")), [])
        self.assertEqual(places(self.configured("include-headers: ['third_party/*.h']\n")),
                         ["third_party/x.h:1 discarded-future"])

    def test_own_words(self):
        self.write("a.cpp", "struct Job { ~Job(); int ask(); }; Job begin(); void keep(Job);\n"
                            "void f() { begin(); }\nvoid g() { keep(begin()); }\n")
        self.assertEqual(places(self.configured("")), [])
        text = "awaitables: [{type: Job, consume: [ask]}]\nsinks: [keep]\n"
        self.assertEqual(places(self.configured(text)), ["a.cpp:2 discarded-future"])

    def test_vocabulary_files(self):
        self.write("a.cpp", "struct Job { ~Job(); int ask(); }; Job begin();\n"
                            "void f() { begin(); }\n")
        self.write("words/job.yaml", "awaitables: [{type: Job, consume: [ask], because: ours}]\n")
        report = self.configured("vocabulary-files: [words/job.yaml]\n")
        self.assertEqual(places(report), ["a.cpp:2 discarded-future"])
        self.write("words/job.yaml", "awaitables:\n  - {type: Job, consum: [ask]}\n")
        self.refused("check", says=["words/job.yaml:2:17", "'consum'", "'consume'?"])

    def test_nothing_outside_is_read(self):
        outside = self.folder.parent / (self.folder.name + ".yaml")
        outside.write_text("awaitables: []\n")
        self.addCleanup(outside.unlink)
        for name in (f"../{outside.name}", str(outside), "/etc/hostname"):
            self.write(".tether.yaml", f"vocabulary-files: ['{name}']\n")
            self.refused("check", says="outside")
        (self.folder / "link.yaml").symlink_to(outside)
        self.write(".tether.yaml", "vocabulary-files: [link.yaml]\n")
        self.refused("check", says="outside")

    def test_what_a_library_says_beside_its_headers(self):
        self.write("lib/job.h", "struct Job { ~Job(); int ask(); }; Job begin();\n")
        self.write("a.cpp", '#include "job.h"\nvoid f() { begin(); }\n')
        self.database("a.cpp", flags=("-std=c++20", "-Ilib"))
        self.write(".tether.yaml", "")
        self.assertEqual(places(self.check()), [])
        self.write("lib/tether/job.yaml", "awaitables: [{type: Job, consume: [ask]}]\n")
        self.assertEqual(places(self.check()), ["a.cpp:2 discarded-future"])
        self.write("lib/tether/job.yaml", "awaitabels: []\n")
        self.refused("check", says=["lib/tether/job.yaml:1:1", "'awaitabels'"])


class Mistakes(Case):
    def test_each_has_its_place(self):
        self.write("a.cpp", losing())
        self.database("a.cpp")
        for text, place, words in (
                ("runtime: serverles\n", "1:10", "'serverless'?"),
                ("check: []\n", "1:1", "'checks'?"),
                ("checks: [discarded-futur]\n", "1:10", "'discarded-future'?"),
                ("levels: {detached-thrad: note}\n", "1:10", "'detached-thread'?"),
                ("levels:\n  detached-thread: eror\n", "2:20", "'error'?"),
                ("allow: [{callee: f}]\n", "1:10", "'reason'"),
                ("allow: [{callee: f, reason: ''}]\n", "1:10", "say why"),
                ("allow: [{callee: f, type: T, reason: x}]\n", "1:10", "exactly one"),
                ("handlers: [{argument: 1}]\n", "1:13", "a handler needs"),
                ("inherit: perhaps\n", "1:10", "boolean"),
                ("vocabulary: {awaitables: [{type: A, on-dop: blocks}]}\n", "1:37", "'on-drop'?")):
            self.write(".tether.yaml", text)
            self.refused("check", says=[".tether.yaml:" + place + ":", words])
            self.refused("config", "--check", says=".tether.yaml:" + place + ":")


class Hidden(Case):
    """Handlers in files that nobody looks at are counted in every summary."""

    def setUp(self):
        super().setUp()
        for name in ("a.cpp", "old/b.cpp", "old/c.cpp"):
            self.write(name, ROUTES)
        self.write("old/d.cpp", losing())
        self.database("a.cpp", "old/b.cpp", "old/c.cpp", "old/d.cpp")

    def summary(self, text):
        self.write(".tether.yaml", "handlers: [on_get, {overrides: 'Servlet::serve'}]\n" + text)
        self.said = self.tether("check", "--fail-on", "never", code=0).out
        return self.check()["summary"]

    def test_excluded(self):
        self.assertEqual(self.summary("exclude: [old]\n")["excluded_handlers"],
                         {"files": 2, "handlers": 4})
        self.assertIn("2 files with 4 request handlers are excluded\n", self.said)

    def test_allowed_as_a_whole(self):
        summary = self.summary("allow: [{path: 'old/*', reason: legacy}]\n")
        self.assertEqual(summary["silenced_handlers"], {"files": 2, "handlers": 4})
        self.assertIn("2 files with 4 request handlers are silenced as a whole\n", self.said)

    def test_a_blanket_comment(self):
        self.write("a.cpp", ROUTES.replace("struct Shop", "// NOLINTBEGIN: legacy\nstruct Shop")
                   + "// NOLINTEND\n")
        self.assertEqual(self.summary("")["silenced_handlers"], {"files": 1, "handlers": 2})

    def test_nothing_is_said_of_nothing(self):
        self.summary("")
        self.assertNotIn("excluded", self.said)
        self.assertNotIn("silenced", self.said)


class Shown(Case):
    def setUp(self):
        super().setUp()
        self.write("a.cpp", losing())
        self.database("a.cpp")

    def test_where_each_value_comes_from(self):
        above = self.write(".tether.yaml", "checks: [-blocking-await]\nruntime: serverless\n")
        near = self.write("svc/.tether.yaml", "inherit: true\n\nchecks: [-escaped-try]\n")
        out = self.tether("config", "--print", "svc/x.cpp", code=0).out
        self.assertIn(f'# {above}:2\nruntime: "serverless"\n', out)
        self.assertIn(f'# {above}:1, then {near}:3\n'
                      'checks: ["-blocking-await","-escaped-try"]\n', out)
        self.assertIn('# default\nvoid-cast: "require-reason"\n', out)

    def test_what_is_shown_is_a_configuration(self):
        self.write(".tether.yaml", "levels: {discarded-future: error}\nexclude: ['x/**']\n")
        shown = self.tether("config", code=0).out
        again = self.write("again.yaml", shown)
        self.tether("config", "--check", "--config", again, code=0)
        self.assertEqual(self.check("--config", again)["findings"][0]["level"], "error")

    def test_checked(self):
        self.assertIn("defaults hold", self.tether("config", "--check", code=0).out)
        self.write(".tether.yaml", "runtime: server\n")
        self.assertIn(".tether.yaml: ok", self.tether("config", "--check", code=0).out)

    def test_the_schema_knows_every_key(self):
        schema = json.loads(self.tether("config", "--schema", code=0).out)
        keys = schema["properties"]
        self.assertEqual(keys["runtime"]["enum"], ["server", "serverless"])
        self.assertEqual(keys["inherit"]["type"], "boolean")
        self.assertEqual(keys["handlers"]["items"]["anyOf"][0], {"type": "string"})
        self.assertIn("on-drop", keys["awaitables"]["items"]["properties"])
        self.assertEqual(keys["allow"]["items"]["required"], ["reason"])

    def test_the_documentation_knows_every_key(self):
        keys = json.loads(self.tether("config", "--schema", code=0).out)["properties"]
        page = (ROOT / "docs/configuration.md").read_text()
        self.assertEqual([key for key in keys if f"`{key}`" not in page], [])
        words = keys["vocabulary"]["properties"]
        page = (ROOT / "docs/adding-a-library.md").read_text()
        lists = [key for key, value in words.items() if value.get("type") == "array"]
        missing = [key for key in lists if f"`{key}" not in page]
        for kind in ("awaitables", "launchers", "detached-sinks", "scopes", "frameworks"):
            missing += [f"{kind}.{key}" for key in words[kind]["items"]["properties"]
                        if f"`{key}" not in page]
        self.assertEqual(missing, [])


class Init(Case):
    def test_looks_at_the_project(self):
        self.write("src/a.cpp", "#include <drogon/HttpController.h>\n#include <future>\n")
        self.write("src/b.cpp", '  #  include "aws/lambda-runtime/runtime.h"\n')
        out = self.tether("init", code=0).out
        self.assertIn(".tether.yaml", out)
        text = (self.folder / ".tether.yaml").read_text()
        for word in ("drogon", "aws-lambda-cpp", "std", "runtime: serverless"):
            self.assertIn(word, text)
        self.tether("config", "--check", code=0)
        self.refused("init", says="already")

    def test_all_that_is_commented_out_is_right(self):
        self.tether("init", code=0)
        path = self.folder / ".tether.yaml"
        lines = [line[2:] if line.startswith("# ") and not line[2].isupper() and ":" in line
                 or line.startswith("#   - ") else line for line in path.read_text().splitlines()]
        path.write_text("\n".join(line for line in lines if not line.startswith("# ")) + "\n")
        self.tether("config", "--check", code=0)
        self.assertIn("shop::keep", path.read_text())


if __name__ == "__main__":
    main()
