"""How well the built-in triage does on the failures that it was developed with; a larger set is kept apart."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from runwright.learn.triage import triage
from runwright.model.fields import IMPROVABLE
from runwright.model.telemetry import parse_execution

CASES = Path(__file__).parent.parent / "cases" / "triage" / "triage-dev.jsonl"


def ratio(part: int, whole: int) -> float:
    """A share, and 0 of nothing."""
    return part / whole if whole else 0.0


def f1(pairs: Counter[tuple[str, str]], label: str) -> float:
    """The harmonic mean of precision and recall for one label."""
    right = pairs[label, label]
    said = sum(count for (_, answer), count in pairs.items() if answer == label)
    true = sum(count for (truth, _), count in pairs.items() if truth == label)
    return ratio(2 * right, said + true)


def test_triage_is_measured() -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    answers = [triage(parse_execution(case["execution"])).failure_type for case in cases]
    pairs = Counter((str(case["label"]), str(answer)) for case, answer in zip(cases, answers, strict=True))
    labels = sorted({truth for truth, _ in pairs})
    accepted = sum(answer in case["acceptable_labels"] for case, answer in zip(cases, answers, strict=True))
    both = [(bool(case["improvable"]), answer in IMPROVABLE) for case, answer in zip(cases, answers, strict=True)]
    right = both.count((True, True))
    print(f"\ntriage of {len(cases)} failures, without a model")
    print(
        f"  accuracy {ratio(sum(pairs[label, label] for label in labels), len(cases)):.2f}, or an acceptable label"
        f" {ratio(accepted, len(cases)):.2f}"
    )
    print(f"  macro-F1 {sum(f1(pairs, label) for label in labels) / len(labels):.2f}")
    print(
        f"  improvable: precision {ratio(right, right + both.count((False, True))):.2f},"
        f" recall {ratio(right, right + both.count((True, False))):.2f}"
    )
    for label in labels:
        row = ", ".join(f"{answer} {count}" for (truth, answer), count in sorted(pairs.items()) if truth == label)
        print(f"  {label:24} F1 {f1(pairs, label):.2f}   answered: {row}")
    assert len(answers) == len(cases)
