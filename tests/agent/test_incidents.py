"""From the alarm to the resolution: every path ends in one, every alarm fires once and clears."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from runwright.model.release import Hold
from tests.support.agent_inside import Inside, inside
from tests.support.agent_site import (
    FLOW,
    content,
    flow_text,
    released,
    releases_of,
    rule_text,
    runbook_text,
    script,
    write_config,
)
from tests.support.hand_clock import HandClock
from tests.support.service_player import Answer, ServicePlayer, playing_service


class Site:
    """A web page that fails, a release, and the agent that looks after the page."""

    def __init__(self, folder: Path, page: ServicePlayer) -> None:
        self.folder, self.page, self.fixed = folder, page, folder / "fixed"
        self.config: dict[str, Any] = {}

    def fails(self, times: int = 1) -> None:
        self.page.script.extend([Answer(503)] * times)

    def release(self, *steps: dict[str, Any], rule: str | None = None, **more: Any) -> None:
        text = flow_text(list(steps) or [self.fix()], self.fixed, **more)
        self.publish(text, rule=rule or rule_text("http", FLOW))

    def publish(self, *texts: str, rule: str, holds: tuple[Hold, ...] = ()) -> None:
        forge = released(self.folder, content(*texts, rule=rule), holds)
        self.config["releases"] = releases_of(forge)

    def fix(self) -> dict[str, Any]:
        return script("fix", f"touch {self.fixed}")

    def agent(self, clock: HandClock | None = None, **more: Any) -> AbstractContextManager[Inside]:
        checks = [{"id": "page", "type": "http", "url": self.page.url + "/"}]
        path = write_config(self.folder, **{"checks": checks, **self.config, **more})
        return inside(path, clock)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with playing_service() as page:
        yield Site(tmp_path, page)


def pulled(agent: Inside) -> Inside:
    agent.agent.pull()
    assert agent.told("pulled")
    return agent


def escalated(agent: Inside) -> str:
    """The incident went to a person without a run; the resolution and the counters say so."""
    agent.look()
    assert agent.names()[-1] == "escalated"
    assert "run_started" not in agent.names()
    assert [row[0::2] for row in agent.resolutions()] == [("L3", "escalated")]
    stats = agent.agent.reporter.stats.pattern_stats()
    assert [(one.total_occurrences, one.l3_resolutions, one.success_count) for one in stats] == [(1, 1, 0)]
    assert agent.executions() == []
    return str(agent.told("escalated")[0]["reason"])


def test_a_rule_runs_its_runbook_and_the_alarm_clears(site: Site) -> None:
    site.release()
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        names = ["incident", "run_started", "step_started", "step", "run_finished", "cleared"]
        assert [name for name in agent.names() if name in names] == names
        assert agent.resolutions() == [("L1", FLOW, "success")]
        (execution,) = agent.executions()
    assert execution["verification_passed"] is True
    assert execution["confidence"] == 0.9
    assert execution["incident_id"] == agent.told("incident")[0]["incident_id"]
    assert f'files["{site.fixed}"].exists' in execution["state_diff"]["changed_keys"]


def test_no_error_is_not_taken_for_a_success(site: Site) -> None:
    site.release(script("nothing", "true"))
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
        assert agent.resolutions() == [("L1", FLOW, "failure")]
    assert [step["outcome"] for step in execution["executed_steps"]] == ["success"]
    assert (execution["status"], execution["verification_passed"]) == ("failure", False)


def test_an_open_incident_does_not_fire_or_run_twice_and_clears_when_the_check_is_fine(site: Site) -> None:
    site.release(script("nothing", "true"))
    site.fails(3)
    with site.agent() as agent:
        pulled(agent)
        for _ in range(4):
            agent.look()
        assert agent.names().count("incident") == agent.names().count("run_started") == 1
        assert agent.names()[-1] == "cleared"
        assert agent.agent.watch.incidents.open_incidents() == ()
        site.fails()
        agent.clock.move(hours=1)
        agent.look()
        assert agent.names().count("incident") == 2


def test_a_fix_that_does_not_last_raises_a_new_incident_and_does_not_loop(site: Site) -> None:
    site.release(limits={"once_within": "5m"})
    site.fails(4)
    with site.agent() as agent:
        pulled(agent)
        for _ in range(3):
            agent.look()
        assert [fields["lasting"] for fields in agent.told("cleared")] == [False]
        assert agent.names().count("run_started") == 1
        assert "its limit is once within 5m" in agent.told("escalated")[0]["reason"]
        assert agent.resolutions() == [("L1", FLOW, "success"), ("L3", FLOW, "escalated")]


def test_a_runbook_may_run_again_after_its_rest(site: Site) -> None:
    site.release(limits={"once_within": "5m"})
    with site.agent() as agent:
        pulled(agent)
        for _ in range(2):
            site.fails()
            agent.look()
            agent.look()
            agent.clock.move(minutes=5)
        assert [row[2] for row in agent.resolutions()] == ["success", "success"]


def test_a_check_that_cannot_be_read_is_neither_an_alarm_nor_a_clear(site: Site) -> None:
    site.config["host"] = {
        "service_manager": "supervisor",
        "programs": {"supervisorctl": ["/bin/sh", "-c", "echo 'web GARBAGE pid'"]},
    }
    checks = [{"id": "web", "type": "service", "service": "web"}]
    with site.agent(checks=checks) as agent:
        agent.look()
        agent.look()
        assert agent.names() == ["check_unreadable"]
        assert agent.agent.watch.incidents.open_incidents() == ()


def test_an_answer_in_a_form_that_nobody_expected_tells_nothing(site: Site) -> None:
    site.config["host"] = {
        "service_manager": "supervisor",
        "programs": {"supervisorctl": ["/bin/sh", "-c", "echo 'web: all is well'"]},
    }
    with site.agent(checks=[{"id": "web", "type": "service", "service": "web"}]) as agent:
        agent.look()
        assert agent.names() == ["check_unreadable"]


def test_without_a_release_a_person_is_asked(site: Site) -> None:
    with site.agent() as agent:
        site.fails()
        assert escalated(agent) == "no release is active, so there are no rules"


def test_without_a_rule_a_person_is_asked(site: Site) -> None:
    site.release(rule=rule_text("disk", FLOW))
    site.fails()
    with site.agent() as agent:
        assert escalated(pulled(agent)) == "none of the 1 rules of rules-v1 answers this incident"


def test_a_rule_that_only_observes_says_what_it_would_have_done(site: Site) -> None:
    site.release(rule=rule_text("http", FLOW, mode="observe"))
    site.fails()
    with site.agent() as agent:
        assert "RB-LIN-FLOW-001-v1 would have run" in escalated(pulled(agent))
        assert agent.told("observed")[0]["rule"] == "L1-SERVICE-DOWN"
    assert not site.fixed.exists()


def test_a_held_version_does_not_run(site: Site) -> None:
    hold = Hold(runbook_id=FLOW, version=1, reason="it deleted too much")
    site.publish(flow_text([site.fix()], site.fixed), rule=rule_text("http", FLOW), holds=(hold,))
    site.fails()
    with site.agent() as agent:
        assert escalated(pulled(agent)) == "RB-LIN-FLOW-001-v1 is held: it deleted too much"


def test_a_runbook_for_another_platform_does_not_run(site: Site) -> None:
    site.release(platform="windows")
    site.fails()
    with site.agent() as agent:
        assert "is written for windows; this host is linux" in escalated(pulled(agent))


def test_a_rule_whose_runbook_is_missing_asks_a_person(site: Site) -> None:
    site.publish(runbook_text(), rule=rule_text("http", FLOW))
    site.fails()
    with site.agent() as agent:
        assert "which the release does not have" in escalated(pulled(agent))


def test_a_runbook_that_this_agent_cannot_read_is_named_with_its_place(site: Site) -> None:
    site.release({"id": "on", "action": "service.start", "surprise": 1})
    site.fails()
    with site.agent() as agent:
        reason = escalated(pulled(agent))
    assert "which this agent cannot read: runbooks/linux/RB-LIN-FLOW-001.yaml:13:4: `steps[0].surprise`" in reason


def test_an_action_that_this_host_cannot_carry_out_is_named_with_its_place(site: Site) -> None:
    site.release({"id": "on", "action": "service.enable", "with": {"service": "web"}})
    site.config["host"] = {"service_manager": "supervisor", "programs": {"supervisorctl": ["/bin/true"]}}
    site.fails()
    with site.agent() as agent:
        reason = escalated(pulled(agent))
    assert reason == (
        "runbooks/linux/RB-LIN-FLOW-001.yaml:12:4: action service.enable cannot run with supervisor; "
        "it is written for systemd, windows"
    )


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"type": "string"}, "parameter 'name' is missing"),
        ({"type": "string", "from": "incident.resource", "pattern": "[a-z]+"}, "expected text that matches"),
        ({"type": "integer", "from": "incident.resource"}, "expected integer"),
    ],
)
def test_a_parameter_that_does_not_fit_asks_a_person(site: Site, spec: dict[str, Any], said: str) -> None:
    site.release(params={"name": spec})
    site.fails()
    with site.agent() as agent:
        assert said in escalated(pulled(agent))


def test_a_release_that_was_tampered_with_runs_nothing(site: Site) -> None:
    site.release()
    site.fails()
    with site.agent() as agent:
        pulled(agent)
        (file,) = (site.folder / "agent" / "releases").rglob("RB-LIN-FLOW-001.yaml")
        file.chmod(0o600)
        file.write_text(file.read_text().replace("touch", "touch -r /"))
        assert "cannot be used" in escalated(agent)
        assert agent.told("refused")


def test_a_lock_that_another_run_holds_keeps_a_run_from_starting(site: Site) -> None:
    site.release(limits={"lock": "the-page"})
    site.fails()
    with site.agent() as agent:
        agent.agent.handler.journal.begin_run("exec-other", ("RB-OTHER-v1", "the-page"), agent.clock.now(), "{}")
        assert escalated(pulled(agent)) == "run exec-other holds the lock 'the-page'"


def test_an_unsafe_precheck_ends_escalated_and_runs_no_step(site: Site) -> None:
    site.release(precheck={"unsafe": {f'files["{site.folder}"].exists': True}})
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
        assert agent.resolutions() == [("L1", FLOW, "escalated")]
    assert (execution["status"], execution["verification_method"]) == ("escalated", "not_run")
    assert execution["verification_passed"] is None


def test_a_step_that_cannot_start_fails_with_a_clear_error(site: Site) -> None:
    site.release({"id": "odd", "action": "command.run", "with": {"argv": ["no-such-program-here"]}})
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
    step = execution["executed_steps"][0]
    assert (step["outcome"], step["exit_code"]) == ("failed", 127)
    assert "'no-such-program-here' was not found" in step["error"]


def test_a_step_that_takes_too_long_is_ended_and_says_so(site: Site) -> None:
    site.release(script("slow", "echo begun; exec tail -f /dev/null", timeout="500ms"))
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
    step = execution["executed_steps"][0]
    assert (step["timed_out"], step["output"]) == (True, "begun\n")
    assert "did not end within 0.5 s" in execution["error_message"]


def test_a_value_from_telemetry_that_an_action_does_not_accept_never_reaches_a_command(site: Site) -> None:
    step = {"id": "get", "action": "http.get", "with": {"url": "${{ incident.message }}"}}
    site.release(step)
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
    assert "http.get: parameter 'url' is" in execution["executed_steps"][0]["error"]


def test_secrets_leave_the_agent_erased_and_the_record_says_where(site: Site) -> None:
    site.release(script("leak", "echo 'password=hunter2hunter2'"), site.fix())
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
    assert "hunter2" not in json.dumps(execution)
    assert "/executed_steps/0/output" in [mark["pointer"] for mark in execution["erased"]]


def test_the_words_of_a_try_and_of_a_success_are_erased_like_all_others(site: Site) -> None:
    leak = "echo 'password=hunter2hunter2' >&2"
    retry = {"attempts": 2, "delay": "100ms"}
    site.release(script("good", leak), script("bad", f"{leak}; exit 3", retry=retry, on_failure="continue"), site.fix())
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
    assert "hunter2" not in json.dumps(execution)
    good, bad, _ = execution["executed_steps"]
    assert (good["outcome"], "password" in good["error"]) == ("success", True)
    assert [(one["exit_code"], "password" in one["error"]) for one in bad["attempts"]] == [(3, True), (3, True)]
    places = {mark["pointer"] for mark in execution["erased"]}
    assert {"/executed_steps/0/error", "/executed_steps/1/attempts/0/error"} <= places


def test_a_failed_step_carries_every_fact_that_it_reads_and_needs(site: Site) -> None:
    missing = site.folder / "missing"
    site.release({"id": "remove", "action": "file.remove", "with": {"path": str(missing)}})
    site.fails()
    with site.agent() as agent:
        pulled(agent).look()
        (execution,) = agent.executions()
    step = execution["executed_steps"][0]
    assert step["outcome"] == "failed"
    assert step["state_after"][f'files["{missing}"].exists'] is False
    assert execution["state_before"]["platform.os"] == "linux"
    assert {"memory.used_percent", "cpu.load_1m", 'disks["/"].used_percent'} <= execution["state_after"].keys()
