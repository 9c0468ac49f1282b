"""Work in shares gives the answers of all items, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from runwright.adapters.shares import cores, in_shares
from tests.support.until import until

OURS = os.getpid()


def squares(numbers: Sequence[int]) -> list[int]:
    return [number * number for number in numbers]


def squares_unless_alone(numbers: Sequence[int]) -> list[int]:
    """Ends like a process that the kernel takes for lack of memory."""
    if os.getpid() != OURS:
        os.kill(os.getpid(), signal.SIGKILL)
    return squares(numbers)


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
def test_every_item_is_answered_once(jobs: int, count: int) -> None:
    assert sorted(in_shares(squares, range(count), jobs)) == squares(range(count))


def test_large_answers_come_through() -> None:
    found = in_shares(lambda numbers: ["x" * 100_000 for _ in numbers], range(60), 3)
    assert [len(text) for text in found] == [100_000] * 60


def test_the_share_of_a_process_that_died_is_done_all_the_same() -> None:
    assert sorted(in_shares(squares_unless_alone, range(50), 3)) == squares(range(50))


def test_a_process_that_is_slow_does_less(tmp_path: Path) -> None:
    def work(numbers: Sequence[int]) -> list[int]:
        if os.getpid() != OURS:  # as slow as can be: it waits until all the rest is done
            until(lambda: len(list(tmp_path.iterdir())) == 31, timeout=30, what="the rest being done")
        else:
            (tmp_path / f"{numbers[0]}").touch()
        return [os.getpid() for _ in numbers]

    # Which process takes the first portion is chance; whichever it is, nothing is left over.
    found = in_shares(work, range(320), 2)
    assert len(found) == 320
    assert 310 <= found.count(OURS) <= 320


def test_there_is_at_least_one_processor() -> None:
    assert cores() >= 1
