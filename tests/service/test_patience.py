"""A hosting service that asked for a pause is left alone: by everybody, over a restart, and not for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.store.database import Database
from runwright.adapters.store.deliveries import Pauses
from runwright.adapters.store.migrate import upgrade
from runwright.errors import EdgeError
from runwright.model.intake import Case
from runwright.service.attempts import Interrupted, attempt, hold_of, result_of
from runwright.service.patience import LONGEST, Patience, PatientForge, PatientMirror, PatientPulls

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Elsewhere:
    """A hosting service that answers, or asks for a pause; every way to it is counted."""

    asked: int = 0
    pause: float | None = None
    down: bool = False

    def ask(self, *_: Any) -> Any:
        """Any request."""
        self.asked += 1
        if self.pause is not None:
            raise EdgeError("too many requests", retry_after=self.pause)
        if self.down:
            raise EdgeError("it is away")
        return ()

    pulls = open_pulls = open = say = retell = withdraw = refresh = ask


@dataclass
class Scene:
    """A clock, the store, and what stands before it."""

    database: Database
    there: Elsewhere = field(default_factory=Elsewhere)
    now: datetime = START

    @property
    def patience(self) -> Patience:
        """A new one each time, as after a restart."""
        return Patience(Pauses(self.database), lambda: self.now)

    def ways(self) -> list[Any]:
        """Every way to ask."""
        forge, number = PatientForge(self.there, self.patience), 1
        return [
            forge.pulls,
            lambda: forge.open(None, self.now),  # type: ignore[arg-type]
            lambda: forge.say(number, "seen", "x", self.now),
            lambda: forge.retell(number, "x", (), self.now),
            lambda: forge.withdraw(number, "stale", "x", self.now),
            PatientPulls(self.there, self.patience).open_pulls,
            PatientPulls(self.there, self.patience).pulls,
            PatientMirror(self.there, self.patience).refresh,
        ]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    database = Database(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    upgrade(database)
    yield Scene(database)
    database.close()


@pytest.mark.parametrize("first", range(8))
def test_whoever_is_asked_for_a_pause_all_ways_wait_and_say_how_long(scene: Scene, first: int) -> None:
    scene.there.pause = 600
    with pytest.raises(EdgeError, match="too many requests"):
        scene.ways()[first]()
    scene.there.pause, scene.now = None, START + timedelta(seconds=200)
    for way in scene.ways():
        with pytest.raises(EdgeError) as caught:
            way()
        assert caught.value.retry_after == 400
    assert scene.there.asked == 1
    scene.now = START + timedelta(seconds=600)
    for way in scene.ways():
        way()
    assert scene.there.asked == 9


def test_other_trouble_is_no_reason_to_wait(scene: Scene) -> None:
    scene.there.down = True
    for way in scene.ways():
        with pytest.raises(EdgeError, match="it is away"):
            way()
    assert scene.there.asked == 8


def test_no_pause_is_endless_even_if_the_clock_jumps(scene: Scene) -> None:
    scene.there.pause = 10**8
    with pytest.raises(EdgeError):
        scene.ways()[0]()
    scene.there.pause, scene.now = None, START - timedelta(days=365)
    with pytest.raises(EdgeError) as caught:
        scene.ways()[0]()
    assert caught.value.retry_after == LONGEST.total_seconds()
    scene.now = START + LONGEST
    scene.ways()[0]()


def test_work_on_a_failure_is_put_off_for_as_long_as_the_pause_lasts(scene: Scene) -> None:
    scene.there.pause = 1800
    with pytest.raises(Interrupted) as caught:
        result_of(attempt(scene.ways()[1]))
    hold = hold_of(caught.value, Case("ab" * 8, "key", 1, "north", START), START)
    assert hold is not None
    assert (hold.due_at, hold.counted) == (START + timedelta(seconds=1800), "delay")
