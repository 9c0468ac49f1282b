"""Services, units and timers below a real systemd: each runbook meets a real fault in a booted machine and ends it."""

from __future__ import annotations

from tests.support.machine import IN_A_MACHINE, Machine
from tests.support.machine_faults import WEB, answers, failed, refused, repaired, service, told
from tests.support.until import until

pytestmark = IN_A_MACHINE


def test_a_stopped_service_is_started(machine: Machine) -> None:
    service(machine, "web")
    repaired(machine, "RB-LIN-SERVICE-001", service="web")
    assert machine.active("web.service")


def test_a_service_is_started_after_the_one_that_it_needs(machine: Machine) -> None:
    service(machine, "records-db", f"{WEB} 5001")
    service(machine, "web", "/bin/sleep infinity", 'ExecStartPre=/bin/bash -c "exec 3<>/dev/tcp/127.0.0.1/5001"')
    machine.run("systemctl", "start", "web")
    failed(machine, "web.service")
    repaired(machine, "RB-LIN-SERVICE-002", service="web", dependency="records-db")
    assert machine.active("web.service")
    assert answers(machine, 5001)


def test_what_was_started_for_a_service_is_stopped_again_when_that_did_not_help(machine: Machine) -> None:
    service(machine, "records-db")
    service(machine, "web", "/bin/false", "Type=oneshot")
    execution = machine.runbook("RB-LIN-SERVICE-002", service="web", dependency="records-db")
    assert execution["status"] == "failure", told(execution)
    assert not machine.active("records-db.service")


def test_a_masked_dependency_is_left_to_a_person(machine: Machine) -> None:
    service(machine, "web")
    machine.do("systemctl", "mask", "records-db.service")
    refused(machine, "RB-LIN-SERVICE-002", service="web", dependency="records-db")
    assert not machine.active("web.service")


def crashing(machine: Machine) -> None:
    """A service that ends at once while its configuration is missing, until systemd gives up."""
    program = "/bin/sh -c 'test -e /etc/app.conf || exit 1; exec sleep infinity'"
    limits = "StartLimitIntervalSec=600\nStartLimitBurst=3"
    service(machine, "app", program, "Restart=always\nRestartSec=10ms", limits)
    machine.run("systemctl", "start", "app")
    until(lambda: machine.shows("app.service", "SubState") == "failed", what="systemd has given up")


def test_a_service_that_crashed_too_often_is_started_when_its_cause_is_gone(machine: Machine) -> None:
    crashing(machine)
    machine.write("/etc/app.conf", "x")
    assert machine.run("systemctl", "start", "app").code != 0, "systemd refuses it before its failures are cleared"
    repaired(machine, "RB-LIN-SERVICE-003", service="app", needs_path="/etc/app.conf")
    assert machine.active("app.service")
    assert machine.shows("app.service", "NRestarts") == "0"


def test_a_service_that_would_crash_on_is_not_started(machine: Machine) -> None:
    crashing(machine)
    refused(machine, "RB-LIN-SERVICE-003", service="app", needs_path="/etc/app.conf")
    assert machine.shows("app.service", "ActiveState") == "failed"


def vendor(machine: Machine, name: str, command: str) -> None:
    """A unit as a package brings it: below /usr, where a mask in /etc can hide it."""
    text = f"[Service]\nType=exec\nExecStart={command}\n[Install]\nWantedBy=multi-user.target\n"
    machine.write(f"/usr/lib/systemd/system/{name}.service", text)
    machine.do("systemctl", "daemon-reload")


def test_a_masked_service_is_unmasked_and_started(machine: Machine) -> None:
    vendor(machine, "app", "/bin/sleep infinity")
    machine.do("systemctl", "mask", "app")
    assert machine.run("systemctl", "start", "app").code != 0
    assert machine.facts("services.app.masked")["services.app.masked"] is True
    repaired(machine, "RB-LIN-SERVICE-004", service="app")
    assert machine.active("app.service")
    assert machine.do("systemctl", "is-enabled", "app") == "enabled"


def test_a_service_that_does_not_start_gets_its_mask_back(machine: Machine) -> None:
    vendor(machine, "app", "/no/such/program")
    machine.do("systemctl", "mask", "app")
    execution = machine.runbook("RB-LIN-SERVICE-004", service="app")
    assert execution["status"] == "failure", told(execution)
    assert machine.shows("app.service", "LoadState") == "masked"


def test_a_service_that_is_not_installed_is_left_to_a_person(machine: Machine) -> None:
    refused(machine, "RB-LIN-SERVICE-004", service="no-such-app")


def test_a_changed_unit_file_is_taken_over(machine: Machine) -> None:
    service(machine, "app")
    machine.do("systemctl", "start", "app")
    unit = "/etc/systemd/system/app.service"
    changed = machine.do("cat", unit).replace("infinity", "86400")
    # systemd compares the times of files, which have a grain of a few milliseconds.
    until(lambda: rewritten(machine, unit, changed), what="systemd sees that the file is newer")
    repaired(machine, "RB-LIN-UNIT-001", service="app")
    assert machine.do("cat", f"/proc/{machine.shows('app.service', 'MainPID')}/cmdline").split("\0")[1] == "86400"


def rewritten(machine: Machine, path: str, text: str) -> bool:
    machine.write(path, text)
    return machine.shows("app.service", "NeedDaemonReload") == "yes"


def two_on_one_port(machine: Machine) -> None:
    service(machine, "old-web", f"{WEB} 8080")
    service(machine, "new-web", f"{WEB} 8080")
    machine.do("systemctl", "enable", "--now", "old-web")
    until(lambda: answers(machine, 8080), what="the old server listens")
    machine.do("systemctl", "start", "new-web")
    failed(machine, "new-web.service")


def test_a_port_that_another_service_holds_is_freed(machine: Machine) -> None:
    two_on_one_port(machine)
    repaired(machine, "RB-LIN-PORT-001", port=8080, service="new-web.service", blocker="old-web.service")
    assert answers(machine, 8080)
    assert f"pid={machine.shows('new-web.service', 'MainPID')}," in machine.do("ss", "-Hltnp", "sport = :8080")
    assert machine.run("systemctl", "is-enabled", "old-web").out.strip() == "disabled"


def test_a_port_that_an_unnamed_service_holds_is_left_alone(machine: Machine) -> None:
    two_on_one_port(machine)
    service(machine, "third")
    refused(machine, "RB-LIN-PORT-001", port=8080, service="new-web.service", blocker="third.service")
    assert machine.active("old-web.service")


def test_a_service_that_had_to_make_room_comes_back_when_that_did_not_help(machine: Machine) -> None:
    two_on_one_port(machine)
    service(machine, "new-web", "/bin/false")
    execution = machine.runbook("RB-LIN-PORT-001", port=8080, service="new-web.service", blocker="old-web.service")
    assert execution["status"] == "failure", told(execution)
    assert machine.active("old-web.service")
    assert machine.do("systemctl", "is-enabled", "old-web") == "enabled"


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
