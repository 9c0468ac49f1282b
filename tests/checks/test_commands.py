"""The check `guard`: commands of runbooks, the repository's own forms, and its policy."""

from __future__ import annotations

import pytest

from runwright.checks.commands import check
from runwright.checks.validation import tree_of, validate
from runwright.corpus.corpus import read_corpus
from runwright.corpus.layout import FORMS, POLICY
from runwright.model.finding import Finding

PATH = "runbooks/linux/RB-LIN-X-1.yaml"
RUNBOOK = """\
id: RB-LIN-X-1
name: X
version: 1
platform: linux
incident_types: [t]
steps:
  - id: one
    action: command.run
    with: {argv: [%s]}
verify:
  method: m
  checks:
    - {when: {a: 1}, confidence: 1}
"""
OWN = "forms:\n  - programs: [queuectl]\n    words: [list, NAME?]\n    reason: Looks at the queues.\n"


def found(argv: str, **settings: str) -> list[Finding]:
    files = {PATH: (RUNBOOK % argv).encode()} | {name: text.encode() for name, text in settings.items()}
    return list(check(tree_of(read_corpus(files))))


def test_a_known_safe_command_gives_no_finding() -> None:
    assert found("systemctl, restart, web") == []


def test_a_command_that_must_never_run_is_an_error_at_its_place() -> None:
    (one,) = found("rm, -rf, /")
    assert (one.severity, one.rule, one.path, one.line) == ("error", "guard", PATH, 9)
    assert "step 'one' must never run: it deletes far more than one thing" in one.message


def test_a_command_that_is_not_known_is_a_warning_that_says_what_to_do() -> None:
    (one,) = found("queuectl, list")
    assert (one.severity, one.line) == ("warning", 9)
    assert "no known-safe form of `queuectl`" in one.message
    assert "guard/forms.yaml" in str(one.suggestion)


def test_a_form_that_the_repository_adds_is_known() -> None:
    assert found("queuectl, list, orders", **{FORMS: OWN}) == []
    assert len(found("queuectl, drop, orders", **{FORMS: OWN})) == 1


def test_the_policy_may_refuse_what_is_not_known() -> None:
    (one,) = found("queuectl, list", **{POLICY: '[policy.guard]\nreview = "error"\n'})
    assert one.severity == "error"


def test_mistakes_in_the_list_are_found_with_their_place() -> None:
    findings = found("df", **{FORMS: OWN.replace("queuectl", "sudo").replace("NAME?", "NAMES_")})
    assert [(one.path, one.line, one.rule) for one in findings] == [(FORMS, 2, "guard")]
    (one,) = found("df", **{FORMS: "forms:\n  - programs: [queuectl]\n"})
    assert (one.path, one.rule) == (FORMS, "schema")
    assert "reason" in one.message


def test_mistakes_in_the_policy_are_found_with_their_line() -> None:
    (one,) = found("df", **{POLICY: "[policy.risk.high]\napprovals = 1\n"})
    assert (one.path, one.line, one.rule) == (POLICY, 2, "policy")


def test_a_list_or_policy_that_cannot_be_read_counts_as_none() -> None:
    findings = found("queuectl, list", **{FORMS: "forms: [", POLICY: "policy = ["})
    assert sorted((one.path, one.severity) for one in findings) == [
        (FORMS, "error"), (PATH, "warning"), (POLICY, "error"),
    ]  # fmt: skip


@pytest.mark.parametrize("argv", ["rm, -rf, /", "queuectl, list"])
def test_validation_tells_what_the_guard_says(argv: str) -> None:
    findings = validate(read_corpus({PATH: (RUNBOOK % argv).encode()}))
    assert [one.line for one in findings if one.rule == "guard"] == [9]
