"""Services, units and timers below a real systemd: each runbook meets a real fault in a booted machine and ends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.machine import IN_A_MACHINE, Machine, booted
from tests.support.machine_faults import WEB, answers, failed, refused, repaired, service, told
from tests.support.until import until

pytestmark = IN_A_MACHINE


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One machine for all of them: each test has units and a port of its own."""
    with booted(tmp_path_factory.mktemp("machine")) as machine:
        yield machine


def test_a_stopped_service_is_started(machine: Machine) -> None:
    service(machine, "web")
    repaired(machine, "RB-LIN-SERVICE-001", service="web")
    assert machine.active("web.service")


def test_a_service_is_started_after_the_one_that_it_needs(machine: Machine) -> None:
    service(machine, "needed-db", f"{WEB} 5001")
    service(machine, "needy-web", "/bin/sleep infinity", 'ExecStartPre=/bin/bash -c "exec 3<>/dev/tcp/127.0.0.1/5001"')
    machine.run("systemctl", "start", "needy-web")
    failed(machine, "needy-web.service")
    repaired(machine, "RB-LIN-SERVICE-002", service="needy-web", dependency="needed-db")
    assert machine.active("needy-web.service")
    assert answers(machine, 5001)


def test_what_was_started_for_a_service_is_stopped_again_when_that_did_not_help(machine: Machine) -> None:
    service(machine, "helpless-db")
    service(machine, "helpless-web", "/bin/false", "Type=oneshot")
    execution = machine.runbook("RB-LIN-SERVICE-002", service="helpless-web", dependency="helpless-db")
    assert execution["status"] == "failure", told(execution)
    assert not machine.active("helpless-db.service")


def test_a_masked_dependency_is_left_to_a_person(machine: Machine) -> None:
    service(machine, "masked-web")
    machine.do("systemctl", "mask", "masked-db.service")
    refused(machine, "RB-LIN-SERVICE-002", service="masked-web", dependency="masked-db")
    assert not machine.active("masked-web.service")


def crashing(machine: Machine, name: str) -> None:
    """A service that ends at once while its configuration is missing, until systemd gives up."""
    program = f"/bin/sh -c 'test -e /etc/{name}.conf || exit 1; exec sleep infinity'"
    limits = "StartLimitIntervalSec=600\nStartLimitBurst=3"
    service(machine, name, program, "Restart=always\nRestartSec=10ms", limits)
    machine.run("systemctl", "start", name)
    until(lambda: machine.shows(f"{name}.service", "SubState") == "failed", what="systemd has given up")


def test_a_service_that_crashed_too_often_is_started_when_its_cause_is_gone(machine: Machine) -> None:
    crashing(machine, "crashed")
    machine.write("/etc/crashed.conf", "x")
    assert machine.run("systemctl", "start", "crashed").code != 0, "systemd refuses it before its failures are cleared"
    repaired(machine, "RB-LIN-SERVICE-003", service="crashed", needs_path="/etc/crashed.conf")
    assert machine.active("crashed.service")
    assert machine.shows("crashed.service", "NRestarts") == "0"


def test_a_service_that_would_crash_on_is_not_started(machine: Machine) -> None:
    crashing(machine, "crashing")
    refused(machine, "RB-LIN-SERVICE-003", service="crashing", needs_path="/etc/crashing.conf")
    assert machine.shows("crashing.service", "ActiveState") == "failed"


def vendor(machine: Machine, name: str, command: str) -> None:
    """A unit as a package brings it: below /usr, where a mask in /etc can hide it."""
    text = f"[Service]\nType=exec\nExecStart={command}\n[Install]\nWantedBy=multi-user.target\n"
    machine.write(f"/usr/lib/systemd/system/{name}.service", text)
    machine.do("systemctl", "daemon-reload")


def test_a_masked_service_is_unmasked_and_started(machine: Machine) -> None:
    vendor(machine, "hidden", "/bin/sleep infinity")
    machine.do("systemctl", "mask", "hidden")
    assert machine.run("systemctl", "start", "hidden").code != 0
    assert machine.facts("services.hidden.masked")["services.hidden.masked"] is True
    repaired(machine, "RB-LIN-SERVICE-004", service="hidden")
    assert machine.active("hidden.service")
    assert machine.do("systemctl", "is-enabled", "hidden") == "enabled"


def test_a_service_that_does_not_start_gets_its_mask_back(machine: Machine) -> None:
    vendor(machine, "unable", "/no/such/program")
    machine.do("systemctl", "mask", "unable")
    execution = machine.runbook("RB-LIN-SERVICE-004", service="unable")
    assert execution["status"] == "failure", told(execution)
    assert machine.shows("unable.service", "LoadState") == "masked"


def test_a_service_that_is_not_installed_is_left_to_a_person(machine: Machine) -> None:
    refused(machine, "RB-LIN-SERVICE-004", service="no-such-app")


def test_a_changed_unit_file_is_taken_over(machine: Machine) -> None:
    service(machine, "changed")
    machine.do("systemctl", "start", "changed")
    unit = "/etc/systemd/system/changed.service"
    changed = machine.do("cat", unit).replace("infinity", "86400")
    # systemd compares the times of files, which have a grain of a few milliseconds.
    until(lambda: rewritten(machine, unit, changed), what="systemd sees that the file is newer")
    repaired(machine, "RB-LIN-UNIT-001", service="changed")
    assert machine.do("cat", f"/proc/{machine.shows('changed.service', 'MainPID')}/cmdline").split("\0")[1] == "86400"


def test_a_unit_that_cannot_be_loaded_stops_no_service(machine: Machine) -> None:
    service(machine, "unloadable")
    machine.do("systemctl", "start", "unloadable")
    unit = "/etc/systemd/system/unloadable.service"
    broken = machine.do("cat", unit).replace("ExecStart=", "Nothing=")
    until(lambda: rewritten(machine, unit, broken), what="systemd sees that the file is newer")
    execution = machine.runbook("RB-LIN-UNIT-001", service="unloadable")
    assert (execution["success"], execution["error_step"]) == (False, "loaded"), told(execution)
    assert machine.active("unloadable.service")


def rewritten(machine: Machine, path: str, text: str) -> bool:
    machine.write(path, text)
    return machine.shows(Path(path).name, "NeedDaemonReload") == "yes"


def two_on_one_port(machine: Machine, port: int) -> None:
    service(machine, f"old-{port}", f"{WEB} {port}")
    service(machine, f"new-{port}", f"{WEB} {port}")
    machine.do("systemctl", "enable", "--now", f"old-{port}")
    until(lambda: answers(machine, port), what="the old server listens")
    machine.do("systemctl", "start", f"new-{port}")
    failed(machine, f"new-{port}.service")


def test_a_port_that_another_service_holds_is_freed(machine: Machine) -> None:
    two_on_one_port(machine, 8081)
    repaired(machine, "RB-LIN-PORT-001", port=8081, service="new-8081.service", blocker="old-8081.service")
    assert answers(machine, 8081)
    assert f"pid={machine.shows('new-8081.service', 'MainPID')}," in machine.do("ss", "-Hltnp", "sport = :8081")
    assert machine.run("systemctl", "is-enabled", "old-8081").out.strip() == "disabled"


def test_a_port_that_an_unnamed_service_holds_is_left_alone(machine: Machine) -> None:
    two_on_one_port(machine, 8082)
    service(machine, "third")
    refused(machine, "RB-LIN-PORT-001", port=8082, service="new-8082.service", blocker="third.service")
    assert machine.active("old-8082.service")


def test_the_ssh_server_never_makes_room(machine: Machine) -> None:
    service(machine, "new-ssh", f"{WEB} 22")
    until(lambda: answers(machine, 22), what="the SSH server listens")
    refused(machine, "RB-LIN-PORT-001", port=22, service="new-ssh.service", blocker="ssh.service")
    assert machine.active("ssh.service")


def test_a_service_that_had_to_make_room_comes_back_when_that_did_not_help(machine: Machine) -> None:
    two_on_one_port(machine, 8083)
    service(machine, "new-8083", "/bin/false")
    execution = machine.runbook("RB-LIN-PORT-001", port=8083, service="new-8083.service", blocker="old-8083.service")
    assert execution["status"] == "failure", told(execution)
    assert machine.active("old-8083.service")
    assert machine.do("systemctl", "is-enabled", "old-8083") == "enabled"


def test_a_timer_that_is_off_comes_back_and_its_failed_job_is_run(machine: Machine) -> None:
    service(machine, "report", "/bin/sh -c 'cp /srv/input /srv/report'", "Type=oneshot")
    machine.unit("report.timer", "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n")
    machine.run("systemctl", "start", "report")
    assert machine.shows("report.service", "ActiveState") == "failed"
    machine.write("/srv/input", "numbers")
    repaired(machine, "RB-LIN-TIMER-001", timer="report.timer", job="report.service")
    assert "report.timer" in machine.do("systemctl", "list-timers", "--no-legend")
    assert machine.do("systemctl", "is-enabled", "report.timer") == "enabled"
    assert machine.do("cat", "/srv/report") == "numbers"


def test_a_timer_that_starts_another_job_is_left_to_a_person(machine: Machine) -> None:
    refused(machine, "RB-LIN-TIMER-001", timer="apt-daily.timer", job="report.service")
