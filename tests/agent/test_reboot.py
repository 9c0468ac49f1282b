"""A restart of the host is a step like any other: the run goes on afterwards, and knows whether it happened."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from runwright.actions.action import Operation
from runwright.adapters.agent_store import open_store
from runwright.adapters.probe_boot import BootProbe
from runwright.agent.carry_out import NO_BOOT_ID, NOT_RESTARTED, Stopping
from runwright.agent.run import Started
from runwright.model.execution import Execution
from tests.support.file_world import FileWorld
from tests.support.hand_clock import HandClock
from tests.support.run_inside import Inside, fix, runbook, runner_on, running_inside, steps_of

FLOW = runbook({"id": "restart", "action": "host.reboot", "timeout": "5m"}, fix())


def stopped_by_restart(folder: Path, world: FileWorld, clock: HandClock) -> None:
    """Start the run; the host goes down as soon as it is told to."""

    def goes_down(_operation: Operation) -> None:
        clock.stop = True

    world.on_run = goes_down
    with running_inside(folder, world, clock) as first:
        with pytest.raises(Stopping):
            first.run(FLOW)
        assert first.kinds() == ["begun"]
    clock.stop = False
    world.on_run = lambda _operation: None


def gone_on(folder: Path, world: FileWorld, clock: HandClock) -> Execution:
    records, _ = open_store(folder, clock.now())
    with closing(records):
        (body,) = records.unfinished_runs()
        again = Inside(runner_on(world, clock, records, []), world, clock, records)
        return again.runner.resume(Started.model_validate_json(body))


def test_after_another_start_of_the_host_the_step_has_succeeded_and_the_run_goes_on(tmp_path: Path) -> None:
    world, clock = FileWorld(), HandClock()
    stopped_by_restart(tmp_path, world, clock)
    world.boot = "second-boot"
    clock.move(seconds=42)
    execution = gone_on(tmp_path, world, clock)
    assert steps_of(execution) == [("restart", "success"), ("fix", "success")]
    assert execution.executed_steps[0].duration_seconds == 42
    assert execution.success
    assert world.ran.count("systemctl reboot") == 1


def test_an_agent_that_was_only_restarted_itself_asks_for_the_restart_again(tmp_path: Path) -> None:
    world, clock = FileWorld(), HandClock()
    stopped_by_restart(tmp_path, world, clock)
    stopped_again = [0]

    def goes_down(_operation: Operation) -> None:
        stopped_again[0] += 1
        clock.stop = True

    world.on_run = goes_down
    with pytest.raises(Stopping):
        gone_on(tmp_path, world, clock)
    assert stopped_again == [1]
    clock.stop, world.on_run, world.boot = False, lambda _operation: None, "second-boot"
    assert gone_on(tmp_path, world, clock).success


def test_a_command_that_the_restart_itself_ends_has_not_failed(tmp_path: Path) -> None:
    """systemd ends the command and the agent at the same time; the agent may see the command's end first."""
    world, clock = FileWorld(codes={"systemctl": -15}), HandClock()
    stopped_by_restart(tmp_path, world, clock)
    world.boot = "second-boot"
    assert gone_on(tmp_path, world, clock).success


def test_a_restart_that_is_refused_is_a_failed_step(tmp_path: Path) -> None:
    with running_inside(tmp_path, FileWorld(codes={"systemctl": 1})) as inside:
        execution = inside.run(FLOW)
    assert execution.executed_steps[0].error == "exit code 1"
    assert inside.clock.slept == 0


def test_a_host_that_never_restarts_is_a_failed_step(tmp_path: Path) -> None:
    with running_inside(tmp_path) as inside:
        execution = inside.run(FLOW)
    assert steps_of(execution) == [("restart", "failed")]
    assert "still runs after 300 s" in execution.executed_steps[0].error
    assert inside.clock.slept >= 299


def test_an_agent_that_comes_back_too_late_on_the_same_start_does_not_restart_the_host(tmp_path: Path) -> None:
    world, clock = FileWorld(), HandClock()
    stopped_by_restart(tmp_path, world, clock)
    clock.move(seconds=timedelta(minutes=6).total_seconds())
    execution = gone_on(tmp_path, world, clock)
    assert execution.executed_steps[0].error == NOT_RESTARTED
    assert world.ran.count("systemctl reboot") == 1


def test_a_host_that_does_not_tell_its_starts_apart_is_not_restarted(tmp_path: Path) -> None:
    with running_inside(tmp_path, FileWorld(boot=None)) as inside:
        execution = inside.run(FLOW)
    assert execution.executed_steps[0].error == NO_BOOT_ID
    assert inside.world.ran == []


@pytest.mark.parametrize(("before", "now", "same"), [("at:1000", "at:1001", True), ("at:1000", "at:1300", False)])
def test_two_moments_of_starting_that_are_close_are_one_start(
    tmp_path: Path, before: str, now: str, same: bool
) -> None:
    world, clock = FileWorld(boot=before), HandClock()
    stopped_by_restart(tmp_path, world, clock)
    world.boot = now
    clock.move(seconds=600)
    assert gone_on(tmp_path, world, clock).success is not same


def test_the_start_of_this_host_has_a_name() -> None:
    assert BootProbe().boot_id() == BootProbe().boot_id()
    assert BootProbe().boot_id()


def test_a_host_without_a_readable_name_has_none(tmp_path: Path) -> None:
    assert BootProbe(tmp_path / "absent").boot_id() is None
    (tmp_path / "empty").write_text("\n")
    assert BootProbe(tmp_path / "empty").boot_id() is None
