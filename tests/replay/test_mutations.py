"""Planted mistakes in every runbook of the library, on its own recordings: replay never shows them to be a repair.

`-s` prints what became of them. What real hosts said of some stands in tests/oracle/ANSWERS.json.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest

from runwright.actions.catalogue import ACTIONS
from runwright.model.verdict import Would
from tests.oracle.comparing import agreement, lines, table, wrong
from tests.oracle.planting import bounded
from tests.support.mutations import KINDS, Mutation, digest, sample
from tests.support.offered import every_offer
from tests.support.planted import Answer, Planted, all_planted, asked, books, planted_in, replayed, runs_of, stale

SAMPLE, SEED = 200, 20251110
WRONG_PREDICTIONS = 0.05
"""Of all that was predicted to succeed, how much may fail on a real host."""


@cache
def every() -> tuple[Planted, ...]:
    return tuple(replayed(all_planted()))


def tell(said: Iterable[str]) -> None:
    sys.stdout.write("\n".join(["", *said, ""]))


def shown(one: Planted) -> bool:
    return one.verdict.would == "succeed" and one.verdict.grade == "shown"


def acted(one: Planted) -> bool:
    """Whether the recorded run did what the mistake is about, and that was more than a look."""
    step = one.recorded
    action = ACTIONS.get(step.action) if step is not None else None
    return action is not None and not action.check and step.outcome == "success"


def waited(one: Planted) -> bool:
    """Whether the recorded run waited for more than a second."""
    step = one.recorded
    return step is not None and (step.action, step.outcome) == ("wait_until", "success") and step.duration_seconds > 1


def test_no_planted_mistake_is_shown_to_repair_what_failed() -> None:
    assert [one.mutation.name for one in every() if one.verdict.verdict == "fixed" and shown(one)] == []


def test_planted_mistakes_are_seldom_even_predicted_to_repair_what_failed() -> None:
    failed = [one for one in every() if one.verdict.was == "fail"]
    fixed = [one for one in failed if one.verdict.verdict == "fixed"]
    tell(f"predicted to be repaired by a mistake: {one.mutation.name}" for one in fixed)
    assert len(fixed) <= WRONG_PREDICTIONS * len(failed)


def test_a_remedy_that_is_left_out_is_never_shown_to_have_been_needless() -> None:
    left_out = [one for one in every() if one.mutation.kind == "drop" and acted(one) and one.recording.success]
    assert len(left_out) > 30
    assert [one.mutation.name for one in left_out if shown(one)] == []


def test_a_remedy_that_runs_only_where_it_did_not_run_is_never_shown_to_succeed() -> None:
    turned = [one for one in every() if one.mutation.name.startswith(f"{one.recording.runbook_id}: negate when")]
    assert [one.mutation.name for one in turned if acted(one) and shown(one)] == []


def test_a_wait_that_took_time_is_never_shown_to_have_been_needless() -> None:
    left_out = [one for one in every() if one.mutation.kind == "drop" and waited(one)]
    assert len(left_out) > 10
    assert [one.mutation.name for one in left_out if shown(one)] == []


def test_a_wait_that_took_longer_than_it_may_is_never_shown_to_succeed() -> None:
    shortened = [one for one in every() if one.mutation.name.endswith(" to 1s") and waited(one)]
    assert len(shortened) > 10
    assert [one.mutation.name for one in shortened if shown(one)] == []


def test_what_becomes_of_each_kind_of_mistake_is_told() -> None:
    chosen = {mutation.name for mutation in sample(all_planted(), SAMPLE, SEED)}
    assert len(chosen) == SAMPLE
    found = [one for one in every() if one.mutation.name in chosen]
    counts = Counter((one.mutation.kind, one.verdict.verdict, one.verdict.grade or "") for one in found)
    decided = sum(one.verdict.verdict != "inconclusive" for one in found) / len(found)
    told = [
        f"{kind:9} {verdict:14} {grade:10} {counts[kind, verdict, grade]:5}" for kind, verdict, grade in sorted(counts)
    ]
    tell([f"{SAMPLE} mistakes on {len(found)} recordings; decided: {decided:.0%}", *told])
    assert {one.mutation.kind for one in found} == set(KINDS)
    assert decided >= 0.7


def test_what_a_real_host_said_contradicts_nothing_that_was_shown() -> None:
    pairs = list(asked())
    tell([*table(pairs), *lines(pairs), *(f"no longer the same: {name}" for name in stale())])
    assert len(pairs) >= 30, "ask again: make oracle"
    assert wrong(pairs, "succeed (shown)") == []


def test_a_real_host_seldom_contradicts_what_was_predicted_to_succeed() -> None:
    predicted = [(one, answer) for one, answer in asked() if one.said == "succeed (predicted)"]
    assert len(wrong(predicted, "succeed (predicted)")) <= max(1, WRONG_PREDICTIONS * len(predicted))


def test_a_repair_that_a_real_host_denied_is_never_shown_and_seldom_predicted() -> None:
    offers = list(every_offer())
    counts = Counter((offer.said, offer.real) for offer in offers)
    fixed = [offer for offer in offers if offer.verdict.verdict == "fixed"]
    failed = [f"{offer.offered} for {offer.failed}: {offer.said}" for offer in fixed if offer.real == "fail"]
    tell([*(f"{said:20} real: {real:8} {count:4}" for (said, real), count in sorted(counts.items())), *failed])
    assert [line for line in failed if "shown" in line] == []
    assert len(failed) <= WRONG_PREDICTIONS * len(fixed)


def test_what_repairs_on_a_real_host_is_seldom_said_to_fail() -> None:
    repairs = [offer for offer in every_offer() if offer.real == "succeed"]
    denied = [f"{offer.offered} for {offer.failed}" for offer in repairs if offer.verdict.would == "fail"]
    tell(denied)
    assert len(repairs) >= 10
    assert len(denied) <= WRONG_PREDICTIONS * len(repairs)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_mistake_is_planted(kind: str) -> None:
    assert any(mutation.kind == kind for mutation in all_planted())


def test_every_runbook_with_recordings_gets_mistakes() -> None:
    assert {mutation.runbook.id for mutation in all_planted()} == {name for name in books() if runs_of(name)}


def test_a_mistake_changes_the_runbook_and_never_its_verification() -> None:
    for mutation in all_planted():
        book = books()[mutation.runbook.id]
        assert mutation.runbook.version == book.version + 1
        assert mutation.runbook.verify == book.verify
        assert digest(mutation.runbook.model_copy(update={"version": book.version})) != digest(book), mutation.name


def test_the_names_of_mistakes_are_their_own() -> None:
    names = Counter(mutation.name for mutation in all_planted())
    assert [name for name, count in names.items() if count > 1] == []


def test_the_same_seed_gives_the_same_sample_and_every_runbook_and_kind_its_share() -> None:
    def names(found: Iterable[Mutation]) -> list[str]:
        return [mutation.name for mutation in found]

    chosen = sample(all_planted(), SAMPLE, SEED)
    assert names(chosen) == names(sample(reversed(all_planted()), SAMPLE, SEED))
    assert names(chosen) != names(sample(all_planted(), SAMPLE, SEED + 1))
    assert {mutation.runbook.id for mutation in chosen} == {mutation.runbook.id for mutation in all_planted()}


def test_a_mistake_is_found_at_every_depth() -> None:
    names = {mutation.name for mutation in planted_in("RB-LIN-NGINX-001")}
    assert names >= {"RB-LIN-NGINX-001: drop check-config", "RB-LIN-NGINX-001: swap put-back and refused-too"}


def test_no_step_of_a_runbook_that_is_run_for_an_answer_waits_longer_than_it_ever_needs() -> None:
    steps = [{"id": "a", "wait_until": {"x": 1}}, {"id": "b", "action": "host.restart", "timeout": "15m"}]
    steps += [{"id": "c", "block": [{"id": "d", "wait_until": {"x": 1}, "timeout": "1s"}]}]
    assert [item.get("timeout") for item in bounded({"steps": steps})["steps"]] == ["30s", "30s", None]
    assert bounded({"steps": steps})["steps"][2]["block"][0]["timeout"] == "1s"


@pytest.mark.parametrize(
    ("said", "real", "agrees"),
    [
        ("succeed", "succeed", "right"),
        ("fail", "fail", "right"),
        ("succeed", "fail", "wrong"),
        ("fail", "succeed", "wrong"),
        ("inconclusive", "fail", "open"),
        ("succeed", "inconclusive", "open"),
    ],
)
def test_what_was_not_decided_is_neither_right_nor_wrong(said: Would, real: Would, agrees: str) -> None:
    one = every()[0]
    one = replace(one, verdict=one.verdict.model_copy(update={"would": said}))
    assert agreement(one, Answer(one.mutation.name, digest(one.mutation.runbook), "succeed", real)) == agrees
