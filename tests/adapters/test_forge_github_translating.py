"""What GitHub says, as the service understands it: pure, from GitHub's own examples and from hostile ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from runwright.adapters.forge_github import Place
from runwright.adapters.forge_github.as_proposal import (
    View,
    approvers,
    base_of,
    is_own,
    is_untouched,
    pull_of,
    standing,
)
from runwright.adapters.forge_github.marking import LONGEST, Hidden, key_of, with_hidden, with_key, without_hidden
from runwright.adapters.forge_github.reading import translated
from runwright.adapters.forge_github.reviewers import reviewers_of
from runwright.adapters.forge_github.translating import Around
from runwright.errors import ContentError, EdgeError
from runwright.model.hosted import Account, HostedCheck, HostedComment, HostedCommit, HostedPull, HostedReview
from runwright.release.codeowners import parse_codeowners
from tests.support.growth import no_runaway

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOT, DANA = Account("runwright[bot]", 1, "bot"), Account("dana", 2, "user")
VIEW = View("runwright[bot]", "acme/runbooks")
BRANCH = f"runwright/improve/RB-LIN-SERVICE-001/{'ab' * 6}"
A, B, C, TREE = "a" * 40, "b" * 40, "c" * 40, "d" * 40
COMMIT = HostedCommit(B, TREE, (A,), BOT, BOT, f"title\n\nFingerprint: {'ab' * 8}\n")
PULL = HostedPull(
    number=7,
    title="A title",
    body=with_hidden("The text.\n", Hidden("ab" * 8, ("exec-1",))),
    state="open",
    by=BOT,
    head_ref=BRANCH,
    head_sha=B,
    head_repository="acme/runbooks",
    base_ref="main",
    base_sha=C,
    labels=("runwright",),
    draft=False,
    opened_at=NOW,
    updated_at=NOW,
    commits=(COMMIT,),
)


def review(verdict: Any, by: Account | None = DANA, head: str = B, minutes: int = 1, text: str = "") -> HostedReview:
    return HostedReview(minutes, by, verdict, head, text, NOW + timedelta(minutes=minutes))


def comment(text: str, by: Account | None = DANA, minutes: int = 1) -> HostedComment:
    return HostedComment(minutes, by, text, NOW + timedelta(minutes=minutes))


# Whose it is.


def test_the_bots_own_is_a_proposal() -> None:
    pull = pull_of(PULL, VIEW)
    assert (pull.fingerprint, pull.runbook_id, pull.evidence) == ("ab" * 8, "RB-LIN-SERVICE-001", ("exec-1",))
    assert (pull.body, pull.base_sha, pull.by, pull.key_id) == ("The text.\n", A, "runwright[bot]", "")


@pytest.mark.parametrize(
    "changes",
    [
        {"by": DANA},
        {"by": None},
        {"by": Account("runwright", 9, "user")},
        {"head_repository": "mallory/runbooks"},
        {"head_repository": ""},
        {"head_ref": "runwright/improve/RB-LIN-SERVICE-001/xyz"},
        {"head_ref": f"{BRANCH}/more"},
        {"head_ref": "main"},
    ],
)
def test_whatever_else_copies_its_words_is_none(changes: dict[str, Any]) -> None:
    pull = pull_of(replace(PULL, **changes), VIEW)
    assert (pull.fingerprint, pull.runbook_id, pull.evidence) == (None, None, ())
    assert not is_own(replace(PULL, **changes), VIEW)


def test_a_forks_branch_is_not_mistaken_for_ours() -> None:
    pull = pull_of(replace(PULL, head_repository="mallory/runbooks"), VIEW)
    assert pull.branch == f"mallory/runbooks:{BRANCH}"


def test_the_failure_is_what_the_commit_says_whatever_the_text_says() -> None:
    edited = replace(PULL, body=with_hidden("x", Hidden("abababababab" + "0" * 20, ())))
    assert pull_of(edited, VIEW).fingerprint == "ab" * 8
    other = replace(edited, commits=(replace(COMMIT, message=f"x\n\nFingerprint: {'cd' * 8}\n"),))
    assert pull_of(other, VIEW).fingerprint == "abababababab" + "0" * 20
    assert pull_of(replace(PULL, body="", commits=()), VIEW).fingerprint == "ab" * 6


def test_where_it_left_the_base_is_what_its_commits_say() -> None:
    update = HostedCommit("e" * 40, TREE, (B, C), DANA, DANA)
    assert (base_of(PULL), base_of(replace(PULL, commits=(COMMIT, update)))) == (A, C)
    assert base_of(replace(PULL, commits=())) == C


# Whether the bot may still touch it.


@pytest.mark.parametrize(
    ("changes", "free"),
    [
        ({}, True),
        ({"state": "closed"}, False),
        ({"state": "merged"}, False),
        ({"by": DANA}, False),
        ({"commits": ()}, False),
        ({"head_sha": C}, False),
        ({"commits": (COMMIT, replace(COMMIT, author=DANA))}, False),
        ({"commits": (COMMIT, replace(COMMIT, committer=DANA))}, False),
        ({"commits": (COMMIT, replace(COMMIT, author=None))}, False),
    ],
)
def test_it_is_the_bots_alone_until_a_person_has_pushed(changes: dict[str, Any], free: bool) -> None:
    assert is_untouched(replace(PULL, **changes), "Runwright[bot]") is free


@pytest.mark.parametrize(
    ("reviews", "stands"),
    [
        ((), False),
        ((review("approve"),), True),
        ((review("approve", head=C),), True),
        ((review("approve"), review("comment", minutes=2)), True),
        ((review("approve"), review("pending", minutes=2)), True),
        ((review("approve"), review("changes", minutes=2)), False),
        ((review("dismissed"),), False),
        ((review("comment"), review("changes", minutes=2)), False),
        ((review("approve", by=None),), False),
    ],
)
def test_whose_approval_stands_is_told_whichever_commit_it_was_given_for(
    reviews: tuple[HostedReview, ...], stands: bool
) -> None:
    assert approvers(replace(PULL, reviews=reviews)) == ((DANA,) if stands else ())


def test_the_last_word_of_each_stands() -> None:
    erin = Account("erin", 3, "user")
    found = standing([review("approve"), review("changes", by=erin), review("approve", by=erin, minutes=5)])
    assert [(one.by and one.by.login, one.verdict) for one in found] == [("dana", "approve"), ("erin", "approve")]


# How it was closed.


@pytest.mark.parametrize(
    ("labels", "by", "sense"),
    [
        ((), DANA, "rejected"),
        ((), None, "rejected"),
        (("needs-work",), DANA, "needs-work"),
        (("closed:stale",), DANA, "stale"),
        (("needs-work", "closed:rejected"), DANA, "rejected"),
        (("closed:made-up",), DANA, "rejected"),
        (("closed:superseded",), BOT, "superseded"),
        ((), BOT, None),
    ],
)
def test_a_close_has_a_sense(labels: tuple[str, ...], by: Account | None, sense: str | None) -> None:
    pull = pull_of(replace(PULL, state="closed", labels=labels, closed_by=by, ended_at=NOW), VIEW)
    assert pull.closed_as == sense


def test_the_reason_is_the_last_word_of_who_closed() -> None:
    said = (comment("first"), comment("not mine", Account("erin", 3, "user"), 5), comment("  \n", minutes=6))
    closed = replace(PULL, state="closed", closed_by=DANA, comments=said, ended_at=NOW)
    assert pull_of(closed, VIEW).closed_reason == "first"
    spoken = replace(closed, reviews=(review("changes", text="in the review", minutes=3),))
    assert pull_of(spoken, VIEW).closed_reason == "in the review"
    assert pull_of(replace(closed, comments=()), VIEW).closed_reason == ""
    at_once = replace(closed, comments=(comment("why", DANA, 5),), reviews=(review("changes", minutes=5, text="more"),))
    assert pull_of(at_once, VIEW).closed_reason == "why"


def test_the_bots_reason_is_its_closing_comment() -> None:
    said = (comment(with_key("closed", "superseded by #9"), BOT), comment(with_key("seen", "Seen twice."), BOT, 5))
    closed = replace(PULL, state="closed", closed_by=BOT, comments=said, labels=("closed:superseded",), ended_at=NOW)
    pull = pull_of(closed, VIEW)
    assert (pull.closed_reason, pull.closed_by, pull.decisions) == ("superseded by #9", "runwright[bot]", ())


# Hostile and odd values are shown, and break nothing.


def test_odd_values_are_made_fit_to_be_shown() -> None:
    check = HostedCheck(1, "CI / Test (3.11) ✓", B, "failure", 15368, Account("github-actions[bot]", 0, "bot"), None)
    digits = replace(check, name="3.11", conclusion="")
    odd = replace(
        PULL,
        title="x\x1b[31m\n" + "y" * 500,
        body="z" * 262_144,
        labels=("Good First Issue", "a" * 50, "runwright"),
        comments=(comment("w" * 262_144),),
        checks=(check, digits, replace(check, conclusion="neutral"), replace(check, conclusion="skipped")),
        reviews=(review("approve", head=""), review("changes", text="v" * 262_144, by=None)),
    )
    pull = pull_of(odd, VIEW)
    assert (len(pull.title), pull.title.isprintable(), len(pull.body)) == (256, True, 65_536)
    assert pull.labels == ("a" * 50, "runwright")
    assert [(one.name, one.conclusion) for one in pull.checks] == [
        ("ci-test-3-11", "failure"),
        ("check-3-11", "pending"),
        ("ci-test-3-11", "failure"),
        ("ci-test-3-11", "failure"),
    ]
    assert [(one.verdict, one.by) for one in pull.decisions] == [("changes", "")]


@pytest.mark.parametrize("text", ["", "x", "x\n", "x\n\n", "\n\n", "a <!-- runwright-proposal --> b", "x\r\n"])
def test_a_body_comes_back_as_it_was(text: str) -> None:
    hidden = Hidden("ab" * 8, ("exec-1", "site:7.b-2"))
    assert without_hidden(with_hidden(text, hidden)) == (text, hidden)


def test_a_body_without_the_line_is_one_all_the_same() -> None:
    assert without_hidden("a person's text") == ("a person's text", None)


def test_evidence_makes_room_for_the_text() -> None:
    names = tuple(f"execution-{number:0100}" for number in range(80))
    short = without_hidden(with_hidden("x", Hidden("ab" * 8, names)))[1]
    assert short is not None
    assert (short.evidence[0], short.evidence[-1], len(short.evidence)) == (names[0], names[-1], 50)
    sent = with_hidden("x" * 64_000, Hidden("ab" * 8, names))
    kept = without_hidden(sent)[1]
    assert len(sent) <= LONGEST
    assert kept is not None
    assert (kept.evidence[0], kept.evidence[-1], len(kept.evidence)) == (names[0], names[-1], 7)


def test_what_is_too_long_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ContentError, match="description"):
        with_hidden("x" * LONGEST, Hidden("ab" * 8, ()))
    with pytest.raises(ContentError, match="comment"):
        with_key("seen", "x" * LONGEST)
    assert len(with_key("seen", "\U0001f600" * (LONGEST - 200))) <= LONGEST


def test_a_key_in_the_middle_of_a_comment_is_none() -> None:
    assert key_of("hello\n<!-- runwright:seen -->\nx") == ("", "hello\n<!-- runwright:seen -->\nx")
    assert key_of(with_key("seen", "<!-- runwright:other -->\nx")) == ("seen", "<!-- runwright:other -->\nx")


def test_a_long_hostile_text_is_read_in_no_time() -> None:
    with no_runaway():
        for text in (
            "\n" * 262_144,
            "<!-- runwright-proposal " * 10_000,
            "<!-- runwright-proposal fingerprint=" + "a" * 250_000,
        ):
            without_hidden(text)
            pull_of(replace(PULL, body=text, commits=(replace(COMMIT, message=text),)), VIEW)


# GitHub's own examples.


@pytest.mark.needs("github-server")
@pytest.mark.parametrize("event", ["pull_request", "pull_request_review", "pull_request_review_comment"])
def test_every_example_of_github_is_understood(event: str) -> None:
    from tests.support.github.hooks import examples

    found = examples(event)
    assert found
    for payload in found:
        data = payload.get("pull_request", payload)
        said = Around(reviews=[payload["review"]] if "review" in payload else [])
        pull = pull_of(translated(data, said), VIEW)
        assert (pull.number, pull.runbook_id) == (data["number"], None)


def test_an_answer_without_what_is_needed_is_trouble_of_the_other_side() -> None:
    answers: list[Any] = [{}, [], None, {"number": "x"}, {"number": 1, "head": None}]
    for data in answers:
        with pytest.raises(EdgeError, match="not as expected"):
            translated(data, Around())


# Who is asked for a review.


def test_the_owners_of_what_changes_are_asked_and_never_the_bot() -> None:
    owners = parse_codeowners("* @dana\n/runbooks/ @Erin @acme/ops someone@acme.example\n")
    assert reviewers_of(owners, ["runbooks/a.yaml"], "runwright[bot]") == (("Erin",), ("ops",))
    assert reviewers_of(owners, ["README.md", "runbooks/a.yaml"], "DANA") == (("Erin",), ("ops",))
    assert reviewers_of(parse_codeowners(""), ["x"], "b") == ((), ())


def test_a_place_is_the_repository_and_its_addresses() -> None:
    assert Place("acme/runbooks").git_url == "https://github.com/acme/runbooks.git"
    assert Place("acme/runbooks").route("pulls/3") == "/repos/acme/runbooks/pulls/3"
    assert Place("acme/runbooks").route("/user") == "/user"
