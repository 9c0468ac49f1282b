"""JSON that no honest agent writes: it is redacted all the same, once is enough, and nothing breaks on the way."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.redact.redact import redact_data
from runwright.redact.sight import clean_at_sight


@pytest.mark.parametrize("resource", [{"a": 1}, ["Patient"], None, 4, True])
def test_a_type_of_a_resource_that_is_no_text_is_no_type(resource: Any) -> None:
    clean, erased = redact_data({"resourceType": resource, "note": "password=Kestrel-77!x"})
    assert clean["note"] == "password=[erased:password]"
    assert [one.pointer for one in erased] == ["/note"]


def test_half_of_a_pair_in_a_name_does_not_leave() -> None:
    clean, erased = redact_data({"\ud83d": {"x\udc00": 1}})
    assert json.dumps(clean, ensure_ascii=False).encode()
    assert clean == {"\ufffd": {"x\ufffd": 1}}
    assert erased == ()


@pytest.mark.parametrize("name", ["ssn", "mrn", "birthDate", "patient_name"])
def test_a_long_text_behind_the_name_of_a_persons_number_goes_at_once(name: str) -> None:
    once, _ = redact_data({name: "Authorization: Bearer " + "aB3x" * 80 + " is refused"})  # its rest is short
    assert redact_data(once) == (once, ())


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        ({"mrn": 77120045.0}, {"/mrn": "mrn"}),
        ({"age": 97, "sex": "F"}, {"/age": "age"}),
        ({"patient_age": 93, "mrn": 771200}, {"/patient_age": "age", "/mrn": "mrn"}),
        ({"age": 97, "ttl": 3600}, {}),
        ({"age": 42, "sex": "F"}, {}),
        ({"mrn": 0.5, "ssn": 12}, {}),
    ],
)
def test_numbers_that_a_name_announces_go(data: dict[str, Any], kinds: dict[str, str]) -> None:
    clean, erased = redact_data(data)
    assert {one.pointer: one.kind for one in erased} == kinds
    assert not clean_at_sight(json.dumps(data).encode()) or clean == data
