"""The actions on services meet a real systemd: each does what its model promises, and fails where its model says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.machine import IN_A_MACHINE, Machine, booted
from tests.support.machine_actions import carried_out, failed_as_foretold, kept_its_word
from tests.support.machine_faults import failed, service

pytestmark = IN_A_MACHINE


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One machine for all of them: each test has services of its own."""
    with booted(tmp_path_factory.mktemp("machine")) as machine:
        yield machine


def test_a_service_is_started_stopped_and_restarted(machine: Machine) -> None:
    service(machine, "one")
    assert kept_its_word(machine, "service.start", service="one").before["services.one.state"] == "stopped"
    assert kept_its_word(machine, "service.start", service="one").before["services.one.state"] == "running"
    first = machine.shows("one.service", "MainPID")
    kept_its_word(machine, "service.restart", service="one")
    assert machine.shows("one.service", "MainPID") not in (first, "0")
    kept_its_word(machine, "service.stop", service="one")
    kept_its_word(machine, "service.stop", service="one")
    kept_its_word(machine, "service.restart", service="one.service")
    assert machine.active("one.service")


def test_a_service_is_enabled_and_disabled(machine: Machine) -> None:
    service(machine, "two")
    assert kept_its_word(machine, "service.enable", service="two").before["services.two.start_type"] == "manual"
    assert machine.do("systemctl", "is-enabled", "two") == "enabled"
    kept_its_word(machine, "service.disable", service="two")
    assert machine.run("systemctl", "is-enabled", "two").out.strip() == "disabled"


def test_a_unit_is_masked_and_unmasked(machine: Machine) -> None:
    machine.write("/usr/lib/systemd/system/three.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    machine.do("systemctl", "daemon-reload")
    kept_its_word(machine, "unit.mask", service="three")
    assert machine.shows("three.service", "LoadState") == "masked"
    failed_as_foretold(machine, "service.start", service="three")
    failed_as_foretold(machine, "service.restart", service="three")
    failed_as_foretold(machine, "service.enable", service="three")
    kept_its_word(machine, "service.unmask", service="three")
    kept_its_word(machine, "service.start", service="three")


@pytest.mark.parametrize("action", ["service.start", "service.stop", "service.restart", "service.enable"])
def test_a_service_that_is_not_installed_is_known_as_such_beforehand(machine: Machine, action: str) -> None:
    failed_as_foretold(machine, action, service="never-installed")


def test_what_a_service_requires_is_named_and_started_with_it(machine: Machine) -> None:
    service(machine, "store")
    service(machine, "shop", head="Requires=store.service\nAfter=store.service")
    done = kept_its_word(machine, "service.start", service="shop")
    assert done.before["services.shop.requires"] == ["store.service"]
    assert machine.active("store.service")
    kept_its_word(machine, "service.stop", service="store")
    assert not machine.active("shop.service"), "systemd stops what requires it as well"


def test_a_service_that_ends_at_once_is_told_as_failed_and_can_be_forgiven(machine: Machine) -> None:
    service(machine, "brittle", "/bin/false")
    carried_out(machine, "service.start", service="brittle")
    failed(machine, "brittle.service")
    facts = machine.facts("services.brittle.state")
    assert (facts["services.brittle.state"], facts["services.brittle.result"]) == ("failed", "exit-code")
    kept_its_word(machine, "unit.reset_failed", service="brittle")
    assert machine.facts("services.brittle.state")["services.brittle.state"] == "stopped"


def test_a_changed_unit_file_is_read_again(machine: Machine) -> None:
    service(machine, "four")
    machine.do("systemctl", "start", "four")
    machine.do("touch", "--date=tomorrow", "/etc/systemd/system/four.service")
    assert machine.facts("services.four.daemon_reload_pending")["services.four.daemon_reload_pending"] is True
    kept_its_word(machine, "unit.reload")
    assert machine.facts("services.four.daemon_reload_pending")["services.four.daemon_reload_pending"] is False


def test_instances_aliases_timers_and_jobs_are_read_like_any_service(machine: Machine) -> None:
    machine.unit("copy@.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    kept_its_word(machine, "service.start", service="copy@a.b:c.service")
    machine.unit("once.service", "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n")
    kept_its_word(machine, "service.start", service="once")
    machine.unit("once.timer", "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n")
    kept_its_word(machine, "service.start", service="once.timer")
    facts = machine.facts('services["sshd.service"].state', 'timers["once.timer"].unit')
    assert facts['services["sshd.service"].state'] == "running"
    assert (facts['timers["once.timer"].unit'], facts['timers["once.timer"].scheduled']) == ("once.service", True)
    machine.do("systemctl", "stop", "once.timer")
    assert machine.facts('timers["once.timer"].unit')['timers["once.timer"].scheduled'] is False


def test_a_service_whose_conditions_are_not_met_is_not_told_as_running(machine: Machine) -> None:
    service(machine, "five", head="ConditionPathExists=/no/such/file")
    machine.do("systemctl", "enable", "five")  # systemd forgets at once how a unit went that nothing refers to
    done = carried_out(machine, "service.start", service="five")
    assert done.success, "systemd calls that no error"
    assert done.after["services.five.state"] == "stopped"
    assert done.after["services.five.conditions_met"] is False


def test_a_name_that_looks_like_an_option_stays_a_name(machine: Machine) -> None:
    done = carried_out(machine, "service.stop", service="--all")
    assert not done.success
    assert machine.active("ssh.service")
