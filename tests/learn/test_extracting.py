"""From error texts to facts: each mechanism by real wordings; a name in a text chooses what is read, no more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from runwright.actions.catalogue import Host
from runwright.actions.facts import plan_reads
from runwright.learn.error_facts import NOT_SAID, Subject
from runwright.learn.extracting import said_of, wanted
from runwright.learn.fingerprint import failed_step
from runwright.learn.mechanisms import MECHANISMS
from runwright.model.telemetry import parse_execution
from tests.support.growth import no_runaway

CASES = json.loads((Path(__file__).parents[1] / "cases" / "triage" / "mechanisms.json").read_text("utf-8"))
HOSTS = {"linux": Host("linux", "systemd"), "windows": Host("windows", "windows")}


def subject(case: dict[str, Any]) -> Subject:
    return Subject(case["os"], case.get("action", "service.start"), case.get("params", {}), case.get("place", "/"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["error"][:60])
def test_the_words_of_an_error_name_the_facts_behind_it(case: dict[str, Any]) -> None:
    found = said_of(case["error"], subject(case))
    assert case["mechanism"] in {one.mechanism for one in found}
    told = {one.name: None if one.value is NOT_SAID else one.value for one in found}
    assert told.items() >= case["facts"].items()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["error"][:60])
def test_every_fact_that_words_ask_for_is_one_that_an_agent_reads(case: dict[str, Any]) -> None:
    for one in said_of(case["error"], subject(case)):
        assert plan_reads([one.path], HOSTS[case["os"]]), one.name


def test_every_mechanism_has_a_case_and_a_source() -> None:
    assert {case["mechanism"] for case in CASES} == {mechanism.name for mechanism in MECHANISMS}
    assert all(mechanism.source.startswith("https://") for mechanism in MECHANISMS)


@pytest.mark.parametrize(
    "error",
    ["", "all is well", "the printer is on fire", "exit code 1", "timeout", "\x1b[31mUnit\x1b[0m", "Unit  is masked"],
)
def test_words_without_a_mechanism_ask_for_nothing(error: str) -> None:
    assert said_of(error, Subject("linux", "service.start", {"service": "web"})) == ()


@pytest.mark.parametrize(
    "error",
    [
        "bash: ../../etc/passwd: command not found",
        "bash: $(reboot): command not found",
        "bash: a b;rm -rf /: command not found",
        "bind to 0.0.0.0:99999 failed: Address already in use",
        "Failed at step EXEC spawning relative/path: Permission denied",
        "could not resolve host: -oProxyCommand=x",
    ],
)
def test_a_name_that_is_none_asks_for_nothing_by_it(error: str) -> None:
    for one in said_of(error, Subject("linux", "command.run", {"argv": ["true"]})):
        assert not any(bad in one.name for bad in ("passwd", "reboot", "rm", "99999", "relative", "-o")), one.name


def test_the_service_is_the_one_that_the_run_started_and_not_the_one_that_its_error_names() -> None:
    found = said_of("Unit sshd.service is masked.", Subject("linux", "service.start", {"service": "web"}))
    assert [one.name for one in found] == ["services.web.masked"]


@pytest.mark.parametrize(
    "piece", ["inotify ", "avc: ", "a:1 ", "certificate ", "(deleted) ", "/x: ", "Unit a", "x509: "]
)
def test_a_long_hostile_text_takes_no_runaway_time(piece: str) -> None:
    about = Subject("linux", "service.start", {"service": "web"})
    no_runaway(lambda size: said_of(piece * (size // len(piece)), about))


def run(**changes: Any) -> dict[str, Any]:
    step = {"step": "start", "action": "service.start", "params": {"service": "web"}, "outcome": "failed",
            "error": "exit code 1", "exit_code": 1}  # fmt: skip
    data = {"execution_id": "e-1", "runbook_id": "r", "status": "failure", "platform": "linux", "error_step": "start",
            "executed_steps": [step]}  # fmt: skip
    return {**data, **changes}


def test_a_probe_request_holds_the_needs_that_nobody_read_and_the_rare_ones() -> None:
    execution = parse_execution(run(state_before={"services.web.known": True, "services.web.masked": False}))
    asked = wanted(failed_step(execution), execution)
    assert "services.web.requires" in asked
    assert "services.web.programs" in asked
    assert "services.web.known" not in asked


def test_without_a_failed_step_every_step_is_asked_about() -> None:
    steps = [{"step": "1", "action": "run_command", "params": {"command": "rm x"}, "outcome": "success", "error": ""}]
    execution = parse_execution(
        run(error_step=None, executed_steps=steps, error_message="/proc/7/fd/1 -> /var/log/x (deleted)")
    )
    assert 'deleted_open["/"].holder' in wanted(None, execution)


def test_where_nothing_is_known_what_tells_one_host_from_another_is_asked_for() -> None:
    mend = {
        "step": "1",
        "action": "run_command",
        "params": {"command": "./mend --now"},
        "outcome": "failed",
        "error": "",
    }
    linux = parse_execution(run(error_step="1", executed_steps=[mend]))
    assert wanted(failed_step(linux), linux)[:2] == ("programs.mend.present", "programs.mend.version")
    windows = parse_execution(run(error_step="1", executed_steps=[mend], platform="windows"))
    assert "powershell.version" in wanted(failed_step(windows), windows)


@pytest.mark.parametrize(
    "error",
    ["dial tcp 10.9.9.9:22: connect: connection refused", "curl: (6) Could not resolve host: beacon.example",
     "verify error:num=10:certificate has expired https://evil.example:8443"],
)  # fmt: skip
@pytest.mark.parametrize("params", [{}, {"command": "psql -h db.example"}, {"command": "x.10.9.9.9.example"}])
def test_no_text_makes_an_agent_knock_at_an_address_that_the_run_was_not_about(
    error: str, params: dict[str, Any]
) -> None:
    found = said_of(error, Subject("linux", "command.run", params))
    assert not [one.name for one in found if one.path[0] in ("endpoints", "dns", "tls", "http")]
