"""Runbooks for PostgreSQL, with a real server: ended, kept from starting, full of sessions, keeping WAL for nobody."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.support.clinic import free_port
from tests.support.system_packages import postgres_folder
from tests.support.until import until
from tests.support.workshop import USER, Program, Workshop, as_user, folder_of_user, workshop

pytestmark = pytest.mark.needs("pg_ctlcluster")
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 14
superuser_reserved_connections = 3
fsync = off
wal_level = replica
max_replication_slots = 4
"""


@dataclass(frozen=True)
class Cluster:
    """A server under a supervisor."""

    place: Workshop
    data: Path
    port: int

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def address(self) -> dict[str, object]:
        """Give the parameters that every one of these runbooks has."""
        return {"host": "127.0.0.1", "port": self.port}

    @property
    def whole(self) -> dict[str, object]:
        """Give the parameters of the runbook that starts the server."""
        return {**self.address, "service": "db", "pid_file": self.pid_file, "data_folder": self.data, "user": USER}

    def words(self, role: str = "postgres") -> list[str]:
        options = ["-X", "-A", "-t", "-q", "-h", "127.0.0.1", "-p", str(self.port), "-U", role, "-d", "postgres"]
        return ["psql", *options]

    def ask(self, statement: str) -> str:
        words = [*self.words(), "-c", statement]
        return subprocess.run(words, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    def answers(self) -> bool:
        return subprocess.run([*self.words(), "-c", "SELECT 1"], capture_output=True, check=False).returncode == 0

    @contextmanager
    def session(self, role: str, first: str) -> Iterator[subprocess.Popen[str]]:
        """Open a session that says something and then idles."""
        words = [*self.words(role), "-f", "-"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(f"{first}\n")
            process.stdin.flush()
            assert process.stdout.readline().strip() == "ready"
            try:
                yield process
            finally:
                process.kill()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with folder_of_user("pg") as folder:
        data, port, programs = folder / "data", free_port(), postgres_folder()
        as_user(programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8")
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"{SETTINGS}port = {port}\n")
        server = Program([programs / "postgres", "-D", data], stop_signal="INT")
        psql = ["psql", "-U", "postgres"]
        with workshop(folder, {"db": server}, clients={"psql": psql}) as place:
            made = Cluster(place, data, port)
            until(made.answers, what="the server takes connections")
            made.ask("CREATE ROLE app LOGIN")
            yield made


@pytest.fixture
def running(cluster: Cluster) -> Cluster:
    """The server, running again whatever the test before did."""
    if cluster.place.state("db") != "RUNNING":
        cluster.place.ask("start", "db")
    until(cluster.answers, what="the server takes connections")
    return cluster


def test_a_server_that_was_killed_is_started(running: Cluster) -> None:
    running.place.kill("db")
    assert not running.answers()
    ran = running.place.run("RB-LIN-POSTGRES-001", **running.whole)
    assert ran.fixed, ran
    assert running.answers()
    assert running.place.run("RB-LIN-POSTGRES-001", **running.whole).already_healthy


def test_a_pid_file_with_the_number_of_another_program_is_removed_first(running: Cluster) -> None:
    running.place.kill("db")
    # The runbook cannot tell this server's processes from those of another one with the same user.
    until(lambda: not _servers(), timeout=120, what="every server of the user has ended")
    with _sleeper() as other:
        _write_pid_file(running, other.pid)
        assert "ERROR" in running.place.ask("start", "db")  # the fault is real: it does not start
        ran = running.place.run("RB-LIN-POSTGRES-001", **running.whole)
        assert ran.fixed, ran
        assert ran.done[:3] == ("old-gone", "remove-pid-file", "start")
        assert running.answers()
        assert other.poll() is None  # the other program was left alone


def test_a_pid_file_stays_while_another_process_of_the_server_lives(running: Cluster) -> None:
    running.place.kill("db")
    until(lambda: not _children_of_postgres(running), what="every process of the server has ended")
    left = running.place.folder / "postgres"
    shutil.copy("/bin/sleep", left)
    with _sleeper() as other, _sleeper(left) as orphan:
        _write_pid_file(running, other.pid)
        until(lambda: time.time() - psutil.Process(orphan.pid).create_time() > 1, what="it has run for a second")
        ran = running.place.run("RB-LIN-POSTGRES-001", **running.whole)
        assert (ran.code, "remove-pid-file" in ran.done) == (1, False), ran
        assert running.pid_file.read_text().startswith(f"{other.pid}\n")
        assert orphan.poll() is None
    running.pid_file.unlink()


def test_a_stale_pid_file_of_a_service_is_removed_and_the_service_started(running: Cluster) -> None:
    running.place.kill("db")
    until(lambda: not _children_of_postgres(running), what="every process of the server has ended")
    with _sleeper() as other:
        _write_pid_file(running, other.pid)
        wanted = {"service": "db", "pid_file": running.pid_file, "program": "postgres"}
        ran = running.place.run("RB-LIN-PIDFILE-001", **wanted)
        assert ran.fixed, ran
        until(running.answers, what="the server takes connections")
        assert int(running.pid_file.read_text().split()[0]) != other.pid
        assert running.place.run("RB-LIN-PIDFILE-001", **wanted).already_healthy


def test_a_pid_file_that_its_own_program_holds_is_left_alone(running: Cluster) -> None:
    held = running.place.folder / "held.pid"
    held.write_text(f"{running.place.pid('db')}\n")
    wanted = {"service": "no-such", "pid_file": held, "program": "postgres"}
    assert running.place.run("RB-LIN-PIDFILE-001", **wanted).refused
    assert held.exists()


def test_a_server_that_runs_without_answering_is_left_to_a_person(running: Cluster) -> None:
    running.place.signal("db", signal.SIGSTOP)
    try:
        assert running.place.run("RB-LIN-POSTGRES-001", **running.whole).refused
    finally:
        running.place.signal("db", signal.SIGCONT)
    until(running.answers, what="the server takes connections")


def test_a_server_that_its_settings_keep_from_starting_is_not_called_repaired(running: Cluster) -> None:
    settings = running.data / "postgresql.conf"
    good = settings.read_text()
    running.place.kill("db")
    settings.write_text(good + "no_such_setting = 1\n")
    try:
        ran = running.place.run("RB-LIN-POSTGRES-001", **running.whole)
        assert (ran.code, ran.execution["status"], ran.execution["error_step"]) == (1, "failure", "start"), ran
        wanted = {"service": "db", "pid_file": running.pid_file, "program": "postgres"}
        ran = running.place.run("RB-LIN-PIDFILE-001", **wanted)
        assert (ran.code, ran.execution["status"], ran.execution["error_step"]) == (1, "failure", "start"), ran
    finally:
        settings.write_text(good)
    assert not running.answers()


def test_sessions_that_are_idle_for_less_stay_and_are_told(running: Cluster) -> None:
    with running.session("app", "SELECT 'ready';") as idle:
        wanted = {**running.address, "idle_seconds": 3600, "below_percent": 1}
        ran = running.place.run("RB-LIN-POSTGRES-002", **wanted)
        assert (ran.code, ran.execution["verification_passed"]) == (1, False), ran
        assert idle.poll() is None


def test_idle_sessions_are_ended_and_others_are_not(running: Cluster) -> None:
    with ExitStack() as sessions:
        idle = [sessions.enter_context(running.session("app", "SELECT 'ready';")) for _ in range(6)]
        idle += [sessions.enter_context(running.session("app", "BEGIN; SELECT 'ready';")) for _ in range(3)]
        owner = sessions.enter_context(running.session("postgres", "SELECT 'ready';"))
        busy = sessions.enter_context(running.session("app", "SELECT 'ready'; SELECT pg_sleep(300);"))
        count = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND backend_type = 'client backend'"
        assert running.ask(count) == "10"
        assert not _app_can_connect(running), "the fault is real: an ordinary role is turned away"
        until(lambda: _idle_for(running) >= 1, what="the sessions have been idle for a second")
        wanted = {**running.address, "idle_seconds": 1, "below_percent": 60}
        ran = running.place.run("RB-LIN-POSTGRES-002", **wanted)
        assert ran.fixed, ran
        assert running.ask(count) == "1"
        assert _app_can_connect(running)
        assert busy.poll() is None
        assert owner.poll() is None
        assert running.ask("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle%' AND usename = 'app'") == "0"
        assert running.place.run("RB-LIN-POSTGRES-002", **wanted).already_healthy
        assert len(idle) == 9


def test_sessions_that_all_work_are_left_to_a_person(running: Cluster) -> None:
    with running.session("app", "SELECT 'ready'; SELECT pg_sleep(300);") as busy:
        wanted = {**running.address, "idle_seconds": 1, "below_percent": 1}
        assert running.place.run("RB-LIN-POSTGRES-002", **wanted).refused
        assert busy.poll() is None


def test_a_slot_that_keeps_wal_for_nobody_is_dropped(running: Cluster) -> None:
    running.ask("SELECT pg_create_physical_replication_slot('gone', true)")
    running.ask("CREATE TABLE IF NOT EXISTS filler AS SELECT repeat('x', 200) t FROM generate_series(1, 20000)")
    kept = "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint FROM pg_replication_slots"
    assert int(running.ask(kept)) > 2**20
    wanted = {**running.address, "slot": "gone", "max_bytes": 2**20}
    assert "denied" in running.place.run("RB-LIN-POSTGRES-003", **wanted).execution["error_message"]
    assert running.ask("SELECT count(*) FROM pg_replication_slots") == "1"
    ran = running.place.run("RB-LIN-POSTGRES-003", "confirm", **wanted)
    assert ran.fixed, ran
    assert running.ask("SELECT count(*) FROM pg_replication_slots") == "0"
    assert running.place.run("RB-LIN-POSTGRES-003", **wanted).already_healthy


def test_a_slot_that_is_in_use_is_left_alone(running: Cluster) -> None:
    running.ask("SELECT pg_create_physical_replication_slot('used', true)")
    words = ["pg_receivewal", "-h", "127.0.0.1", "-p", str(running.port), "-U", "postgres", "-S", "used"]
    folder = running.place.folder / "received"
    folder.mkdir()
    program = postgres_folder() / words[0]
    with subprocess.Popen([program, *words[1:], "-D", folder], stderr=subprocess.DEVNULL) as receiver:
        try:
            active = "SELECT active FROM pg_replication_slots WHERE slot_name = 'used'"
            until(lambda: running.ask(active) == "t", what="the receiver uses the slot")
            running.ask("CREATE TABLE used_filler AS SELECT repeat('x', 200) t FROM generate_series(1, 20000)")
            with _stopped(receiver):
                wanted = {**running.address, "slot": "used", "max_bytes": 2**20}
                assert running.place.run("RB-LIN-POSTGRES-003", **wanted).refused
            assert running.ask("SELECT count(*) FROM pg_replication_slots") == "1"
        finally:
            receiver.kill()


def test_a_slot_name_that_is_no_name_never_reaches_the_server(running: Cluster) -> None:
    ran = running.place.run("RB-LIN-POSTGRES-003", **running.address, slot="x'; DROP TABLE filler; --")
    assert ran.code != 0
    assert not ran.done


def _children_of_postgres(cluster: Cluster) -> bool:
    done = subprocess.run(["pgrep", "-f", str(cluster.data)], capture_output=True, check=False)
    return done.returncode == 0


def _servers() -> bool:
    words = ["pgrep", "--exact", "--euid", USER, "postgres"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


@contextmanager
def _sleeper(program: Path = Path("/bin/sleep")) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the server's user that is no server: its number in the pid file keeps the server from starting."""
    from tests.support.workshop import AS_ROOT

    user = {"user": USER} if AS_ROOT else {}
    with subprocess.Popen([program, "300"], **user) as process:  # type: ignore[call-overload]  # a user or none
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _stopped(process: subprocess.Popen[bytes]) -> Iterator[None]:
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def _write_pid_file(cluster: Cluster, pid: int) -> None:
    owner = cluster.data.stat()
    cluster.pid_file.write_text(f"{pid}\n{cluster.data}\n1\n{cluster.port}\n\n127.0.0.1\n  1 1\n")
    os.chown(cluster.pid_file, owner.st_uid, owner.st_gid)
    cluster.pid_file.chmod(0o600)


def _app_can_connect(cluster: Cluster) -> bool:
    words = [*cluster.words("app"), "-c", "SELECT 1"]
    return subprocess.run(words, capture_output=True, check=False, timeout=30).returncode == 0


def _idle_for(cluster: Cluster) -> int:
    """Give for how many whole seconds the youngest idle session of the role has been idle."""
    return int(
        cluster.ask(
            "SELECT floor(extract(epoch FROM now() - max(state_change)))::int - 1 FROM pg_stat_activity "
            "WHERE usename = 'app' AND state LIKE 'idle%'"
        )
    )
