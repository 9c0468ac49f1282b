"""Waiting in tests: an event is seen, and an event that never comes is named."""

from __future__ import annotations

import threading

import pytest

from tests.support.until import NeverHappened, until


def test_the_value_of_the_event_is_returned() -> None:
    seen: list[str] = []
    threading.Timer(0.05, seen.append, ["arrived"]).start()
    assert until(lambda: seen and seen[0], what="the letter arrives") == "arrived"


def test_an_event_that_never_comes_is_named_with_the_last_value() -> None:
    with pytest.raises(NeverHappened, match=r"0\.05 s .* the letter arrives \(last value: 0\)"):
        until(lambda: 0, timeout=0.05, what="the letter arrives")


def test_the_last_look_is_taken_at_the_deadline() -> None:
    looks: list[int] = []
    with pytest.raises(NeverHappened):
        until(lambda: looks.append(1), timeout=0, what="nothing")
    assert looks == [1]
