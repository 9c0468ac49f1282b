"""A person's side of both forges: the same cases, the same words, the same codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runwright.errors import ContentError, TrustError
from runwright.model.queue import status_of
from tests.support.forge import RUNBOOK
from tests.support.review_desk import HIGH, LOW, NEXT, Desk, GitHubDesk, LocalDesk


@pytest.fixture(params=["local", pytest.param("github", marks=pytest.mark.needs("github-server"))])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    if request.param == "local":
        return LocalDesk(tmp_path)
    return GitHubDesk(tmp_path, request.getfixturevalue("github_site"))


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(TrustError) as error:
        yield
    assert error.value.code == code, str(error.value)


def head_of(desk: Desk, number: int) -> str:
    return desk.person(desk.owner).one(number).head_sha


def approve(desk: Desk, number: int, by: str, head: str = "") -> str:
    """Approve what is there, or what was looked at; gives what it still waits for."""
    return desk.person(by).approve(number, "", head or head_of(desk, number)).waits_for


def test_one_approval_of_a_green_change_merges_it(desk: Desk) -> None:
    number, before = desk.propose(LOW), desk.main()
    desk.check(number)
    decided = desk.person(desk.owner).approve(number, "fine", head_of(desk, number))
    assert (decided.waits_for, decided.pull.state) == ("", "merged")
    assert decided.pull.merge_commit == desk.main() != before
    assert [pull.number for pull in desk.person(desk.owner).pulls("merged")] == [number]


def test_the_first_of_two_approvals_stays_open_and_the_second_merges(desk: Desk) -> None:
    number, before = desk.propose(HIGH), desk.main()
    desk.check(number, risk="high")
    assert "must approve" in approve(desk, number, desk.owner)
    pull = desk.person(desk.second).one(number)
    assert (pull.state, status_of(pull), desk.main()) == ("open", "in_review", before)
    with refused("reviewer.already"):
        approve(desk, number, desk.owner)
    assert approve(desk, number, desk.second) == ""
    assert desk.person(desk.owner).one(number).state == "merged"


def test_a_second_approval_of_the_same_person_is_not_sent_again(desk: Desk) -> None:
    number = desk.propose(HIGH)
    desk.check(number, risk="high")
    approve(desk, number, desk.owner)
    with refused("reviewer.already"):
        approve(desk, number, desk.owner)
    assert [item.verdict for item in desk.person(desk.owner).one(number).decisions] == ["approve"]


def test_what_moved_after_the_look_is_not_approved(desk: Desk) -> None:
    number = desk.propose(LOW)
    seen = head_of(desk, number)
    desk.push_again(number, NEXT)
    desk.check(number)
    with refused("pull.head_moved"):
        approve(desk, number, desk.owner, seen)
    assert desk.person(desk.owner).one(number).decisions == ()


@pytest.mark.parametrize(
    ("name", "conclusion", "code"),
    [("replay", "failure", "check.red"), ("validate", "failure", "check.red")],
)
def test_red_is_not_approved(desk: Desk, name: str, conclusion: str, code: str) -> None:
    number = desk.propose(LOW)
    desk.check(number)
    desk.check(number, name, conclusion)
    with refused(code):
        approve(desk, number, desk.owner)
    assert desk.person(desk.owner).one(number).decisions == ()


def test_a_check_that_has_not_run_is_waited_for(desk: Desk) -> None:
    number = desk.propose(LOW)
    desk.check(number, "validate")
    with refused("check.missing"):
        approve(desk, number, desk.owner)


def test_a_check_under_way_is_waited_for(desk: Desk) -> None:
    number = desk.propose(LOW)
    desk.check(number, "validate")
    desk.check(number, "replay", "pending")
    with refused("check.pending"):
        approve(desk, number, desk.owner)


def test_who_owns_nothing_of_it_may_not_decide(desk: Desk) -> None:
    number = desk.propose(LOW)
    desk.check(number)
    with refused("reviewer.not_owner"):
        approve(desk, number, desk.outsider)
    with refused("reviewer.not_owner"):
        desk.person(desk.outsider).reject(number, "no", "rejected")
    with refused("reviewer.not_owner"):
        desk.person(desk.outsider).request_changes(number, "more")
    assert desk.person(desk.owner).one(number).state == "open"


def test_changes_that_somebody_asked_for_come_first(desk: Desk) -> None:
    number = desk.propose(LOW)
    desk.check(number)
    pull = desk.person(desk.second).request_changes(number, "start the cache, too")
    assert status_of(pull) == "needs_changes"
    assert pull.decisions[-1].notes == "start the cache, too"
    with refused("changes.outstanding"):
        approve(desk, number, desk.owner)
    assert approve(desk, number, desk.second) == ""


@pytest.mark.parametrize("sense", ["rejected", "needs-work", "superseded", "stale", "no-longer-failing"])
def test_a_no_is_kept_with_its_reason_and_its_sense(desk: Desk, sense: str) -> None:
    number = desk.propose(LOW)
    pull = desk.person(desk.second).reject(number, "start the cache, too", sense)  # type: ignore[arg-type]
    assert (pull.state, pull.closed_as, pull.closed_by) == ("closed", sense, desk.second)
    assert pull.closed_reason == "start the cache, too"
    assert [one.number for one in desk.person(desk.owner).pulls("closed")] == [number]
    assert desk.person(desk.owner).pulls("open") == ()


def test_nothing_is_decided_twice(desk: Desk) -> None:
    number = desk.propose(LOW)
    desk.person(desk.owner).reject(number, "not now", "rejected")
    for again in (
        lambda: approve(desk, number, desk.second),
        lambda: desk.person(desk.owner).reject(number, "not now", "rejected"),
        lambda: desk.person(desk.owner).request_changes(number, "more"),
    ):
        with refused("pull.closed"):
            again()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_no_without_a_reason_is_none(desk: Desk, text: str) -> None:
    number = desk.propose(LOW)
    with pytest.raises(ContentError, match="say why"):
        desk.person(desk.owner).reject(number, text, "rejected")
    with pytest.raises(ContentError, match="say why"):
        desk.person(desk.owner).request_changes(number, text)
    assert desk.person(desk.owner).one(number).state == "open"


def test_a_base_that_changed_the_same_file_is_reviewed_again(desk: Desk) -> None:
    number = desk.propose(LOW)
    desk.check(number)
    desk.base_moves(HIGH)
    with refused("merge.base_moved"):
        approve(desk, number, desk.owner)


def test_the_change_is_shown_as_git_sees_it(desk: Desk) -> None:
    number = desk.propose(LOW)
    side = desk.person(desk.owner)
    (change,) = side.diff(side.one(number))
    assert change.path == RUNBOOK
    assert (change.after or b"").decode() == LOW


def test_a_merged_change_is_still_shown(desk: Desk) -> None:
    number = desk.propose(LOW)
    desk.check(number)
    approve(desk, number, desk.owner)
    side = desk.person(desk.second)
    assert [change.path for change in side.diff(side.one(number))] == [RUNBOOK]


def test_what_is_not_there_is_told(desk: Desk) -> None:
    desk.propose(LOW)
    with pytest.raises((ContentError, TrustError), match="there is no pull request #99"):
        desk.person(desk.owner).one(99)
    with pytest.raises((ContentError, TrustError)):
        desk.person(desk.owner).approve(99, "", "a" * 40)
