"""A run that waits for long is set aside: the agent looks, heals and reports meanwhile, and goes on with it in time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runwright.agent.aside import PATIENCE_SECONDS, SetAside
from runwright.agent.run import Runner, Started
from runwright.model.execution import Execution
from tests.support.agent_inside import Inside as Site
from tests.support.agent_inside import inside as site_inside
from tests.support.agent_site import FLOW, content, flow_text, released, releases_of, rule_text, script, write_config
from tests.support.hand_clock import HandClock
from tests.support.run_inside import Inside, fact, fix, mode, program, runbook, runner_on, running_inside
from tests.support.service_player import Answer, ServicePlayer, playing_service

OTHER = "RB-LIN-OTHER-001"


def waits(every: str = "30s", timeout: str = "10m") -> dict[str, Any]:
    return {"id": "ready", "wait_until": {fact("/ready"): True}, "every": every, "timeout": timeout}


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    with running_inside(tmp_path) as inside:
        yield inside


def impatient(inside: Inside) -> Runner:
    """Make a runner as an agent's is: it holds on to short waits alone."""
    runner = inside.runner
    return Runner(runner.hands, runner.journal, runner.asks, runner.clock, runner.emit, runner.asked, PATIENCE_SECONDS)


def set_aside(inside: Inside, *steps: dict[str, Any]) -> tuple[Runner, Started, SetAside]:
    runner, started = impatient(inside), inside.started(runbook(*steps))
    with pytest.raises(SetAside) as aside:
        runner.start(started)
    return runner, started, aside.value


def to_the_end(inside: Inside, runner: Runner, aside: SetAside) -> tuple[Execution, int]:
    """Carry a run on as its time passes; its Execution, and how often it was gone on with."""
    for times in range(1, 1000):
        inside.clock.move(aside.resting.until - inside.clock.monotonic())
        try:
            return runner.rested(aside.resting), times
        except SetAside as again:
            aside = again
    raise AssertionError("it never ended")


def test_a_run_that_waits_for_long_gives_the_agent_back_without_letting_time_pass(inside: Inside) -> None:
    _, _, aside = set_aside(inside, waits(), fix())
    assert (inside.clock.slept, aside.resting.until - aside.resting.since) == (0, 30)


def test_a_run_that_was_set_aside_ends_as_one_that_was_not(tmp_path: Path) -> None:
    steps = (mode("first", "/a"), waits(timeout="5m"), fix())
    with running_inside(tmp_path / "whole") as whole:
        expected = whole.run(runbook(*steps))
    with running_inside(tmp_path / "parts") as parts:
        runner, _, aside = set_aside(parts, *steps)
        ended, times = to_the_end(parts, runner, aside)
    assert times == 10
    assert ended.model_dump(mode="json") == expected.model_dump(mode="json")


def test_short_waits_are_waited_for_at_once(inside: Inside) -> None:
    steps = (mode("first", "/a", retry={"attempts": 3, "delay": "2s"}), waits(every="3s", timeout="9s"))
    impatient(inside).start(inside.started(runbook(*steps)))
    assert inside.clock.slept == 9


def test_a_run_does_not_hold_the_agent_by_many_short_waits(inside: Inside) -> None:
    runner, _, aside = set_aside(inside, waits(every="3s"), fix())
    assert inside.clock.slept == 9
    to_the_end(inside, runner, aside)
    assert inside.clock.slept == 9


def test_a_look_that_comes_late_counts_with_what_it_sees(inside: Inside) -> None:
    runner, _, aside = set_aside(inside, waits(timeout="1m"), fix())
    inside.clock.move(minutes=20)
    inside.world.modes["/ready"] = "0600"
    ended = runner.rested(aside.resting)
    assert (ended.success, ended.executed_steps[0].duration_seconds) == (True, 1200)


def test_an_agent_that_is_killed_meanwhile_goes_on_from_the_journal(inside: Inside) -> None:
    _, started, _ = set_aside(inside, program("once", "make"), waits(), fix())
    again = runner_on(inside.world, inside.clock, inside.records, inside.events)
    inside.world.modes["/ready"] = "0600"
    ended = again.resume(started)
    assert [step.outcome for step in ended.executed_steps] == ["success"] * 3
    assert [name for name, fields in inside.events if fields.get("step") == "once"].count("step_started") == 1


# The whole agent, with two pages of which each has its own runbook.


class Pages:
    """A page whose runbook waits for a file, and one whose runbook mends it at once."""

    def __init__(self, folder: Path, slow: ServicePlayer, quick: ServicePlayer) -> None:
        self.folder, self.slow, self.quick = folder, slow, quick
        self.ready, self.slow_fixed, self.quick_fixed = folder / "ready", folder / "slow", folder / "quick"

    def config(self, lock: str = "quick") -> Path:
        ready = {f"files[{json.dumps(str(self.ready))}].exists": True}
        wait = {"id": "ready", "wait_until": ready, "every": "30s", "timeout": "1h"}
        slow = [wait, script("fix", f"touch {self.slow_fixed}")]
        quick = [script("fix", f"touch {self.quick_fixed}")]
        files = {
            **content(
                flow_text(slow, self.slow_fixed, limits={"lock": "slow"}),
                rule=_only(rule_text("http", FLOW), "slow", self.slow.url),
            ),
            f"runbooks/linux/{OTHER}.yaml": flow_text(
                quick, self.quick_fixed, id=OTHER, limits={"lock": lock}
            ).encode(),
            "rules/promoted/L1-OTHER.yaml": _only(rule_text("http", OTHER), "other", self.quick.url).encode(),
        }
        checks = [
            {"id": "slow", "type": "http", "url": self.slow.url + "/", "every": "10s"},
            {"id": "quick", "type": "http", "url": self.quick.url + "/", "every": "10s"},
        ]
        return write_config(self.folder, checks=checks, releases=releases_of(released(self.folder, files)))


def _only(rule: str, name: str, url: str) -> str:
    return rule.replace("L1-SERVICE-DOWN", f"L1-{name.upper()}") + f'conditions: {{facts.url: "{url}/"}}\n'


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    with playing_service() as slow, playing_service() as quick:
        yield Pages(tmp_path, slow, quick)


def fails_once(page: ServicePlayer) -> None:
    page.script.append(Answer(503))


def turned(site: Site) -> None:
    """Do one turn of the agent's loop, with everything due."""
    site.agent._turn(site.agent._tasks())


def test_while_a_run_waits_another_incident_is_found_and_healed(pages: Pages) -> None:
    fails_once(pages.slow)
    with site_inside(pages.config()) as site:
        site.agent.pull()
        turned(site)
        assert site.told("run_set_aside")
        assert not site.resolutions()
        fails_once(pages.quick)
        turned(site)
        assert site.resolutions() == [("L1", OTHER, "success")]
        assert pages.quick_fixed.exists()
        assert not pages.slow_fixed.exists()
        assert [execution["runbook_id"] for execution in site.executions()] == [OTHER]
        pages.ready.touch()
        site.clock.move(seconds=30)
        turned(site)
        assert [execution["runbook_id"] for execution in site.executions()] == [OTHER, FLOW]
        assert pages.slow_fixed.exists()
        assert len(site.told("cleared")) == 2


def test_an_incident_is_the_runs_until_it_ends(pages: Pages) -> None:
    fails_once(pages.slow)
    with site_inside(pages.config()) as site:
        site.agent.pull()
        turned(site)
        turned(site)  # the page answers again by now
        assert not site.told("cleared")
        assert len(site.told("incident")) == 1


def test_who_needs_the_lock_of_a_run_that_waits_comes_after_it_and_not_to_a_person(pages: Pages) -> None:
    fails_once(pages.slow)
    with site_inside(pages.config(lock="slow")) as site:
        site.agent.pull()
        turned(site)
        pages.quick.script.extend([Answer(503)] * 3)
        turned(site)
        assert site.told("deferred")
        assert not site.told("escalated")
        assert not pages.quick_fixed.exists()
        pages.ready.touch()
        site.clock.move(seconds=30)
        turned(site)
        turned(site)
        assert pages.slow_fixed.exists()
        assert pages.quick_fixed.exists()
        assert [outcome for *_, outcome in site.resolutions()] == ["success", "success"]


def test_the_loop_wakes_for_a_run_whose_time_has_come_and_for_nothing_before(pages: Pages) -> None:
    fails_once(pages.slow)
    clock = HandClock(datetime.now(UTC))
    with site_inside(pages.config(), clock) as site:
        wait, waited = clock.wait, []

        def waiting(seconds: float) -> None:
            waited.append(seconds)
            wait(seconds)
            if len(waited) == 4:
                pages.ready.touch()
            clock.stop = bool(site.told("run_finished"))

        clock.wait = waiting  # type: ignore[method-assign]
        site.agent.run()
        assert [outcome for *_, outcome in site.resolutions()] == ["success"]
        assert site.told("cleared")
        assert max(waited) <= 10, "the checks are looked at every ten seconds, whatever waits"
        assert min(waited) > 0, "nothing spins"


def test_once_finishes_what_it_began(pages: Pages) -> None:
    fails_once(pages.slow)
    clock = HandClock(datetime.now(UTC))
    with site_inside(pages.config(), clock) as site:
        # The file is there after the tenth look.
        clock.sleep = _then(clock, 300.0, pages.ready.touch)  # type: ignore[method-assign]
        site.agent.once()
        assert [outcome for *_, outcome in site.resolutions()] == ["success"]
        assert site.told("cleared")
        assert pages.slow_fixed.exists()


def test_an_agent_that_is_stopped_while_a_run_waits_goes_on_with_it_at_the_next_start(pages: Pages) -> None:
    fails_once(pages.slow)
    config = pages.config()
    with site_inside(config) as site:
        site.agent.pull()
        turned(site)
        assert site.told("run_set_aside")
    pages.ready.touch()
    with site_inside(config) as site:
        site.agent.handler.resume()
        site.clock.move(seconds=30)
        turned(site)
        assert [outcome for *_, outcome in site.resolutions()] == ["success"]


def _then(clock: HandClock, after: float, act: Any) -> Any:
    """Sleep as ever, and do something once so much time has passed."""
    sleep, due = clock.sleep, clock.monotonic() + after

    def sleeping(seconds: float) -> bool:
        stopped = sleep(seconds)
        if clock.monotonic() >= due:
            act()
        return stopped

    return sleeping
