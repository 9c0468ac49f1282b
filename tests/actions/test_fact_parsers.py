"""The facts that are read from what service managers print: each case is a file in tests/cases/facts/."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.action import Result
from runwright.actions.facts import (
    parse_sc_qc,
    parse_sc_queryex,
    parse_supervisorctl_status,
    parse_systemctl_show,
)
from runwright.model.facts import spec_of

CASES = sorted((Path(__file__).parents[1] / "cases" / "facts").glob("*.json"))
PARSERS: Mapping[str, Callable[[Result], Mapping[str, Any]]] = {
    "supervisorctl status": parse_supervisorctl_status,
    "systemctl show": parse_systemctl_show,
    "sc.exe queryex": parse_sc_queryex,
    "sc.exe qc": parse_sc_qc,
}


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_output_tells_exactly_these_facts(path: Path, line_end: str) -> None:
    case = read(path)
    output = "".join(line + line_end for line in case["output"])
    assert PARSERS[case["reader"]](Result(case["exit_code"], output, case["error"])) == case["facts"]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_fact_that_is_told_stands_in_the_dictionary_with_an_accepted_value(path: Path) -> None:
    for leaf, value in read(path)["facts"].items():
        spec = spec_of(("services", "any", leaf))
        assert spec is not None
        assert not spec.values or value in spec.values


def test_the_cases_are_found() -> None:
    assert {read(path)["reader"] for path in CASES} == PARSERS.keys()
