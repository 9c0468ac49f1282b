"""How well and how fast the built-in triage is, on the failures that it was developed with; a larger set is kept apart.

The held-out sets were labelled before the triage had seen them; what it scored at the first look is printed beside what
it scores now, and is the better guess of what it does with failures to come.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runwright.learn.diagnosis import sayings
from runwright.learn.signs.mechanism import Mechanism, readable
from runwright.learn.triage import triage
from runwright.model.execution import Execution
from runwright.model.telemetry import parse_execution
from runwright.model.triage import Triage
from tests.support.pace import milliseconds

FOLDER = Path(__file__).parent.parent / "cases" / "triage"
FIRST_LOOK = {
    "triage-dev": "-",
    "held-out": "0.41",
    "held-out-2": "0.63",
    "held-out-3": "0.64",
    "held-out-4": "0.58",
    "held-out-5": "0.74, improvable 0.81 and 0.85",
    "held-out-6": "0.76, improvable 0.80 and 0.73",
    "held-out-7": "0.85, improvable 0.89 and 1.00",
    "held-out-8": "0.77, improvable 0.64 and 0.84",
    "held-out-9": "0.70, improvable 0.69 and 0.85",
    "held-out-10": "0.56, improvable 0.50 and 0.67",
}
"""Each set, and its macro-F1 when it was measured first; held-out-4 has the three hardest types alone, and held-out-5,
-8 and -9 were labelled apart from the triage's tables. -9 was measured when the mechanisms behind the misses of -8 had
been mended, before which it scored 0.68; -10, ten of whose eighteen are of the two hardest types, when those of -9 had
been, before which it scored 0.55."""
LIMIT_MS = 5.0
LIMIT_RATIO = 40.0
"""How many times the parsing of the same Execution a triage may take."""
EDGES = (0.3, 0.45, 0.6, 0.75, 1.01)
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def answers(found: list[Case]) -> list[Triage]:
    return [triage(parse_execution(case["execution"])) for case in found]


def ratio(part: float, whole: float) -> float:
    """A share, and 0 of nothing."""
    return part / whole if whole else 0.0


def f1(pairs: Counter[tuple[str, str]], label: str) -> float:
    """The harmonic mean of precision and recall for one label."""
    right = pairs[label, label]
    said = sum(count for (_, answer), count in pairs.items() if answer == label)
    true = sum(count for (truth, _), count in pairs.items() if truth == label)
    return ratio(2 * right, said + true)


@pytest.mark.parametrize("name", FIRST_LOOK)
def test_triage_is_measured(name: str) -> None:
    given = cases(name)
    found = answers(given)
    told = [str(one.failure_type) for one in found]
    pairs = Counter((str(case["label"]), answer) for case, answer in zip(given, told, strict=True))
    labels = sorted({truth for truth, _ in pairs})
    accepted = sum(answer in case["acceptable_labels"] for case, answer in zip(given, told, strict=True))
    both = Counter((bool(case["improvable"]), one.improvable) for case, one in zip(given, found, strict=True))
    print(f"\ntriage of {len(given)} failures ({name}), without a model")
    print(
        f"  accuracy {ratio(sum(pairs[label, label] for label in labels), len(given)):.2f},"
        f" or an acceptable label {ratio(accepted, len(given)):.2f}"
    )
    macro = sum(f1(pairs, label) for label in labels) / len(labels)
    print(f"  macro-F1 {macro:.2f} (at the first look {FIRST_LOOK[name]})")
    print(
        f"  improvable: precision {ratio(both[True, True], both[True, True] + both[False, True]):.2f},"
        f" recall {ratio(both[True, True], both[True, True] + both[True, False]):.2f}"
    )
    for label in labels:
        row = ", ".join(f"{answer} {count}" for (truth, answer), count in sorted(pairs.items()) if truth == label)
        print(f"  {label:24} F1 {f1(pairs, label):.2f}   answered: {row}")
    assert macro > 0.68


def test_confidence_means_something() -> None:
    given = [case for name in FIRST_LOOK for case in cases(name)]
    found = [
        (one.confidence, one.failure_type == case["label"]) for one, case in zip(answers(given), given, strict=True)
    ]
    print("\nconfidence   cases   mean   right")
    lower, shares = 0.0, []
    for upper in EDGES:
        within = [(confidence, right) for confidence, right in found if lower <= confidence < upper]
        mean = ratio(sum(confidence for confidence, _ in within), len(within))
        shares.append(ratio(sum(right for _, right in within), len(within)))
        print(f"  {lower:.2f}-{min(upper, 1):.2f} {len(within):7} {mean:6.2f} {shares[-1]:7.2f}")
        lower = upper
    assert shares[-1] > shares[0]


def test_no_case_lives_by_phrases_of_its_own() -> None:
    """Each case is triaged without the phrases that no other case shows, as if its wording were new."""
    given = [case for name in FIRST_LOOK for case in cases(name)]
    runs = [parse_execution(case["execution"]) for case in given]
    shown = [phrases_in(run) for run in runs]
    support = Counter(phrase for phrases in shown for phrase in phrases)
    every: tuple[Mechanism, ...] = sayings.MECHANISMS
    told: list[Triage] = []
    for run, phrases in zip(runs, shown, strict=True):
        own = {phrase for phrase in phrases if support[phrase] == 1}
        told.append(triage(run, tuple(without(one, own) for one in every)))
    pairs = Counter((str(case["label"]), str(one.failure_type)) for case, one in zip(given, told, strict=True))
    both = Counter((bool(case["improvable"]), one.improvable) for case, one in zip(given, told, strict=True))
    labels = sorted({truth for truth, _ in pairs})
    macro = sum(f1(pairs, label) for label in labels) / len(labels)
    print(
        f"\nwithout a case's own phrases: macro-F1 {macro:.2f},"
        f" improvable: precision {ratio(both[True, True], both[True, True] + both[False, True]):.2f},"
        f" recall {ratio(both[True, True], both[True, True] + both[True, False]):.2f}"
        f" ({sum(len(one.phrases) for one in every)} phrases, {len(support)} of them shown by a case)"
    )
    assert macro > 0.68


def phrases_in(run: Execution) -> set[tuple[str, ...]]:
    """The phrases that stand in what a run says."""
    said = readable(*(text for step in run.executed_steps for text in (step.error, step.output)), run.error_message)
    singly = ((phrase, replace(one, phrases=(phrase,))) for one in sayings.MECHANISMS for phrase in one.phrases)
    return {phrase for phrase, one in singly if one.shown_by(said)}


def without(mechanism: Mechanism, phrases: set[tuple[str, ...]]) -> Mechanism:
    return replace(mechanism, phrases=tuple(phrase for phrase in mechanism.phrases if phrase not in phrases))


def test_a_triage_takes_a_bounded_multiple_of_parsing() -> None:
    raw = [case["execution"] for name in FIRST_LOOK for case in cases(name)]
    parsed = [parse_execution(one) for one in raw]
    triage(parsed[0])  # loads the tables
    parsing = milliseconds(lambda: [parse_execution(one) for one in raw]) / len(raw)
    thinking = [milliseconds(lambda one=one: triage(one)) for one in parsed]  # type: ignore[misc]
    mean = statistics.mean(thinking)
    print(
        f"\ntriage: {mean:.2f} ms a failure, slowest {max(thinking):.2f} ms; {mean / parsing:.1f} times the parsing"
        f" of the same Execution ({parsing:.3f} ms)"
    )
    assert mean < LIMIT_MS
    assert mean / parsing < LIMIT_RATIO


def test_an_error_of_64_kb_is_triaged_in_time() -> None:
    error = "unit could not be run as 'error 5' is not a thing, please try the version before; " * 800
    step = {"step": 1, "action": "x", "success": False, "error": error, "output": error, "params": {"command": error}}
    run = {"execution_id": "exec-1", "runbook_id": "x", "status": "failed", "executed_steps": [step]}
    execution = parse_execution(run)
    took = milliseconds(lambda: triage(execution))
    print(f"\ntriage: {took:.1f} ms for an error of 64 KB")
    assert took < 10 * LIMIT_MS
