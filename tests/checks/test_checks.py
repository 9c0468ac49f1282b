"""What the checks say together, beyond the cases in files."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.checks import guarded, versions
from runwright.checks.validation import errors, tree_of, validate
from runwright.corpus.corpus import read_corpus
from runwright.corpus.editing import dump
from runwright.model.finding import Finding
from tests.support import cases, strategies

LINUX = "runbooks/linux/RB-LIN-CASE-001.yaml"
WINDOWS = "runbooks/windows/RB-WIN-CASE-002.yaml"
RULE = "rules/promoted/L1-CASE-SERVICE.yaml"


def with_steps(*steps: dict[str, Any], **fields: Any) -> dict[str, bytes]:
    data = {
        "id": "RB-LIN-X-1", "name": "X", "version": 1, "platform": "linux", "incident_types": ["t"],
        "steps": list(steps),
        "verify": {"method": "m", "settle": "1s", "checks": [{"when": {"a": 1}, "confidence": 1}]}, **fields,
    }  # fmt: skip
    return {"runbooks/linux/RB-LIN-X-1.yaml": dump(data).encode()}


def said(files: dict[str, bytes], base: dict[str, bytes] | None = None) -> list[str]:
    findings = validate(read_corpus(files), read_corpus(base) if base is not None else None)
    return [str(finding) for finding in findings]


STOP = {"id": "stop", "action": "service.stop", "with": {"service": "web"}}
PORT = {"id": "look", "action": "net.port_open", "with": {"port": 80}}


@pytest.mark.parametrize(
    ("steps", "fields"),
    [
        ([{**STOP, "when": {"a": 1}}], {}),
        ([PORT, STOP], {}),
        ([PORT, {"id": "b", "action": "service.start", "with": {"service": "web"}}, STOP], {}),
        ([STOP], {"precheck": {"healthy": {"a": 1}}}),
        ([STOP], {"precheck": {"unsafe": {"a": 1}}}),
        ([{"id": "b", "action": "service.start", "with": {"service": "web"}}], {}),
    ],
)
def test_a_destructive_step_behind_something_that_is_looked_at_is_fine(
    steps: list[dict[str, Any]], fields: dict[str, Any]
) -> None:
    assert said(with_steps(*steps, **fields)) == []


@pytest.mark.parametrize(
    "steps",
    [
        [STOP],
        [STOP, PORT],
        [{**PORT, "on_failure": "continue"}, STOP],
        [{**PORT, "when": {"a": 1}}, STOP],
        [{"id": "w", "action": "wait.for", "with": {"duration": "5s"}}, STOP],
        [{**STOP, "id": "first", "when": {"a": 1}}, STOP],
    ],
)
def test_a_destructive_step_that_nothing_guards_is_a_warning(steps: list[dict[str, Any]]) -> None:
    findings = list(guarded.check(read_corpus(with_steps(*steps)).runbooks[0]))
    assert [(finding.rule, finding.severity) for finding in findings] == [("guarded", "warning")]
    assert errors(findings) == ()


def test_an_id_that_stands_twice_is_found_and_the_first_file_named() -> None:
    files = {**cases.library(), "runbooks/linux/copy.yaml": cases.library()[LINUX]}
    findings = said(files)
    there = "runbooks/linux/copy.yaml:2:1:"
    assert findings == [
        f"{there} RB-LIN-CASE-001 belongs into {LINUX} [identity]",
        f"{there} id RB-LIN-CASE-001 stands in {LINUX} too; give each its own [identity]",
    ]


def test_a_rule_that_gives_no_value_for_what_its_runbook_needs_is_found() -> None:
    files = with_steps({"id": "a", "action": "service.start", "with": {"service": "${{ params.x }}"}}, params={"x": {}})
    rule = {"id": "L1-X", "name": "x", "check_type": "service", "action": "run_runbook:RB-LIN-X-1"}
    files["rules/promoted/L1-X.yaml"] = dump(rule).encode()
    assert said(files) == [
        "rules/promoted/L1-X.yaml:1:42: the rule gives no 'x', and RB-LIN-X-1 has no default for it [references]"
    ]
    files["rules/promoted/L1-X.yaml"] = dump({**rule, "params": {"x": "web"}}).encode()
    assert said(files) == []


def change(base: dict[str, bytes], head: dict[str, bytes]) -> list[Finding]:
    return list(versions.check(tree_of(read_corpus(base)), tree_of(read_corpus(head))))


def test_a_change_needs_the_next_version_and_a_reworded_comment_does_not() -> None:
    base = cases.library()
    raised = base[WINDOWS].replace(b"version: 1", b"version: 2").replace(b"Spooler", b"Fax")
    assert change(base, {**base, WINDOWS: raised}) == []
    assert change(base, {**base, WINDOWS: b"# why\n" + base[WINDOWS]}) == []
    assert change(base, {**base, WINDOWS: base[WINDOWS].replace(b"version: 1", b"version: 2")}) == []


def test_a_version_can_never_be_lowered() -> None:
    base = {**cases.library(), WINDOWS: cases.library()[WINDOWS].replace(b"version: 1", b"version: 5")}
    (finding,) = change(base, cases.library())
    assert "its version must be 6, not 1" in finding.message


def test_findings_come_by_place_and_the_same_ones_every_time() -> None:
    files = {case.path + f".{n}.yaml": case.content for n, case in enumerate(cases.refused())}
    first = validate(read_corpus(files))
    assert first == validate(read_corpus(dict(reversed(files.items()))))
    assert list(first) == sorted(first, key=lambda f: (f.path, f.line, f.column, f.rule, f.message))
    assert len(first) > 60


_params = st.dictionaries(
    st.sampled_from(["service", "script", "env", "argv", "duration", "x"]), strategies.json_values, max_size=4
)


@settings(max_examples=300)
@given(
    st.sampled_from(
        ["service.start", "script.bash", "command.run", "wait.for", "disk.has_room", "file.set_mode", "no.such"]
    ),
    _params,
    st.dictionaries(
        st.sampled_from(["service", "x"]),
        st.fixed_dictionaries({}, optional={"default": strategies.scalars, "pattern": st.text(max_size=8)}),
        max_size=2,
    ),
    st.sampled_from([None, "${{ params.x }}", "${{ params", "${{ steps.a.output }}", "x"]),
)
def test_whatever_a_file_says_it_is_judged_and_never_a_crash(
    action: str, params: dict[str, Any], specs: dict[str, Any], lock: str | None
) -> None:
    files = with_steps(
        {"id": "a", "action": action, "with": params}, params=specs, limits={"lock": lock} if lock else {}
    )
    for finding in validate(read_corpus(files)):
        assert finding.line >= 1
        assert str(finding)
