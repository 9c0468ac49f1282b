"""Failures made for real become better runbooks: the weak one fails, the proposed one heals the same fault.

Each test breaks something on a real host (a booted systemd, a supervisord, PostgreSQL, nginx, Redis, dpkg), runs a
runbook that lacks something, lets the author propose a better one from that run alone, breaks the same thing again
and runs what was proposed.
"""

from __future__ import annotations

import grp
import pwd
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.clinic import free_port
from tests.support.healing import new_text, thought, weak
from tests.support.machine import IN_A_MACHINE, Machine, booted
from tests.support.machine_faults import failed, service
from tests.support.system_packages import postgres_folder
from tests.support.until import until
from tests.support.workshop import AS_ROOT, USER, Program, Workshop, as_user, folder_of_user, give, said, workshop

SERVICE = {"service": {"type": "string", "pattern": "^[A-Za-z0-9@._-]+$"}}
OWN = "${{ params.service }}"
START = {"id": "start", "action": "service.start", "with": {"service": OWN}}
RUNS = {f"services.{OWN}.state": "running"}

Run = Callable[[str], dict[str, Any]]
Read = Callable[..., dict[str, Any]]
"""Reads facts by their paths, as the agent does."""


def healed(text: str, fault: Callable[[], None], run: Run, read: Read | None = None) -> str:
    """Fail with a weak runbook, heal with the one that is proposed; gives the new text.

    Where the author asks for facts, the fault happens once more, and they are read before that run as an agent does
    that was asked for them.
    """
    fault()
    failure = failing(run, text)
    found = thought(text, failure)
    if found.missing_facts and read is not None:
        fault()
        asked = read(*found.missing_facts)
        failure = failing(run, text)
        failure["state_before"] = {**failure["state_before"], **asked}
        found = thought(text, failure)
    better = new_text(found, failure)
    fault()
    second = run(better)
    assert (second["status"], second["verification_passed"]) == ("success", True), second["error_message"]
    return better


def failing(run: Run, text: str) -> dict[str, Any]:
    """Run what must not help."""
    failure = run(text)
    assert not (failure["success"] and failure["verification_passed"]), "the fault is none for the weak runbook"
    return failure


# A booted systemd


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One machine for all of them: each test has units and files of its own."""
    with booted(tmp_path_factory.mktemp("machine")) as machine:
        yield machine


def inside(machine: Machine, **params: str) -> Run:
    """Run a text in the machine, as a person would by hand."""

    def run(text: str) -> dict[str, Any]:
        machine.write("/opt/healing/runbook.yaml", text)
        return machine.runbook_file("/opt/healing/runbook.yaml", **params)

    return run


class TestSystemd:
    pytestmark = IN_A_MACHINE

    def test_a_service_that_would_not_come_back_at_boot_is_enabled(self, machine: Machine) -> None:
        service(machine, "forgotten")

        def fault() -> None:
            machine.run("systemctl", "disable", "--now", "forgotten")

        lasting = {**RUNS, f"services.{OWN}.start_type": "automatic"}
        text = weak("ENABLE", START, verify=lasting, params=SERVICE)
        better = healed(text, fault, inside(machine, service="forgotten"))
        assert "action: service.enable" in better
        assert machine.do("systemctl", "is-enabled", "forgotten") == "enabled"

    def test_a_service_that_is_kept_as_failed_is_forgiven(self, machine: Machine) -> None:
        service(machine, "doomed", "/bin/false")

        def fault() -> None:
            machine.run("systemctl", "start", "doomed")
            failed(machine, "doomed.service")

        stop = {"id": "stop", "action": "service.stop", "with": {"service": OWN}}
        text = weak("FORGIVE", stop, verify={f"services.{OWN}.state": "stopped"}, params=SERVICE)
        better = healed(text, fault, inside(machine, service="doomed"))
        assert "action: unit.reset_failed" in better
        assert machine.shows("doomed.service", "ActiveState") == "inactive"

    def test_a_file_that_everybody_may_write_gets_its_mode_back(self, machine: Machine) -> None:
        path = "/srv/records.conf"

        def fault() -> None:
            machine.write(path, "x")
            machine.do("chown", "nobody", path)
            machine.do("chmod", "0666", path)

        own = {"id": "own", "action": "file.set_owner", "with": {"path": path, "owner": "root", "group": "root"}}
        text = weak("MODE", own, verify={f'files["{path}"].owner': "root", f'files["{path}"].mode': "0640"}, params={})
        healed(text, fault, inside(machine))
        assert machine.do("stat", "--format=%a %U", path) == "640 root"

    def test_a_share_that_is_not_mounted_is_mounted(self, machine: Machine) -> None:
        machine.write("/etc/fstab", "tmpfs /srv/share tmpfs size=1m 0 0\n")
        machine.do("mkdir", "--parents", "/srv/share")
        service(machine, "keeper")

        def fault() -> None:
            machine.run("umount", "/srv/share")
            machine.run("systemctl", "stop", "keeper")

        there = {**RUNS, 'mounts["/srv/share"].mounted': True}
        text = weak("MOUNT", START, verify=there, params=SERVICE)
        healed(text, fault, inside(machine, service="keeper"), machine.facts)
        assert machine.holds("mountpoint", "/srv/share")

    def test_a_package_that_was_left_half_configured_is_finished(self, machine: Machine) -> None:
        control = "Package: rwhalf\nVersion: 1\nArchitecture: all\nMaintainer: T <t@example.com>\nDescription: test\n"
        machine.write("/tmp/half/DEBIAN/control", control)
        machine.write("/tmp/half/DEBIAN/postinst", "#!/bin/sh\ntest -e /etc/half-ready\n", "0755")
        machine.do("dpkg-deb", "--build", "/tmp/half", "/tmp/half.deb")

        def fault() -> None:
            machine.run("dpkg", "--purge", "--force-all", "rwhalf")
            machine.run("rm", "--force", "/etc/half-ready")
            assert machine.run("dpkg", "--install", "/tmp/half.deb").code != 0
            machine.write("/etc/half-ready", "")

        clean = {"id": "clean", "action": "disk.clean_package_cache"}
        text = weak("PACKAGES", clean, verify={"packages.consistent": True}, params={})
        healed(text, fault, inside(machine), machine.facts)
        assert machine.do("dpkg-query", "--show", "--showformat=${Status}", "rwhalf") == "install ok installed"


# A supervisord with real servers


@dataclass(frozen=True)
class Servers:
    """A PostgreSQL, an nginx and a Redis, and programs that need the database, under one supervisor."""

    place: Workshop
    ports: Mapping[str, int]

    def run(self, **params: str) -> Run:
        """Run a text here, as a person would by hand."""
        return lambda text: self.place.run_text("weak", text, **params).execution

    def stop(self, *names: str) -> None:
        """Stop some of the programs; whether they ran is all the same."""
        for name in names:
            self.place.ask("stop", name)

    def states(self, *names: str) -> set[str]:
        """The states of some programs in the supervisor's words."""
        return {self.place.state(name) for name in names}


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """All of them, running but for those that need the database."""
    with folder_of_user("heal") as folder:
        ports = {name: free_port() for name in ("db", "front", "cache")}
        data, programs = folder / "data", postgres_folder()
        as_user(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"listen_addresses='127.0.0.1'\nunix_socket_directories=''\nport={ports['db']}\nfsync=off\n")
        (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=ports["front"], user=_user()))
        give(folder / "nginx.conf")
        (folder / "needy.py").write_text(NEEDY)
        give(folder / "needy.py")
        needy = Program(["/usr/bin/python3", folder / "needy.py", ports["db"]], autostart=False)
        redis = ["redis-server", "--port", ports["cache"], "--bind", "127.0.0.1", "--dir", folder, "--save", "''"]
        made = {
            "db": Program([programs / "postgres", "-D", data], stop_signal="INT"),
            "web": needy,
            "portal": needy,
            "front": Program(["nginx", "-c", folder / "nginx.conf"], user=None, stop_signal="QUIT"),
            "cache": Program([*map(str, redis), "--maxmemory", "4mb"]),
        }
        needs = {"web": ["db"], "portal": ["web"], "db": [], "front": [], "cache": []}
        facts = {f"services.{name}.requires": needed for name, needed in needs.items()}
        with workshop(folder, made, facts=facts) as place:
            yield Servers(place, ports)


NEEDY = """\
import socket, sys, time
socket.create_connection(("127.0.0.1", int(sys.argv[1])))
time.sleep(600)
"""
"""A program that ends at once while nothing listens on a port."""
NGINX = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
{user}
events {{}}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  access_log off;
  server {{ listen 127.0.0.1:{port}; return 200 'well'; }}
}}
"""


def _user() -> str:
    """The line that lets nginx's workers run as who may read the folder; only root may say so."""
    return f"user {USER} {grp.getgrgid(pwd.getpwnam(USER).pw_gid).gr_name};" if AS_ROOT else ""


class TestSupervisor:
    pytestmark = pytest.mark.needs("pg_ctlcluster", "nginx", "redis-server")

    def test_a_web_service_is_started_after_its_real_database(self, servers: Servers) -> None:
        text = weak("WEB", START, verify=RUNS, params=SERVICE)
        better = healed(text, lambda: servers.stop("web", "db"), servers.run(service="web"))
        assert "service: db" in better
        assert servers.states("db", "web") == {"RUNNING"}

    def test_a_chain_of_services_is_started_from_its_end(self, servers: Servers) -> None:
        text = weak("CHAIN", START, verify=RUNS, params=SERVICE)
        better = healed(text, lambda: servers.stop("portal", "web", "db"), servers.run(service="portal"))
        assert better.index("service: db") < better.index("service: web")
        assert servers.states("db", "web", "portal") == {"RUNNING"}

    def test_a_web_server_whose_configuration_is_fine_is_started(self, servers: Servers) -> None:
        config = str(servers.place.folder / "nginx.conf")
        look = {"id": "look", "action": "web.config_valid", "with": {"config": config}}
        text = weak("FRONT", look, verify=RUNS, params=SERVICE)
        healed(text, lambda: servers.stop("front"), servers.run(service="front"))
        with urllib.request.urlopen(f"http://127.0.0.1:{servers.ports['front']}/", timeout=5) as answer:
            assert answer.read() == b"well"

    def test_a_cache_that_forgets_its_limit_at_every_restart_gets_it_back(self, servers: Servers) -> None:
        ask = ("redis-cli", "-p", servers.ports["cache"])

        def fault() -> None:
            servers.place.ask("restart", "cache")
            until(lambda: said(*ask, "ping") == "PONG", what="the cache answers")

        again = {"id": "again", "action": "service.restart", "with": {"service": OWN}}
        address = {"host": "127.0.0.1", "port": servers.ports["cache"]}
        patient = {"attempts": 5, "delay": "1s"}
        look = {"id": "look", "action": "cache.answers", "with": address, "retry": patient}
        limit = f'redis["127.0.0.1"]["{servers.ports["cache"]}"].memory_limit_bytes'
        text = weak("CACHE", again, look, verify={**RUNS, limit: 8_388_608}, params=SERVICE)
        healed(text, fault, servers.run(service="cache"))
        assert said(*ask, "config", "get", "maxmemory").split() == ["maxmemory", "8388608"]
