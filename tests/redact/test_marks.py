"""A value keeps its mark at a site, so that equal values stay equal; nobody without the key can try values out."""

from __future__ import annotations

import json
import re

import pytest

from runwright.redact.redact import PLAIN, Marks, redact_data, redact_text, site_key
from tests.support.redact_cases import cases

KEY = bytes(range(32))
NORTH, SOUTH = Marks(site_key(KEY, "north")), Marks(site_key(KEY, "south"))
MARK = re.compile(r"\[erased:[a-z_]+(?::[0-9a-f]{8})?\]")


def marks_of(text: str, marks: Marks) -> list[str]:
    return MARK.findall(redact_text(text, marks=marks)[0])


def test_the_same_value_has_the_same_mark_and_another_has_another() -> None:
    first, again, other = marks_of("from jane@x.example to jane@x.example and joe@x.example", NORTH)
    assert first == again != other
    assert first.startswith("[erased:email:")


def test_blanks_signs_and_capitals_make_no_other_value() -> None:
    marks = marks_of("ssn 000-12-3456, ssn 000 12 3456, mail Jane@X.example and jane@x.example", NORTH)
    assert marks[0] == marks[1]
    assert marks[2] == marks[3]


def test_a_hidden_value_is_the_same_value() -> None:
    plain, hidden = marks_of("mail jane@x.example then ja\u200bne\uff20x.example", NORTH)
    assert plain == hidden


def test_marks_of_two_sites_cannot_be_compared() -> None:
    assert marks_of("jane@x.example", NORTH) != marks_of("jane@x.example", SOUTH)


def test_without_a_key_a_mark_says_the_kind_alone() -> None:
    assert marks_of("jane@x.example", PLAIN) == ["[erased:email]"]
    assert site_key(b"", "north") == b""


def test_nothing_is_said_about_a_secret() -> None:
    assert marks_of("password=hunter2Secret! token: abc123def", NORTH) == ["[erased:password]", "[erased:token]"]


def test_facts_about_two_addresses_stay_two_facts() -> None:
    facts = {'endpoints["203.0.113.9"].53.open': True, 'endpoints["198.51.100.4"].53.open': False}
    clean, erased = redact_data({"state": facts, "server": "203.0.113.9"}, NORTH)
    assert sorted(clean["state"].values()) == [False, True]
    assert clean["server"] in next(path for path, is_open in clean["state"].items() if is_open)
    assert "203.0.113.9" not in json.dumps([item.model_dump() for item in erased])


def test_a_number_and_its_text_have_the_same_mark() -> None:
    clean, _ = redact_data({"mrn": 482913, "output": "mrn 482913"}, NORTH)
    assert clean["output"] == f"mrn {clean['mrn']}"


@pytest.mark.parametrize("name", ["personal.jsonl", "hard.jsonl", "secrets_other.jsonl"])
def test_what_has_marks_is_left_alone_with_any_key_or_none(name: str) -> None:
    for case in cases(name):
        once, _ = redact_text(case.text, marks=NORTH)
        for later in (NORTH, SOUTH, PLAIN):
            assert redact_text(once, marks=later) == (once, ())


@pytest.mark.parametrize("text", ["[erased:email:12345678]x", "[erased:email:1234567]", "[erased:nothing:12345678]"])
def test_what_only_looks_like_a_mark_shields_nothing(text: str) -> None:
    assert redact_text(f"password={text}hunter2Secret!")[0] == "password=[erased:password]"
