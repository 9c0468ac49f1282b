"""What people ask for on a proposal has the failure thought about again: once, at once, with what they said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.adapters.forge_local import read_pulls
from runwright.adapters.pulls_local import LocalTerms
from runwright.cli.governing import build_governor
from tests.support.service_site import failed_run
from tests.support.thinking import Desk, KeptSteps, make_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = make_desk(tmp_path)
    yield made
    made.database.close()


def reopened(desk: Desk) -> int:
    governor = build_governor(desk.database, desk.forge.repository, desk.forge.bot(), LocalTerms(desk.forge.repository))
    return desk.failures.reopen(governor.tidy(desk.now[0]), desk.now[0])


def test_closed_as_needs_work_it_is_thought_about_again_without_another_failure_and_once(desk: Desk) -> None:
    desk.keep(failed_run("exec-1"), failed_run("exec-2"))
    desk.think()
    assert reopened(desk) == 0, "it is open"
    desk.pass_time(60)
    desk.forge.reviews("dana").reject(1, "start the cache, too", desk.now[0], "needs-work")
    desk.pass_time(60)
    assert reopened(desk) == 1
    steps = KeptSteps()
    desk.think(steps)
    assert "draft" in steps.done
    assert desk.stages() == {"exec-1": "proposed", "exec-2": "needs_person"}
    ((reason,),) = desk.rows("select reason from executions where execution_id = 'exec-2'")
    assert "the same change was closed as needs-work in #1: start the cache, too" in reason
    desk.pass_time(60)
    assert reopened(desk) == 0
    assert len(read_pulls(desk.forge.repository)) == 1


def test_a_real_no_has_nothing_thought_about_again(desk: Desk) -> None:
    desk.keep(failed_run("exec-1"))
    desk.think()
    desk.forge.reviews("dana").reject(1, "no", desk.now[0])
    assert reopened(desk) == 0
