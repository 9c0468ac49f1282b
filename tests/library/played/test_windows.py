"""The Windows runbooks on a played host: what they mend, what they do not, and how they take themselves back.

No Windows was at hand. These tests show that runbooks, actions and readers fit together and do what their vendor's
pages say; they show nothing about a real Windows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import pytest

from runwright.actions.action import Result
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.engine.matcher import match
from runwright.model.execution import Execution
from runwright.model.incident import Incident
from runwright.model.telemetry import is_synthetic
from runwright.redact.redact import redact_data
from runwright.replay.judging import Pair, judge_all
from tests.support.commands import ROOT
from tests.support.library import library
from tests.support.windows_machine import Service, WindowsMachine
from tests.support.windows_run import WINDOWS, Driver, play, recorded, runbook_of
from tests.support.windows_scenarios import SCENARIOS, Scenario

Change = Callable[[WindowsMachine], object]
EXISTS = "Rename-Item : Cannot create a file when that file already exists."
BOOKS = sorted(path.stem for path in (ROOT / "runbooks" / "windows").glob("*.yaml"))
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: f"{s.runbook}-{s.name}")


@cache
def played_once(number: int) -> Execution:
    return play(SCENARIOS[number])


def played(one: Scenario) -> Execution:
    return played_once(SCENARIOS.index(one))


@cache
def corpus() -> Corpus:
    files = [*(ROOT / "tests/recordings").rglob("*.json"), *(ROOT / "runbooks").rglob("*.yaml")]
    return read_corpus({path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files})


def scenario(runbook: str, name: str) -> Scenario:
    return next(one for one in SCENARIOS if (one.runbook, one.name) == (runbook, name))


def outcomes(execution: Execution) -> dict[str, str]:
    return {step.step: step.outcome for step in execution.executed_steps}


@each_scenario
def test_a_run_comes_to_what_its_fault_lets_it(scenario: Scenario) -> None:
    execution = played(scenario)
    assert (execution.status, execution.error_step) == (scenario.status, scenario.error_step)
    assert execution.verification_passed is (scenario.status == "success")
    assert len(execution.executed_steps) > 0


@each_scenario
def test_the_recording_of_a_run_stands_in_the_repository_as_it_would_be_made_now(scenario: Scenario) -> None:
    path, content = recorded(scenario)
    kept, made = json.loads(path.read_bytes()), json.loads(content)
    assert kept["provenance"] == "synthetic"
    told = [{key: data[key] for key in ("status", "params", "state_before", "state_after")} for data in (kept, made)]
    assert told[0] == told[1], "run `python -m tests.support.windows_run`"
    steps = [[(s["step"], s["action"], s["outcome"], s["params"]) for s in d["executed_steps"]] for d in (kept, made)]
    assert steps[0] == steps[1], "run `python -m tests.support.windows_run`"


def test_every_runbook_has_a_fault_that_it_mends_and_one_that_it_does_not() -> None:
    for runbook in BOOKS:
        assert {one.status == "success" for one in SCENARIOS if one.runbook == runbook} == {True, False}, runbook


@pytest.mark.parametrize("runbook", BOOKS)
def test_replaying_the_recordings_of_a_runbook_on_itself_changes_nothing(runbook: str) -> None:
    book = runbook_of(runbook)
    runs = [item.execution for item in corpus().recordings_of(runbook) if is_synthetic(item.execution)]
    assert len(runs) >= 2
    said = {verdict.execution_id: (verdict.verdict, verdict.grade) for verdict in judge_all(Pair(book, book), runs)}
    expected = {run.execution_id: ("unchanged", "shown") if run.success else ("still failing", None) for run in runs}
    assert said == expected


def test_a_recording_holds_nothing_that_would_be_erased() -> None:
    for item in corpus().recordings:
        if is_synthetic(item.execution):
            _, erased = redact_data(json.loads((ROOT / item.path).read_bytes()))
            assert not erased, item.path


# Going back


def test_a_store_that_was_set_aside_comes_back_when_the_search_fails() -> None:
    execution = played(scenario("RB-WIN-UPDATE-001", "server-away"))
    undone = [step.step for step in execution.executed_steps if step.step.endswith(".rollback")]
    assert undone == [
        "start-update.rollback",
        "start-bits.rollback",
        "set-aside.rollback",
        "stop-bits.rollback",
        "stop-update.rollback",
    ]
    assert execution.state_after["wupdate.store_exists"] is True
    assert execution.state_after["wupdate.store_set_aside"] is False
    assert execution.state_after["services.wuauserv.state"] == "running"


def test_the_spooler_runs_again_when_its_jobs_cannot_be_deleted() -> None:
    execution = played(scenario("RB-WIN-PRINT-001", "locked-job"))
    assert outcomes(execution)["stop.rollback"] == "success"
    assert execution.state_after["services.Spooler.state"] == "running"
    assert execution.state_after["winspool.queued_files"] == 4


def test_the_old_limit_of_a_log_comes_back_when_more_room_did_not_help() -> None:
    execution = played(scenario("RB-WIN-EVENTLOG-001", "stays-full"))
    assert outcomes(execution)["raise.rollback"] == "success"
    assert execution.state_after["eventlogs.Application.max_bytes"] == 20971520


def test_a_task_that_was_disabled_is_disabled_again_when_it_fails() -> None:
    execution = played(scenario("RB-WIN-TASK-001", "fails-again"))
    assert execution.state_after['schtasks["\\\\Backup\\\\Nightly"].state'] == "disabled"


# Not starting at all


HEALTHY = [
    ("RB-WIN-SERVICE-001", "stopped", lambda host: setattr(host.services["W3SVC"], "state", "running")),
    ("RB-WIN-DISK-001", "full", lambda host: setattr(host, "disk", 40.0)),
    ("RB-WIN-DNS-001", "cached-failure", lambda host: host.resolving.add("files.example")),
    ("RB-WIN-CERT-001", "expiring", lambda host: host.says["wincert:days_left"].update(DaysLeft=200)),
    ("RB-WIN-BACKUP-002", "stale", lambda host: host.says["winbackup:busy"].update(LastSuccessHours=3)),
    (
        "RB-WIN-FIREWALL-001",
        "switched-off",
        lambda host: host.says["winfirewall:default_inbound"].update(Enabled="True"),
    ),
]


@pytest.mark.parametrize(("runbook", "name", "mend"), HEALTHY, ids=[row[0] for row in HEALTHY])
def test_a_host_that_is_well_is_left_alone(runbook: str, name: str, mend: Change) -> None:
    execution = play(changed(scenario(runbook, name), mend))
    assert execution.success
    assert execution.outcome is not None
    assert execution.outcome.resolved_by == "already_healthy"
    assert all(step.outcome == "skipped" for step in execution.executed_steps)


UNSAFE = [
    ("RB-WIN-SERVICE-001", "stopped", lambda host: setattr(host.services["W3SVC"], "start_type", "disabled")),
    ("RB-WIN-PRINT-001", "stuck-jobs", lambda host: setattr(host.services["Spooler"], "start_type", "disabled")),
    (
        "RB-WIN-UPDATE-001",
        "broken-store",
        lambda host: host.says["wupdate:reboot_required"].update(RebootRequired=True),
    ),
    (
        "RB-WIN-DEFENDER-001",
        "switched-off",
        lambda host: host.says["defender:realtime_enabled"].update(AMRunningMode="Passive Mode"),
    ),
    (
        "RB-WIN-FIREWALL-001",
        "switched-off",
        lambda host: host.says["winfirewall:default_inbound"].update(Policy="False"),
    ),
    (
        "RB-WIN-TIME-001",
        "drift",
        lambda host: host.texts.update({"wintime:drift_seconds": "09:00:00, -86400.0000000s"}),
    ),
    (
        "RB-WIN-TIME-001",
        "drift",
        lambda host: host.texts.update({"wintime:drift_seconds": "09:00:00, error: 0x800705B4"}),
    ),
    ("RB-WIN-DISK-001", "full", lambda host: host.says["wupdate:reboot_required"].update(RebootRequired=True)),
    (
        "RB-WIN-DNS-001",
        "cached-failure",
        lambda host: host.says["windns:servers"].update(ServerAddresses=["192.0.2.99"]),
    ),
    ("RB-WIN-TASK-001", "failed-once", lambda host: host.says["schtasks:known"].update(State="Running")),
    ("RB-WIN-RDP-001", "stopped", lambda host: host.says["rdp:allowed"].update(fDenyTSConnections=1)),
    ("RB-WIN-SQL-001", "stopped", lambda host: setattr(host.services["MSSQLSERVER"], "start_type", "disabled")),
    ("RB-WIN-CERT-001", "expiring", lambda host: host.says.update({"wincert:days_left": {"Known": False}})),
    ("RB-WIN-EVENTLOG-001", "full", lambda host: setattr(host, "disk", 97.0)),
    ("RB-WIN-BACKUP-001", "failed-writer", lambda host: setattr(host.services["CryptSvc"], "start_type", "disabled")),
    ("RB-WIN-BACKUP-002", "stale", lambda host: host.says["winbackup:busy"].update(JobState="Running")),
]


@pytest.mark.parametrize(("runbook", "name", "spoil"), UNSAFE, ids=[f"{row[0]}-{n}" for n, row in enumerate(UNSAFE)])
def test_a_host_on_which_it_is_not_safe_is_left_to_a_person(runbook: str, name: str, spoil: Change) -> None:
    execution = play(changed(scenario(runbook, name), spoil))
    assert execution.status == "escalated"
    assert all(step.outcome == "skipped" for step in execution.executed_steps)


def changed(one: Scenario, how: Change) -> Scenario:
    """The same scenario on a host that something was changed on."""

    def fault() -> WindowsMachine:
        host = one.fault()
        how(host)
        return host

    return replace(one, fault=fault)


# Single steps


def test_a_restart_is_for_a_service_that_runs_and_does_not_answer() -> None:
    def hang(host: WindowsMachine) -> None:
        host.services["TermService"] = Service("running")
        host.ports[3389] = lambda: "service.restart" in host.asked

    execution = play(changed(scenario("RB-WIN-RDP-001", "stopped"), hang))
    assert execution.success
    assert (outcomes(execution)["restart"], outcomes(execution)["start"]) == ("success", "skipped")


def test_the_firewall_service_is_started_before_its_profile_is_looked_at() -> None:
    def stop(host: WindowsMachine) -> None:
        said = host.says.pop("winfirewall:default_inbound")
        host.services["mpssvc"].state = "stopped"

        def look(_: Mapping[str, str]) -> Result:
            runs = host.now_is("mpssvc") == "running"
            return Result(0, json.dumps(said)) if runs else Result(1, error="There are no more endpoints available.")

        def enable(_: Mapping[str, str]) -> Result:
            said.update(Enabled="True")
            return Result(0)

        host.does |= {"winfirewall:default_inbound": look, "winfirewall.enable": enable}

    execution = play(changed(scenario("RB-WIN-FIREWALL-001", "switched-off"), stop))
    assert execution.success, execution.error_message
    assert [step for step, outcome in outcomes(execution).items() if outcome == "success"] == [
        "start-service",
        "service-runs",
        "allowed",
        "enable",
    ]


def test_an_old_folder_is_dropped_before_a_new_one_is_set_aside() -> None:
    def old(host: WindowsMachine) -> None:
        store = host.says["wupdate:reboot_required"]
        store.update(Aside=True, AsideDays=30)

        def drop(_: Mapping[str, str]) -> Result:
            store.update(Aside=False)
            return Result(0)

        host.does["wupdate.drop_store_aside"] = drop

    execution = play(changed(scenario("RB-WIN-UPDATE-001", "broken-store"), old))
    assert execution.success
    assert outcomes(execution)["drop-old"] == "success"


def test_a_young_folder_that_was_set_aside_is_never_lost() -> None:
    def young(host: WindowsMachine) -> None:
        host.says["wupdate:reboot_required"].update(Aside=True, AsideDays=1)
        host.does["wupdate.set_store_aside"] = lambda _: Result(1, error=EXISTS)

    execution = play(changed(scenario("RB-WIN-UPDATE-001", "broken-store"), young))
    assert outcomes(execution)["drop-old"] == "skipped"
    assert execution.error_step == "set-aside"


def test_an_instance_of_sql_server_with_a_name_is_started_by_its_service() -> None:
    def instance(host: WindowsMachine) -> None:
        host.services["MSSQL$SALES"] = host.services.pop("MSSQLSERVER")
        host.ports[1433] = lambda: host.now_is("MSSQL$SALES") == "running"

    one = changed(scenario("RB-WIN-SQL-001", "stopped"), instance)
    assert play(replace(one, params={"service": "MSSQL$SALES"})).success


def test_the_played_host_stands_for_windows() -> None:
    assert Driver(SCENARIOS[0].fault()).reader.host is WINDOWS


@pytest.mark.parametrize(
    ("check_type", "resource", "rule"),
    [
        ("service", "W3SVC", "L1-WINDOWS-SERVICE-DOWN"),
        ("disk", "C:\\", "L1-WINDOWS-DISK-FULL"),
    ],
)
def test_an_incident_on_windows_is_answered_by_a_windows_runbook(check_type: str, resource: str, rule: str) -> None:
    fields = {"incident_id": "INC-1", "incident_type": "any", "status": "fail", "site_id": "site", "hostname": "host"}
    incident = {**fields, "check_type": check_type, "resource": resource, "detected_at": "2026-03-02T09:00:00Z"}
    rules = [entry.value for entry in library().rules]
    won = match(rules, Incident.model_validate_json(json.dumps({**incident, "platform": "windows"}))).rule
    assert won is not None
    assert (won.id, won.runbook_id[:7]) == (rule, "RB-WIN-")
    other = match(rules, Incident.model_validate_json(json.dumps({**incident, "platform": "linux"}))).rule
    assert other is None or not other.runbook_id.startswith("RB-WIN-")
