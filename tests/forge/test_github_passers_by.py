"""Anybody may approve what anybody may see; only who may write keeps a proposal as it is by that."""

from __future__ import annotations

import pytest

from runwright.adapters.forge_github.writers import KEPT, Writers
from runwright.errors import EdgeError
from runwright.model.hosted import Account
from tests.forge.sides import GitHubSide
from tests.forge.test_github_trouble import ASKED, OTHER
from tests.support.forge import RUNBOOK, later, proposal
from tests.support.github import faults
from tests.support.github.faults import Fault
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


@pytest.mark.parametrize("role", ["admin", "write", "read", "none"])
def test_each_role_is_what_it_is(github: GitHubSide, role: str) -> None:
    github.site.accounts.roles["gina"] = role  # type: ignore[assignment]
    assert Writers(github.connection).may_write(GINA) is (role in {"admin", "write"})
