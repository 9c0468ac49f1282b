"""Facts of a Linux host, read from what its programs printed: each case is a file in tests/cases/facts/linux/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.actions.action import Native, Result
from runwright.actions.facts_linux import READERS
from runwright.actions.reader import Parse
from runwright.model.facts import WELL_KNOWN

CASES = sorted((Path(__file__).parents[1] / "cases" / "facts" / "linux").glob("*.json"))
JSON_TYPES = {"string": str, "boolean": bool, "integer": int, "number": float, "array": list}
FAMILIES = {
    (str(reader.prefix[0]), leaf): parse
    for reader in READERS
    for operation, parse in reader.variants.values()
    if not isinstance(operation, Native)
    for leaf in reader.leaves
}


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_output_tells_exactly_these_facts(path: Path) -> None:
    case = read(path)
    parse = FAMILIES[case["family"], case["leaf"]]
    output = "".join(f"{line}\n" for line in case["output"])
    assert parse(Result(case["exit_code"], output, case["error"])) == case["facts"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_fact_that_is_told_is_of_the_type_in_the_dictionary(path: Path) -> None:
    case = read(path)
    specs = {(spec.path[0], spec.path[-1]): spec for spec in WELL_KNOWN}
    for leaf, value in case["facts"].items():
        assert isinstance(value, JSON_TYPES[specs[case["family"], leaf].type])


def test_every_reader_has_a_case() -> None:
    seen = {FAMILIES[case["family"], case["leaf"]] for case in map(read, CASES)}
    assert seen == set(FAMILIES.values())


READERS = sorted(set(FAMILIES.values()), key=lambda parse: parse.__name__)
"""In one order: processes that share the tests must name them alike, and a set of functions goes by their addresses."""


@pytest.mark.parametrize("parse", READERS, ids=lambda parse: parse.__name__)
@given(st.sampled_from([0, 1, 2, 255, None]), st.text(max_size=80), st.text(max_size=80))
def test_foreign_output_never_upsets_a_reader(parse: Parse, code: int | None, output: str, error: str) -> None:
    assert isinstance(parse(Result(code, output, error)), dict)


@pytest.mark.parametrize(
    "output", ["[]", "{}", "1", '{"nftables": 1}', '{"nftables": [1, {"chain": 2}]}', "[" * 100_000, '{"nftables": '],
    ids=["list", "empty", "number", "no-list", "odd-entries", "deep", "cut-off"],
)  # fmt: skip
def test_a_ruleset_in_another_form_tells_nothing_that_is_not_in_it(output: str) -> None:
    told = FAMILIES["firewall", "rules"](Result(0, output))
    assert told in ({}, {"rules": 0, "filters_input": False})
