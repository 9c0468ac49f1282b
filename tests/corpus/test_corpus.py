"""A tree of files becomes nouns with places; one bad file never hides another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runwright.checks.judging import judge_file
from runwright.corpus.complaints import MAX_COMPLAINTS, field_names
from runwright.corpus.corpus import read_corpus, read_entry
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook
from tests.support import cases
from tests.support.made_library import made_runbook

RUNBOOK = "runbooks/windows/RB-WIN-CASE-002.yaml"


def recording(execution_id: str, runbook_id: str = "RB-WIN-CASE-002", **fields: Any) -> bytes:
    return json.dumps({"execution_id": execution_id, "runbook_id": runbook_id, **fields}).encode()


def test_a_tree_is_read_in_one_pass() -> None:
    files = {
        **cases.library(),
        "tests/recordings/RB-WIN-CASE-002/b.json": recording("b"),
        "tests/recordings/RB-WIN-CASE-002/a.json": recording("a"),
        "README.md": b"\xff not content",
        "runbooks/linux/notes.txt": b"{{{",
        "docs/runbooks/x.yaml": b"{{{",
    }
    corpus = read_corpus(files)
    assert corpus.findings == ()
    names = [entry.value.id for entry in (*corpus.runbooks, *corpus.rules)]
    assert sorted(names) == sorted(path.stem for path in cases.ACCEPTED)
    assert [item.execution.execution_id for item in corpus.recordings_of("RB-WIN-CASE-002")] == ["a", "b"]
    assert corpus.recordings_of("RB-LIN-CASE-001") == ()
    assert corpus.files == files


def test_a_runbook_is_found_by_its_id() -> None:
    corpus = cases.accepted()
    found = corpus.runbook("RB-WIN-CASE-002")
    assert found is not None
    assert found.path == RUNBOOK
    assert corpus.runbook("RB-WIN-CASE-999") is None


def test_a_finding_stands_where_the_value_stands() -> None:
    found = cases.accepted().runbook("RB-WIN-CASE-002")
    assert found is not None
    finding = found.finding("check", "message", ("steps", 0, "with", "service"), suggestion="do", severity="warning")
    assert str(finding) == f"{RUNBOOK}:14:5: message; do [check]"


@pytest.mark.parametrize(
    ("path", "content", "said"),
    [
        (RUNBOOK, b"a: [", f"{RUNBOOK}:2:1: not valid YAML: did not find expected node content [yaml]"),
        (RUNBOOK, b"", f"{RUNBOOK}:1:1: the file: expected a mapping [schema]"),
        ("rules/promoted/x.yml", b"[]", "rules/promoted/x.yml:1:1: the file: expected a mapping [schema]"),
        ("tests/recordings/a/b.json", b"{", "tests/recordings/a/b.json: $: not valid JSON: Expecting property name"),
        (
            "tests/recordings/a/b.json",
            b"{}",
            "tests/recordings/a/b.json: $.execution_id: missing; every Execution needs",
        ),
        (
            "tests/recordings/a/b.json",
            recording("b", schema="runwright.execution/9"),
            "tests/recordings/a/b.json: $.schema:",
        ),
        (
            "tests/recordings/a/b.json",
            b"[" * 100_000,
            "tests/recordings/a/b.json: $: nested too deep to be read [json]",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding_and_hides_nothing(path: str, content: bytes, said: str) -> None:
    corpus = read_corpus({**cases.library(), path: content})
    (finding,) = corpus.findings
    assert str(finding).startswith(said)
    runbooks = {name for name in cases.library() if name.startswith("runbooks/")}
    assert {entry.path for entry in corpus.runbooks} == runbooks - {path}


def test_a_value_of_several_possible_types_is_one_finding() -> None:
    text = cases.library()[RUNBOOK].replace(b"{default: Spooler}", b"{default: [1], enum: [x, [1]]}")
    _, findings = read_entry(RUNBOOK, text, Runbook)
    assert sorted((f.line, f.column, f.message) for f in findings) == [
        (
            7,
            13,
            "`params.service.default`: expected a text or a whole number or a number or true or false",
        ),
        (7, 37, "`params.service.enum[1]`: expected a text or a whole number"),
    ]


def test_a_name_that_is_not_accepted_is_found_at_the_name() -> None:
    text = (
        cases.library()[RUNBOOK]
        .replace(b"  service: {default", b"  'Bad Name': {default")
        .replace(b"params.service ", b"params.x ")
    )
    _, findings = read_entry(RUNBOOK, text, Runbook)
    assert str(findings[0]).startswith(f"{RUNBOOK}:7:3: `params.Bad Name`: 'Bad Name' has not the right form")


def test_a_key_with_line_ends_and_escapes_stays_one_line_of_plain_characters() -> None:
    text = b'"a\\n::error::\\e[31m\\u202e": 1\n' + cases.library()[RUNBOOK]
    _, findings = read_entry(RUNBOOK, text, Runbook)
    assert len(findings) == 1
    assert str(findings[0]).isprintable()


def test_what_a_list_lacks_is_not_told_twice() -> None:
    text = cases.library()[RUNBOOK].replace(b"action: service.restart", b"acton: service.restart")
    _, findings = read_entry(RUNBOOK, text, Runbook)
    assert [f.message for f in findings] == ["`steps[0].acton` is not a field here"]


@pytest.mark.parametrize(
    ("right", "wrong", "place", "said"),
    [
        ("timeout: 60s", "timeuot: 60s", (21, 5), "`steps[0].timeuot` is not a field here; did you mean timeout?"),
        ("settle:", "setle:", (38, 3), "`verify.setle` is not a field here; did you mean settle?"),
        ("version:", "Version:", (4, 1), "`Version` is not a field here; did you mean version?"),
        ("default: site", "defualt: site", (10, 60), "did you mean default?"),
        ("backoff:", "back_off:", (22, 37), "`steps[0].retry.back_off` is not a field here; did you mean backoff?"),
        ("confidence:", "confidance:", (40, 65), "did you mean confidence?"),
        ("platform: linux", "platform: linus", (5, 1), "'windows' or 'any'; did you mean linux?"),
        ("escalate", "excalate", (23, 5), "did you mean escalate?"),
        ("{in:", "{inn:", (20, 54), "unknown operator 'inn'; did you mean in?"),
        ("type: string", "type: strng", (9, 13), "did you mean string?"),
        ("service.start\n", "service.strat\n", (18, 5), "did you mean service.start?"),
        ("with: {service", "with: {servise", (19, 12), "did you mean service?"),
        ("${{ params.database }}", "${{ params.databse }}", (19, 12), "did you mean database?"),
        ("from: incident.resource", "from: incident.resorce", (9, 59), "did you mean resource?"),
    ],
)  # fmt: skip
def test_a_misspelt_word_is_told_with_the_one_that_was_meant(
    right: str, wrong: str, place: tuple[int, int], said: str
) -> None:
    text = made_runbook(1).decode()
    assert right in text
    verdict = judge_file("runbooks/linux/RB-LIN-MADE-00001.yaml", text.replace(right, wrong, 1).encode())
    told = {(f.line, f.column): str(f) for f in verdict.findings}
    assert any(said in message for message in told.values()), told
    assert place in told, told


def test_names_of_fields_are_found_through_lists_mappings_and_blocks() -> None:
    assert "action" in field_names(Runbook, ("steps", 0))
    assert "action" in field_names(Runbook, ("steps", 0, "block", 3, "parallel", 1))
    assert "from" in field_names(Runbook, ("params", "service"))
    assert "partners" in field_names(Rule, ("scope",))
    assert field_names(Runbook, ("incident_types", 0)) == set()


def test_more_mistakes_than_anybody_reads_are_counted() -> None:
    _, findings = read_entry(RUNBOOK, b"".join(b"k%d: 1\n" % n for n in range(2_000)), Runbook)
    assert len(findings) == MAX_COMPLAINTS + 1
    assert findings[-1].message.endswith("more mistakes of the same kind are not told; mend these first")


def test_a_rule_is_read_with_its_condition() -> None:
    entry, findings = read_entry(
        "rules/promoted/L1-CASE-SERVICE.yaml", cases.library()["rules/promoted/L1-CASE-SERVICE.yaml"], Rule
    )
    assert findings == []
    assert entry is not None
    assert entry.value.runbook_id == "RB-LIN-CASE-001"
    assert entry.value.conditions is not None
    assert entry.value.metadata.promoted_at is not None


def test_a_noun_reads_back_from_its_own_json() -> None:
    corpus = cases.accepted()
    for runbook in corpus.runbooks:
        text = runbook.value.model_dump_json(by_alias=True, exclude_unset=True)
        assert Runbook.model_validate_json(text) == runbook.value
    for rule in corpus.rules:
        assert Rule.model_validate_json(rule.value.model_dump_json(by_alias=True, exclude_unset=True)) == rule.value
