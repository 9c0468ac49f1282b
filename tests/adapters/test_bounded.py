"""A look at a file system ends in time, also where the disk never answers."""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runwright.adapters.bounded import MAX_HANGING, within
from runwright.adapters.facts_local import NATIVES
from runwright.adapters.facts_system import disk_facts, file_facts
from tests.support.until import until


@pytest.fixture
def lost() -> Iterator[threading.Event]:
    """A disk that does not answer until the event is set; nothing hangs behind the test."""
    answers, before = threading.Event(), threading.active_count()
    yield answers
    answers.set()
    until(lambda: threading.active_count() <= before, timeout=10, what="the end of the looks")


def test_a_look_gives_what_it_saw_or_its_own_error(tmp_path: Path) -> None:
    assert within(5, lambda: 7) == 7
    with pytest.raises(FileNotFoundError):
        within(5, (tmp_path / "nothing").stat)
    with pytest.raises(ValueError, match="null"):
        within(5, Path("a\0b").read_bytes)


def test_a_disk_that_does_not_answer_is_waited_for_no_longer_than_the_limit(lost: threading.Event) -> None:
    with pytest.raises(OSError, match=r"the disk did not answer within 0\.05 s") as refused:
        within(0.05, lost.wait)
    assert refused.value.errno == errno.ETIMEDOUT


def test_looks_that_hang_do_not_pile_up_and_files_and_disks_are_read_under_the_limit(
    lost: threading.Event, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(MAX_HANGING) as pool:
        for hung in [pool.submit(within, 0.05, lost.wait) for _ in range(MAX_HANGING)]:
            assert isinstance(hung.exception(), OSError)
    for read in (file_facts, disk_facts):
        with pytest.raises(OSError, match=f"{MAX_HANGING} looks at files wait for a disk"):
            read({"path": str(tmp_path)}, 0.05)
    told = NATIVES["file.facts"]({"path": str(tmp_path)}, 0.05, lambda _: False)
    assert (told.exit_code, dict(told.values)) == (1, {})
    lost.set()
    until(lambda: within(5, lambda: True), timeout=10, what="room for another look")
    assert file_facts({"path": str(tmp_path)}, 5)["kind"] == "folder"
