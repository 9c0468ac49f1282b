"""A run that asks a person waits for the answer, lets the agent work meanwhile, and survives a restart."""

from __future__ import annotations

import grp
import json
import os
import pwd
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from runwright.adapters.git_repository import GitRepository
from runwright.adapters.release_git import CutRequest, cut_release
from runwright.agent.approve import Parked, may_answer
from runwright.engine.exchange import Answered
from runwright.model.release import Hold
from tests.support.agent_site import FLOW, AgentProcess, call, running_agent
from tests.support.forge import RELEASE
from tests.support.page_site import PageSite, page_site
from tests.support.run_inside import EXECUTION, Inside, fix, runbook, running_inside, steps_of
from tests.support.service_player import Answer
from tests.support.until import until

ME = pwd.getpwuid(os.geteuid()).pw_name


def ask(**more: Any) -> dict[str, Any]:
    return {"id": "ask", "approve": {"message": "Delete the old files?", "timeout": "10m", **more}}


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    with running_inside(tmp_path) as inside:
        yield inside


def parked(inside: Inside, **more: Any) -> Any:
    started = inside.started(runbook(ask(**more), fix()))
    with pytest.raises(Parked):
        inside.runner.start(started)
    return started


@pytest.mark.parametrize(("value", "outcome"), [(True, "success"), (False, "failed")])
def test_the_answer_decides_the_step_and_is_recorded_with_who_gave_it(
    inside: Inside, value: bool, outcome: str
) -> None:
    started = parked(inside)
    inside.clock.move(seconds=90)
    answered = Answered(value=value, by="dana", reason="looked at it")
    assert inside.records.approvals.answer(EXECUTION, "ask", answered, inside.clock.now())
    execution = inside.runner.resume(started)
    step = execution.executed_steps[0]
    assert (step.outcome, step.duration_seconds) == (outcome, 90)
    assert step.result == f"{'approved' if value else 'denied'} by dana: looked at it"


@pytest.mark.parametrize(("default", "outcome"), [("approve", "success"), ("deny", "failed")])
def test_silence_counts_as_the_runbook_says(inside: Inside, default: str, outcome: str) -> None:
    started = parked(inside, default=default)
    inside.clock.move(minutes=10)
    execution = inside.runner.resume(started)
    assert execution.executed_steps[0].outcome == outcome
    assert "nobody answered in time" in str(execution.executed_steps[0].result)


def test_a_question_is_asked_once_and_its_time_runs_from_the_first_asking(inside: Inside) -> None:
    started = parked(inside)
    inside.clock.move(minutes=9)
    with pytest.raises(Parked):
        inside.runner.resume(started)
    assert [name for name, _ in inside.events].count("approval_wanted") == 1
    inside.clock.move(minutes=1)
    assert not inside.runner.resume(started).success


def test_an_answer_after_the_time_is_refused(inside: Inside) -> None:
    started = parked(inside)
    inside.clock.move(minutes=10)
    late = Answered(value=True, by="dana")
    assert not inside.records.approvals.answer(EXECUTION, "ask", late, inside.clock.now())
    assert not inside.runner.resume(started).success


def test_a_question_that_is_answered_cannot_be_answered_again(inside: Inside) -> None:
    parked(inside)
    approvals, now = inside.records.approvals, inside.clock.now()
    assert approvals.answer(EXECUTION, "ask", Answered(value=False, by="dana"), now)
    assert not approvals.answer(EXECUTION, "ask", Answered(value=True, by="mallory"), now)
    assert approvals.answer_of(EXECUTION, "ask") == Answered(value=False, by="dana")


def test_an_answer_that_came_before_the_end_of_the_time_counts_however_late_it_is_read(inside: Inside) -> None:
    started = parked(inside)
    assert inside.records.approvals.answer(EXECUTION, "ask", Answered(value=True, by="dana"), inside.clock.now())
    inside.clock.move(minutes=60)
    assert inside.runner.resume(started).success


def test_a_clock_that_was_set_far_back_does_not_make_a_question_wait_for_ever(inside: Inside) -> None:
    started = parked(inside)
    inside.clock.move(days=-365)
    assert EXECUTION in inside.records.approvals.due(inside.clock.now())
    assert steps_of(inside.runner.resume(started)) == [("ask", "failed")]


@pytest.mark.parametrize(
    ("who", "allowed"),
    [((), True), (("dana",), True), (("ops",), True), (("mallory", "ops"), True), (("mallory", "dba"), False)],
)
def test_only_the_accounts_and_groups_that_are_named_may_answer(who: tuple[str, ...], allowed: bool) -> None:
    assert may_answer(who, "dana", {"ops", "users"}) is allowed


# The real agent and the real command line.


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PageSite]:
    with page_site(tmp_path) as site:
        yield site


def config_of(site: PageSite, **approval: Any) -> Path:
    return site.config(site.marking("first"), ask(**approval), site.fix())


def asked(agent: AgentProcess) -> str:
    wanted = agent.wait_for("approval_wanted", step="ask")
    assert wanted["message"] == "Delete the old files?"
    return str(wanted["execution_id"])


def test_a_person_approves_on_the_host_and_the_run_goes_on(site: PageSite) -> None:
    config = config_of(site, who=[ME])
    with running_agent(config) as agent:
        execution = asked(agent)
        (listed,) = json.loads(call(config, "approvals", "--format", "json").stdout)
        assert (listed["execution_id"], listed["step"], listed["who"]) == (execution, "ask", [ME])
        assert "Delete the old files?" in call(config, "approvals").stdout
        done = call(config, "approve", execution, "ask", "--reason", "disk is full")
        assert (done.returncode, done.stdout) == (0, f"{ME} approved ask of {execution}\n")
        agent.wait_for("run_finished", status="success")
        agent.wait_for("pushed", execution_id=execution)
        assert call(config, "approvals").stdout == "no run waits for a person\n"
    assert site.execution()["executed_steps"][1]["result"] == f"approved by {ME}: disk is full"


def test_while_a_run_waits_the_agent_looks_and_reports_and_starts_no_second_run(site: PageSite) -> None:
    config = config_of(site)
    site.page.script.append(Answer(503))
    with running_agent(config) as agent:
        execution = asked(agent)
        until(lambda: not site.page.script, what="the agent looks at the page again")
        agent.wait_for("sent")
        assert call(config, "approve", execution, "ask").returncode == 0
        agent.wait_for("run_finished", execution_id=execution)
        agent.stop()
        assert [event["event"] for event in agent.rest()].count("run_started") == 1


def test_a_killed_agent_asks_no_second_time_and_takes_the_answer_that_came_meanwhile(site: PageSite) -> None:
    config = config_of(site)
    with running_agent(config) as agent:
        execution = asked(agent)
        agent.kill()
    assert call(config, "approve", execution, "ask").returncode == 0
    with running_agent(config) as agent:
        agent.wait_for("run_resumed", execution_id=execution)
        agent.wait_for("run_finished", status="success")
        agent.stop()
        assert "approval_wanted" not in {event["event"] for event in agent.rest()}
    assert site.marks() == ["first", "fix"]


def test_a_denied_step_fails_the_run(site: PageSite) -> None:
    config = config_of(site)
    with running_agent(config) as agent:
        execution = asked(agent)
        assert call(config, "approve", execution, "ask", "--deny").returncode == 0
        agent.wait_for("run_finished", status="failure")
    assert not site.fixed.exists()


def test_whoever_is_not_named_may_not_answer(site: PageSite) -> None:
    config = config_of(site, who=["nobody-of-this-host"])
    with running_agent(config) as agent:
        execution = asked(agent)
        done = call(config, "approve", execution, "ask")
        assert done.returncode == 4
        assert f"{ME} may not answer step ask; nobody-of-this-host may" in done.stderr


def test_a_group_of_the_person_may_answer(site: PageSite) -> None:
    config = config_of(site, who=[grp.getgrgid(os.getegid()).gr_name])
    with running_agent(config) as agent:
        assert call(config, "approve", asked(agent), "ask").returncode == 0
        agent.wait_for("run_finished", status="success")


def test_a_question_that_nobody_asks_cannot_be_answered(site: PageSite) -> None:
    config = config_of(site)
    site.page.script.clear()
    done = call(config, "approve", "exec-1", "ask")
    assert done.returncode == 1
    assert "nothing waits at step ask of run exec-1" in done.stderr


def test_a_version_that_is_held_meanwhile_is_denied_whatever_the_person_would_say(site: PageSite) -> None:
    config = config_of(site)
    with running_agent(config) as agent:
        execution = asked(agent)
        hold = Hold(runbook_id=FLOW, version=1, reason="it deleted too much")
        repository = GitRepository(site.folder / "forge.git")
        cut_release(repository, RELEASE, CutRequest(now=datetime.now(UTC), holds=(hold,)))
        agent.process.send_signal(signal.SIGHUP)
        agent.wait_for("run_finished", execution_id=execution, status="failure")
        agent.wait_for("pushed")
    assert site.execution()["error_message"].startswith("denied by the release: RB-LIN-FLOW-001-v1 is held: it deleted")
    assert site.marks() == ["first"]
