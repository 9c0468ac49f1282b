"""How long replay takes for one recording of five steps, parsing included, against reading the JSON at all."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import orjson

from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data, parse_execution
from runwright.replay.judging import Pair, judge
from runwright.replay.replayer import Replayer
from runwright.replay.tape import make_tape
from tests.support.recordings import recording, runbook, service, start, started

NAMES = ("disk", "db", "queue", "cache", "web")
ROUNDS, CALLS = 7, 200


def facts() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, needed in zip(NAMES, (None, *NAMES), strict=False):
        found |= service(name, "stopped", *([needed] if needed else []))
    return found


RUN = recording(*(started(name) for name in NAMES), before=facts(), after={"services.web.state": "running"})
BYTES = canonical(execution_data(RUN))
SAME = runbook(*(start(name) for name in NAMES))
DROPPED = runbook(*(start(name) for name in NAMES if name != "queue"), version=2)
INSERTED = runbook(
    start("spare", when={"services.spare.state": "stopped"}), *(start(name) for name in NAMES), version=2
)


def walk(data: Any) -> int:
    """The least that anybody would do with a recording: look at every step's outcome."""
    return sum(step["outcome"] == "success" for step in data["executed_steps"])


def median_us(work: Callable[[], object]) -> float:
    """The median of several rounds, in microseconds a call."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(CALLS):
            work()
        times.append((time.perf_counter() - begun) / CALLS)
    return statistics.median(times) * 1e6


def whole(base: Runbook, head: Runbook) -> Callable[[], object]:
    """Parse the recording and judge the change."""
    pair = Pair(base, head)
    return lambda: judge(pair, parse_execution(orjson.loads(BYTES)))


def test_replay_is_measured() -> None:
    reference = median_us(lambda: walk(orjson.loads(BYTES)))
    rows: dict[str, Callable[[], object]] = {
        "orjson.loads and a walk": lambda: walk(orjson.loads(BYTES)),
        "parsing": lambda: parse_execution(orjson.loads(BYTES)),
        "the recorded worlds": lambda: make_tape(RUN),
        "unchanged, replay alone": lambda: Replayer(SAME).replay(RUN),
        "unchanged": whole(SAME, SAME),
        "a step dropped": whole(SAME, DROPPED),
        "a step inserted, unknown condition": whole(SAME, INSERTED),
    }
    print(f"\nreplay of one recording of {len(BYTES)} bytes; medians of {ROUNDS} rounds, one process")
    measured = {name: median_us(work) for name, work in rows.items()}
    for name, micro in measured.items():
        print(f"  {name:36} {micro:8.1f} µs {micro / reference:7.1f} ×")
    # A bound against an accident, not a promise: 1,000 recordings stay well below a minute on a slow machine.
    assert measured["a step inserted, unknown condition"] < 20_000
