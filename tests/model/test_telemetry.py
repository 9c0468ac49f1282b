"""Executions as agents in the field write them: minimal, older, newer, hostile."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError
from runwright.model.condition import Test as FactTest
from runwright.model.execution import SCHEMA, Execution, state_diff
from runwright.model.telemetry import UnknownSchema, canonical, execution_data, flatten, parse_execution
from tests.support import strategies

FIELD = Path(__file__).parent.parent / "cases" / "triage" / "triage-dev.jsonl"
LINES = FIELD.read_text("utf-8").splitlines()
SMALLEST = {"execution_id": "exec-1", "runbook_id": "RB-WIN-FIREWALL-001"}


def read(**fields: Any) -> Execution:
    return parse_execution({**SMALLEST, **fields})


def test_there_are_sixty_real_failures() -> None:
    assert len(LINES) == 60


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_a_failure_from_the_field_is_read_without_loss(line: str) -> None:
    raw = json.loads(line)["execution"]
    execution = parse_execution(raw)
    assert execution.status == "failure"
    assert execution.verification_passed is None or raw["verification_method"] != "not_run"
    assert [step.outcome for step in execution.executed_steps] == [
        "success" if step["success"] else "failed" for step in raw["executed_steps"]
    ]
    assert [step.duration_seconds for step in execution.executed_steps] == [
        s["duration"] for s in raw["executed_steps"]
    ]
    assert execution.executed_steps[-1].step == str(raw["executed_steps"][-1]["step"])
    assert parse_execution(execution_data(execution)) == execution


def test_a_minimal_execution_is_valid() -> None:
    execution = read(
        incident_id="INC-123",
        hostname="NVDC01",
        success=True,
        state_before={"firewall_enabled": False},
        state_after={"firewall_enabled": True},
        state_diff={"changed_keys": ["firewall_enabled"]},
        duration_seconds=2.5,
    )
    assert (execution.status, execution.success, execution.verification_passed) == ("success", True, None)
    assert execution.state_diff.changed_keys == ("firewall_enabled",)
    assert execution.schema_ == SCHEMA


def test_two_names_are_all_that_an_execution_needs() -> None:
    assert (read().status, read().success) == ("failure", False)


@pytest.mark.parametrize("missing", sorted(SMALLEST))
def test_without_its_names_nothing_is_an_execution(missing: str) -> None:
    with pytest.raises(ContentError, match=rf"\$\.{missing}: missing"):
        parse_execution({key: value for key, value in SMALLEST.items() if key != missing})


@pytest.mark.parametrize(
    ("written", "status"),
    [("failed", "failure"), ("error", "failure"), ("ok", "success"), ("timed_out", "timeout"), ("partial", "partial")],
)
def test_older_words_for_a_status_are_understood(written: str, status: str) -> None:
    execution = read(status=written)
    assert execution.status == status
    assert execution.success is (status == "success")


def test_older_steps_are_understood() -> None:
    step = {"step": 3, "action": "x", "duration": 7.3, "success": False, "exit_code": None, "output": None}
    (found,) = read(executed_steps=[step]).executed_steps
    assert (found.step, found.duration_seconds, found.outcome, found.exit_code, found.output) == (
        "3",
        7.3,
        "failed",
        None,
        "",
    )


def test_the_other_shape_of_a_state_diff_is_understood() -> None:
    diff = read(state_diff={"changed": {"a": [1, 2], "b": "odd"}, "added": {"c": 3}, "removed": ["d"]}).state_diff
    assert diff.changed_keys == ("a", "b")
    assert (diff.before, diff.after) == ({"a": 1}, {"a": 2})
    assert diff.model_extra == {"changed": {"a": [1, 2], "b": "odd"}, "added": {"c": 3}, "removed": ["d"]}


def test_nested_facts_become_canonical_paths() -> None:
    facts = {
        "services": {"foo.service": {"state": "running"}},
        "disks": {"/": {"used_percent": 5}},
        "a.b": 1,
        "none": None,
    }
    assert read(state_before=facts).state_before == {
        'services["foo.service"].state': "running",
        'disks["/"].used_percent': 5,
        "a.b": 1,
        "none": None,
    }


@given(st.dictionaries(st.text(max_size=8), strategies.json_values, max_size=4))
def test_flat_facts_stand_still(facts: dict[str, Any]) -> None:
    flat = flatten(facts)
    assert flatten(flat) == flat


@pytest.mark.parametrize("method", ["not_run", None, ""])
@pytest.mark.parametrize("passed", [True, False, None])
def test_a_verification_that_was_not_run_says_nothing(method: str | None, passed: bool | None) -> None:
    execution = read(verification_method=method, verification_passed=passed)
    assert (execution.verification_method, execution.verification_passed) == ("not_run", None)


def test_a_verification_that_was_run_is_believed() -> None:
    assert read(verification_method="service_status_check", verification_passed=False).verification_passed is False


def test_what_a_newer_agent_says_beside_is_kept_everywhere() -> None:
    step = {"step": "a", "action": "x", "outcome": "success", "mood": "good"}
    raw = {"weather": {"sky": None}, "executed_steps": [step], "trigger": {"error_id": "e", "phase": 2}, "schema_": 1}
    data = execution_data(read(**raw))
    assert data["weather"] == {"sky": None}
    assert data["executed_steps"][0]["mood"] == "good"
    assert data["trigger"] == {"error_id": "e", "phase": 2}
    assert data["schema_"] == 1


@pytest.mark.parametrize(
    "name", ["model_dump", "__class__", "__dict__", "model_config", "model_fields", "copy", "self"]
)
def test_a_field_cannot_take_the_place_of_our_own_code(name: str) -> None:
    execution = read(**{name: "evil"})
    assert execution_data(execution)[name] == "evil"
    assert execution.runbook_id == "RB-WIN-FIREWALL-001"


@pytest.mark.parametrize(
    "schema", ["runwright.execution/2", "runwright.execution/", "other/1", "", 1, None, ["runwright.execution/1"]]
)
def test_an_unknown_major_version_is_put_aside(schema: object) -> None:
    with pytest.raises(UnknownSchema, match=r"\$\.schema: .* is not known here"):
        read(schema=schema)


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"execution_id": 5}, "$.execution_id"),
        ({"execution_id": "../../etc/passwd"}, "$.execution_id"),
        ({"execution_id": "a/b"}, "$.execution_id"),
        ({"execution_id": "-rf"}, "$.execution_id"),
        ({"execution_id": "a\n"}, "$.execution_id"),
        ({"execution_id": "a" * 129}, "$.execution_id"),
        ({"runbook_id": ""}, "$.runbook_id"),
        ({"status": "great"}, "$.status"),
        ({"status": ["failed"]}, "$.status"),
        ({"duration_seconds": "2.5"}, "$.duration_seconds"),
        ({"verification_method": "x", "verification_passed": "yes"}, "$.verification_passed"),
        ({"started_at": "yesterday"}, "$.started_at"),
        ({"started_at": "2026-01-01T00:00:00"}, "$.started_at"),
        ({"state_before": []}, "$.state_before"),
        ({"executed_steps": {}}, "$.executed_steps"),
        ({"executed_steps": ["x"]}, "$.executed_steps[0]"),
        ({"executed_steps": [{"step": "a", "action": "b", "outcome": "success"},
        {"step": "a", "action": 5, "outcome": "failed"}]}, "$.executed_steps[1].action"),
        ({"executed_steps": [{"step": "a", "action": "b", "success": "no"}]}, "$.executed_steps[0].outcome"),
        ({"executed_steps": [{"step": True, "action": "b", "outcome": "failed"}]}, "$.executed_steps[0].step"),
        ({"failure_type": "bad_luck"}, "$.failure_type"),
        ({"resolution_level": "L4"}, "$.resolution_level"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_refused_with_its_json_path(fields: dict[str, Any], where: str) -> None:
    with pytest.raises(ContentError) as refused:
        read(**fields)
    assert refused.value.message.startswith(f"{where}: ")
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("raw", [None, [], "x", 5, True])
def test_what_is_no_object_is_refused(raw: object) -> None:
    with pytest.raises(ContentError, match=r"\$: expected an Execution as a JSON object"):
        parse_execution(raw)


HOSTILE_JSON = {
    "NaN": b'{"duration_seconds": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a number that is infinite": b'{"a": 1e999}',
    "a key given twice": b'{"a": 1, "a": 2}',
    "a hundred thousand brackets": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a hundred thousand braces": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a number of ten thousand digits": b'{"a": ' + b"9" * 10_000 + b"}",
    "a number of a hundred digits": b'{"a": ' + b"9" * 100 + b"}",
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "an open end": b'{"a": ',
    "two values": b"{} {}",
    "nothing": b"",
    "a raw control character": b'{"a": "\x01"}',
    "single quotes": b"{'a': 1}",
    "a comment": b'{"a": 1} // b',
}


@pytest.mark.parametrize("content", HOSTILE_JSON.values(), ids=HOSTILE_JSON.keys())
def test_hostile_json_is_refused(content: bytes) -> None:
    with pytest.raises(ContentError, match=r"^\$"):
        read_json(content)


@given(st.binary(max_size=60) | strategies.json_values.map(lambda value: json.dumps(value).encode()))
def test_reading_json_never_fails_otherwise(content: bytes) -> None:
    with suppress(ContentError):
        read_json(content)


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), "\ud800", deep(500), deep(3000)],
    ids=["nan", "inf", "half a character", "deep", "deeper"],
)
def test_a_value_that_json_cannot_carry_is_refused_wherever_it_stands(value: object) -> None:
    for fields in (
        {"duration_seconds": value},
        {"state_before": {"a": value}},
        {"anything": value},
        {"params": {"a": [value]}},
    ):
        with pytest.raises(ContentError, match=r"^\$"):
            read(**fields)


def test_a_number_too_large_for_a_duration_is_refused() -> None:
    with pytest.raises(ContentError, match=r"\$\.duration_seconds: Input should be a finite number"):
        read(duration_seconds=10**400)


FIELDS = (
    "schema", "status", "success", "state_before", "state_diff", "executed_steps", "trigger", "x",
    "verification_method",
    "verification_passed", "error_step", "started_at", "erased", "outcome",
)  # fmt: skip


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, strategies.json_values)).map(
        lambda more: {**SMALLEST, **more}
    )
)
def test_any_json_is_an_execution_that_reads_back_or_is_refused(raw: dict[str, Any]) -> None:
    try:
        execution = parse_execution(raw)
    except ContentError:
        return
    written = canonical(execution_data(execution))
    assert canonical(execution_data(parse_execution(json.loads(written)))) == written


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{\n  "a": "é",\n  "b": 1\n}\n'.encode()


def test_a_fact_known_on_one_side_alone_is_no_change() -> None:
    diff = state_diff({"a": 1, "b": 1, "c": None}, {"a": 2, "c": 3, "d": 1})
    assert diff.changed_keys == ("a", "c")
    assert (diff.before, diff.after) == ({"a": 1, "c": None}, {"a": 2, "c": 3})


def test_a_name_that_a_host_told_is_kept_whatever_it_holds() -> None:
    key = 'files["/srv/${{ params.path }}"].exists'
    declared = {"reads": [key], "needs": {key: True}, "changes": {key: None}}
    step = {"step": "look", "action": "command.run", "outcome": "success", "facts": {key: True}, "declared": declared}
    kept = read(state_before={key: True}, executed_steps=[step])
    assert (kept.state_before, kept.executed_steps[0].facts) == ({key: True}, {key: True})
    needs = kept.executed_steps[0].declared.needs  # type: ignore[union-attr]  # it was said above
    assert needs == FactTest(("files", "/srv/${{ params.path }}", "exists"), "eq", True)
    assert parse_execution(execution_data(kept)) == kept
