"""A recording that is no evidence is a finding with its path and its place in it, and the others go on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.checks.judging import judge_file
from runwright.checks.validation import validate
from runwright.corpus.corpus import read_corpus
from runwright.corpus.evidence import MAX_BYTES, file_name, recording_path
from runwright.model.bounds import MAX_FACTS, MAX_STEPS
from runwright.model.telemetry import canonical, execution_data
from tests.support.recordings import RUNBOOK_ID, recording, service, started

GOOD, BAD = (f"tests/recordings/{RUNBOOK_ID}/{name}.json" for name in ("exec-0", "exec-1"))
STEP = started("web", state_before=service("web", "stopped"))


def run(execution_id: str = "exec-1", **fields: Any) -> dict[str, Any]:
    return {**execution_data(recording(STEP, execution_id=execution_id)), **fields}


def steps(**fields: Any) -> dict[str, Any]:
    return run(executed_steps=[{**STEP, **fields}])


WHOLE = canonical(run())
BROKEN: dict[str, tuple[bytes, str]] = {
    "an older schema": (canonical(run(schema="runwright.execution/0")), "$.schema: 'runwright.execution/0' is not"),
    "a newer schema": (canonical(run(schema="runwright.execution/2")), "$.schema: 'runwright.execution/2' is not"),
    "another schema": (canonical(run(schema=["x"])), "$.schema: ['x'] is not known here"),
    "truncated": (WHOLE[: len(WHOLE) // 2], "$: not valid JSON: "),
    "empty": (b"", "$: not valid JSON: "),
    "two documents": (WHOLE + WHOLE, "$: not valid JSON: Extra data"),
    "a list": (b"[]", "$: expected an Execution as a JSON object, not list"),
    "no id": (canonical({"runbook_id": RUNBOOK_ID}), "$.execution_id: missing"),
    "not UTF-8": (WHOLE.replace(b'"web"', b'"\xff"'), "$: byte "),
    "a byte order mark": (b"\xef\xbb\xbf" + WHOLE, "$: not valid JSON: "),
    "UTF-16": (WHOLE.decode().encode("utf-16"), "$: byte 0 is not UTF-8"),
    "giant": (WHOLE.replace(b'"output": ""', b'"output": "' + b"x" * MAX_BYTES + b'"'), "$: has "),
    "a status that nobody knows": (canonical(run(status="fine")), "$.status: "),
    "an outcome that nobody knows": (canonical(steps(outcome="maybe")), "$.executed_steps[0].outcome: "),
    "steps that are no list": (canonical(run(executed_steps={"a": 1})), "$.executed_steps: "),
    "a duration in words": (canonical(steps(duration_seconds="long")), "$.executed_steps[0].duration_seconds: "),
    "facts that are no mapping": (canonical(run(state_before=["x"])), "$.state_before: "),
    "a state that is a number": (
        canonical(run(state_before={"services.web.state": 5})),
        "$.state_before.services.web.state: expected string, not int",
    ),
    "nested facts of the wrong type": (
        canonical(run(state_after={"services": {"web": {"known": "yes"}}})),
        "$.state_after.services.web.known: expected boolean, not str",
    ),
    "a measure in words": (
        canonical(steps(state_before={'disks["/"].used_percent': "85 %"})),
        '$.executed_steps[0].state_before.disks["/"].used_percent: expected number, not str',
    ),
    "a truth value for a number": (
        canonical(steps(state_after={"services.web.pid": True})),
        "$.executed_steps[0].state_after.services.web.pid: expected integer, not bool",
    ),
    "a list in words": (
        canonical(steps(facts={"services.web.requires": "db"})),
        "$.executed_steps[0].facts.services.web.requires: expected array, not str",
    ),
    "a run of another runbook": (
        canonical(run(runbook_id="RB-LIN-OTHER-001")),
        f"$.runbook_id: a run of RB-LIN-OTHER-001 is no recording of {RUNBOOK_ID}",
    ),
    "under another name": (canonical(run("exec-7")), "$.execution_id: exec-7 belongs into tests/recordings/RB-"),
    "a key twice": (
        WHOLE.replace(b'"execution_id"', b'"status": "success", "execution_id"'),
        "$.status: key 'status' is given twice; keep one of them",
    ),
    "a key twice, deep inside": (
        WHOLE.replace(b'"outcome": "success"', b'"outcome": "failed", "outcome": "success"'),
        "$.executed_steps[0].outcome: key 'outcome' is given twice",
    ),
    "a key that says the same in another way": (
        WHOLE.replace(b'"execution_id"', b'"\\u0073tatus": "success", "execution_id"'),
        "$.status: key 'status' is given twice",
    ),
    "a number without end": (
        WHOLE.replace(b'"exit_code": 0', b'"exit_code": ' + b"9" * 5000),
        "$.executed_steps[0].exit_code: 999999999999999999999999… is a whole number beyond 64 bits",
    ),
    "a fact of 400 digits": (
        canonical(steps(state_after={"services.web.pid": 10**400})),
        "$.executed_steps[0].state_after.services.web.pid: 100000000000000000000000… is a whole number beyond 64 bits",
    ),
    "a fact of 65 bits": (
        canonical(run(state_before={"queue.length": [1, 2**64]})),
        "$.state_before.queue.length[1]: 18446744073709551616 is a whole number beyond 64 bits; -922",
    ),
    "a fact that is too small": (
        canonical(run(state_before={"queue.length": -(2**63) - 1})),
        "$.state_before.queue.length: -9223372036854775809 is a whole number beyond 64 bits",
    ),
    "more steps than are read": (
        canonical(run(executed_steps=[STEP] * (MAX_STEPS + 1))),
        "$.executed_steps: expected at most 500 steps, not 501; a run that holds more is no recording",
    ),
    "more facts than are read": (
        canonical(run(state_before={f"disks.d{number}.kind": "x" for number in range(MAX_FACTS)})),
        "$: expected at most 5000 facts in all states together, not 50",
    ),
    "infinity": (WHOLE.replace(b'"exit_code": 0', b'"exit_code": Infinity'), "$: not valid JSON: Infinity"),
    "too deep": (WHOLE.replace(b'"params": {}', b'"params": ' + b"[" * 50_000), "$: n"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_bad_recording_is_a_finding_and_the_others_go_on(name: str) -> None:
    content, said = BROKEN[name]
    corpus = read_corpus({GOOD: canonical(run("exec-0")), BAD: content})
    (finding,) = corpus.findings
    assert finding.path == BAD
    assert finding.message.startswith(said)
    assert finding.message.isprintable()
    assert len(finding.message) < 1000
    assert [item.path for item in corpus.recordings_of(RUNBOOK_ID)] == [GOOD]
    assert judge_file(BAD, content).findings == (finding,)
    assert finding in validate(corpus)


def test_a_good_recording_is_none() -> None:
    assert judge_file(BAD, WHOLE).findings == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"state_before": {"firewall_enabled": "yes", "moon.phase": 3}},
        {"state_before": {"services.web.state": None}},
        {"state_before": {'disks["/"].used_percent': 85}},
        {"something_new": {"of": ["a", "newer", "agent"]}},
        {"status": "failed", "success": False},
    ],
    ids=["facts of no dictionary", "no value", "a whole number", "a newer agent's field", "an older word"],
)
def test_what_is_only_unusual_is_read(fields: dict[str, Any]) -> None:
    assert judge_file(BAD, canonical(run(**fields))).findings == ()


def test_the_first_of_several_keys_that_stand_twice_is_named() -> None:
    content = b'{"a": [{"x": 1}, {"b": 1, "c": {"d": 1, "d": 2}, "b": 2}], "a": 1}'
    assert judge_file(BAD, content).findings[0].message.startswith("$.a: key 'a' is given twice")
    content = b'{"a": [{"x": 1}, {"b": 1, "c": {"d": 1, "d": 2}}]}'
    assert judge_file(BAD, content).findings[0].message.startswith("$.a[1].c.d: ")


def test_a_key_of_a_hostile_name_is_told_in_one_printable_line() -> None:
    name = json.dumps("\x1b[2J\n" + "x" * 5000).encode()
    (finding,) = judge_file(BAD, b'{"a": {%s: 1, %s: 2}}' % (name, name)).findings
    assert finding.message.isprintable()
    assert len(finding.message) < 500


def test_a_file_outside_a_folder_of_a_runbook_is_only_looked_at() -> None:
    assert judge_file("tests/recordings/0.json", WHOLE).findings == ()


@pytest.mark.parametrize("execution_id", ["exec-1", "exec:1", "exec.1", "EXEC_1", "e" * 128])
def test_every_id_has_a_file_of_its_own(execution_id: str) -> None:
    path = recording_path(RUNBOOK_ID, execution_id)
    assert path == f"tests/recordings/{RUNBOOK_ID}/{file_name(execution_id)}.json"
    assert judge_file(path, canonical(run(execution_id))).findings == ()
