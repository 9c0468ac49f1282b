"""Looking at all texts of some data at once finds what looking at each of them finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.redact.redact import redact_data, redact_text
from tests.support.redact_cases import cases

FILES = ("secrets.jsonl", "secrets_other.jsonl", "personal.jsonl", "hard.jsonl", "utility.jsonl", "lookalikes.jsonl")
EVERY = [case.text for name in FILES for case in cases(name)]


@pytest.mark.parametrize("name", FILES)
def test_a_text_among_others_is_treated_like_one_alone(name: str) -> None:
    for number, case in enumerate(cases(name)):
        around = [f"before {name} {number}", case.text, f"after {name} {number}"]
        assert redact_data(around)[0] == [redact_text(text)[0] for text in around]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(EVERY) | st.text(max_size=20), max_size=6))
def test_any_texts_together_are_treated_like_each_alone(texts: list[str]) -> None:
    assert redact_data({f"t{number}": text for number, text in enumerate(texts)})[0] == {
        f"t{number}": redact_text(text)[0] for number, text in enumerate(texts)
    }


def test_what_was_clean_once_is_clean_again_and_a_secret_is_never_taken_for_it() -> None:
    for _ in range(2):
        assert redact_data(["plain words", "password=hunter2Secret!"])[0] == [
            "plain words",
            "password=[erased:password]",
        ]


def test_clean_data_comes_back_as_it_came() -> None:
    data = {"a": ["plain", 1, None, {"b": True}]}
    assert redact_data(data) == (data, ())
