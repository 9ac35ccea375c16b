#!/usr/bin/env python3
"""The language server as a program: how it is started, what it takes from where, how it ends."""

import json
import os
import pathlib
import signal
import stat
import subprocess
import time

from _lsp import Client, actions_at, at, insert
from _tether import PRELUDE, TETHER, Case, losing, main

LITERALS = {"textDocument": {"codeAction": {"codeActionLiteralSupport": {
    "codeActionKind": {"valueSet": []}}}}}


class Server(Case):
    def client(self, *arguments, **options):
        client = Client(self.folder, *arguments, **options)
        self.addCleanup(client.kill)
        return client

    def run_lsp(self, *arguments, program=TETHER, env=None):
        return subprocess.run([program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=60, env={**os.environ, **(env or {})})


class Starting(Server):
    def test_what_clangd_is_asked_besides_goes_to_it(self):
        done = self.run_lsp("lsp", "--version")
        self.assertIn(b"clangd version", done.stdout)
        self.assertEqual(done.returncode, 0)

    def test_the_other_name_is_the_server(self):
        link = self.folder / "tether-clangd"
        link.symlink_to(TETHER)
        self.assertIn(b"clangd version", self.run_lsp("--version", program=link).stdout)
        self.assertIn(b"--standalone", self.run_lsp("--help", program=link).stdout)

    def test_a_clangd_that_leads_back_is_refused(self):
        script = self.write("bin/clangd-99", f"#!/bin/sh\nexec {TETHER} lsp \"$@\"\n")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        done = self.run_lsp("lsp", "--version", env={"PATH": f"{script.parent}:/usr/bin:/bin"})
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"is tether again", done.stderr)
        for own in (TETHER, "tether-clangd"):
            (self.folder / "tether-clangd").unlink(missing_ok=True)
            (self.folder / "tether-clangd").symlink_to(TETHER)
            done = self.run_lsp("lsp", "--clangd", str(self.folder / own))
            self.assertEqual(done.returncode, 2)
            self.assertIn(b"is tether itself", done.stderr)

    def test_no_clangd_is_said_in_one_line(self):
        done = self.run_lsp("lsp", env={"PATH": str(self.folder)})
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done.stderr)
        self.assertIn(b"--standalone", done.stderr)
        self.assertEqual(self.run_lsp("lsp", "--clangd", "/no/such").returncode, 2)
        self.assertEqual(self.run_lsp("lsp", "--trace", "/no/such/file").returncode, 2)

    def test_the_environment_names_it(self):
        done = self.run_lsp("lsp", env={"TETHER_CLANGD": "/no/such/clangd"})
        self.assertIn(b"/no/such/clangd", done.stderr)

    def test_a_session_from_a_file(self):
        """Standard input and output need not be pipes."""
        def frame(message):
            body = json.dumps({"jsonrpc": "2.0", **message}).encode()
            return b"Content-Length: %d\r\n\r\n" % len(body) + body
        session = self.write("session", frame(
            {"id": 1, "method": "initialize", "params": {"capabilities": {}}})
            + frame({"id": 2, "method": "shutdown"}) + frame({"method": "exit"}))
        out = self.folder / "out"
        for arguments in ((), ("--standalone",)):
            with session.open("rb") as given, out.open("wb") as taken:
                done = subprocess.run([TETHER, "lsp", *arguments], stdin=given, stdout=taken,
                                      stderr=subprocess.DEVNULL, timeout=60)
            self.assertEqual(done.returncode, 0)
            self.assertIn(b'"capabilities"', out.read_bytes())
            self.assertIn(b'"id":2', out.read_bytes())


class Alone(Server):
    def setUp(self):
        super().setUp()
        self.a = self.write("a.cpp", losing())
        self.database("a.cpp")

    def test_a_session(self):
        client = self.client("--standalone")
        answer = client.initialize(LITERALS)
        self.assertEqual(answer["serverInfo"]["name"], "tether")
        client.open(self.a)
        client.await_ours(self.a, "1 tether-discarded-future")
        self.assertEqual(client.published[self.a.as_uri()]["version"], 1)
        client.change(self.a, insert(0, 0, "\n"))
        client.await_ours(self.a, "2 tether-discarded-future")
        titles = [action["title"] for action in actions_at(client, self.a, 2, 17)]
        self.assertIn("allow tether-discarded-future here, with a reason", titles)
        hover = client.ask("textDocument/hover", at(self.a, 2, 17))["result"]
        self.assertIn("tether explain discarded-future", hover["contents"]["value"])
        self.assertEqual(client.ask("textDocument/definition", at(self.a, 2, 17))["error"]["code"],
                         -32601)
        self.assertEqual(client.leave(), 0)

    def test_a_file_that_was_never_saved(self):
        client = self.client("--standalone")
        client.initialize()
        fresh = self.folder / "fresh.cpp"
        client.open(fresh, PRELUDE + "\nvoid f() { save(1); }\n")
        client.await_ours(fresh, "2 tether-discarded-future")

    def test_files_that_are_not_the_projects(self):
        self.write(".git/HEAD")
        foreign = self.write("third_party/b.cpp", losing())
        notes = self.write("notes.md", "save(1);")
        client = self.client("--standalone")
        client.initialize()
        for path in (foreign, notes, self.a):
            client.open(path)
        client.await_ours(self.a, "1 tether-discarded-future")
        self.assertEqual(client.ours(foreign) + client.ours(notes), [])

    def test_a_wrong_configuration_is_told_once(self):
        self.write(".tether.yaml", "chekcs: ['*']\n")
        client = self.client("--standalone")
        client.initialize()
        client.open(self.a)
        client.until(lambda: client.notes, "a message")
        self.assertEqual(client.notes[0]["method"], "window/showMessage")
        self.assertIn("chekcs", client.notes[0]["params"]["message"])
        self.write(".tether.yaml", "checks: ['*']\n")
        client.await_ours(self.a, "1 tether-discarded-future")

    def test_more_files_than_workers(self):
        client = self.client("--standalone")
        client.initialize()
        files = [self.write(f"f{i}.cpp", losing(f"f{i}")) for i in range(9)]
        for path in files:
            client.open(path)
        for path in files:
            client.await_ours(path, "1 tether-discarded-future")
        client.change(files[0], insert(0, 0, "\n"))
        client.await_ours(files[0], "2 tether-discarded-future")

    def test_templates_that_only_a_library_instantiates(self):
        """Its bodies are passed over at first, and looked at where nobody else does it."""
        self.write("sys/lib.h", "template <class F> void each(F f) { f(1); }\n")
        b = self.write("b.cpp", '#include "lib.h"\n' + PRELUDE +
                       "void f() { each([](auto i) { save(i); }); }\n")
        self.database(("b.cpp", ["-isystem", "sys"]))
        client = self.client("--standalone")
        client.initialize()
        client.open(b)
        client.await_ours(b, "2 tether-discarded-future")
        client.change(b, insert(1, 0, "\n"))
        client.await_ours(b, "3 tether-discarded-future")
        client.until(lambda: [e["partial"] for e in client.events("analysed")
                              if e["version"] == 2] == [True, False], "both answers")
        self.assertEqual(client.ours(b), ["3 tether-discarded-future"])


class Ending(Server):
    def gone(self, pid):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                state = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
            except FileNotFoundError:
                return True
            if state == "Z":
                return True
            time.sleep(0.05)
        return False

    def test_nobody_is_left_when_the_server_is_killed(self):
        a = self.write("a.cpp", losing())
        self.database("a.cpp")
        client = self.client()
        client.initialize()
        client.open(a)
        client.await_ours(a, "1 tether-discarded-future")
        pids = [e["pid"] for name in ("clangd", "worker") for e in client.events(name)]
        self.assertEqual(len(pids), 2)
        client.server.send_signal(signal.SIGKILL)
        for pid in pids:
            self.assertTrue(self.gone(pid), pid)

    def test_a_signal_ends_it_in_good_order(self):
        a = self.write("a.cpp", losing())
        client = self.client("--standalone")
        client.initialize()
        client.open(a)
        client.await_ours(a, "1 tether-discarded-future")
        client.server.send_signal(signal.SIGTERM)
        self.assertEqual(client.server.wait(timeout=20), 1)
        self.assertTrue(self.gone(client.events("worker")[0]["pid"]))


if __name__ == "__main__":
    main()
