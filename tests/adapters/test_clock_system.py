"""The agent's clock: whoever sleeps is woken when the agent is asked to stop, however many there are."""

from __future__ import annotations

import threading

from runwright.adapters.clock_system import SystemClock
from tests.support.until import until


def test_all_who_sleep_are_woken_when_the_agent_is_asked_to_stop() -> None:
    """Parallel steps wait in several threads; a stop is one signal."""
    clock = SystemClock()
    woken: list[bool] = []
    threads = [threading.Thread(target=lambda: woken.append(clock.sleep(60))) for _ in range(5)]
    for thread in threads:
        thread.start()
    clock.stop()
    until(lambda: len(woken) == 5, timeout=20, what="all five are awake")
    assert woken == [True] * 5
    for thread in threads:
        thread.join(5)


def test_a_sleep_that_nobody_cuts_short_says_so() -> None:
    assert SystemClock().sleep(0.01) is False
