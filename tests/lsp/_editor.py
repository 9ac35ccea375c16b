"""Runs cases of `tether lsp` in an editor, some at a time.

A case is a script that the editor runs in an empty folder. It has passed if it has written a file
`passed` there and, when the editor has ended, no process of the session is left.
"""

import concurrent.futures
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 90
# Whatever the session starts inherits this variable, and is found by it even as an orphan.
MARK = "TETHER_TEST_SESSION"


def left(mark):
    """{pid: command} of the processes of a session."""
    found = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}\0".encode() in (process / "environ").read_bytes():
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(process.name)] = command.decode(errors="replace").strip()
        except OSError:
            pass  # Somebody else's, or it has just ended.
    return found


def all_gone(mark, limit=5):
    """{} as soon as no process of the session is left, or those that stay."""
    end = time.monotonic() + limit
    while (found := left(mark)) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def environment(folder, case, mark):
    """What an editor starts with, and a home: nothing of the user's own reaches it or clangd."""
    home = folder.with_name(folder.name + "-home")
    env = {k: v for k, v in os.environ.items() if k not in ("CLANGD_FLAGS", "TETHER_CLANGD")}
    env.update({MARK: mark, "CASE": str(case), "HOME": str(home)})
    env.setdefault("TETHER", str(ROOT / "build/bin/tether"))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        (home / name).mkdir(parents=True)
        env[f"XDG_{name}_HOME"] = str(home / name)
    # To index the standard library costs clangd seconds in every session, also while it should end.
    (home / "CONFIG/clangd").mkdir()
    (home / "CONFIG/clangd/config.yaml").write_text("Index: {StandardLibrary: No}\n")
    return env, home


def edit(command, folder, env, said):
    """Runs the editor; what it writes goes into the file `said`."""
    with said.open("w") as output:
        editor = subprocess.Popen(command, cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                  stdout=output, stderr=subprocess.STDOUT)
        try:
            editor.wait(LIMIT)
        except subprocess.TimeoutExpired:
            editor.kill()
            editor.wait()
            output.write(f"\nno end after {LIMIT} s")


def tail(path, lines):
    text = path.read_text(errors="replace") if path.exists() else ""
    return "\n".join(line[:400] for line in text.splitlines()[-lines:])


def run(command, case):
    """How long the case took, and None or why it has failed."""
    started = time.monotonic()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tether-editor-")).resolve()
    env, home = environment(folder, case, folder.name)
    try:
        edit(command, folder, env, home / "said")
        stays = all_gone(folder.name)
        kill(stays)
        why = None
        if not (folder / "passed").exists() or stays:
            why = "\n".join([tail(home / "said", 100),
                             *(f"left behind: {pid} {command}" for pid, command in stays.items()),
                             "--- trace", tail(folder / "trace.jsonl", 30),
                             "--- the log of Neovim's client", tail(home / "CACHE/nvim/lsp.log", 15)])
        return time.monotonic() - started, why
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def main(command, cases):
    """Runs those that the command line names, or all."""
    cases = [c for c in sorted(cases) if not sys.argv[1:] or c.stem in sys.argv[1:]]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for case, (seconds, why) in zip(cases, pool.map(lambda c: run(command, c), cases)):
            print(f"{'FAIL' if why else 'ok  '} {case.stem} ({seconds:.1f} s)", flush=True)
            if why:
                failed += 1
                print("    " + why.replace("\n", "\n    "))
    print(f"cases: {len(cases) - failed} passed, {failed} failed")
    sys.exit(bool(failed or not cases))
