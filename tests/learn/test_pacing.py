"""Whose turn it is, over days of failures and decisions: the limits hold at every moment, and everybody has a turn."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from runwright.errors import ContentError
from runwright.learn.pacing import NEXT_IN_LINE, Scene, merge_rate, slow_down, wait_for
from runwright.model.pacing import ProposalLimits, Turn, Wait
from runwright.model.policy import read_limits
from runwright.model.proposal import PullRequest
from tests.support.forge import NOW, later

OID = "0" * 40
LIMITS = ProposalLimits()


def pull(number: int, opened: float, state: str = "open", **more: object) -> PullRequest:
    told = {
        "number": number,
        "title": "a change",
        "body": "",
        "branch": f"runwright/improve/RB-LIN-SERVICE-001/{number:012x}",
        "base_ref": "refs/heads/main",
        "base_sha": OID,
        "head_sha": OID,
        "fingerprint": f"{number:064x}",
        "by": "runwright-bot",
        "opened_at": later(opened),
        "updated_at": later(opened),
        "state": state,
        **more,
    }
    return PullRequest.model_validate(told)


def ended(number: int, state: str, minutes: float, closed_as: str | None = None) -> PullRequest:
    by = {"closed_by": "dana"} if closed_as else {}
    return pull(number, minutes - 1, state, ended_at=later(minutes), closed_as=closed_as, **by)


def scene(*pulls: PullRequest, minutes: float = 0, **more: int) -> Scene:
    return Scene(pulls, LIMITS.model_copy(update=more), 1, later(minutes))


def test_a_rollback_is_neither_counted_nor_held_up() -> None:
    others = [pull(number, 0, branch=f"runwright/rollback/{number}") for number in range(1, 20)]
    assert wait_for(Turn("ab" * 32, "low", NOW), (), scene(*others)) is None


def test_a_persons_pull_requests_are_not_counted() -> None:
    others = [pull(number, 0, branch=f"my-change-{number}", fingerprint=None) for number in range(1, 20)]
    assert wait_for(Turn("ab" * 32, "low", NOW), (), scene(*others)) is None


def test_one_that_was_just_let_through_counts_before_it_is_seen() -> None:
    """Another replica may be about to open it."""
    coming = [Turn(name * 32, "high", NOW, granted_at=later(0)) for name in ("01", "02")]
    assert wait_for(Turn("ab" * 32, "high", NOW), coming, scene(minutes=1)) is not None
    assert wait_for(Turn("ab" * 32, "high", NOW), coming, scene(minutes=11)) is None, "it never came"


def test_the_day_is_shared_by_those_who_may_approve() -> None:
    pulls = [ended(number, "merged", 61.0 * number) for number in range(1, 11)]
    alone, pair = scene(*pulls, minutes=700), Scene(pulls, LIMITS, 2, later(700))
    told = wait_for(Turn("ab" * 32, "high", NOW), (), alone)
    assert told == Wait(later(60 + 24 * 60), "rate-limited: 10 proposals were opened within a day; at most 10 are")
    assert wait_for(Turn("ab" * 32, "high", NOW), (), pair) is None


@pytest.mark.parametrize(
    ("merged", "rejected", "hours"), [(3, 1, 1), (5, 0, 1), (3, 3, 1), (2, 3, 4), (1, 4, 4), (1, 6, 12), (0, 5, 12)]
)
def test_the_hour_grows_as_fewer_are_merged(merged: int, rejected: int, hours: int) -> None:
    pulls = [ended(number, "merged", number) for number in range(1, merged + 1)]
    pulls += [ended(50 + number, "closed", 50 + number, "rejected") for number in range(rejected)]
    assert slow_down(pulls, later(100)) == hours


def test_what_took_anothers_place_and_what_is_long_ago_says_nothing_about_people() -> None:
    pulls = [ended(number, "closed", number, "superseded") for number in range(1, 10)]
    assert merge_rate(pulls, later(100)) is None
    old = [ended(number, "closed", number, "rejected") for number in range(1, 10)]
    assert merge_rate(old, later(100)) == 0
    assert merge_rate(old, NOW + timedelta(days=31)) is None


@pytest.mark.parametrize("seed", range(12))
def test_over_days_the_limits_hold_and_everybody_has_a_turn(seed: int) -> None:
    chance = random.Random(seed)
    waiting = {
        f"{number:064x}": Turn(f"{number:064x}", chance.choice(("high", "medium", "low")), NOW, later(0))
        for number in range(1, 31)
    }
    pulls: list[PullRequest] = []
    for step in range(20_000):
        now = later(step)
        for turn in chance.sample(sorted(waiting.values(), key=lambda one: one.fingerprint), len(waiting)):
            due = turn.until is None or turn.until <= now
            wait = wait_for(turn, [*waiting.values()], Scene(pulls, LIMITS, 1, now)) if due else None
            if due and wait is None:
                number = int(turn.fingerprint, 16)
                pulls.append(pull(number, step))
                del waiting[turn.fingerprint]
            elif wait is not None:
                assert wait.until >= now + min(NEXT_IN_LINE, timedelta(seconds=1))
                waiting[turn.fingerprint] = Turn(turn.fingerprint, turn.priority, turn.asked_at, wait.until)
        held(pulls, step)
        if chance.random() < 0.02:
            pulls = [decided(one, step) if one.state == "open" else one for one in pulls]
        if not waiting:
            return
    raise AssertionError(f"{len(waiting)} never had a turn")


def held(pulls: list[PullRequest], step: int) -> None:
    now = later(step)
    assert sum(one.state == "open" for one in pulls) <= LIMITS.open
    assert sum(now - one.opened_at < timedelta(hours=1) for one in pulls) <= LIMITS.per_hour
    assert sum(now - one.opened_at < timedelta(days=1) for one in pulls) <= LIMITS.per_approver_a_day


def decided(one: PullRequest, step: int) -> PullRequest:
    return one.model_copy(update={"state": "merged", "ended_at": later(step)})


# Several sites


def of(site: str, fingerprint: str, priority: str = "high", **more: object) -> Turn:
    return Turn(fingerprint, priority, NOW, site_id=site, **more)  # type: ignore[arg-type]


def test_a_site_with_fewer_proposals_goes_before_one_that_calls_all_its_failures_urgent() -> None:
    granted = [of("loud", f"{number:064x}", granted_at=later(0)) for number in (1, 2)]
    due = [of("loud", f"{number:064x}", until=later(60)) for number in range(3, 12)]
    quiet = of("quiet", "ab" * 32, "low", until=later(60))
    pulls = [pull(1, 0), pull(2, 0)]
    assert wait_for(quiet, [*granted, *due], scene(*pulls, minutes=61)) is None
    told = wait_for(due[1], [*granted, due[0], *due[2:], quiet], scene(*pulls, minutes=61))
    assert told is not None
    assert "of sites with fewer proposals" in told.reason


def test_one_site_does_not_take_the_last_place_where_there_are_others() -> None:
    granted = [of("loud", f"{number:064x}", granted_at=later(0)) for number in range(1, 5)]
    pulls = [pull(number, 0) for number in range(1, 5)]
    more, other = of("loud", "cd" * 32), of("quiet", "ab" * 32)
    two = Scene(pulls, LIMITS, 1, later(300), sites=2)
    told = wait_for(more, granted, two)
    assert told is not None
    assert "the last place is another's" in told.reason
    assert wait_for(other, granted, two) is None
    assert wait_for(more, granted, Scene(pulls, LIMITS, 1, later(300), sites=1)) is None, "nobody else is there"


def test_what_people_refuse_of_one_site_slows_no_other_down() -> None:
    granted = [of("loud", f"{number:064x}", granted_at=later(0)) for number in range(1, 8)]
    pulls = [ended(number, "closed", 10 * number, "rejected") for number in range(1, 8)]
    now = Scene(pulls, LIMITS, 1, later(200), sites=2)
    assert wait_for(of("quiet", "ab" * 32), granted, now) is None
    assert wait_for(of("loud", "cd" * 32), granted, now) is not None


# The file


def test_the_limits_are_read_from_the_file_and_have_defaults() -> None:
    assert read_limits(None) == LIMITS
    assert (LIMITS.per_hour, LIMITS.open, LIMITS.per_approver_a_day, LIMITS.cool_down_hours) == (2, 5, 10, 24)
    assert read_limits(b"[proposals]\nper_hour = 4\n").per_hour == 4


@pytest.mark.parametrize(
    "text", [b"[proposals]\nper_hour = 0\n", b"[proposals]\nopen = 1000\n", b"[proposals]\nfew = 1\n"]
)
def test_a_limit_that_is_none_is_refused_with_its_line(text: bytes) -> None:
    with pytest.raises(ContentError) as told:
        read_limits(text)
    assert told.value.line == 2
