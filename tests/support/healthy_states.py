"""Makes the healthy states of tests/recordings/_healthy: hosts on which nothing is wrong, as the agent's checks see.

`python -m tests.support.healthy_states` makes all of them anew; a name of `STATES` behind it makes one. The Debian
machine and the supervisor are real; the Windows server is played, and marked as synthetic. Each state holds checks of
the kinds that its rules name, what the prechecks of their runbooks read, and a few alarms that are known to be none.
"""

from __future__ import annotations

import socket
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from runwright.actions.catalogue import Host
from runwright.adapters.shell_local import LocalHost
from runwright.agent.config import AnyCheck, DiskCheck, HttpCheck, PortCheck, ServiceCheck
from runwright.agent.detect import judge, paths_of
from runwright.agent.facts import FactReader, lookup_in
from runwright.agent.wanted import of_condition
from runwright.cli.evidence_folder import EvidenceFolder
from runwright.cli.wiring import corpus_from_folder
from runwright.corpus.evidence import healthy_path
from runwright.engine.healthy import incident_of
from runwright.engine.matcher import incident_scope, match
from runwright.engine.params import resolve_params
from runwright.errors import ContentError
from runwright.model.fields import Facts
from runwright.model.healthy import HealthyCheck, HealthyState, healthy_data
from runwright.model.insertion import MissingValue
from runwright.model.path import Path as FactPath
from runwright.model.path import str_path
from runwright.model.telemetry import SYNTHETIC, canonical
from tests.support.hand_clock import HandClock
from tests.support.machine import booted
from tests.support.machine_faults import WEB, answers, service, time_service
from tests.support.until import until
from tests.support.windows_machine import Service, WindowsMachine
from tests.support.windows_run import WINDOWS
from tests.support.workshop import Program, folder_of_user, workshop

ROOT = Path(__file__).resolve().parents[2]
Reads = Callable[[Iterable[FactPath]], Facts]
OBSERVED = {"service": ("state",), "port": (), "http": ("status",), "disk": ("used_percent",)}
"""What each kind of check sees, among the facts of its incident; the rest is how it was set."""
DISKS_EARLY = "the monthly report counts disks early, so that new ones are ordered in time"
ONCE = "it does its work and ends; between two runs it is stopped"


@dataclass(frozen=True)
class Look:
    """One check to be made, and why its alarm is none, where it is to give one."""

    check: AnyCheck
    reason: str | None = None


@dataclass(frozen=True)
class About:
    """What a state says of its host."""

    state_id: str
    hostname: str
    platform: str
    provenance: str = "recorded"


def look_at(reads: Reads, looks: Iterable[Look], about: About) -> HealthyState:
    """Make every check on a host, and read what the prechecks of the rules' runbooks look at."""
    several = tuple(looks)
    facts = reads([path for look in several for path in paths_of(look.check)])
    checks = tuple(_checked(look, facts) for look in several)
    data = {
        "schema": "runwright.healthy/1",
        "state_id": about.state_id,
        "site_id": "workshop",
        "hostname": about.hostname,
        "platform": about.platform,
        "recorded_at": datetime(2026, 11, 21, 12, tzinfo=UTC),
        "provenance": about.provenance,
        "facts": facts,
        "checks": checks,
    }
    state = HealthyState.model_validate(data)
    wanted = sorted({path for check in checks for path in _read_by_prechecks(state, check)})
    return state.model_copy(update={"facts": dict(sorted({**reads(wanted), **facts}.items()))})


def _checked(look: Look, facts: Facts) -> HealthyCheck:
    seen = judge(look.check, lookup_in(facts))
    assert seen.good is (look.reason is None), f"{seen} with {facts}"
    return HealthyCheck(
        check_type=look.check.type,
        status="ok" if look.reason is None else "warning",
        incident_type=seen.incident_type or None,
        resource=seen.resource,
        message=seen.message,
        facts=seen.facts,
        observed=OBSERVED[look.check.type],
        reason=look.reason,
    )


def _read_by_prechecks(state: HealthyState, check: HealthyCheck) -> Iterator[FactPath]:
    """The facts that decide whether the runbooks of matching rules would find something to do."""
    corpus = corpus_from_folder(ROOT)
    for rule in (entry.value for entry in corpus.rules):
        incident = incident_of(state, check, rule.status[0])
        found, book = match([rule], incident), corpus.runbook(rule.runbook_id)
        if found.rule is None or book is None:
            continue
        try:
            params = resolve_params(book.value, found.params(incident), incident_scope(incident))
        except (ContentError, MissingValue):
            continue
        scope = {"params": params, "incident": incident_scope(incident)}
        for condition in (book.value.precheck.healthy, book.value.precheck.unsafe):
            yield from of_condition(condition, scope) if condition is not None else ()


def debian() -> HealthyState:
    """A Debian 12 with a real systemd: time, packet filter, SSH, updates and a web server, all as they should be."""
    with tempfile.TemporaryDirectory() as folder, booted(Path(folder)) as machine:
        time_service(machine)
        machine.do("systemctl", "enable", "--now", "chrony")
        machine.write("/etc/nftables.conf", OPEN)
        machine.do("systemctl", "enable", "--now", "nftables")
        machine.do("systemctl", "enable", "--now", "apt-daily-upgrade.timer")
        machine.do("mkdir", "--parents", "/srv", "/var/log/journal")
        service(machine, "web", f"{WEB} 8080")
        machine.do("systemctl", "enable", "--now", "web")
        until(lambda: answers(machine, 8080), what="the web server listens")
        until(lambda: answers(machine, 22), what="the SSH server listens")
        until(
            lambda: machine.facts("clock.tracking").get("clock.tracking") is True, what="the clock follows its source"
        )

        def reads(paths: Iterable[FactPath]) -> Facts:
            return machine.facts(*map(str_path, paths))

        return look_at(reads, _of_debian(), About("debian-12-systemd", "bench", "linux"))


def _of_debian() -> Iterator[Look]:
    for name in ("ssh", "chrony", "nftables", "apt-daily-upgrade.timer", "web"):
        yield Look(ServiceCheck(id="service", type="service", service=name))
    yield Look(ServiceCheck(id="once", type="service", service="apt-daily.service"), ONCE)
    yield Look(PortCheck(id="port", type="port", port=22, service="ssh"))
    yield Look(
        PortCheck(id="off", type="port", port=631, service="cups"), "a server prints nothing; it is off on purpose"
    )
    yield Look(HttpCheck(id="page", type="http", url="http://127.0.0.1:8080/", service="web"))
    gone = HttpCheck(id="gone", type="http", url="http://127.0.0.1:8080/retired", service="web")
    yield Look(gone, "the page is retired; its address answers 404 until nothing links to it")
    yield Look(DiskCheck(id="root", type="disk", path="/"))
    yield Look(DiskCheck(id="journal", type="disk", path="/var/log/journal"))


def supervisor() -> HealthyState:
    """Programs under a real supervisord: a web server that answers, and a job that runs once."""
    with folder_of_user("healthy") as folder, _site(folder) as (reader, port):
        return look_at(reader.read, _of_supervisor(port), About("debian-12-supervisor", "bench", "linux"))


@contextmanager
def _site(folder: Path) -> Iterator[tuple[FactReader, int]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    where: list[str | Path] = ["--bind", "127.0.0.1", "--directory", folder, str(port)]
    server = [sys.executable, "-m", "http.server", *where]
    programs = {"web": Program(server), "migrate": Program(["/bin/true"], autostart=False)}
    with workshop(folder, programs) as site:
        host = LocalHost(lambda seconds: False, service_manager="supervisor", programs={"supervisorctl": site.control})
        reader = FactReader(host, Host("linux", "supervisor"))
        path = ("endpoints", "127.0.0.1", str(port), "open")
        until(lambda: reader.read([path]).get(str_path(path)) is True, what="the web server listens")
        yield reader, port


def _of_supervisor(port: int) -> Iterator[Look]:
    yield Look(ServiceCheck(id="web", type="service", service="web"))
    yield Look(ServiceCheck(id="once", type="service", service="migrate"), ONCE)
    yield Look(PortCheck(id="port", type="port", port=port, service="web"))
    yield Look(HttpCheck(id="page", type="http", url=f"http://127.0.0.1:{port}/", service="web"))
    yield Look(DiskCheck(id="root", type="disk", path="/", below_percent=99.9))
    yield Look(DiskCheck(id="early", type="disk", path="/", below_percent=0.1), DISKS_EARLY)


def windows() -> HealthyState:
    """A played Windows server, as the vendor's pages say that one answers."""
    machine = WindowsMachine(
        HandClock(),
        services={
            "Spooler": Service(),
            "W3SVC": Service(),
            "TermService": Service(start_type="manual"),
            "sppsvc": Service("stopped"),
        },
        says={"wupdate:reboot_required": {"Store": True, "Aside": False, "RebootRequired": False, "AsideDays": None}},
        ports={3389: lambda: True},
    )
    reader = FactReader(machine, WINDOWS)
    about = About("synthetic-windows-server", "windows-host", "windows", SYNTHETIC)
    return look_at(reader.read, _of_windows(), about)


def _of_windows() -> Iterator[Look]:
    for name in ("Spooler", "W3SVC", "TermService"):
        yield Look(ServiceCheck(id="service", type="service", service=name))
    yield Look(ServiceCheck(id="idle", type="service", service="sppsvc"), "Windows starts it when it is needed")
    yield Look(PortCheck(id="rdp", type="port", port=3389, service="TermService"))
    yield Look(DiskCheck(id="system", type="disk", path="C:\\"))
    yield Look(DiskCheck(id="early", type="disk", path="C:\\", below_percent=50), DISKS_EARLY)


OPEN = (
    "flush ruleset\ntable inet filter {\n chain input {\n  type filter hook input priority 0; policy accept;\n }\n}\n"
)
STATES: Mapping[str, Callable[[], HealthyState]] = {"debian": debian, "supervisor": supervisor, "windows": windows}


def write(state: HealthyState, root: Path = ROOT) -> str:
    """Write a state, with its line in the manifest."""
    path = healthy_path(state.state_id)
    EvidenceFolder(root).put(path, canonical(healthy_data(state)))
    return path


def main(words: list[str]) -> int:
    """Make the named states, or all."""
    for name in words or STATES:
        sys.stdout.write(f"{write(STATES[name]())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(import_module("tests.support.healthy_states").main(sys.argv[1:]))
