"""What people tick in a pull request's text is kept and heeded, on a forge that lets them tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from runwright.learn.body_boxes import DRAFT_AGAIN, STOP, Box, ticked, with_boxes
from runwright.model.proposal import Proposal, PullRequest
from runwright.service.boxes import BoxedForge
from runwright.service.governing import Governor
from tests.support.forge import later
from tests.support.governed import Governed, failed, make_governed, proposed


@dataclass
class Page:
    """What is remembered of the pull requests: the local forge needs nothing of it."""

    forgotten: list[int | None] = field(default_factory=list)

    def stale(self, number: int | None) -> None:
        """Note it."""
        self.forgotten.append(number)


@dataclass
class Ticking:
    """A governed forge on which people can tick."""

    governed: Governed
    page: Page = field(default_factory=Page)

    @property
    def forge(self) -> BoxedForge:
        """The bot's side."""
        return BoxedForge(self.governed.forge.bot(), self.page)

    @property
    def governor(self) -> Governor:
        """Whoever tidies up, on this forge."""
        governor = self.governed.governor
        return replace(governor, tidier=replace(governor.tidier, forge=self.forge))

    def pull(self) -> PullRequest:
        """The first one as it is now."""
        return self.governed.pull(1)

    def tick(self, *boxes: Box) -> str:
        """Tick as a person; gives the text."""
        text = with_boxes(self.pull().body, boxes)
        self.governed.forge.bot().retell(1, text, self.pull().labels, later(5))
        return text


@pytest.fixture
def ticking(tmp_path: Path) -> Iterator[Ticking]:
    made = Ticking(make_governed(tmp_path))
    made.forge.open(proposal(), later(1))
    yield made
    made.governed.database.close()


def proposal(*first: str) -> Proposal:
    return proposed(failed(), *first)


def test_a_proposal_is_opened_with_its_boxes_unticked(ticking: Ticking) -> None:
    assert "## Yours to tick" in ticking.pull().body
    assert ticked(ticking.pull().body) == frozenset()


def test_a_newer_text_keeps_what_was_ticked_since_it_was_read(ticking: Ticking) -> None:
    read = ticking.pull()
    ticking.tick(DRAFT_AGAIN)
    assert ticking.forge.retell(1, read.body.replace("1×", "9×"), read.labels, later(6))
    assert ticked(ticking.pull().body) == {DRAFT_AGAIN}
    assert ticking.page.forgotten == [1], "it was read anew before it was written"


def test_where_nothing_is_to_be_updated_nothing_is(ticking: Ticking) -> None:
    text = ticking.tick(STOP)
    before = ticking.pull()
    assert not ticking.forge.retell(1, text.replace("1×", "9×"), ("runwright",), later(6))
    assert not ticking.forge.withdraw(1, "stale", "moved on", later(6))
    assert ticking.forge.open(proposal("cache", "db"), later(6)) == before
    assert ticking.pull() == before


def test_another_draft_is_put_in_the_place_of_the_first_with_the_boxes_as_they_were(ticking: Ticking) -> None:
    ticking.tick(DRAFT_AGAIN)
    before = ticking.pull()
    after = ticking.forge.open(proposal("cache", "db"), later(6))
    assert after.head_sha != before.head_sha
    assert ticked(after.body) == {DRAFT_AGAIN}
    assert after.body.count("## Yours to tick") == 1


def test_draft_it_again_takes_it_back_as_needs_work_once(ticking: Ticking) -> None:
    ticking.tick(DRAFT_AGAIN)
    (orphan,) = ticking.governor.tidy(later(10))
    assert (ticking.pull().state, ticking.pull().closed_as) == ("closed", "needs-work")
    assert ticking.pull().closed_reason == "a person ticked that it should be drafted again"
    ended = ticking.pull().ended_at
    assert ticking.governor.tidy(later(20)) == (orphan,), "only the store knows that it was thought about since"
    assert ticking.pull().ended_at == ended


def test_draft_it_again_counts_where_both_are_ticked(ticking: Ticking) -> None:
    ticking.tick(DRAFT_AGAIN, STOP)
    ticking.governor.tidy(later(10))
    assert ticking.pull().closed_as == "needs-work"


def test_what_is_overtaken_is_left_open_where_nothing_is_to_be_updated(ticking: Ticking) -> None:
    moved: dict[str, bytes | None] = {path: text.encode() for path, text in proposal("other").files.items() if text}
    ticking.tick(STOP)
    ticking.governed.forge.push(moved)
    ticking.governor.tidy(later(10))
    assert ticking.pull().state == "open"
    ticking.tick()
    ticking.governor.tidy(later(20))
    assert ticking.pull().closed_as == "stale"


def test_a_box_that_was_ticked_on_an_approved_one_throws_no_approval_away(ticking: Ticking) -> None:
    ticking.tick(DRAFT_AGAIN)
    forge = ticking.governed.forge
    forge.green(ticking.pull(), risk="high")
    forge.reviews("dana").approve(1, later(7))
    assert ticking.pull().state == "open", "a second person is asked for"
    ticking.governor.tidy(later(10))
    assert ticking.pull().state == "open"
