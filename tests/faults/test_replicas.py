"""Several replicas on one PostgreSQL: what one leaves another takes over, and a server that goes away comes back."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.support.faults import await_done, failure, trial, verdict, workload
from tests.support.postgres import Postgres, postgres
from tests.support.until import until

pytestmark = pytest.mark.needs("postgres-server")


@pytest.mark.parametrize("point", ["claimed", "workflow_started", "step_done/judge", "pull_opened", "end_begun"])
def test_what_a_killed_replica_leaves_is_taken_over_by_the_other(
    tmp_path: Path, postgres_server: Postgres, point: str
) -> None:
    with trial(tmp_path, postgres_server, causes=3) as (first, agents):
        second = first.beside("b")
        second.tokens = first.tokens
        try:
            first.start(point)
            agents.send([failure(0, "exec-1"), failure(0, "exec-2")])
            until(lambda: not first.alive(), timeout=60, what="the first replica is killed")
            second.start()
            agents.where = lambda: second
            agents.send([failure(1, "exec-3")])
            await_done(second, agents)
            assert verdict(second, agents.history) == []
        finally:
            second.close()


def test_two_replicas_share_the_work_and_one_is_killed_in_the_middle(tmp_path: Path, postgres_server: Postgres) -> None:
    chance = random.Random(12)
    with trial(tmp_path, postgres_server, causes=12) as (first, agents):
        second = first.beside("b")
        second.tokens = first.tokens
        try:
            first.start(f"*:{chance.randint(40, 80)}")
            second.start()
            agents.where = lambda: chance.choice([one for one in (first, second) if one.url])
            agents.send(workload(chance, range(12), each=3))
            until(lambda: not first.alive(), timeout=60, what="one replica is killed")
            first.end()
            await_done(second, agents)
            assert verdict(second, agents.history) == []
        finally:
            second.close()


def test_a_replica_that_stood_still_and_wakes_up_again_changes_nothing(
    tmp_path: Path, postgres_server: Postgres
) -> None:
    with trial(tmp_path, postgres_server, causes=1) as (first, agents):
        second = first.beside("b")
        second.tokens = first.tokens
        try:
            first.start("stop@pull_begun")
            agents.send([failure(0, "exec-1")])
            until(lambda: first.faults("stop"), timeout=60, what="the first replica stands still")
            second.start()
            drop_connections_of(first.child_pid(), postgres_server)
            agents.where = lambda: second
            await_done(second, agents)
            first.signal(signal.SIGCONT)
            until(lambda: first.ask("GET", "/readyz").status == 200, timeout=60, what="the first is ready again")
            agents.send([failure(0, "exec-2")])
            await_done(second, agents)
            assert verdict(second, agents.history) == []
        finally:
            second.close()


def drop_connections_of(pid: int, server: Postgres) -> None:
    """Let the server lose the connections of one process, as a network that parts would."""
    ports = {line.split(":")[1] for line in _local_ends(pid)}
    listed = ",".join(str(int(port, 16)) for port in ports)
    server.ask(f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE client_port IN ({listed})")  # noqa: S608  # numbers


def _local_ends(pid: int) -> list[str]:
    own = {path.readlink().name for path in Path(f"/proc/{pid}/fd").iterdir() if "socket:" in str(path.readlink())}
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return [row[1] for row in rows if f"socket:[{row[9]}]" in own]


def test_a_database_server_that_crashes_is_waited_for_and_nothing_is_lost(tmp_path: Path) -> None:
    chance = random.Random(13)
    with postgres(durable=True) as server, trial(tmp_path, server, causes=8) as (replica, agents):
        replica.start()
        agents.send(workload(chance, range(8), each=3))
        for acknowledged in (4, 12):
            until(
                lambda n=acknowledged: len(agents.history.acknowledged) >= n,  # type: ignore[misc]
                timeout=60,
                what="some were acknowledged",
            )
            server.end()
            server.start()
        await_done(replica, agents)
        assert verdict(replica, agents.history) == []
