"""Every case below tests/cases/runbooks: what is good is accepted, what is wrong is refused at its place."""

from __future__ import annotations

import pytest

from runwright.checks.validation import errors, validate
from runwright.corpus.corpus import read_corpus
from runwright.model.finding import Finding
from tests.support import cases
from tests.support.cases import Refused

REFUSED = cases.refused()


@pytest.mark.parametrize("path", cases.library())
def test_an_accepted_file_has_no_finding(path: str) -> None:
    corpus = cases.accepted()
    assert path in {entry.path for entry in (*corpus.runbooks, *corpus.rules)}
    assert [str(finding) for finding in validate(corpus) if finding.path == path] == []


def findings_on(case: Refused) -> list[Finding]:
    head = read_corpus({**cases.library(), case.path: case.content})
    found = validate(head, cases.accepted() if case.since_accepted else None)
    return [finding for finding in found if finding.path == case.path]


@pytest.mark.parametrize("case", REFUSED, ids=[case.name for case in REFUSED])
def test_a_refused_file_is_told_what_is_wrong_and_where(case: Refused) -> None:
    findings = findings_on(case)
    first = next(finding for finding in findings if finding.rule == case.rule)
    assert f"{first.path}:{first.line}:{first.column} {first.severity}" == f"{case.place} {case.severity}"
    assert case.words in str(first)
    assert str(first).isprintable()


def test_a_wrong_file_spoils_no_other() -> None:
    for case in REFUSED:
        findings = validate(read_corpus({**cases.library(), case.path: case.content}))
        others = [finding for finding in findings if finding.path != case.path]
        # A rule is told when the runbook that it runs cannot be read any more; that is all.
        assert all(finding.path.startswith("rules/") for finding in others), case.name


def test_a_file_with_nothing_but_warnings_is_let_through() -> None:
    for case in REFUSED:
        assert bool(errors(findings_on(case))) is (case.severity == "error"), case.name


def test_all_mistakes_of_a_file_are_found_in_one_pass() -> None:
    text = cases.library()["runbooks/windows/RB-WIN-CASE-002.yaml"].decode()
    text = text.replace("version: 1", "version: x").replace("  settle: 5s\n", "").replace("service.restart", "5")
    text += "more: 1\n"
    findings = validate(read_corpus({"runbooks/windows/RB-WIN-CASE-002.yaml": text.encode()}))
    assert [finding.line for finding in findings] == [3, 12, 21]
    assert {finding.rule for finding in findings} == {"schema"}
