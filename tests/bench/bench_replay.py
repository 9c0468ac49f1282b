"""How long replay takes for one recording of five steps, parsing included, against reading the JSON at all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import orjson

from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data, read_again
from runwright.replay.judging import Pair, judge
from runwright.replay.replayer import Replayer
from runwright.replay.tape import make_tape
from tests.support.recordings import recording, runbook, service, start, started

NAMES = ("disk", "db", "queue", "cache", "web")
ROUNDS, CALLS = 15, 100
MOST = {"unchanged": 5.0, "unchanged but for its words": 5.0}
"""How many times the reference each may take."""
AIM, GUARD = 30.0, {"a step dropped": 45.0, "a step added in front": 45.0}
"""What one way of a changed run should take, and what it takes at most on a busy machine; each further way as much."""


def facts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, needed in zip(NAMES, (None, *NAMES), strict=False):
        found |= service(name, "stopped", *([needed] if needed else []))
    return found | service("spare", "stopped")


RUN = recording(*(started(name) for name in NAMES), before=facts(), after={"services.web.state": "running"})
BYTES = canonical(execution_data(RUN))
SAME = runbook(*(start(name) for name in NAMES))
WORDED = SAME.model_copy(update={"version": 2, "description": "The same in other words."})
DROPPED = runbook(*(start(name) for name in NAMES if name != "queue"), version=2)
ADDED = runbook(start("spare"), *(start(name) for name in NAMES), version=2)
INSERTED = runbook(
    start("other", when={"services.other.state": "stopped"}), *(start(name) for name in NAMES), version=2
)


def walk(data: Any) -> int:
    """The least that anybody would do with a recording: look at every step's outcome."""
    return sum(step["outcome"] == "success" for step in data["executed_steps"])


def seconds(work: Callable[[], object]) -> float:
    """How much of the processor one call takes, over many; what else the machine does counts less."""
    begun = time.process_time()
    for _ in range(CALLS):
        work()
    return (time.process_time() - begun) / CALLS


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """The medians of several rounds: microseconds a call, and how many times the reference that ran just before it."""
    work()
    rounds = [(seconds(reference), seconds(work)) for _ in range(ROUNDS)]
    return statistics.median(own for _, own in rounds) * 1e6, statistics.median(own / ref for ref, own in rounds)


def reference() -> int:
    """The least that anybody would do with a recording, reading included."""
    return walk(orjson.loads(BYTES))


def whole(base: Runbook, head: Runbook) -> Callable[[], object]:
    """Parse the recording and judge the change."""
    pair = Pair(base, head)
    return lambda: judge(pair, BYTES)


def test_replay_is_measured() -> None:
    rows: dict[str, Callable[[], object]] = {
        "orjson.loads and a walk": reference,
        "parsing": lambda: read_again(BYTES),
        "the recorded worlds": lambda: make_tape(RUN),
        "unchanged, by the engine alone": lambda: Replayer(SAME, whole=True).replay(RUN),
        "unchanged": whole(SAME, SAME),
        "unchanged but for its words": whole(SAME, WORDED),
        "a step dropped": whole(SAME, DROPPED),
        "a step added in front": whole(SAME, ADDED),
        "a step inserted, both ways followed": whole(SAME, INSERTED),
    }
    print(f"\nreplay of one recording of {len(BYTES)} bytes; medians of {ROUNDS} rounds, one process")
    found = {name: measured(work) for name, work in rows.items()}
    for name, (micro, times) in found.items():
        print(f"  {name:36} {micro:8.1f} µs {times:7.1f} ×")
    paths = judge(Pair(SAME, INSERTED), BYTES).paths
    inserted = found["a step inserted, both ways followed"][1]
    print(f"  {paths} ways, {inserted / paths:.1f} × each")
    missed = [name for name in GUARD if found[name][1] > AIM]
    print(f"  above the aim of {AIM:.0f} × for one way: {', '.join(missed) or 'none'}")
    for name, most in {**MOST, **GUARD}.items():
        assert found[name][1] <= most, f"{name}: {found[name][1]:.1f} × the reference, and {most} are allowed"
    assert inserted <= GUARD["a step added in front"] * paths
