"""The table of rules is whole: each rule can run, and one look for all hints says the same as a look for each."""

from __future__ import annotations

import pytest

from runwright.model.pattern import Words, compiled
from runwright.redact.data import redact_data
from runwright.redact.proofs import CHECKS
from runwright.redact.redact import redact_text
from runwright.redact.rules import ALL, RULES
from tests.support.growth import no_runaway
from tests.support.redact_cases import cases

TEXTS = [
    case.text.casefold() for name in ("secrets.jsonl", "personal.jsonl", "lookalikes.jsonl") for case in cases(name)
]


def test_every_rule_can_run() -> None:
    for rule in RULES:
        compiled(rule.pattern)


def test_every_proof_has_its_check() -> None:
    assert {rule.proof for rule in RULES} <= {"place", "prose", "option", *CHECKS}


def test_hints_are_in_small_letters() -> None:
    wrong = [hint for rule in RULES for hint in (*rule.hints, *rule.shapes, *rule.needs) if hint != hint.casefold()]
    assert wrong == []


def test_one_look_for_all_hints_finds_what_a_look_for_each_finds() -> None:
    hints = [hint for hint, _ in ALL.hints]
    look = Words(hints)
    for text in TEXTS:
        assert {hints[place] for place in look.of(text)} == {hint for hint in hints if hint in text}


def test_a_text_of_nothing_but_hints_is_done_in_bounded_time() -> None:
    text = " ".join(hint for hint, _ in ALL.hints)
    with no_runaway():
        assert redact_text(redact_text(text)[0])[1] == ()


@pytest.mark.parametrize("data", [{"group": "root", "policy": "noeviction"}, {"name": "lis", "value": "running"}])
def test_a_name_that_could_announce_something_and_does_not_leaves_the_data_as_it_is(data: dict[str, str]) -> None:
    clean, erased = redact_data(data)
    assert clean is data
    assert erased == ()


def test_the_rest_of_a_name_behind_small_words_goes_too() -> None:
    assert redact_text("MRI upload for Saskia de Vries hangs")[0] == "MRI upload for [erased:name] hangs"
