#!/usr/bin/env python3
"""Of every marked fixture the module says what `tether check` says: place, level, message."""

import concurrent.futures
import json
import os
import pathlib
import sys
import sysconfig

from _tidy import MODULE, OURS, ROOT, TETHER, diagnostics, run

FOLDER = pathlib.Path(os.environ["STEP_DIR"])
FIXTURES = ROOT / "fixtures"
BATCH = 8  # files of one process: Clang is loaded and the vocabulary bound once for them
MULTIARCH = sysconfig.get_config_var("MULTIARCH")


def marked():
    """As markedFixtures() in tests/Fixture.cpp."""
    return sorted(file for file in FIXTURES.rglob("*.cpp")
                  if file.relative_to(FIXTURES).parts[0] not in ("mock", "shop"))


def flags_of(file):
    """As flagsOf() in tests/Fixture.cpp."""
    flags = ["-std=c++20"]
    if file.relative_to(FIXTURES).parts[0] not in ("libraries", "frameworks"):
        flags.append(f"-I{FIXTURES}/mock")
    for line in file.read_text(errors="replace").split("\n", 3)[:3]:
        if line.startswith("// flags:"):
            flags += line[len("// flags:"):].replace("{multiarch}", MULTIARCH).split()
        elif line.startswith("// mock:"):
            flags += [f"-isystem{FIXTURES}/mock/{name}" for name in line[len("// mock:"):].split()]
    return flags


def config_of(file):
    config = file.with_suffix(".yaml")
    return str(config) if config.exists() else ""


def below(name):
    """The path below the root; what is elsewhere stays."""
    path = os.path.realpath(name)
    return os.path.relpath(path, ROOT) if path.startswith(f"{ROOT}/") else path


def by_tether(files, config):
    """{(file, line, column, level, check, message)} and complaints."""
    arguments = ["--config", config] if config else []
    done = run(TETHER, "check", "-p", FOLDER, "-j", 1, "--format", "json", "--fail-on", "never",
               *arguments, *files, cwd=ROOT)
    if done.returncode != 0:
        return set(), [f"tether check: exit code {done.returncode} for {files}\n{done.stderr}"]
    return {(f["file"], f["line"], f["column"], "remark" if f["level"] == "note" else "warning",
             f["check"], f["message"])
            for f in json.loads(done.stdout)["findings"] if not f["suppressed"]}, []


def by_module(files, config):
    """The same of the module."""
    options = json.dumps({"Checks": OURS, "CheckOptions": {"tether.Config": config}})
    done = run("clang-tidy-19", f"--load={MODULE}", "-p", FOLDER, "--header-filter=.*", "--quiet",
               f"--config={options}", *files, cwd=ROOT)
    found = {(below(file), line, column, level, check.removeprefix("tether-"), message)
             for file, line, column, level, message, checks in diagnostics(done.stdout)
             if level != "note" for check in checks.split(",")}
    errors = [f"clang-tidy: {entry}" for entry in found if entry[3] == "error"]
    if done.returncode != 0:
        errors.append(f"clang-tidy: exit code {done.returncode} for {files}\n{done.stderr}")
    return found, errors


def batches(files):
    """[(files, config)]: those with a configuration of their own are alone."""
    alone = [([file], config_of(file)) for file in files if config_of(file)]
    rest = [file for file in files if not config_of(file)]
    return [(rest[i:i + BATCH], "") for i in range(0, len(rest), BATCH)] + alone


def main():
    files = marked()
    (FOLDER / "compile_commands.json").write_text(json.dumps(
        [{"directory": str(FOLDER), "file": str(file),
          "arguments": ["clang++", *flags_of(file), "-c", str(file)]} for file in files]))
    wanted, said, errors = set(), set(), []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [(sink, pool.submit(work, *batch)) for batch in batches(files)
                for sink, work in ((wanted, by_tether), (said, by_module))]
        for sink, job in jobs:
            found, complaints = job.result()
            sink |= found
            errors += complaints
    for entry in sorted(wanted ^ said):
        print("only tether check:" if entry in wanted else "only the module:", *entry)
    print(*errors, sep="\n", end="\n" if errors else "")
    different = {entry[0] for entry in wanted ^ said}
    print(f"{len(files)} fixtures, {len(wanted & said)} equal findings, "
          f"{len(wanted - said)} only of tether check, {len(said - wanted)} only of the module")
    lost = len(different) + len(errors)
    print(f"cases: {len(files) - len(different)} passed, {lost} failed")
    return 1 if lost or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
