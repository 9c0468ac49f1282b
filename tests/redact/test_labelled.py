"""How much of what must go is gone, and how much of what must stay is still there, on the labelled texts."""

from __future__ import annotations

import sys

import pytest

from runwright.redact.redact import redact_text, scan
from runwright.redact.rules import KINDS
from tests.support.redact_cases import Case, cases, recall

SETS = {
    "secrets.jsonl": 1.0,
    "secrets_other.jsonl": 0.98,
    "personal.jsonl": 0.98,
    "hard.jsonl": 0.80,
    "apart.jsonl": 0.98,
    "mended.jsonl": 0.98,
}
"""The share of values that must be gone at least."""
LOOK_ALIKES = ("lookalikes.jsonl", "apart_lookalikes.jsonl", "mended_lookalikes.jsonl")
EVERY = {name: cases(name) for name in (*SETS, "utility.jsonl", *LOOK_ALIKES)}


def test_there_are_enough_of_each() -> None:
    assert sum(len(EVERY[name]) for name in SETS) >= 250
    assert len(EVERY["lookalikes.jsonl"]) >= 200


@pytest.mark.parametrize("name", SETS)
def test_what_must_go_is_gone(name: str) -> None:
    gone, all_of_them, left = recall(EVERY[name])
    sys.stdout.write(f"\n{name}: {gone} of {all_of_them} values are gone, {gone / all_of_them:.3f}" + "\n")
    assert gone / all_of_them >= SETS[name], "\n".join(left)


def test_secrets_of_every_form_together_are_gone() -> None:
    gone, all_of_them, left = recall([*EVERY["secrets.jsonl"], *EVERY["secrets_other.jsonl"]])
    assert gone / all_of_them >= 0.98, "\n".join(left)


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_look_alikes_stay(name: str) -> None:
    changed = [case.text for case in EVERY[name] if redact_text(case.text) != (case.text, ())]
    share = len(changed) / len(EVERY[name])
    sys.stdout.write(f"\n{name}: {len(changed)} of {len(EVERY[name])} changed, {share:.3f}" + "\n")
    assert share <= 0.02, changed


def test_what_a_diagnosis_needs_stays() -> None:
    wanted = [(part, case.text) for case in EVERY["utility.jsonl"] for part in case.keep]
    lost = [part for part, text in wanted if part not in redact_text(text)[0]]
    sys.stdout.write(f"\nutility: {len(wanted) - len(lost)} of {len(wanted)} parts stay" + "\n")
    assert 1 - len(lost) / len(wanted) >= 0.95, lost
    assert recall(EVERY["utility.jsonl"])[2] == []


@pytest.mark.parametrize("name", SETS)
def test_what_is_gone_is_called_by_its_kind(name: str) -> None:
    pairs = [
        (kind, {span.kind for span in redact_text(case.text)[1]}) for case in EVERY[name] for kind, _ in case.erase
    ]
    wrong = [(kind, found) for kind, found in pairs if kind not in found]
    assert len(wrong) / len(pairs) <= 0.05, wrong


def test_every_kind_of_the_labels_is_one_that_the_redaction_knows() -> None:
    assert {kind for name in SETS for case in EVERY[name] for kind, _ in case.erase} <= set(KINDS)


@pytest.mark.parametrize("name", EVERY)
def test_redacting_twice_is_redacting_once(name: str) -> None:
    for case in EVERY[name]:
        once, _ = redact_text(case.text)
        assert redact_text(once) == (once, ())


@pytest.mark.parametrize("name", EVERY)
def test_what_was_redacted_may_leave(name: str) -> None:
    assert [case.text for case in EVERY[name] if scan(redact_text(case.text)[0])] == []


@pytest.mark.parametrize("name", SETS)
def test_spans_are_code_points_of_the_text_that_came_in(name: str) -> None:
    for case in EVERY[name]:
        assert_places(Case("\U0001f600\u0301 " + case.text))


def assert_places(case: Case) -> None:
    clean, spans = redact_text(case.text)
    rest = case.text
    for span in reversed(spans):
        rest = f"{rest[: span.start]}[erased:{span.kind}]{rest[span.end :]}"
    assert rest == clean
