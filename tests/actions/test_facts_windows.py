"""The facts that are read from what Windows answers: each case is a file in tests/cases/facts/windows/."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.actions import facts_windows as facts
from runwright.actions.action import Exec, Result
from runwright.actions.catalogue import Host
from runwright.actions.facts import facts_from, plan_reads
from runwright.model.facts import spec_of
from runwright.model.path import Path as FactPath

CASES = sorted((Path(__file__).parents[1] / "cases" / "facts" / "windows").glob("*.json"))
WINDOWS = Host("windows", "windows")
Parser = Callable[[Result], Mapping[str, Any]]
PARSERS: Mapping[str, tuple[Parser, FactPath]] = {
    "defender": (facts.parse_properties(facts.DEFENDER), ("defender",)),
    "firewall": (facts.parse_properties(facts.FIREWALL), ("winfirewall", "Public")),
    "time-mode": (facts.parse_properties(facts.TIME_MODE), ("wintime",)),
    "stripchart": (facts.parse_stripchart, ("wintime", "time.windows.com")),
    "spool": (facts.parse_properties(facts.SPOOL), ("winspool",)),
    "update-store": (facts.parse_properties(facts.STORE), ("wupdate",)),
    "update-search": (facts.parse_properties(facts.SEARCH), ("wupdate",)),
    "task": (facts.parse_properties(facts.TASK), ("schtasks", "\\Backup\\Nightly")),
    "event-log": (facts.parse_properties(facts.LOG), ("eventlogs", "Application")),
    "certificate": (facts.parse_properties(facts.CERTIFICATE), ("wincert", "www.example")),
    "backup": (facts.parse_properties(facts.BACKUP), ("winbackup",)),
    "vss": (facts.parse_vss_writers, ("vss",)),
    "remote-desktop": (facts.parse_properties(facts.RDP), ("rdp",)),
    "dns-servers": (facts.parse_properties(facts.DNS_SERVERS), ("windns",)),
}
TYPES = {"string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list}
each_case = pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)


def read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8")))


@each_case
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_answer_tells_exactly_these_facts(path: Path, line_end: str) -> None:
    case = read(path)
    output = "".join(line + line_end for line in case["output"])
    result = Result(case["exit_code"], output, case["error"])
    assert PARSERS[case["reader"]][0](result) == case["facts"]


@each_case
def test_every_fact_that_is_told_fits_the_dictionary(path: Path) -> None:
    case = read(path)
    for leaf, value in case["facts"].items():
        spec = spec_of((*PARSERS[case["reader"]][1], leaf))
        assert spec is not None, leaf
        assert isinstance(value, TYPES[spec.type])  # type: ignore[arg-type]
        assert not spec.values or value in spec.values


@each_case
def test_a_case_says_what_it_was_written_after(path: Path) -> None:
    case = read(path)
    assert case["provenance"] == "synthetic"
    assert case["follows"].startswith("https://learn.microsoft.com/")


def test_there_is_a_case_for_every_reader_and_each_reader_is_found_by_its_paths() -> None:
    assert {read(path)["reader"] for path in CASES} == PARSERS.keys()
    for name, (_, prefix) in PARSERS.items():
        leaves = {leaf for path in CASES if read(path)["reader"] == name for leaf in read(path)["facts"]}
        reads = plan_reads([(*prefix, leaf) for leaf in leaves], WINDOWS)
        assert len(reads) == 1, name


def test_a_byte_order_mark_does_not_hide_an_answer() -> None:
    assert facts.parse_properties(facts.TIME_MODE)(Result(0, '\ufeff{"Type":"NTP"}')) == {"mode": "manual"}


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize(
    "output", ["", "null", "[]", "1", '"x"', "{", "[" * 100_000, '{"Known":[1]}', "\x00", "x" * 9999]
)
def test_an_answer_in_another_form_tells_nothing(name: str, output: str) -> None:
    assert PARSERS[name][0](Result(0, output)) == {}


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
def test_properties_of_any_type_tell_what_fits_the_dictionary_or_nothing(name: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([read(path) for path in CASES if read(path)["reader"] == name]))
    properties = json.loads(case["output"][0]) if case["output"] and case["output"][0].startswith("{") else {}
    strange = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.lists(st.text())
    )
    output = json.dumps({key: data.draw(strange) for key in properties})
    for leaf, value in PARSERS[name][0](Result(0, output)).items():
        spec = spec_of((*PARSERS[name][1], leaf))
        assert spec is not None
        assert isinstance(value, TYPES[spec.type])  # type: ignore[arg-type]
        assert not isinstance(value, bool) or spec.type == "boolean"


@pytest.mark.parametrize(
    "path",
    [
        ("winfirewall", "Public'; Stop-Computer; '", "enabled"),
        ("wintime", "$(Stop-Computer)", "drift_seconds"),
        ("schtasks", "\\x` -Force; Stop-Computer", "state"),
        ("eventlogs", '"; Stop-Computer; "', "full"),
        ("wincert", "a\nStop-Computer", "known"),
    ],
)
def test_a_name_in_a_path_never_becomes_a_part_of_a_script(path: FactPath) -> None:
    (read_it,) = plan_reads([path], WINDOWS)
    operation = read_it.operation
    assert isinstance(operation, Exec)
    assert all(path[1] not in word for word in operation.argv)
    assert path[1] in operation.env.values()
    assert all(name.startswith("RUNWRIGHT_") for name in operation.env)


def test_what_did_not_start_or_ran_out_of_time_tells_nothing() -> None:
    (read_it,) = plan_reads([("defender", "running_mode")], WINDOWS)
    assert facts_from(read_it, Result(127, never_started=True)) == {}
    assert facts_from(read_it, Result(None, '{"AMRunningMode":"Normal"}', timed_out=True)) == {}
    assert facts_from(read_it, Result(0, '{"AMRunningMode":"Normal"}')) == {"defender.running_mode": "Normal"}
