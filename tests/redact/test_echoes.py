"""What was erased once is erased wherever it stands in the same text, and nothing else is."""

from __future__ import annotations

import pytest

from runwright.redact.redact import redact_text
from tests.support.growth import no_runaway


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Mrs. Quaranta rang; index of Quaranta is stale", "Mrs. [erased:name] rang; index of [erased:name] is stale"),
        (
            "password=Kestrel-77!x\nretry 2 of 3\nlogin root Kestrel-77!x refused",
            "password=[erased:password]\nretry 2 of 3\nlogin root [erased:password] refused",
        ),
        ("MRN: 00482913 merged, 00482913 stays", "MRN: [erased:mrn] merged, [erased:mrn] stays"),
    ],
)
def test_a_value_goes_where_nothing_around_it_tells_what_it_is(text: str, clean: str) -> None:
    assert redact_text(text)[0] == clean


@pytest.mark.parametrize(
    "text",
    [
        "password=admin; user admin is locked",  # a word that stands elsewhere by chance
        "patient Rosa Ward moved; ward 4 and Ward 5 are full",  # a name that is a word of programs, too
        "MRN: 00482913; order 1004829135 stays",  # a part of another number
    ],
)
def test_words_and_parts_of_numbers_are_no_echoes(text: str) -> None:
    clean, spans = redact_text(text)
    assert clean.partition(";")[2] == text.partition(";")[2]
    assert len(spans) == 1


def test_many_people_in_one_text_cost_no_more_than_their_places() -> None:
    text = " ".join(f"patient Anna B{'aeiou'[n % 5]}r{chr(97 + n % 26)}sen pw=Xy{n}z!k" for n in range(2_000))
    with no_runaway():
        assert redact_text(text)[1]
