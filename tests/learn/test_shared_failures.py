"""The improvable failures of the shared set: without a probe the exact facts that are missing, with one a fix for most.

Their error texts are real and their runbooks stand in no library. What an agent would have read after each of them
stands in tests/cases/triage/probes.jsonl, with where it reads it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.catalogue import host_of
from runwright.actions.facts import plan_reads
from runwright.checks.validation import errors, validate
from runwright.cli.proposing import Draft, Library, draft
from runwright.corpus.corpus import read_corpus
from runwright.learn.probed import probed
from runwright.model.execution import Execution
from runwright.model.path import concrete_path
from runwright.model.probe import plain_facts
from runwright.model.telemetry import parse_execution
from runwright.replay.gate import Change, replay_change

CASES = Path(__file__).parents[1] / "cases" / "triage"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LIBRARY = Library(read_corpus({}), None)


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text("utf-8").splitlines()]


FAILURES = {case["execution"]["execution_id"]: case for case in lines("triage-dev.jsonl") if case["improvable"]}
PROBES = {case["execution_id"]: case for case in lines("probes.jsonl")}
FIXED = {
    "exec-bdc702f5db3d": "disk.release_deleted nginx.service",
    "exec-699e5a4d289b": "wintls.use_strong_crypto",
    "exec-1129501dddc3": "wintls.use_strong_crypto",
    "exec-fceb5803772e": "service.reload nginx.service",
    "exec-6a16dfad5602": "unit.reload",
    "exec-6555363ef950": "service.reload nginx.service",
    "exec-0356791fab2d": "service.enable TermDD",
    "exec-8dd7f075c19e": "selinux.restorecon /usr/sbin/xrdp-sesman",
    "exec-0d91c72ceeb5": "disk.release_deleted rsyslog.service",
    "exec-7e8d7200ca89": "selinux.setsebool nis_enabled",
    "exec-6a03e213c0df": "service.enable RemoteAccess",
}
"""What the probe lets the built-in author find; for the others a person is needed, and is told what was read."""
each_failure = pytest.mark.parametrize("name", FAILURES)


def run(name: str, *, with_probe: bool) -> Execution:
    execution = parse_execution(FAILURES[name]["execution"])
    return probed(execution, PROBES[name]["facts"]) if with_probe else execution


def drafted(name: str, *, with_probe: bool) -> Draft:
    return draft(run(name, with_probe=with_probe), LIBRARY, NOW)


@each_failure
def test_without_a_probe_the_exact_facts_are_asked_for(name: str) -> None:
    found = drafted(name, with_probe=False).found
    assert found.proposal is None
    asked = plain_facts(found.missing_facts)
    assert asked
    host = host_of({}, run(name, with_probe=False).platform)
    for fact in asked:
        assert plan_reads([concrete_path(fact)], host), f"no agent reads {fact}"


@each_failure
def test_what_the_probe_holds_is_what_an_agent_can_read(name: str) -> None:
    host = host_of({}, run(name, with_probe=False).platform)
    families = {fact.split(".")[0].split("[")[0] for fact in PROBES[name]["facts"]}
    assert families == set(PROBES[name]["read"]), "each family says where the agent reads it"
    for fact in PROBES[name]["facts"]:
        assert plan_reads([concrete_path(fact)], host), f"no agent reads {fact}"


@pytest.mark.parametrize("name", FIXED)
def test_with_the_probe_a_fix_is_predicted(name: str) -> None:
    found = drafted(name, with_probe=True).found
    assert found.kind == "proposed", (found.reason, found.tried)
    assert found.proposal is not None
    assert found.reason == f"proposed: {FIXED[name]}"
    assert "needs-staging" not in found.proposal.labels
    text = "".join(filter(None, found.proposal.files.values()))
    wanted = FAILURES[name]["fix"]["must_match_any_case"]
    assert all(re.search(pattern, text, re.IGNORECASE) for pattern in wanted)


@pytest.mark.parametrize("name", FIXED)
def test_the_gate_passes_it_too_in_a_library_that_never_had_the_runbook(name: str) -> None:
    found = drafted(name, with_probe=True).found
    assert found.proposal is not None
    head = read_corpus({path: text.encode() for path, text in found.proposal.files.items() if text is not None})
    assert not errors(validate(head, LIBRARY.corpus))
    report = replay_change(Change(LIBRARY.corpus, head))
    assert report.passed, report.failures
    assert [verdict.verdict for one in report.runbooks for verdict in one.verdicts] == ["fixed"]


@pytest.mark.parametrize("name", sorted(FAILURES.keys() - FIXED.keys()))
def test_what_no_action_of_the_catalogue_mends_goes_to_a_person_with_what_was_read(name: str) -> None:
    found = drafted(name, with_probe=True).found
    assert found.proposal is None
    assert found.reason.startswith("needs a person")
    bare = drafted(name, with_probe=False).found
    # What the probe told is not asked for again.
    assert not set(found.missing_facts) & PROBES[name]["facts"].keys()
    assert set(bare.missing_facts) & PROBES[name]["facts"].keys()


@pytest.mark.parametrize("file", sorted(CASES.glob("held-out*.jsonl")), ids=lambda path: path.stem)
def test_of_other_failures_none_is_fixed_by_guessing_and_each_that_could_be_asks_for_facts(file: Path) -> None:
    for case in lines(file.name):
        found = draft(parse_execution(case["execution"]), LIBRARY, NOW).found
        assert found.proposal is None, (case["execution"]["execution_id"], found.reason)
        assert plain_facts(found.missing_facts) or not case["improvable"], case["execution"]["execution_id"]


def test_the_shared_set_has_twenty_and_at_least_ten_are_fixed() -> None:
    assert len(FAILURES) == 20
    assert PROBES.keys() == FAILURES.keys()
    fixed = [name for name in FAILURES if drafted(name, with_probe=True).found.kind == "proposed"]
    print(f"{len(fixed)} of {len(FAILURES)} shared failures have a predicted fix with the probe of an agent")  # noqa: T201
    assert set(fixed) == FIXED.keys()


@pytest.mark.parametrize(
    ("name", "fact"),
    [
        ("exec-bdc702f5db3d", 'deleted_open["/"].holder: nginx.service'),
        ("exec-0d91c72ceeb5", 'deleted_open["/home"].holder: rsyslog.service'),
        ("exec-fceb5803772e", "tls.${{ params.host }}.443.served_by: nginx.service"),
    ],
)
def test_a_service_is_touched_only_where_it_is_the_one_that_holds_or_serves_it(name: str, fact: str) -> None:
    proposal = drafted(name, with_probe=True).found.proposal
    assert proposal is not None
    assert any(fact in text for path, text in proposal.files.items() if path.endswith(".yaml"))


def test_new_steps_are_named_in_words_that_a_reader_knows() -> None:
    for name in FIXED:
        proposal = drafted(name, with_probe=True).found.proposal
        assert proposal is not None
        text = next(text or "" for path, text in proposal.files.items() if path.endswith(".yaml"))
        assert not re.search(
            r"name: '?(Restorecon|Setsebool|Release deleted|Reload first|Let programs of$)", text, re.M
        )
