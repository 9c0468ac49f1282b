"""Whatever is said on a pull request, in whatever order: who may not approve never counts, and nobody twice."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from runwright.model.hosted import HostedPull, HostedReview, Verdict
from runwright.release.change import Change
from runwright.release.codeowners import parse_codeowners
from runwright.release.hosted import Case, HostedPolicy, opinions, standing_votes
from tests.support.forge import NOW, RUNBOOK, later
from tests.support.hosted import OWNERS, STANDINGS, account, review

HEAD, OLD = "ab" * 20, "cd" * 20
POLICY = HostedPolicy(parse_codeowners(OWNERS))
LOGINS = ("dana", "alex", "erin", "tess", "reader", "outsider", "runwright[bot]", "github-actions[bot]")
ALLOWED = {"dana", "alex", "tess"}
"""Who owns everything and may write."""
VERDICTS: tuple[Verdict, ...] = ("approve", "changes", "comment", "dismissed", "pending")
CHANGE = Change(OLD, OLD, HEAD, "ef" * 20, (RUNBOOK,), frozenset(), frozenset())

said = st.builds(
    review,
    by=st.sampled_from(LOGINS),
    verdict=st.sampled_from(VERDICTS),
    head=st.sampled_from((HEAD, OLD, "")),
    minutes=st.integers(0, 60),
    number=st.integers(1, 10_000),
)
many = st.lists(said, max_size=12, unique_by=lambda one: one.id)
people = st.sampled_from((*LOGINS, ""))


def case(reviews: list[HostedReview], opener: str = "runwright[bot]", pusher: str = "runwright[bot]") -> Case:
    """A pull request that was merged after half an hour."""
    pull = HostedPull(
        number=7,
        title="",
        body="",
        state="merged",
        by=account(opener) if opener else None,
        head_ref="x",
        head_sha=HEAD,
        head_repository="acme/runbooks",
        base_ref="main",
        base_sha=OLD,
        labels=(),
        draft=False,
        opened_at=NOW,
        updated_at=later(30),
        ended_at=later(30),
        reviews=tuple(reviews),
        pushed_by=account(pusher) if pusher else None,
    )
    return Case(pull, CHANGE, "low", STANDINGS)


def voters(given_case: Case) -> list[str]:
    return [vote.by.login for vote in standing_votes(POLICY, given_case)]


@given(many, people, people)
def test_only_who_may_approve_ever_counts_and_only_once(reviews: list[HostedReview], opener: str, pusher: str) -> None:
    found = voters(case(reviews, opener, pusher))
    assert len(found) == len(set(found))
    assert set(found) <= ALLOWED - {opener, pusher}


@given(many)
def test_who_counts_said_yes_last_before_the_end_and_to_this_head(reviews: list[HostedReview]) -> None:
    for login in voters(case(reviews)):
        mine = [one for one in reviews if one.by == account(login) and one.verdict not in ("comment", "pending")]
        last = max((one for one in mine if one.at <= later(30)), key=lambda one: (one.at, one.id))
        assert (last.verdict, last.head_sha) == ("approve", HEAD)


@given(many, st.randoms(use_true_random=False))
def test_the_order_in_which_github_lists_reviews_changes_nothing(reviews: list[HostedReview], chance: Random) -> None:
    shuffled = [*reviews]
    chance.shuffle(shuffled)
    assert set(voters(case(shuffled))) == set(voters(case(reviews)))


@given(many, said)
def test_a_comment_changes_no_opinion(reviews: list[HostedReview], extra: HostedReview) -> None:
    more = [*reviews, replace(extra, id=20_000, verdict="comment")]
    assert opinions(case(more).pull) == opinions(case(reviews).pull)


@given(many, said)
def test_what_a_stranger_says_changes_nothing(reviews: list[HostedReview], extra: HostedReview) -> None:
    more = [*reviews, replace(extra, id=20_000, by=account("outsider"))]
    assert voters(case(more)) == voters(case(reviews))
