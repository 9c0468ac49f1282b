"""Anybody may review and comment what anybody may see; only the word of who may write counts for anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runwright.adapters.forge_github.as_proposal import TRIAGED
from runwright.adapters.forge_github.writers import KEPT, Writers
from runwright.errors import EdgeError
from runwright.model.hosted import Account
from runwright.model.proposal import CloseReason
from runwright.model.queue import status_of
from runwright.service.remembering import refusals
from runwright.service.tidying import orphans
from tests.forge.sides import GitHubSide
from tests.forge.test_github_trouble import ASKED, OTHER
from tests.support.forge import RUNBOOK, later, proposal
from tests.support.github import faults
from tests.support.github.accounts import Role
from tests.support.github.faults import Fault
from tests.support.github.messages import Answer
from tests.support.hand_clock import HandClock

pytestmark = pytest.mark.needs("github-server")
GINA, FRANK = Account("gina", 4, "user"), Account("frank", 5, "user")
ROUTE = "/permission$"


def approved_by(github: GitHubSide, *names: str) -> int:
    """A proposal with approvals; gina may read, frank may write."""
    number = github.bot().open(ASKED, later()).number
    for name in names:
        github.asks(name, "POST", f"pulls/{number}/reviews", {"event": "APPROVE", "body": ""})
    return number


def questions(github: GitHubSide) -> int:
    """How often it was asked who may write."""
    return sum(one.path.endswith("/permission") for one in github.site.requests)


def test_a_passer_bys_approval_keeps_the_bot_from_nothing(github: GitHubSide) -> None:
    number = approved_by(github, "gina")
    bot = github.bot()
    renewed = bot.open(proposal({RUNBOOK: OTHER}), later(1))
    assert (renewed.number, github.file(renewed.head_sha, RUNBOOK)) == (number, OTHER.encode())
    assert bot.retell(number, "New.\n", ("runwright",), later(2))
    assert bot.withdraw(number, "superseded", "x", later(3))
    assert questions(github) == 1


@pytest.mark.parametrize("names", [("frank",), ("gina", "frank"), ("dana", "gina")])
def test_the_approval_of_who_may_write_does(github: GitHubSide, names: tuple[str, ...]) -> None:
    number = approved_by(github, *names)
    assert not github.bot().retell(number, "New.\n", ("runwright",), later(1))
    assert not github.bot().withdraw(number, "superseded", "x", later(2))


@pytest.mark.parametrize(
    "trouble",
    [
        lambda: faults.refused(403, "Must have push access to view collaborator permission."),
        lambda: faults.refused(404, "Not Found"),
    ],
)
def test_where_it_may_not_be_asked_any_approval_does(github: GitHubSide, trouble: object) -> None:
    number = approved_by(github, "gina")
    assert callable(trouble)
    fault: Fault = trouble()
    github.site.faults.add(fault, "GET", ROUTE)
    assert not github.bot().withdraw(number, "superseded", "x", later(1))
    assert github.site.faults.all_met()


def test_where_github_does_not_answer_nothing_is_done(github: GitHubSide) -> None:
    number = approved_by(github, "gina")
    github.site.faults.add(faults.bad_gateway(), "GET", ROUTE, times=3)
    with pytest.raises(EdgeError):
        github.bot().withdraw(number, "superseded", "x", later(1))
    assert github.pull(number).state == "open"


def test_nobody_is_asked_about_without_an_approval(github: GitHubSide) -> None:
    number = approved_by(github)
    github.bot().retell(number, "New.\n", ("runwright",), later(1))
    assert questions(github) == 0


def test_what_an_account_may_do_is_asked_again_after_a_while(github: GitHubSide) -> None:
    clock = HandClock()
    writers = Writers(github.connection, clock=clock.monotonic)
    assert not writers.may_write(GINA)
    github.site.accounts.roles["gina"] = "write"
    assert not writers.may_write(Account("Gina", 4, "user"))
    assert questions(github) == 1
    clock.move(KEPT)
    assert writers.may_write(GINA)
    assert writers.may_write(FRANK)
    assert (questions(github), set(writers.known)) == (3, {"gina", "frank"})


def test_what_was_refused_is_not_kept_and_a_machine_is_not_asked_about(github: GitHubSide) -> None:
    writers = Writers(github.connection)
    github.site.faults.add(faults.refused(403, "no"), "GET", ROUTE)
    assert writers.may_write(GINA)
    assert not writers.may_write(GINA)
    assert writers.may_write(Account("other[bot]", 6, "bot"))
    assert questions(github) == 2


@pytest.mark.parametrize("role", ["admin", "write", "triage", "read", "none"])
def test_each_role_is_what_it_is(github: GitHubSide, role: str) -> None:
    github.site.accounts.roles["gina"] = role  # type: ignore[assignment]
    assert Writers(github.connection).may_write(GINA) is (role in {"admin", "write"})


# Asking for changes.


def asked_for_changes(github: GitHubSide, *names: str) -> int:
    """A proposal of which some asked for changes, in this order."""
    number = github.bot().open(ASKED, later()).number
    for name in names:
        body = {"event": "REQUEST_CHANGES", "body": f"{name} wants it otherwise"}
        github.asks(name, "POST", f"pulls/{number}/reviews", body)
    return number


@pytest.mark.parametrize(("name", "heard"), [("gina", False), ("frank", True), ("dana", True)])
def test_only_who_may_write_can_ask_the_next_draft_for_something_else(
    github: GitHubSide, name: str, heard: bool
) -> None:
    pull = github.pull(asked_for_changes(github, name))
    said = [(one.needs_work, one.reason) for one in refusals([pull])]
    assert said == ([(True, f"{name} wants it otherwise")] if heard else [])
    assert status_of(pull) == ("needs_changes" if heard else "pending_review")


def test_a_passer_by_neither_hides_what_a_reviewer_said_nor_says_more(github: GitHubSide) -> None:
    pull = github.pull(asked_for_changes(github, "frank", "gina"))
    assert [one.by for one in pull.decisions] == ["frank"]
    github.asks("gina", "POST", f"pulls/{pull.number}/reviews", {"event": "APPROVE", "body": ""})
    assert status_of(github.pull(pull.number)) == "needs_changes"


@pytest.mark.parametrize(("shown", "heard"), [("MEMBER", True), ("COLLABORATOR", True), ("NONE", False), ("", False)])
def test_where_it_may_not_be_asked_what_github_shows_of_an_author_has_to_do(
    github: GitHubSide, shown: str, heard: bool
) -> None:
    number = asked_for_changes(github, "frank")

    def shows(answer: Answer | None) -> Answer | None:
        assert answer is not None
        return replace(answer, body=[one | {"author_association": shown} for one in answer.body])

    github.site.faults.add(Fault(shows, after=True), "GET", f"/pulls/{number}/reviews$", times=9)
    github.site.faults.add(faults.refused(403, "Must have push access"), "GET", ROUTE, times=9)
    assert bool(github.pull(number).decisions) is heard


# Closing.


@pytest.mark.parametrize(("role", "sense"), [("write", "rejected"), ("triage", "stale"), ("none", "rejected")])
@pytest.mark.parametrize("label", [None, "needs-work"])
def test_a_close_by_who_may_only_triage_is_no_answer(
    github: GitHubSide, role: Role, sense: CloseReason, label: str | None
) -> None:
    """Whoever may do less now than closing had to be able to do more when they closed it: their no stays one."""
    pull = github.bot().open(ASKED, later())
    if label:
        github.asks("frank", "POST", f"issues/{pull.number}/labels", {"labels": [label]})
    github.asks("frank", "POST", f"issues/{pull.number}/comments", {"body": "I do not like it"})
    github.asks("frank", "PATCH", f"pulls/{pull.number}", {"state": "closed"})
    github.site.accounts.roles["frank"] = role
    found = github.pull(pull.number)
    expected = "needs-work" if label and role != "triage" else sense
    assert (found.state, found.closed_by, found.closed_as) == ("closed", "frank", expected)
    assert bool(refusals([found])) is (role != "triage")
    assert found.closed_reason == (TRIAGED if role == "triage" else "I do not like it")


def test_what_was_closed_by_who_may_only_triage_is_proposed_again(github: GitHubSide) -> None:
    first = github.bot().open(ASKED, later())
    github.asks("frank", "PATCH", f"pulls/{first.number}", {"state": "closed"})
    github.site.accounts.roles["frank"] = "triage"
    (found,) = github.reader().pulls()
    assert found.ended_at is not None
    assert list(orphans([found], found.ended_at)) == [], "nobody is nagged at once"
    again = github.bot().open(ASKED, later(9))
    assert (again.number > first.number, again.state) == (True, "open")
