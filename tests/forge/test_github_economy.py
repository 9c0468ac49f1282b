"""What a service asks of GitHub grows with what waits for people, not with all that was ever proposed."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from runwright.adapters.forge_github import GitHubProposals, GitHubPulls, details, reading
from runwright.adapters.store.database import Database
from runwright.adapters.store.deliveries import Deliveries
from runwright.adapters.store.migrate import upgrade
from runwright.errors import EdgeError
from runwright.model.delivery import Delivery
from runwright.service.reconciling import Known, Reconciler
from tests.forge.sides import GitHubSide
from tests.forge.test_github_trouble import ASKED, TEXT, settled, ticking
from tests.support.forge import RUNBOOK, later, proposal
from tests.support.github.bare import Bare
from tests.support.github.faults import Fault
from tests.support.github.messages import Answer
from tests.support.hand_clock import HandClock

pytestmark = pytest.mark.needs("github-server")


def looked_at(github: GitHubSide, reader: GitHubPulls) -> list[str]:
    """The requests of one look, as paths of the repository."""
    before = len(github.site.requests)
    reader.pulls()
    return [one.path.removeprefix("/repos/acme/runbooks/") for one in github.site.requests[before:]]


def held(begun: threading.Event, go_on: threading.Event) -> Fault:
    """An answer that is long in coming."""

    def alter(answer: Answer | None) -> Answer | None:
        begun.set()
        assert go_on.wait(30)
        return answer

    return Fault(alter, after=True)


def meeting(both: threading.Barrier) -> Fault:
    """Answers that come at the same moment, each before what the other one leads to."""

    def alter(answer: Answer | None) -> Answer | None:
        both.wait(30)
        return answer

    return Fault(alter, after=True)


def opened_from_a_fork(github: GitHubSide, fork: Bare, branch: str) -> int:
    """Gina proposes something from a fork of hers."""
    fork.set_ref(f"refs/heads/{branch}", fork.commit_files("main", {RUNBOOK: f"{branch}\n".encode()}, branch))
    body = {"title": branch, "head": f"gina:{branch}", "base": "main", "body": ""}
    return int(github.asks("gina", "POST", "pulls", body)["number"])


def hidden_member(answer: Answer | None) -> Answer | None:
    """Reviews as GitHub gives those of members who hide that they are."""
    assert answer is not None
    return replace(answer, body=[one | {"author_association": "CONTRIBUTOR"} for one in answer.body])


def test_reading_everything_anew_asks_for_no_details_of_what_ended_and_did_not_change(github: GitHubSide) -> None:
    for number in range(4):
        pull = github.bot().open(proposal({RUNBOOK: TEXT}, f"{number}a" * 8), later())
        if number:
            github.bot().withdraw(pull.number, "stale", "gone", later(1))
    reader, clock, _ = ticking(github)
    reader.pulls()
    settled(reader, clock)
    reader.stale(None)
    asked = looked_at(github, reader)
    assert not [path for path in asked if any(f"/{number}" in path for number in (2, 3, 4))]
    assert "pulls/1/reviews" in asked


def test_reading_everything_anew_asks_for_nothing_about_what_others_opened(github: GitHubSide) -> None:
    theirs, mine = github.person_opens().number, github.bot().open(ASKED, later()).number
    reader, clock, _ = ticking(github)
    reader.pulls()
    settled(reader, clock)
    reader.stale(None)
    asked = looked_at(github, reader)
    assert not [path for path in asked if f"/{theirs}" in path]
    assert f"pulls/{mine}/reviews" in asked
    github.asks("erin", "POST", f"pulls/{theirs}/reviews", {"event": "REQUEST_CHANGES", "body": "not so"})
    clock.move(31)
    assert [one.notes for pull in reader.pulls() for one in pull.decisions] == ["not so"]


def test_however_many_forks_are_proposed_from_only_some_are_read_whole(
    github: GitHubSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(details, "MOST_FORKS", 2)
    fork = github.site.bares[github.site.fork("gina")]
    forks = [opened_from_a_fork(github, fork, f"idea-{at}") for at in range(4)]
    here, mine = github.person_opens().number, github.bot().open(ASKED, later()).number
    reader, clock, _ = ticking(github)
    asked = looked_at(github, reader)
    read = {number for number in (*forks, here, mine) if f"pulls/{number}/reviews" in asked}
    assert (len(read & set(forks)), read - set(forks)) == (2, {here, mine})
    assert [pull.state for pull in reader.pulls()] == ["open"] * 6
    github.asks("dana", "PATCH", f"pulls/{min(read & set(forks))}", {"state": "closed"})
    clock.move(31)
    reader.pulls()
    unread = min(set(forks) - read)
    github.asks("dana", "POST", f"issues/{unread}/comments", {"body": "there is room now"})
    clock.move(31)
    assert f"pulls/{unread}/reviews" in looked_at(github, reader)


def test_a_long_look_holds_up_nobody_else_for_long(github: GitHubSide) -> None:
    reader = GitHubPulls(github.connection, github.mirror, busy=0.01)
    begun, go_on = threading.Event(), threading.Event()
    github.site.faults.add(held(begun, go_on), "GET", "/pulls$")
    looking = threading.Thread(target=reader.pulls)
    looking.start()
    assert begun.wait(30)
    with pytest.raises(EdgeError, match=r"being read .* just now") as found:
        reader.pulls()
    assert found.value.retry_after is None  # GitHub asked for no pause
    go_on.set()
    looking.join()
    assert reader.pulls() == ()


def test_comments_that_two_replicas_made_at_once_become_one(github: GitHubSide) -> None:
    number = github.bot().open(ASKED, later()).number
    gate = threading.Barrier(2)

    def tell(text: str) -> None:
        bot = GitHubProposals(github.connect(), github.mirror)
        gate.wait(30)
        bot.say(number, "seen", text, later())

    github.site.faults.add(meeting(threading.Barrier(2)), "GET", f"/issues/{number}/comments$", times=2)
    threads = [threading.Thread(target=tell, args=(text,)) for text in ("Seen 2 times.", "Seen 3 times.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.method == "POST" and one.path.endswith("/comments") for one in github.site.requests) == 2
    comment = github.bot().say(number, "seen", "Seen 4 times.", later())
    assert [(one.key, one.text) for one in github.pull(number).comments] == [("seen", "Seen 4 times.")]
    assert comment.text == "Seen 4 times."


def test_a_strangers_pull_request_that_nobody_can_read_whole_stops_no_proposal(
    github: GitHubSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_SAID", 2)
    number = github.person_opens().number
    for count in range(3):
        github.asks("dana", "POST", f"issues/{number}/comments", {"body": f"{count}"})
    mine = github.bot().open(ASKED, later())
    found = {pull.number: pull for pull in github.reader().pulls()}
    assert (found[number].comments, found[number].state, found[mine.number].title) == ((), "open", ASKED.title)


@pytest.mark.parametrize(("who", "counts"), [("dana", True), ("gina", False)])
def test_an_approval_counts_by_what_the_account_may_and_not_by_what_it_shows(
    github: GitHubSide, who: str, counts: bool
) -> None:
    pull = github.bot().open(ASKED, later())
    github.asks(who, "POST", f"pulls/{pull.number}/reviews", {"event": "APPROVE", "body": ""})
    github.site.faults.add(Fault(hidden_member, after=True), "GET", f"/pulls/{pull.number}/reviews$", times=9)
    newer = proposal({RUNBOOK: f"{TEXT}# newer\n"})
    moved = github.bot().open(newer, later(1)).head_sha != pull.head_sha
    assert moved is not counts


@dataclass
class Hinted:
    """A reader that is told of changes as a service is, by a clock of the test's; nothing is fetched."""

    github: GitHubSide
    folder: Path
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        database = Database(f"sqlite:///{self.folder / 'store.sqlite3'}")
        upgrade(database)
        self.reader = GitHubPulls(self.github.connect(), self.github.mirror, clock=self.clock.monotonic)
        self.keeper = Reconciler(Known(self, self.reader, Deliveries(database)), clock=self.now)

    def now(self) -> datetime:
        return later() + timedelta(seconds=self.clock.monotonic())

    def refresh(self) -> bool:
        return False

    def told(self, number: int) -> None:
        """A hint, and whatever the service does when it is woken: it looks if something is due."""
        hint = Delivery(f"d-{self.clock.monotonic()}", "issue_comment", "created", "acme/runbooks", (number,))
        self.keeper.note(hint)
        if not self.keeper.left(self.now()):
            self.keeper.keep_up(self.now())
        self.reader.pulls()


def test_a_comment_a_second_takes_a_few_questions_and_the_last_one_is_seen(github: GitHubSide, tmp_path: Path) -> None:
    number = github.bot().open(ASKED, later()).number
    service, voice = Hinted(github, tmp_path), github.as_person("gina")
    service.keeper.keep_up(service.now())
    service.reader.pulls()
    before = service.reader.connection.requests
    for count in range(60):
        service.clock.move(1)
        voice.write("POST", f"issues/{number}/comments", {"body": f"{count}"})
        service.told(number)
    # Without any hint it would have been looked twice.
    assert service.reader.connection.requests - before <= 45
    left = service.keeper.left(service.now())
    assert left is not None
    service.clock.move(left.total_seconds())
    assert service.keeper.keep_up(service.now())
    assert [one.text for one in service.reader.pulls()[0].comments] == [str(count) for count in range(60)]
