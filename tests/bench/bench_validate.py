"""How long `runwright validate` takes for 10,000 runbooks, as ratios to what others need for them in the same minutes.

Whole processes, cold but for the page cache, medians of rounds in which each takes its turn. RUNWRIGHT_BENCH_FILES
sets another number of files. What is not installed is left out with a notice.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from tests.support.commands import ENVIRONMENT, ROOT, committed
from tests.support.made_library import made_library, made_runbook

FILES = int(os.environ.get("RUNWRIGHT_BENCH_FILES", "10000"))
ROUNDS = 3
SAMPLE = min(300, FILES)
"""Files that the slow peers get; their time is scaled, less that of their start."""
SCHEMA = ROOT / "schemas" / "runbook.schema.json"
BARE = """
import os, sys
from yaml.cyaml import CParser
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        with open(os.path.join(folder, name), "rb") as file:
            next_event = CParser(file.read()).get_event
        while next_event() is not None:
            pass
"""
LISTED = """
import subprocess, sys
words = ["git", "-C", sys.argv[1], "ls-files", "-s", "-z"]
lines = subprocess.run(words, capture_output=True, check=True).stdout.split(b"\\0")
blobs = {path: head.split(b" ")[1] for head, _, path in (line.partition(b"\\t") for line in lines if line)}
"""
WAITED_FOR = """
import resource, sys
from runwright.cli.start import main
try:
    main()
finally:
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(own.ru_utime + own.ru_stime, file=sys.stderr)
"""
"""Says what the first process took of the processors: on a machine that does nothing else, that is the time to wait."""


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    busy: float
    """Seconds that the processors spent on it, whatever else they had to do."""
    mebibytes: float


def run(words: Sequence[str | Path], cache: Path) -> Run:
    """Run a command to its end."""
    environment = {**ENVIRONMENT, "XDG_CACHE_HOME": str(cache)}
    started = time.perf_counter()
    with subprocess.Popen([*map(str, words)], env=environment, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return Run(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def medians(turns: dict[str, Sequence[str | Path]], cache: Path, rounds: int = ROUNDS) -> dict[str, Run]:
    """The medians of each command, all taking turns."""
    taken: dict[str, list[Run]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, words in turns.items():
            taken[name].append(run(words, cache))
    return {name: median(runs) for name, runs in taken.items()}


def median(runs: list[Run]) -> Run:
    return Run(*(statistics.median(getattr(one, field.name) for one in runs) for field in fields(Run)))


def waited_for(*words: str | Path) -> float:
    """Seconds of the processors that the process took which was started, those of its helpers left out."""
    environment = {**ENVIRONMENT, "PYTHONDONTWRITEBYTECODE": "1"}
    argv = [sys.executable, "-c", WAITED_FOR, "validate", *map(str, words)]
    done = subprocess.run(argv, env=environment, capture_output=True, check=True)
    return float(done.stderr)


def validate(*words: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "runwright", "validate", *words]


def tell(name: str, ours: Run, reference: Run, limit: float) -> None:
    """Say the time, and whether a promise is kept; the processors' time tells how much of a miss is the machine's."""
    mark = "" if ours.seconds <= limit * reference.seconds else "  MISSED"
    busy = f"processors {1000 * ours.busy:.0f} ms, {ours.busy / reference.busy:.2f} ×"
    ratio = ours.seconds / reference.seconds
    print(f"  {name:24} {1000 * ours.seconds:9.1f} ms {ratio:7.2f} × (at most {limit:g} ×){mark:8} {busy}")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runbooks, under Git."""
    root = made_library(tmp_path_factory.mktemp("bench") / "library", FILES)
    committed(root)
    return root


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    yield folder
    shutil.rmtree(folder)


def test_all_files_cold(library: Path, cache: Path) -> None:
    every = library / "runbooks"
    turns: dict[str, Sequence[str | Path]] = {
        "bare": [sys.executable, "-c", BARE, every],
        "one": validate("--repo", library, "--no-cache", "--jobs", "1"),
        "two": validate("--repo", library, "--no-cache", "--jobs", "2"),
    }
    times = medians(turns, cache)
    bare, one = times["bare"], times["one"]
    print(f"\nvalidate, {FILES} files, nothing kept; against libyaml's events alone ({1000 * bare.seconds:.0f} ms)")
    tell("one process", one, bare, 6)
    tell("two processes", times["two"], bare, 3.5)
    first = waited_for("--repo", library, "--no-cache", "--jobs", "2")
    print(f"  of two processes, the one to wait for takes {first:.2f} s of a processor, {first / bare.busy:.2f} ×")
    print(f"  memory of one process: {one.mebibytes:.0f} MiB (at most 300)")
    # A bound against an accident; whether the promise is kept is printed, because a busy machine must fail no change.
    assert one.busy <= 10 * bare.busy
    assert one.mebibytes < 300


def settled() -> None:
    """Wait until what was just written is old enough to be trusted."""
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        time.sleep(0.1)


def test_nothing_changed_since_the_last_run(library: Path, cache: Path) -> None:
    settled()
    run(validate("--repo", library), cache)
    turns: dict[str, Sequence[str | Path]] = {
        "git": [sys.executable, "-c", LISTED, library], "kept": validate("--repo", library)
    }  # fmt: skip
    run(turns["kept"], cache)
    times = medians(turns, cache, rounds=15)
    git = times["git"]
    print(
        f"\nvalidate, {FILES} files, nothing changed; against `git ls-files` into a dict ({1000 * git.seconds:.0f} ms)"
    )
    tell("the same command again", times["kept"], git, 2)
    assert times["kept"].busy <= 4 * git.busy


def test_each_changed_file_adds_little(library: Path, cache: Path) -> None:
    run(validate("--repo", library), cache)
    taken: dict[int, list[float]] = {1: [], 201: []}
    for turn in range(3):
        for count, seconds in taken.items():
            for number in range(count):
                path = library / f"runbooks/linux/RB-LIN-MADE-{number:05d}.yaml"
                path.write_bytes(made_runbook(number, version=2 + turn) + b"# %d\n" % count)
            seconds.append(run(validate("--repo", library, "--jobs", "1"), cache).busy)
    one, many = (statistics.median(seconds) for seconds in taken.values())
    each = 1000 * (many - one) / 200
    print(f"\nvalidate, {FILES} files: one changed {1000 * one:.0f} ms of a processor")
    print(f"  each further one {each:.2f} ms (at most 2){'' if each <= 2 else '  MISSED'}")
    assert each < 4


def test_the_command_starts_at_once(cache: Path) -> None:
    module = [sys.executable, "-m", "runwright"]
    turns: dict[str, Sequence[str | Path]] = {
        "pass": [sys.executable, "-c", "pass"], "--version": [*module, "--version"], "--help": [*module, "--help"],
    }  # fmt: skip
    times = medians(turns, cache, rounds=15)
    print(f"\nstart of the command, against `python -c pass` ({1000 * times['pass'].seconds:.0f} ms)")
    for name in ("--version", "--help"):
        tell(f"runwright {name}", times[name], times["pass"], 5)
        assert times[name].busy <= 10 * times["pass"].busy


def test_against_check_jsonschema(library: Path, cache: Path) -> None:
    program = Path(sys.executable).parent / "check-jsonschema"
    if not program.exists():
        print("\ncheck-jsonschema is not installed; not compared")
        return
    peer = peer_needs(library, cache, [program, "--schemafile", SCHEMA])
    ours = medians({"ours": validate("--repo", library, "--no-cache")}, cache)["ours"]
    print(f"\ncheck-jsonschema: {peer.seconds:.0f} s for {FILES} files, scaled from {SAMPLE}")
    missed = "" if peer.seconds >= 40 * ours.seconds else "  MISSED"
    print(f"  validate is {peer.seconds / ours.seconds:.0f} × faster (at least 40 ×){missed}")
    first = waited_for("--repo", library, "--no-cache")
    mine, each = peer.busy / first, peer.busy / ours.busy
    print(f"  of a processor's time, the process to wait for needs {mine:.0f} × less, all together {each:.0f} ×")
    assert peer.busy >= 10 * ours.busy


def test_against_ajv(library: Path, cache: Path) -> None:
    program = ajv(cache)
    if program is None:
        print("\nnpm or ajv-cli is not there; not compared")
        return
    words: list[str | Path] = [
        program,
        "validate",
        "--spec=draft2020",
        "--strict=false",
        "-c",
        "ajv-formats",
        "-s",
        SCHEMA,
    ]
    files = library / "runbooks/linux/*.yaml"
    times = medians({"ajv": [*words, "-d", files], "ours": validate("--repo", library, "--no-cache")}, cache)
    print(f"\najv-cli: {times['ajv'].seconds:.1f} s for {FILES} files")
    tell("validate, all processors", times["ours"], times["ajv"], 1)


def peer_needs(library: Path, cache: Path, words: list[str | Path]) -> Run:
    """What a peer would need for all files, from a sample and from one file."""
    files = sorted((library / "runbooks/linux").iterdir())[:SAMPLE]
    few, one = run([*words, *files], cache), run([*words, files[0]], cache)

    def scaled(first: float, last: float) -> float:
        return first + (last - first) / (SAMPLE - 1) * (FILES - 1)

    return Run(scaled(one.seconds, few.seconds), scaled(one.busy, few.busy), few.mebibytes)


def ajv(cache: Path) -> Path | None:
    """The program, from the package registry; None where there is no npm or no registry."""
    if shutil.which("npm") is None:
        return None
    words = [
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(cache),
        "ajv-cli@5",
        "ajv-formats@2",
    ]
    done = subprocess.run(words, capture_output=True, timeout=300, check=False)
    return cache / "node_modules/.bin/ajv" if done.returncode == 0 else None
