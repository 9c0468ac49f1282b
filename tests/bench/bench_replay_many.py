"""Ten thousand recordings in a real Git repository and a change to one runbook: only what it can affect is read.

The recordings of the other runbook hold nothing that could be read, so a gate that read them would say so. Each size is
measured in a process of its own, from the start of the gate to its report.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.cli.sides import sides_of
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data
from runwright.replay.gate import Change, replay_change
from tests.bench.bench_replay import DROPPED, RUN, SAME, WORDED

FEW, MANY, FOREIGN = 1_000, 10_000, 1_000
OTHER = "RB-LIN-SERVICE-002"
ROOM_MIB = 24.0
"""How much more memory ten times as many recordings may take: their names, and nothing of what is in them."""
STRAIGHT = 1.3
"""How far above a straight line the time may lie."""
HEADS = {"unchanged": WORDED, "a step dropped": DROPPED}


def text_of(book: Runbook) -> bytes:
    """A runbook as a file."""
    return book.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True).encode()


def files(count: int) -> Iterator[tuple[str, bytes]]:
    """The tree before the change."""
    yield f"runbooks/linux/{SAME.id}.yaml", text_of(SAME)
    yield f"runbooks/linux/{OTHER}.yaml", text_of(SAME.model_copy(update={"id": OTHER}))
    for number in range(count):
        run = execution_data(RUN.model_copy(update={"execution_id": f"exec-{number}", "hostname": f"host-{number}"}))
        yield f"tests/recordings/{SAME.id}/exec-{number}.json", canonical(run)
    for number in range(FOREIGN):
        yield f"tests/recordings/{OTHER}/exec-{number}.json", f"nothing that could be read {number}".encode()


def stream(count: int) -> Iterator[bytes]:
    """The repository as `git fast-import` reads it: main, and one branch for each change."""
    person = b"A <a@example.org> 0 +0000"
    for branch, tree in (("main", files(count)), *((ref(name), changed(head)) for name, head in HEADS.items())):
        yield b"commit refs/heads/%s\ncommitter %s\ndata 1\n.\n" % (branch.encode(), person)
        if branch != "main":
            yield b"from refs/heads/main\n"
        for path, content in tree:
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(content), content)


def changed(head: Runbook) -> Iterator[tuple[str, bytes]]:
    """What a branch changes."""
    yield f"runbooks/linux/{SAME.id}.yaml", text_of(head)


def ref(name: str) -> str:
    """The branch of a change."""
    return name.replace(" ", "-")


def repository(at: Path, count: int) -> Path:
    """A bare repository with so many recordings of the runbook that changes."""
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", str(at)], check=True)
    subprocess.run(["git", "-C", str(at), "fast-import", "--quiet"], input=b"".join(stream(count)), check=True)
    return at


def measured(repo: Path, name: str) -> tuple[float, float, dict[str, int]]:
    """Seconds, the most memory in MiB, and the counts of the report; in a process of its own."""
    words = [sys.executable, "-m", "tests.bench.bench_replay_many", str(repo), ref(name)]
    done = subprocess.run(words, capture_output=True, check=True, text=True)
    said = json.loads(done.stdout)
    return said["seconds"], said["mib"], said["counts"]


def gate(repo: Path, branch: str) -> None:
    """Replay one change and tell what it took."""
    begun = time.perf_counter()
    sides = sides_of(repo, "main", branch)
    report = replay_change(Change(sides.base, sides.head))
    seconds = time.perf_counter() - begun
    assert report.findings == ()
    (only,) = report.runbooks
    counts = only.tally.model_dump(exclude_defaults=True) if only.tally else {}
    print(json.dumps({"seconds": seconds, "mib": most_memory(), "counts": counts}))


def most_memory() -> float:
    """The most memory that this process ever had, in MiB; `getrusage` would count what its parent had."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


@pytest.mark.parametrize("name", HEADS)
def test_the_gate_reads_what_a_change_can_affect_and_keeps_none_of_it(name: str, tmp_path: Path) -> None:
    few, many = repository(tmp_path / "few.git", FEW), repository(tmp_path / "many.git", MANY)
    less, small, _ = measured(few, name)
    more, large, counts = measured(many, name)
    print(f"\n{name}: a change to one runbook, with recordings of another {FOREIGN:,} times beside it")
    print(f"  {FEW:6,} recordings {less:7.2f} s {small:7.1f} MiB")
    print(f"  {MANY:6,} recordings {more:7.2f} s {large:7.1f} MiB   {more / MANY * 1e6:.0f} µs each   {counts}")
    assert sum(counts.get(word, 0) for word in ("unchanged", "regressed")) == MANY
    assert more <= less * MANY / FEW * STRAIGHT
    assert large - small <= ROOM_MIB


if __name__ == "__main__":
    gate(Path(sys.argv[1]), sys.argv[2])
