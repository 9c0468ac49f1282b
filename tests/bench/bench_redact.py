"""How long the redaction takes for a text against a bare search of it, and for an Execution; and how much it finds."""

from __future__ import annotations

import json
import statistics
import time
from functools import partial
from pathlib import Path

from runwright.model.pattern import compiled
from runwright.redact.redact import redact_data, redact_text
from tests.support import pace
from tests.support.redact_cases import cases, recall
from tests.support.redact_hostile import SIZE, hostile

LIMIT_MS_PER_KB = 5.0
LIMIT_RATIO = 50.0
"""Times a bare search for all numbers of the text."""
SETS = ("secrets.jsonl", "secrets_other.jsonl", "personal.jsonl", "hard.jsonl")
RECORDINGS = Path(__file__).parent.parent / "recordings"
_LOG = (
    "Jan 15 10:22:33 web-01 systemd[1]: Started nginx.service.",
    '10.0.0.7 - app [15/Jan/2031:10:22:33 +0000] "GET /status?page=2 HTTP/1.1" 200 612 "-" "curl/8.5.0"',
    "2031-01-15T10:22:33.123456Z level=info msg=\"checkpoint complete\" pid=4412 took_ms=17",
    "0x80070005 Access is denied: C:\\Windows\\System32\\spoolsv.exe (CLINIC\\jroe on WS-044)",
    "FATAL: password authentication failed for user \"app\" from 10.0.0.8, database \"records\"",
)  # fmt: skip
_DIRTY = "connect from 203.0.113.9 failed: password=hunter2Secret! for patient Jane Roe, MRN 00482913"


milliseconds = partial(pace.milliseconds, clock=time.process_time)


def log(lines: int, every: int) -> str:
    """A log in which each so-many-th line holds something that must go."""
    return "\n".join(f"{_DIRTY} {n}" if n % every == every - 1 else f"{_LOG[n % 5]} {n}" for n in range(lines))


def test_a_log_costs_little_a_kilobyte_and_a_bounded_multiple_of_a_bare_search() -> None:
    print()
    number = compiled(r"[0-9]+")
    for every in (10_000, 50, 5):
        text = log(2_000, every)
        bare = milliseconds(lambda text=text: [None for _ in number.finditer(text.encode())])  # type: ignore[misc]
        took = milliseconds(lambda text=text: redact_text(text))  # type: ignore[misc]
        rate = took / (len(text) / 1024)
        print(f"redact: log, something in each {every}th line: {rate:.2f} ms/KB, {took / bare:.1f} times a bare search")
        assert rate < LIMIT_MS_PER_KB
        assert took / bare < LIMIT_RATIO


def test_labelled_texts_cost_little_a_kilobyte() -> None:
    texts = [case.text for name in (*SETS, "lookalikes.jsonl") for case in cases(name)]
    size = sum(len(text.encode()) for text in texts) / 1024
    took = milliseconds(lambda: [redact_text(f"{text} ") for text in texts])
    print(f"\nredact: {len(texts)} texts, {size:.0f} KB: {took / size:.2f} ms/KB, {took / len(texts):.2f} ms a text")
    assert took / size < LIMIT_MS_PER_KB


def test_hostile_texts_of_64_kb_cost_no_more() -> None:
    times = {name: milliseconds(lambda text=text: redact_text(text)) for name, text in hostile().items()}  # type: ignore[misc]
    worst = max(times, key=lambda name: times[name])
    print(f"\nredact: {len(times)} hostile texts of 64 KB: at most {times[worst]:.0f} ms ({worst})")
    assert times[worst] < LIMIT_MS_PER_KB * 4 * SIZE / 1024


def test_a_clean_execution_costs_little() -> None:
    runs = [json.loads(path.read_bytes()) for path in sorted(RECORDINGS.rglob("*.json"))[:60]]
    for run in runs:
        redact_data(run)
    size = statistics.mean(len(json.dumps(run)) for run in runs) / 1024
    known = milliseconds(lambda: [redact_data(run) for run in runs]) / len(runs)
    named = iter(range(10**9))
    fresh = milliseconds(lambda: [redact_data({**run, "execution_id": f"exec-{next(named)}"}) for run in runs]) / len(
        runs
    )
    print(
        f"\nredact: a clean Execution of {size:.1f} KB: {known:.2f} ms where all is known, {fresh:.2f} ms with a new id"
    )
    assert fresh < 1.0


def test_how_much_is_found() -> None:
    print()
    for name in SETS:
        gone, all_of_them, _ = recall(cases(name))
        print(f"redact: {name}: {gone} of {all_of_them} values are gone")
    look_alikes = cases("lookalikes.jsonl")
    changed = sum(redact_text(case.text)[1] != () for case in look_alikes)
    print(f"redact: look-alikes: {changed} of {len(look_alikes)} changed")
