"""A client of the language server, just large enough to ask one thing after another."""

import json
import os
import subprocess
import threading
import queue
import time

from _tether import TETHER


class Client:
    """Starts a server in a folder. Waits have a limit and fail with what has come until then."""

    def __init__(self, folder, *arguments, command=None, env=None, stderr=subprocess.DEVNULL):
        self.folder = folder
        self.trace = folder / "trace.jsonl"
        command = command or [TETHER, "lsp", "--trace", str(self.trace), "--debounce", "20"]
        self.server = subprocess.Popen([*command, *arguments], cwd=folder, stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=stderr,
                                       env={**os.environ, **(env or {})})
        self.arrived = queue.Queue()
        self.published = {}  # the last publishDiagnostics of each URI
        self.answers = {}
        self.requests = []  # of the server
        self.notes = []
        self.next = 0
        self.versions = {}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        out = self.server.stdout
        while True:
            size = None
            while (line := out.readline()) not in (b"\r\n", b""):
                if line.lower().startswith(b"content-length:"):
                    size = int(line.split(b":")[1])
            if size is None:
                break
            self.arrived.put(json.loads(out.read(size)))
        self.arrived.put(None)

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params, wait=True):
        self.next += 1
        self.send({"id": self.next, "method": method, "params": params})
        number = self.next
        if not wait:
            return number
        return self.answer(number)

    def answer(self, number):
        self.until(lambda: number in self.answers, f"an answer to {number}")
        return self.answers[number]

    def until(self, met, what, limit=60):
        """Takes in messages until the condition is met."""
        end = time.monotonic() + limit
        while not met():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}; last: {self.published}")
            try:
                message = self.arrived.get(timeout=0.05)
            except queue.Empty:
                continue
            if message is None:
                raise AssertionError(f"the server ended while waiting for {what}")
            self._take(message)

    def _take(self, message):
        if message.get("method") == "textDocument/publishDiagnostics":
            self.published[message["params"]["uri"]] = message["params"]
        elif "method" in message and "id" in message:
            self.requests.append(message)
            self.send({"id": message["id"], "result": None})
        elif "method" in message:
            self.notes.append(message)
        else:
            self.answers[message["id"]] = message

    def initialize(self, capabilities=None, **params):
        answer = self.ask("initialize", {"processId": None, "rootUri": self.folder.as_uri(),
                                         "capabilities": capabilities or {}, **params})
        self.notify("initialized", {})
        return answer["result"]

    def open(self, path, text=None, language="cpp"):
        self.versions[path] = 1
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": path.as_uri(), "languageId": language, "version": 1,
            "text": path.read_text() if text is None else text}})

    def change(self, path, *changes):
        self.versions[path] += 1
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": path.as_uri(), "version": self.versions[path]},
            "contentChanges": list(changes)})

    def ours(self, path):
        """["LINE code"] of our diagnostics in what was published last; lines from 0."""
        diagnostics = self.published.get(path.as_uri(), {}).get("diagnostics", [])
        return [f"{d['range']['start']['line']} {d['code']}" for d in diagnostics
                if d.get("source") == "tether"]

    def await_ours(self, path, *wanted):
        self.until(lambda: self.ours(path) == list(wanted) and path.as_uri() in self.published,
                   f"{wanted} in {path.name}")

    def events(self, name):
        lines = self.trace.read_text().splitlines() if self.trace.exists() else []
        return [e for e in map(json.loads, lines) if e["event"] == name]

    def leave(self):
        """Ends the session in good order. Returns the exit code."""
        self.ask("shutdown", None)
        self.notify("exit", None)
        return self.server.wait(timeout=20)

    def kill(self):
        if self.server.poll() is None:
            self.server.kill()
        self.server.wait()
        for stream in (self.server.stdin, self.server.stdout):
            stream.close()


def insert(line, character, text):
    at = {"line": line, "character": character}
    return {"range": {"start": at, "end": at}, "text": text}


def at(path, line, character):
    return {"textDocument": {"uri": path.as_uri()},
            "position": {"line": line, "character": character}}


def actions_at(client, path, line, character, **context):
    place = {"line": line, "character": character}
    answer = client.ask("textDocument/codeAction", {
        "textDocument": {"uri": path.as_uri()}, "range": {"start": place, "end": place},
        "context": {"diagnostics": [], **context}})
    return answer["result"]
