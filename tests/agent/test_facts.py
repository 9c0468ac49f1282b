"""Facts are gathered one level into dependencies; a declaration never hides what is really so."""

from __future__ import annotations

from dataclasses import dataclass, field

from runwright.actions.action import Exec, Operation, Result
from runwright.actions.catalogue import Host
from runwright.agent.facts import FactReader
from runwright.model.fields import Facts


@dataclass
class Systemd:
    """Plays `systemctl show`: units by name, and how often each was asked for."""

    units: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def run(self, operation: Operation, timeout_seconds: float) -> Result:
        assert isinstance(operation, Exec)
        assert timeout_seconds > 0
        self.asked.append(operation.argv[-1])
        return Result(0, self.units.get(operation.argv[-1], ""))


def unit(active: str, requires: str = "") -> str:
    return f"LoadState=loaded\nActiveState={active}\nNeedDaemonReload=no\nMainPID=0\nRequires={requires}\n"


UNITS = {
    "web.service": unit("failed", "db.service system.slice"),
    "db.service": unit("inactive", "disk.service"),
    "disk.service": unit("active"),
}
WANTED = (("services", "web.service", "state"),)


def gathered(units: dict[str, str], declared: Facts) -> tuple[Facts, list[str]]:
    systemd = Systemd(units)
    reader = FactReader(systemd, Host("linux", "systemd"), declared)
    return reader.gather(lambda _lookup: WANTED), systemd.asked


def test_what_a_service_requires_is_looked_at_one_level_deep() -> None:
    facts, asked = gathered(UNITS, {})
    assert asked == ["web.service", "db.service"]
    assert facts['services["db.service"].state'] == "stopped"
    assert facts['services["db.service"].requires'] == ["disk.service"]
    assert 'services["disk.service"].state' not in facts


def test_a_declared_fact_never_hides_what_the_host_says() -> None:
    facts, _ = gathered(UNITS, {'services["web.service"].state': "running"})
    assert facts['services["web.service"].state'] == "failed"


def test_a_declared_fact_does_not_stand_in_for_a_reading_that_failed() -> None:
    facts, _ = gathered({}, {'services["web.service"].state': "running"})
    assert 'services["web.service"].state' not in facts


def test_a_declared_fact_counts_where_no_command_tells_it() -> None:
    reader = FactReader(Systemd({}), Host("linux", "supervisor"), {"services.web.requires": ["db"]})
    assert reader.read((("services", "web", "requires"),))["services.web.requires"] == ["db"]
    assert reader.unused() == ()


def test_a_declaration_that_is_never_used_is_named() -> None:
    reader = FactReader(Systemd({}), Host("linux", "systemd"), {"services.web.requires": ["db"]})
    assert reader.unused() == ("services.web.requires",)


def test_the_platform_is_always_told() -> None:
    facts, _ = gathered({}, {})
    assert facts == {"platform.os": "linux", "platform.service_manager": "systemd"}
