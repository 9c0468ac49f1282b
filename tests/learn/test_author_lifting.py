"""Opaque commands become actions of the catalogue, so that what they need counts."""

from __future__ import annotations

from typing import Any

import pytest

from runwright.actions.catalogue import Host
from runwright.learn.spellings import Spelled, spelled
from tests.support.authoring import OF_WEB, VERIFY, book, thought, unit
from tests.support.recordings import SYSTEMD, Facts, ran, recording, service

LINUX, SUPERVISOR, WINDOWS = Host("linux", "systemd"), Host("linux", "supervisor"), Host("windows", "windows")


@pytest.mark.parametrize(
    ("words", "host", "action", "params"),
    [
        ("systemctl restart -- web", LINUX, "service.restart", {"service": "web"}),
        ("systemctl restart web", LINUX, "service.restart", {"service": "web"}),
        ("/usr/bin/systemctl --quiet start web.service", LINUX, "service.start", {"service": "web.service"}),
        ("systemctl daemon-reload", LINUX, "unit.reload", {}),
        ("service web restart", LINUX, "service.restart", {"service": "web"}),
        ("supervisorctl start web", SUPERVISOR, "service.start", {"service": "web"}),
        ("sc.exe start Spooler", WINDOWS, "service.start", {"service": "Spooler"}),
        ("sc start Spooler", WINDOWS, "service.start", {"service": "Spooler"}),
        (r"C:\Windows\System32\sc.exe start Spooler", WINDOWS, "service.start", {"service": "Spooler"}),
        ("net start Spooler", WINDOWS, "service.start", {"service": "Spooler"}),
        ("Restart-Service -Name Spooler", WINDOWS, "service.restart", {"service": "Spooler"}),
        ("mount /srv/data", LINUX, "mount.mount", {"path": "/srv/data"}),
        ("apt-get clean", LINUX, "disk.clean_package_cache", {}),
    ],
)
def test_a_command_of_a_template_is_its_action(words: str, host: Host, action: str, params: dict[str, Any]) -> None:
    assert spelled(words.split(), host) == Spelled(action, params)


@pytest.mark.parametrize(
    ("words", "host"),
    [
        ("systemctl restart web cache", LINUX),
        ("systemctl --now enable web", LINUX),
        ("systemctl restart --force web", LINUX),
        ("systemctl restart -H", LINUX),
        ("/tmp/systemctl restart web", LINUX),
        ("./systemctl restart web", LINUX),
        ("sudo systemctl restart web", LINUX),
        ("supervisorctl start web", LINUX),
        ("systemctl restart web", SUPERVISOR),
        ("Restart-Service -Name Spooler -Force", WINDOWS),
        ("bash -s", LINUX),
        ("psql -c x", LINUX),
        ("", LINUX),
    ],
)
def test_what_is_not_covered_as_a_whole_is_no_action(words: str, host: Host) -> None:
    assert spelled(words.split(), host) is None


# A failed command in a runbook

DISK_DOWN: Facts = {**unit("web", requires=["disk.mount"]), **unit("disk.mount", masked=True)}
DISABLED: Facts = {"services.Spooler.state": "stopped", "services.Spooler.known": True}


def lift(step: str, action: str, params: dict[str, Any], facts: Facts = DISK_DOWN) -> Any:
    run = recording(
        ran("start", action, "failed", **params, state_after=facts),
        before=facts,
        host=SYSTEMD,
        verified=None,
        error_step="start",
        **OF_WEB,
    )
    return thought(book(step), run)


ARGV = """\
  # Start it.
  - id: start
    action: command.run
    with: {argv: [systemctl, start, "${{ params.service }}"]}
    timeout: 30s
"""


def test_a_failed_command_becomes_its_action_behind_what_that_lacked() -> None:
    """The command failed because a unit that it requires is masked."""
    found = lift(ARGV, "command.run", {"argv": ["systemctl", "start", "web"]})
    steps = found.runbook("instead of a command").steps
    assert [(step.id, step.action, step.params) for step in steps] == [
        ("unmask-disk-mount", "service.unmask", {"service": "disk.mount"}),
        ("start", "service.start", {"service": "${{ params.service }}"}),
    ]
    assert "    timeout: 30s" in found.about("instead").candidate.text.splitlines()


SCRIPT = """\
  - id: start
    action: script.bash
    with:
      script: |
        {script}
      env: {{SERVICE: "${{{{ params.service }}}}"}}
"""


def script(text: str, facts: Facts = DISK_DOWN) -> Any:
    lines = text.replace("\n", "\n        ")
    params = {"script": f"{text}\n", "env": {"SERVICE": "web"}}
    return lift(SCRIPT.format(script=lines), "script.bash", params, facts)


@pytest.mark.parametrize(
    "text",
    [
        'systemctl start "$SERVICE"',
        "systemctl start $SERVICE",
        "# why\nsystemctl start ${SERVICE}",
        'set -euo pipefail\nsystemctl start "$SERVICE"',
    ],
)
def test_a_script_of_one_command_is_read_with_the_shells_own_grammar(text: str) -> None:
    steps = script(text).runbook("instead of a command").steps
    assert (steps[-1].action, steps[-1].params) == ("service.start", {"service": "${{ params.service }}"})


@pytest.mark.parametrize("joined", [" && ", "\n"])
def test_commands_that_all_must_succeed_become_one_step_each(joined: str) -> None:
    text = ("set -e\n" if joined == "\n" else "") + f'systemctl start "$SERVICE"{joined}systemctl start cache'
    steps = script(text).runbook("instead of a command").steps
    assert [step.id for step in steps] == ["unmask-disk-mount", "start", "start-2"]
    assert steps[2].params == {"service": "cache"}


def test_what_any_of_the_commands_lacked_counts() -> None:
    steps = script('systemctl daemon-reload && systemctl start "$SERVICE"').runbook("instead of a command").steps
    assert [(step.id, step.action) for step in steps] == [
        ("unmask-disk-mount", "service.unmask"),
        ("start", "unit.reload"),
        ("start-2", "service.start"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "systemctl start web | tee log",
        "systemctl start web > log",
        "systemctl start web || true",
        "systemctl start web; systemctl start cache",
        "systemctl start web &",
        "systemctl start $(cat name)",
        "systemctl start *",
        'systemctl start "$UNSET"',
        "if true; then systemctl start web; fi",
        "SERVICE=other systemctl start web",
        "systemctl start web && rm -rf /srv",
        "systemctl stop web",
        "systemctl start 'a b'",
    ],
)
def test_what_is_more_than_its_actions_stays_a_script(text: str) -> None:
    assert not [one for one in script(text).summaries if "instead" in one]


def test_a_command_whose_needs_were_met_stays_a_command() -> None:
    """That the same command in other words would succeed is no evidence."""
    found = lift(ARGV, "command.run", {"argv": ["systemctl", "start", "web"]}, unit("web"))
    assert found.summaries == []


def test_a_command_that_claims_to_have_been_another_chooses_nothing() -> None:
    facts = {**DISK_DOWN, **unit("telnetd", requires=["disk.mount"])}
    found = lift(ARGV, "command.run", {"argv": ["systemctl", "start", "telnetd"]}, facts)
    assert found.drafted.candidates == ()


def test_a_step_whose_output_is_used_stays_what_it_is() -> None:
    used = ARGV + '  - id: tell\n    fail: "${{ steps.start.output }}"\n    when: {services.web.state: failed}\n'
    found = lift(used, "command.run", {"argv": ["systemctl", "start", "web"]})
    assert found.summaries == []


def test_a_lifted_powershell_script_behind_its_remedy_heals() -> None:
    """Error 1058: the service is disabled."""
    head = """\
id: RB-LIN-SERVICE-001
name: Start a stopped service
version: 4
platform: any
incident_types: [service_stopped]
"""
    step = "  - id: start\n    action: script.powershell\n    with: {script: Start-Service -Name Spooler}\n"
    verify = VERIFY.replace("${{ params.service }}", "Spooler")
    facts = {**service("Spooler", "stopped"), "services.Spooler.start_type": "disabled"}
    run = recording(
        ran("start", "script.powershell", "failed", script="Start-Service -Name Spooler", state_after=facts),
        before=facts,
        host={"platform.os": "windows", "platform.service_manager": "windows"},
        platform="windows",
        verified=None,
        error_step="start",
        runbook_version=4,
    )
    found = thought(book(step, head, verify), run)
    assert found.improvement.reason == "proposed: service.enable Spooler, service.start instead of a command"
    assert [step.action for step in found.runbook("instead").steps] == ["service.enable", "service.start"]
