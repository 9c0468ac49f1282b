"""The check run, the statuses and the comment at GitHub: each is there once, whatever is cut off and done again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runwright.adapters.forge_github import Connection, Forbidden, Gaps, Limited, Pace, TokenCredentials
from runwright.adapters.forge_github.checks import GitHubChecks
from runwright.errors import EdgeError
from runwright.model.check_page import Annotation, CheckPage, Part
from tests.support.github import faults
from tests.support.github.faults import Fault
from tests.support.github.site import GitHubSite
from tests.support.github_ci import Change, as_app, as_user, place, proposed, reworded, workflow_token

pytestmark = pytest.mark.needs("github-server")
RUNS, RUN, STATUSES = "/check-runs$", r"/check-runs/\d+$", "/statuses/"
UNCLEAR: dict[str, Callable[[], Fault]] = {
    "502 before": faults.bad_gateway,
    "502 after": lambda: faults.bad_gateway(after=True),
    "dropped before": faults.dropped,
    "dropped after": lambda: faults.dropped(after=True),
    "garbage after": lambda: Fault(faults.garbage().alter, after=True),
    "401 in the middle": faults.bad_credentials,
}
REFUSED: dict[str, Callable[[], Fault]] = {
    "secondary limit": faults.secondary_limit,
    "secondary limit with a time": lambda: faults.secondary_limit(retry_after=30),
    "429": lambda: faults.secondary_limit(status=429),
    "409": faults.conflict,
    "422": faults.unprocessable,
}


@pytest.fixture
def change(github_site: GitHubSite, tmp_path: Path) -> Change:
    return proposed(github_site, tmp_path, reworded)


def page_of(change: Change, count: int, **more: object) -> CheckPage:
    """A page with so many notes, no two alike."""
    notes = tuple(Annotation("README.md", n, 0, "warning", "rule", f"note {n}") for n in range(1, count + 1))
    parts = (Part("validate", "success", "fine"), Part("replay", "success", "fine"))
    page = CheckPage(change.head, "success", "All is well", "A **summary**", "A text", notes, parts)
    return replace(page, **more)  # type: ignore[arg-type]


def show_in_the_end(connection: Connection, page: CheckPage) -> None:
    """Show a page as a job does that is started anew when it fails."""
    for _ in range(3):
        try:
            GitHubChecks(Connection(connection.place, connection.credentials, pace=Pace(Gaps(seconds=0)))).show(page)
        except EdgeError:
            continue
        return
    raise AssertionError("it was never shown")


def is_shown_once(change: Change, page: CheckPage) -> bool:
    """Whether there is one check run, with each note once."""
    (run,) = change.runs()
    told = Counter(note["message"] for note in change.notes())
    return run["conclusion"] == page.outcome and told == Counter(note.message for note in page.annotations)


@pytest.mark.parametrize("count", [0, 1, 50, 51, 120])
def test_notes_go_out_in_batches_and_each_stands_there_once(change: Change, count: int) -> None:
    page = page_of(change, count)
    GitHubChecks(as_app(change.site)).show(page)
    assert is_shown_once(change, page)
    sent = [
        one.json["output"].get("annotations", [])
        for one in change.site.requests
        if "/check-runs" in one.path and one.body
    ]
    assert max(map(len, sent)) <= 50
    assert sum(map(len, sent)) == count


@pytest.mark.parametrize("name", [*UNCLEAR, *REFUSED])
@pytest.mark.parametrize(("verb", "path"), [("POST", RUNS), ("PATCH", RUN)])
def test_whatever_goes_wrong_there_is_one_check_run(change: Change, name: str, verb: str, path: str) -> None:
    page = page_of(change, 120)
    change.site.faults.add((UNCLEAR | REFUSED)[name](), verb, path)
    show_in_the_end(as_app(change.site), page)
    assert change.site.faults.all_met()
    assert is_shown_once(change, page)


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize(("verb", "path"), [("POST", RUNS), ("PATCH", RUN)])
def test_answers_that_are_lost_again_and_again_leave_one_check_run(
    change: Change, times: int, verb: str, path: str
) -> None:
    page = page_of(change, 170)
    change.site.faults.add(faults.dropped(after=True), verb, path, times=times if verb == "PATCH" else 1)
    change.site.faults.add(faults.bad_gateway(), verb, path, times=times)
    show_in_the_end(as_app(change.site), page)
    assert is_shown_once(change, page)


def test_shown_again_it_is_not_written_again(change: Change) -> None:
    page = page_of(change, 60)
    GitHubChecks(as_app(change.site)).show(page)
    written = [one for one in change.site.requests if one.method in {"POST", "PATCH"} and "check-runs" in one.path]
    GitHubChecks(as_app(change.site)).show(page)
    assert [
        one for one in change.site.requests if one.method in {"POST", "PATCH"} and "check-runs" in one.path
    ] == written


def test_a_pending_check_goes_on_to_its_end(change: Change) -> None:
    first = page_of(change, 3, outcome=None)
    number = GitHubChecks(as_app(change.site)).show(first)
    assert [(run["status"], run["conclusion"]) for run in change.runs()] == [("in_progress", None)]
    assert GitHubChecks(as_app(change.site)).show(page_of(change, 70)) == number
    assert is_shown_once(change, page_of(change, 70))


def test_where_a_note_does_not_hold_any_more_a_new_run_takes_the_place_of_the_old(change: Change) -> None:
    first = GitHubChecks(as_app(change.site)).show(page_of(change, 3, outcome="failure"))
    second = GitHubChecks(as_app(change.site)).show(page_of(change, 2))
    assert second != first
    (latest,) = change.runs()  # GitHub shows the latest of a name and App
    assert (latest["id"], latest["conclusion"]) == (second, "success")


def test_a_check_run_of_another_app_under_our_name_is_left_alone(change: Change) -> None:
    token = TokenCredentials(workflow_token(change.site, checks="write"))
    page = page_of(change, 1)
    other = GitHubChecks(Connection(place(change.site), token, pace=Pace(Gaps(seconds=0)))).show(page)
    assert GitHubChecks(as_app(change.site)).show(page) != other


def test_a_token_of_a_person_may_not_set_a_check_run(change: Change) -> None:
    with pytest.raises(Forbidden, match="GitHub App"):
        GitHubChecks(as_user(change.site, "bot")).show(page_of(change, 1))


def statuses(change: Change) -> list[tuple[str, str]]:
    return [(one["context"], one["state"]) for one in change.asked(f"commits/{change.head}/statuses")]


def test_statuses_take_its_place_and_each_is_set_once(change: Change) -> None:
    page = page_of(change, 0)
    for _ in range(2):
        GitHubChecks(as_user(change.site, "bot")).tell(page, "https://github.example/run/1")
    assert sorted(statuses(change)) == [("runwright/replay", "success"), ("runwright/validate", "success")]


def test_a_status_that_changed_is_set_anew(change: Change) -> None:
    checks = GitHubChecks(as_user(change.site, "bot"))
    checks.tell(page_of(change, 0, parts=(Part("replay", "pending", "has not ended yet"),)))
    checks.tell(page_of(change, 0, parts=(Part("replay", "failure", "1 regressed"),)))
    assert statuses(change) == [("runwright/replay", "failure"), ("runwright/replay", "pending")]


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_status_whose_answer_is_lost_is_set_once(change: Change, name: str) -> None:
    change.site.faults.add(UNCLEAR[name](), "POST", STATUSES)
    page = page_of(change, 0, parts=(Part("replay", "failure", "1 regressed"),))
    for _ in range(2):
        try:
            GitHubChecks(as_user(change.site, "bot")).tell(page)
        except Forbidden:
            continue  # 401: a token that stays as it is
    assert statuses(change) == [("runwright/replay", "failure")]


def test_during_a_pause_nothing_is_sent(change: Change) -> None:
    change.site.faults.add(faults.secondary_limit(retry_after=60), "POST", RUNS)
    checks = GitHubChecks(as_app(change.site))
    with pytest.raises(Limited) as limited:
        checks.show(page_of(change, 1))
    assert limited.value.retry_after == 60
    sent = len(change.site.requests)
    with pytest.raises(Limited):
        checks.show(page_of(change, 1))
    assert len(change.site.requests) == sent
    assert change.runs() == []


def test_findings_go_to_code_scanning_packed(change: Change) -> None:
    log = json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "runwright"}}, "results": []}]})
    token = TokenCredentials(workflow_token(change.site, security_events="write"))
    checks = GitHubChecks(Connection(place(change.site), token, pace=Pace(Gaps(seconds=0))))
    change.site.faults.add(faults.dropped(after=True), "POST", "/code-scanning/sarifs$")
    assert checks.scan(change.head, "refs/pull/1/head", log) == ""
    assert {upload["commit_sha"] for upload in change.site.sarifs.values()} == {change.head}


@pytest.mark.parametrize("status", [403, 404])
def test_that_code_scanning_is_not_on_is_told_and_no_error(change: Change, status: int) -> None:
    off = faults.refused(status, "Advanced Security must be enabled for this repository to use code scanning.")
    change.site.faults.add(off, "POST", "/code-scanning/sarifs$")
    told = GitHubChecks(as_app(change.site)).scan(change.head, "refs/pull/1/head", "{}")
    assert told.startswith("code scanning is not on, or not for this token")


def test_a_hundred_first_item_is_seen(change: Change) -> None:
    """A full page's ETag says nothing of what comes after it."""
    connection = as_app(change.site)
    GitHubChecks(connection).show(page_of(change, 100))
    assert len(list(connection.pages("check-runs/1/annotations"))) == 100
    GitHubChecks(connection).show(page_of(change, 101))
    assert len(list(connection.pages("check-runs/1/annotations"))) == 101
