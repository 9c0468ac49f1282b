"""What tests do in a machine again and again: give it services, run a runbook, and judge what the run tells."""

from __future__ import annotations

from typing import Any

from tests.support.machine import Machine
from tests.support.until import until

WEB = "/usr/bin/python3 -u -m http.server --bind 127.0.0.1 --directory /srv"
"""A program that listens on the port that follows."""
TIME_SOURCE = """\
local stratum 8
port 1123
bindaddress 127.0.0.1
cmdport 0
allow 127.0.0.1
pidfile /run/time-source.pid
bindcmdaddress /run/time-source.sock
"""
"""A clock that a time service may follow, without the right to set the host's."""


def service(machine: Machine, name: str, command: str = "/bin/sleep infinity", more: str = "", head: str = "") -> None:
    """Give the machine a service that starts with it, and does not run yet."""
    machine.unit(
        f"{name}.service",
        f"[Unit]\nDescription={name}\n{head}\n[Service]\nExecStart={command}\n{more}\n[Install]\nWantedBy=multi-user.target\n",
    )


def time_service(machine: Machine) -> None:
    """chrony and a source for it; `-x` lets it follow the time without the right to set the host's clock."""
    machine.write("/etc/chrony/source.conf", TIME_SOURCE)
    service(machine, "time-source", "/usr/sbin/chronyd -n -x -u root -f /etc/chrony/source.conf")
    machine.write("/etc/systemd/system/chrony.service.d/container.conf", "[Unit]\nConditionCapability=\n")
    machine.write("/etc/default/chrony", 'DAEMON_OPTS="-x"\n')
    machine.write("/etc/chrony/chrony.conf", "server 127.0.0.1 port 1123 iburst minpoll 0 maxpoll 0\n")
    machine.do("systemctl", "daemon-reload")
    machine.do("systemctl", "start", "time-source")


def failed(machine: Machine, unit: str) -> None:
    """Wait until systemd tells that a unit has failed."""
    until(lambda: machine.shows(unit, "ActiveState") == "failed", what=f"{unit} has failed")


def answers(machine: Machine, port: int) -> bool:
    """Tell whether something in the machine accepts a connection, asked without the product."""
    return machine.holds("bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}")


def repaired(machine: Machine, runbook: str, /, **params: object) -> dict[str, Any]:
    """Run a runbook that must repair; running it again must find nothing to do."""
    execution = machine.runbook(runbook, **params)
    assert execution["status"] == "success", told(execution)
    assert execution["verification_passed"] is True
    assert execution["outcome"]["resolved_by"] == f"{runbook}-v{execution['runbook_version']}", told(execution)
    again = machine.runbook(runbook, **params)
    assert (again["status"], again["outcome"]["resolved_by"]) == ("success", "already_healthy"), told(again)
    assert not again["executed_steps"]
    return execution


def refused(machine: Machine, runbook: str, /, **params: object) -> dict[str, Any]:
    """Run a runbook where it would do harm: it must stop before its first step and ask for a person."""
    execution = machine.runbook(runbook, **params)
    assert (execution["status"], execution["executed_steps"]) == ("escalated", []), told(execution)
    return execution


def told(execution: dict[str, Any]) -> str:
    """What a run says of itself, for the message of a test that failed."""
    steps = [(s["step"], s["outcome"], s["error"]) for s in execution["executed_steps"]]
    return f"{execution['status']}: {execution.get('error_message')}; {steps}; {execution['state_after']}"
