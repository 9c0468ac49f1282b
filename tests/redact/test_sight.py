"""A JSON text that is clean at sight is one that the close look leaves as it is, wherever its strings stand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runwright.redact.redact import redact_data
from runwright.redact.sight import clean_at_sight

CASES = sorted((Path(__file__).parent.parent / "cases" / "redact").glob("*.jsonl"))
TEXTS = [json.loads(line)["text"] for path in CASES for line in path.read_text("utf-8").splitlines()]
WORDS = ["alice", "hunter2!", "00482913", "-p", "/P", "--password", "Winter-2031", "1980-01-02", "Doe, Jane", "8080"]
NAMES = [
    "password",
    "DB_PASSWORD",
    "dob",
    "patient_name",
    "value",
    "name",
    "ssn",
    "mrn",
    "token",
    "state",
    "x,:",
    "resourceType",
]


def shapes(text: str) -> list[Any]:
    """The places in which a text may stand."""
    return [
        {"output": text},
        {"a": ["x", text]},
        {text: 1},
        {"steps": [{"error": text, "n": 5}]},
        [[text], {"k": None}],
    ]


def agrees(data: Any) -> bool:
    """Whether the quick answer, if it is a yes, is that of the close look; asked twice, since it remembers."""
    texts = [json.dumps(data).encode(), json.dumps(data, separators=(",", ":")).encode()]
    quick = any(clean_at_sight(text) for text in (*texts, *texts))
    return not quick or redact_data(data) == (data, ())


def test_what_must_go_is_never_clean_at_sight() -> None:
    assert [data for text in TEXTS for data in shapes(text) if not agrees(data)] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_a_name_announces_is_looked_at_closely(name: str) -> None:
    for word in WORDS:
        beside = [{name: word}, {"steps": [{name: [word]}]}, {"name": name, "value": word}, ["run", f"--{name}", word]]
        beside += [[name, word], {"env": [name, word]}, [[name, 5], [name, [word]]]]
        assert [data for data in beside if not agrees(data)] == []


@pytest.mark.parametrize(
    "text",
    [
        b'{"a": "b,\\":", "password": "hunter2!"}',
        b'{"a": ":", "b": ",", "password":"hunter2!"}',
        b'{"a": "x" , ":": 1, "password" : "hunter2!"}',
        b'{"a":"\\u0070assword=hunter2!"}',
        '{"a": "\u202epassword=hunter2!"}'.encode(),
    ],
)
def test_no_string_hides_the_name_behind_it(text: bytes) -> None:
    assert not clean_at_sight(text)


def test_plain_telemetry_is_clean_at_sight() -> None:
    run = {"execution_id": "exec-1", "state_before": {"services.web.state": "running", "disks./.percent": 71.5}}
    assert clean_at_sight(json.dumps(run).encode())
    assert agrees(run)


def test_a_word_that_was_quiet_as_a_value_is_none_as_a_name() -> None:
    """What is remembered of a string is remembered with its place."""
    for place in (b'["x", "y", "%s"]', b'{"a": "%s", "b": 1}', b'{"a": ["%s"]}'):
        for word in (b"password", b"patient_name"):
            clean_at_sight(place % word)
            assert not clean_at_sight(b'{"a": 1, "%s": "hunter2!"}' % word)
