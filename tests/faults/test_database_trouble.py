"""A database that is locked, has no room or is damaged: nobody is told yes in vain, and nothing is lost."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from runwright.adapters.git_repository import GitRepository
from tests.support.faults import Replica, await_done, failure, success, trial, verdict, workload
from tests.support.forge import Forge
from tests.support.small_disk import entered
from tests.support.until import until

FULL_DISK = pytest.mark.needs("user-namespace")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the database's one lock for writers, as another program would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")


def test_while_the_database_is_locked_agents_are_asked_to_come_back_and_nothing_is_lost(tmp_path: Path) -> None:
    chance = random.Random(8)
    with trial(tmp_path) as (replica, agents):
        replica.start()
        agents.send(workload(chance, range(3), each=3))
        until(lambda: agents.history.acknowledged, what="some were acknowledged")
        with locked(replica.database):
            answer = replica.post(dict(success("waits").body))
            agents.send([failure(3, "exec-late")])
            until(lambda: agents.history.answers[503], what="an agent was asked to come back")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []


@FULL_DISK
def test_a_full_disk_is_no_yes_and_all_goes_on_when_there_is_room_again(tmp_path: Path) -> None:
    done = entered(tmp_path, "full_at_the_door")
    assert done.returncode == 0, done.stderr[-3000:]


@FULL_DISK
def test_a_disk_that_fills_in_the_middle_of_a_proposal_leaves_nothing_half_done(tmp_path: Path) -> None:
    done = entered(tmp_path, "full_in_the_middle", "step_begun/judge", "pull_begun", "objects_written", "end_begun")
    assert done.returncode == 0, done.stderr[-3000:]


def truncated(path: Path) -> None:
    """Half of it is gone."""
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def beheaded(path: Path) -> None:
    """Its first hundred bytes are zero."""
    with path.open("r+b") as file:
        file.write(b"\0" * 100)


def overwritten(path: Path) -> None:
    """It is something else."""
    path.write_bytes(b"this is no database\n" * 400)


def scrambled(path: Path) -> None:
    """Every page but the first has lost its head."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        for start in range(4096, size, 4096):
            file.seek(start)
            file.write(b"\xff" * 16)


def swapped(path: Path) -> None:
    """Two halves of its pages stand in each other's place."""
    data = path.read_bytes()
    pages = [data[start : start + 4096] for start in range(0, len(data), 4096)]
    half = len(pages) // 2
    path.write_bytes(b"".join([pages[0], *pages[half:], *pages[1:half]]))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    """A service that has done its work, was ended in order, and holds all of it in its one file."""
    with trial(tmp_path_factory.mktemp("lived")) as (replica, agents):
        replica.start()
        agents.send(workload(random.Random(9), range(2), each=2))
        await_done(replica, agents)
        assert replica.end() == 0
        yield replica


@pytest.mark.parametrize("damage", [truncated, beheaded, overwritten, scrambled, swapped])
@pytest.mark.parametrize("name", ["runwright.sqlite3", "runwright.durable.sqlite3"])
def test_a_damaged_database_is_refused_kept_aside_and_explained(
    lived: Replica, tmp_path: Path, damage: Callable[[Path], None], name: str
) -> None:
    shutil.copytree(lived.folder, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.out", "*.log"))
    path = tmp_path / "state" / name
    damage(path)
    found = path.read_bytes()
    replica = Replica(tmp_path, Forge(GitRepository(tmp_path / "forge.git")), tmp_path / "bot")
    for _ in range(2):  # also when a supervisor starts it again
        code, said = replica.refused()
        assert (code, said.count("\n")) == (1, 1), said
        assert "damaged" in said
        assert f"Restore a backup as {path}; or, to begin with an empty one" in said
    assert not path.exists()
    assert Path(f"{path}.damaged-1").read_bytes() == found


def test_a_database_that_lost_all_of_its_content_is_not_taken_for_a_new_one(lived: Replica, tmp_path: Path) -> None:
    shutil.copytree(lived.folder, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.out", "*.log"))
    (tmp_path / "state" / "runwright.sqlite3").write_bytes(b"")
    code, said = Replica(tmp_path, lived.forge, tmp_path / "bot").refused()
    assert code == 1
    assert "it is empty, and was not" in said


def test_steps_that_are_lost_are_done_again_once_a_person_has_decided_so(tmp_path: Path) -> None:
    with trial(tmp_path, causes=2) as (replica, agents):
        agents.send([failure(0, "exec-1"), failure(0, "exec-2")])
        replica.start("step_stored/judge")
        until(lambda: not replica.alive(), timeout=60, what="it is killed in the middle")
        replica.end()
        steps = replica.state / "runwright.durable.sqlite3"
        steps.with_name(f"{steps.name}-wal").unlink()
        overwritten(steps)
        assert replica.refused()[0] == 1
        for path in replica.state.glob("runwright.durable.sqlite3*"):
            path.rename(tmp_path / path.name)
        replica.start()
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []


def test_after_a_backup_was_restored_it_goes_on_and_finds_its_own_pull_requests(tmp_path: Path) -> None:
    with trial(tmp_path) as (replica, agents):
        agents.send([failure(0, "exec-old")])
        replica.start()
        await_done(replica, agents)
        assert replica.end() == 0
        backup = replica.database.read_bytes()
        later = [failure(0, "exec-again"), failure(1, "exec-new")]
        agents.send(later)
        replica.start()
        await_done(replica, agents)
        replica.kill()
        for path in replica.state.glob(f"{replica.database.name}-*"):
            path.unlink()
        replica.database.write_bytes(backup)
        replica.start()
        agents.history.accepted.clear()  # what it was told since is forgotten with the rest
        agents.send(later)
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
