"""What counts as an answer to a proposal: everything that a person did, and nothing that a machine did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runwright.learn.body_boxes import STOP, with_boxes
from runwright.learn.pacing import Scene, wait_for
from runwright.learn.unanswered import is_unanswered, told, went_unanswered
from runwright.model.hosted import Account, HostedComment, HostedCommit, HostedPull, HostedReview, Verdict
from runwright.model.pacing import ProposalLimits, Turn
from runwright.model.proposal import PullRequest

OPENED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WEEK = OPENED + timedelta(days=7)
BOT, HERE = "runwright[bot]", "acme/runbooks"
ROBOT, ERIN = Account(BOT, 9, "bot"), Account("erin", 3, "user")
PULL = HostedPull(
    number=4,
    title="runbook(RB-LIN-X-001): start the database first",
    body=with_boxes("A text\n\n<!-- runwright fingerprint=abababababab topic=x -->\n"),
    state="open",
    by=ROBOT,
    head_ref="runwright/improve/RB-LIN-X-001/abababababab",
    head_sha="a" * 40,
    head_repository=HERE,
    base_ref="main",
    base_sha="b" * 40,
    labels=("runwright", "priority:high", "needs-staging"),
    draft=False,
    opened_at=OPENED,
    updated_at=OPENED,
    comments=(
        HostedComment(1, ROBOT, "seen again", OPENED),
        HostedComment(2, Account("github-actions[bot]", 4, "bot"), "", OPENED),
    ),
    commits=(HostedCommit("a" * 40, "c" * 40, ("b" * 40,), ROBOT, Account("web-flow", 5, "user")),),
)


def review(verdict: Verdict) -> HostedReview:
    return HostedReview(1, ERIN, verdict, PULL.head_sha, "", OPENED)


def test_after_a_week_in_which_only_machines_spoke_it_is_unanswered() -> None:
    assert is_unanswered(PULL, BOT, HERE, WEEK)


def test_a_moment_before_it_is_not() -> None:
    assert not is_unanswered(PULL, BOT, HERE, WEEK - timedelta(seconds=1))


@pytest.mark.parametrize(
    "touched",
    [
        replace(PULL, reviews=(review("approve"),)),
        replace(PULL, reviews=(review("changes"),)),
        replace(PULL, reviews=(review("comment"),)),
        replace(PULL, reviews=(review("dismissed"),)),
        replace(PULL, comments=(HostedComment(1, ERIN, "I look at it tomorrow", OPENED),)),
        replace(PULL, comments=(HostedComment(1, None, "by an account that is gone", OPENED),)),
        replace(PULL, commits=(HostedCommit("a" * 40, "c" * 40, (), ERIN, ERIN),)),
        replace(PULL, commits=(HostedCommit("a" * 40, "c" * 40, (), ROBOT, ERIN),)),
        replace(PULL, commits=(HostedCommit("a" * 40, "c" * 40, (), None, None),)),
        replace(PULL, pushed_by=ERIN),
        replace(PULL, labels=(*PULL.labels, "needs-work")),
        replace(PULL, labels=(*PULL.labels, "closed:stale")),
        replace(PULL, body=with_boxes(PULL.body, {STOP})),
    ],
)
def test_what_a_person_touched_is_answered(touched: HostedPull) -> None:
    assert not is_unanswered(touched, BOT, HERE, WEEK)


@pytest.mark.parametrize(
    "other",
    [
        replace(PULL, by=ERIN),
        replace(PULL, by=None),
        replace(PULL, by=Account("dependabot[bot]", 8, "bot")),
        replace(PULL, head_repository="mallory/runbooks"),
        replace(PULL, head_repository=""),
        replace(PULL, head_ref="feature/x"),
        replace(PULL, state="closed"),
        replace(PULL, state="merged"),
    ],
)
def test_what_is_no_open_proposal_of_the_bots_is_left_alone(other: HostedPull) -> None:
    assert not is_unanswered(other, BOT, HERE, WEEK)


def closed(reason: str, closed_by: str = BOT) -> PullRequest:
    return PullRequest(
        number=4,
        title="t",
        body="b",
        branch=PULL.head_ref,
        base_ref="refs/heads/main",
        base_sha="b" * 40,
        head_sha="a" * 40,
        fingerprint="abababababab",
        opened_at=OPENED,
        updated_at=WEEK,
        by=BOT,
        state="closed",
        closed_as="stale",
        closed_reason=reason,
        closed_by=closed_by,
        ended_at=WEEK,
    )


def test_it_is_told_apart_from_what_the_library_has_overtaken() -> None:
    assert went_unanswered(closed(f"{told()}; closed as `stale`."))
    assert not went_unanswered(closed("RB-LIN-X-001 is at version 3 since"))


@pytest.mark.parametrize("closed_by", [BOT, "github-actions[bot]"])
def test_the_same_failure_is_not_proposed_again_at_once_when_nobody_answered(closed_by: str) -> None:
    pulls = (closed(told(), closed_by),)
    turn = Turn("abababababab", "high", WEEK)
    waits = [
        wait_for(turn, (), Scene(pulls, ProposalLimits(), 3, WEEK + timedelta(hours=hours), frozenset(), 1))
        for hours in (1, 25)
    ]
    assert [wait is None for wait in waits] == [False, True]
