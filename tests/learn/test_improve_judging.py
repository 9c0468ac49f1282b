"""The judges treat every candidate alike, whoever wrote it; the best is chosen by evidence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runwright.learn.background import Background
from runwright.learn.drafts import Candidate, Drafted
from runwright.learn.improve import chosen
from runwright.learn.judging import Judged, Rank
from runwright.model.execution import Execution
from runwright.model.question import Provenance
from tests.support.authoring import OF_WEB, START, book, corpus_of, failure_of, judged_alone, thought
from tests.support.recordings import recording, service, started

TEXT = book(START)
DOWN = {**service("web", "stopped", "db"), **service("db", "stopped")}


def lacking() -> Execution:
    step = started("web", "failed", id="start", state_after=DOWN)
    return recording(step, before=DOWN, verified=None, error_step="start", **OF_WEB)


def good() -> Candidate:
    """What the built-in author writes for it."""
    found = thought(TEXT, lacking()).about("service.start db").candidate
    assert isinstance(found, Candidate)
    return found


def edited(old: str, new: str) -> Judged:
    text = good().text
    assert old in text
    return judged_alone(replace(good(), text=text.replace(old, new)), lacking(), TEXT)


def test_a_models_candidate_goes_the_same_way_as_ours() -> None:
    by = Provenance(by="small-model", template="draft/1", input_digest="ab" * 32)
    theirs = Candidate(good().text.replace("generation_model: built-in", "generation_model: small-model"), "x", by)
    ours, other = judged_alone(good(), lacking(), TEXT), judged_alone(theirs, lacking(), TEXT)
    assert (other.ok, other.why, other.rank) == (ours.ok, ours.why, ours.rank)
    assert other.ok


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("generation_model: built-in", "generation_model: a-person"),
        ("generated_from_failure: exec-1", "generated_from_failure: exec-9"),
        ("requires_human_review: true", "requires_human_review: false"),
        ("parent_runbook: RB-LIN-SERVICE-001-v4", "parent_runbook: RB-LIN-SERVICE-001-v3"),
        ("failure_type: runbook_insufficient", "failure_type: permission_denied"),
        ("generated_by: runwright", "generated_by: somebody"),
    ],
)
def test_a_candidate_that_lies_about_where_it_comes_from_is_refused(old: str, new: str) -> None:
    found = edited(old, new)
    assert (found.ok, found.report) == (False, None)
    assert "metadata is wrong about" in found.why


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: RB-LIN-SERVICE-001", "id: RB-LIN-SERVICE-007"),
        ("version: 5", "version: 4"),
        ("version: 5", "version: 6"),
        ("version: 5", "version: [5]"),
        ("action: service.start", "action: service.begin"),
        ("steps:\n", "steps: &x\n"),
        ("steps:\n", "steps:\n  - id: x\n    action: command.run\n    with: {argv: [rm, -rf, /]}\n"),
        ("steps:\n", "surprise: 1\nsteps:\n"),
        ("verify:\n", "verify:\n  checks: []\n"),
    ],
)
def test_a_candidate_that_is_not_valid_is_a_value_and_no_exception(old: str, new: str) -> None:
    found = edited(old, new)
    assert not found.ok
    assert found.why.startswith("not valid: ")


@pytest.mark.parametrize("text", ["", "\x00", "[" * 5000, "a: b: c", "null", "- 1", "\ud800"])
def test_a_text_that_is_no_runbook_at_all_is_a_value_too(text: str) -> None:
    found = judged_alone(replace(good(), text=text.encode("utf-8", "replace").decode()), lacking(), TEXT)
    assert not found.ok


def test_a_candidate_that_destroys_something_is_no_fix() -> None:
    what = "action: service.stop\n    with: {service: cache}\n    when: {services.cache.known: true}"
    stop = f"steps:\n  - id: stop\n    {what}\n"
    assert not edited("steps:\n", stop).ok


def test_a_candidate_for_another_file_is_refused() -> None:
    elsewhere = replace(good(), path="runbooks/linux/RB-LIN-SERVICE-002.yaml")
    assert not judged_alone(elsewhere, lacking(), TEXT).ok
    outside = replace(good(), path="../../etc/passwd")
    assert not judged_alone(outside, lacking(), TEXT).ok


# The choice


def choice(*ones: Judged) -> str:
    corpus = corpus_of(TEXT)
    return chosen(failure_of(lacking(), corpus), ones, corpus, Background(), Drafted((), ("a.b",), "")).reason


def named(name: str, rank: Rank) -> Judged:
    found = judged_alone(good(), lacking(), TEXT)
    return replace(found, rank=rank, candidate=replace(found.candidate, summary=name))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((False, 9, 0, 9, 2), (True, 0, -9, 1, 0)),
        ((True, 0, 0, 9, 2), (True, 1, -9, 1, 0)),
        ((True, 0, -2, 9, 2), (True, 0, -1, 1, 0)),
        ((True, 0, -1, 1, 2), (True, 0, -1, 2, 0)),
        ((True, 0, -1, 1, 0), (True, 0, -1, 1, 1)),
    ],
)
def test_shown_comes_first_then_what_leaves_least_open_fixes_most_changes_least_and_risks_least(
    better: Rank, worse: Rank
) -> None:
    assert choice(named("worse", worse), named("better", better)) == "proposed: better"
    assert choice(named("better", better), named("worse", worse)) == "proposed: better"


def test_of_equals_the_first_counts() -> None:
    rank = (True, 0, -1, 1, 0)
    assert choice(named("first", rank), named("second", rank)) == "proposed: first"


def test_what_does_not_fix_it_is_told_and_not_proposed() -> None:
    bad = replace(named("bad", (True, 0, 0, 1, 0)), ok=False, why="1 regressed of 1 run")
    corpus = corpus_of(TEXT)
    found = chosen(failure_of(lacking(), corpus), [bad], corpus, Background(), Drafted((), ("a.b",), ""))
    assert (found.proposal, found.tried, found.missing_facts) == (None, ("bad: 1 regressed of 1 run",), ("a.b",))
    assert found.reason == "needs a person: not recorded: a.b"


def test_what_only_waits_is_proposed_only_where_nothing_heals() -> None:
    patient = replace(named("patient", (True, 1, 0, 1, 0)), ok=False, undecided=True)
    assert choice(patient, named("healing", (True, 0, -1, 2, 2))) == "proposed: healing"
    assert choice(patient) == "proposed: patient"
