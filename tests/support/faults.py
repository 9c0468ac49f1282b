"""Real services that are killed, halted and disturbed, and agents that go on delivering until they are told yes.

A replica starts in a tenth of a second (`quick_start`), with a plan of faults (`runwright.fault`). Whether what
came of it is right is `history`'s to say.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import urllib3

from runwright.cli.access_wiring import granted
from tests.support.history import Delivery, History, Pull, Seen, complaints, miscounted
from tests.support.postgres import Postgres
from tests.support.quick_start import begin
from tests.support.service_site import (
    RUNBOOK,
    RUNBOOK_PATH,
    SITE,
    Service,
    environment,
    failed_run,
    good_run,
    make_service,
)
from tests.support.until import NeverHappened, until

OTHER_SITE = "south-valley-dental"
SITES = (SITE, OTHER_SITE)
CAUSES = 24
"""How many different failures there are at most, if a test asks for no more; 60 may be proposed in an hour."""
SETTINGS = "[proposals]\nper_hour = 60\nopen = 100\nper_approver_a_day = 100\n"
RUNBOOK_ID = "RB-LIN-SERVICE-001"
PATIENCE = 500
"""Seconds after which an agent gives up: longer than any test."""
SECRET = "CANARY" + "9f8e7d6c5b4a3210"
"""Stands in every failure where a careless program would print a password."""


@dataclass
class Replica(Service):
    """One process of the service; several share a forge and a database, each has a state folder of its own."""

    name: str = "a"
    server: Postgres | None = None
    database_url: str | None = None
    more: dict[str, str] = field(default_factory=dict)
    """What its environment holds besides."""
    child: BaseProcess | None = None
    lives: int = 0

    @property
    def state(self) -> Path:
        """Its state folder."""
        return self.folder / ("state" if self.name == "a" else f"state-{self.name}")

    @property
    def log(self) -> Path:
        """What it wrote on standard error in all its lives."""
        return self.folder / f"service-{self.name}.log"

    def beside(self, name: str) -> Replica:
        """Give another replica on the same forge and database."""
        return Replica(self.folder, self.forge, self.key, name=name, server=self.server, database_url=self.database_url)

    def start(self, plan: str = "") -> None:
        """Start it with a plan of faults; it listens afterwards, or the plan has ended it already."""
        out = self.begin(plan)
        told = json.loads(_line(out) or "{}")
        if "url" in told:
            self.url = told["url"]
        elif not plan:
            raise AssertionError(self.log.read_text()[-3000:])

    def refused(self) -> tuple[int, str]:
        """Try to start it where it cannot work; gives the exit code and what it said."""
        self.log.unlink(missing_ok=True)
        out = self.begin("")
        assert '"url"' not in _line(out), "it listens"
        until(lambda: not self.alive(), timeout=60, what="the service that said why has ended")
        return self.end(), self.log.read_text()

    def begin(self, plan: str) -> Path:
        """Start the process and wait until it listens or has ended; gives the file of what it said."""
        self.lives += 1
        out = self.folder / f"{self.name}-{self.lives}.out"
        given = {**environment(), **self.environ(), **self.more, **({"RUNWRIGHT_FAULT": plan} if plan else {})}
        if self.database_url is not None:
            given["RUNWRIGHT_DATABASE_URL"] = self.database_url
        words = ["serve", *self.words(), "--port", "0", "--state", str(self.state), "--format", "json"]
        self.child = begin(words, given, out, self.log)
        until(lambda: not self.alive() or _line(out), timeout=60, what="the service listens or has ended")
        return out

    def words(self) -> list[str]:
        """What its command line says of the forge."""
        return ["--forge", str(self.forge.repository.path), "--key", str(self.key)]

    def environ(self) -> dict[str, str]:
        """What its environment says of the forge."""
        return {}

    def alive(self) -> bool:
        """Tell whether its process runs."""
        return self.child is not None and self.child.is_alive()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; gives the exit code."""
        if self.child is None or self.child.pid is None:
            return 0
        self.signal(number)
        self.child.join(60)
        assert not self.child.is_alive(), "the service did not end"
        code, self.child, self.url = self.child.exitcode, None, ""
        return code or 0

    def child_pid(self) -> int:
        """Give the number of its process."""
        assert self.child is not None
        assert self.child.pid is not None
        return self.child.pid

    def signal(self, number: int) -> None:
        """Send its process a signal."""
        if self.child is not None and self.child.pid is not None and self.child.is_alive():
            os.kill(self.child.pid, number)  # it is our own child: its number is nobody else's before it is joined

    def token(self, site: str | None = SITE) -> str:
        """A site's token, or the reviewer's; granted once."""
        name = site or "reviewer"
        if name not in self.tokens:
            role = "agent" if site else "reviewer"
            self.tokens[name], _ = granted(self.folder / "state", self.database_url, role, site)
        return self.tokens[name]

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Look into the database, past the service; without values on PostgreSQL, whose rows are texts."""
        if self.server is None or self.database_url is None:
            return super().rows(sql, *values)
        found = self.server.ask(sql, self.database_url.rsplit("/", 1)[1])
        return [tuple(line.split("|")) for line in found.splitlines()]

    def faults(self, action: str = "kill") -> list[str]:
        """Name the points at which its plans acted, in order."""
        said = self.log.read_text("utf-8", "replace") if self.log.exists() else ""
        return re.findall(rf"^fault: {action} at (\S+)$", said, re.MULTILINE)

    def seen(self, *, with_sinks: bool = True) -> Seen:
        """What the service holds, read past it."""
        executions = self.rows("select site_id, execution_id, stage from executions")
        links = self.rows("select fingerprint, site_id, execution_id, pull_number from proposal_links")
        return Seen(
            tuple((site, name, stage) for site, name, stage in executions),
            tuple((of, site, name, int(number)) for of, site, name, number in links),
            tuple(
                Pull(
                    pull.number,
                    pull.state,
                    pull.fingerprint or "",
                    pull.branch,
                    pull.evidence,
                    tuple(comment.key for comment in pull.comments),
                    max(
                        (int(n) for one in pull.comments for n in re.findall(r"^Seen (\d+) times", one.text)), default=1
                    ),
                )
                for pull in self.pulls()
            ),
            tuple(name.removeprefix("refs/heads/") for name in self.forge.repository.refs("refs/heads/runwright/")),
            tuple(self.sinks()) if with_sinks else (),
        )

    def sinks(self) -> Iterator[tuple[str, bytes]]:
        """Every place where text of an execution may end: logs, the repository, the database's files."""
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and (path.suffix in {".log", ".out"} or "sqlite3" in path.name):
                yield path.name, path.read_bytes()
        words = ["git", "-C", str(self.forge.repository.path), "cat-file", "--batch-all-objects", "--batch"]
        yield "repository", subprocess.run(words, capture_output=True, check=True, timeout=60).stdout

    def fsck(self) -> str:
        """Let git look at the whole repository; nothing is the pass."""
        words = ["git", "-C", str(self.forge.repository.path), "fsck", "--strict", "--no-dangling", "--no-progress"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
        return f"{done.stdout}{done.stderr}".strip() if done.returncode else ""

    def is_done(self, agents: Agents) -> bool:
        """Tell whether everything was delivered and has come to an end."""
        return agents.delivered() and not self.open_count()

    def open_count(self) -> int:
        """How many executions have come to no end yet."""
        return int(self.rows("select count(*) from executions where stage = 'received'")[0][0])


def _line(path: Path) -> str:
    text = path.read_text() if path.exists() else ""
    return text if text.endswith("\n") else ""


def make_replica(folder: Path, server: Postgres | None = None, causes: int = CAUSES) -> Replica:
    """Make a forge and a service that is not started yet, on SQLite or in a new database of a server."""
    made = make_service(folder)
    made.forge.push({**library_of(causes), "runwright.toml": SETTINGS.encode()})
    url = server.new_database() if server is not None else None
    return Replica(made.folder, made.forge, made.key, server=server, database_url=url)


def library_of(causes: int) -> dict[str, bytes]:
    """Give a runbook for each cause of failure."""
    return {RUNBOOK_PATH.replace(RUNBOOK_ID, runbook_of(cause)): _runbook(cause) for cause in range(causes)}


def runbook_of(cause: int) -> str:
    """Name the runbook that fails for a cause: each has its own, since of two proposals for one the newer counts."""
    return f"RB-LIN-SERVICE-{100 + cause}"


def _runbook(cause: int) -> bytes:
    return RUNBOOK.replace(RUNBOOK_ID, runbook_of(cause)).encode()


def failure(cause: int, name: str, site: str = SITE) -> Delivery:
    """A failure of one cause, with a secret where a careless program prints one."""
    run = failed_run(name, web=f"web-{cause}", runbook_id=runbook_of(cause))
    run["executed_steps"][0]["output"] = f"connecting with password={SECRET} as app"
    return Delivery(site, run, runbook_of(cause))


def success(name: str, site: str = SITE) -> Delivery:
    """A run that went well."""
    return Delivery(site, good_run(name))


def workload(chance: random.Random, causes: Iterable[int], each: int) -> list[Delivery]:
    """Failures of several causes from two sites, and as many successes as causes, in any order."""
    made = [
        failure(cause, f"exec-{cause}-{number}", SITES[number % len(SITES)])
        for cause in causes
        for number in range(each)
    ]
    made += [success(f"good-{cause}") for cause in causes]
    chance.shuffle(made)
    return made


@dataclass
class Agents:
    """The agents of all sites: each sends its executions one after the other, again until it is told yes."""

    where: Callable[[], Replica]
    """Whom to send to just now."""
    history: History = field(default_factory=History)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(32))
    sending: list[Future[None]] = field(default_factory=list)

    def send(self, deliveries: Sequence[Delivery], threads: int = 1) -> None:
        """Begin to deliver, in the background."""
        for site in SITES:
            queue = [one for one in deliveries if one.site == site]
            parts = [queue[part::threads] for part in range(threads)]
            self.sending += [self.pool.submit(self._queue, part) for part in parts if part]

    def delivered(self) -> bool:
        """Tell whether everything was acknowledged; raises what went wrong while it was sent."""
        self.sending = [one for one in self.sending if not one.done() or one.result()]
        return not self.sending

    def _queue(self, queue: Sequence[Delivery]) -> None:
        client = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(30))
        for delivery in queue:
            sent = partial(self._sent, client, delivery)
            until(sent, timeout=PATIENCE, what=f"{delivery.key} is acknowledged", every=0.05)
        client.clear()

    def _sent(self, client: urllib3.PoolManager, delivery: Delivery) -> bool:
        replica = self.where()
        if not replica.url:
            return False
        body = json.dumps({"site_id": delivery.site, "execution": dict(delivery.body)})
        headers = {"Authorization": f"Bearer {replica.tokens[delivery.site]}", "Content-Type": "application/json"}
        try:
            got = client.request("POST", f"{replica.url}/api/agent/executions", body=body, headers=headers)
        except urllib3.exceptions.HTTPError:
            self.history.unanswered()
            return False
        data: Mapping[str, Any] = got.json() if got.status in {202, 409} else {}
        self.history.answered(delivery, got.status, data)
        return got.status == 202


@contextmanager
def trial(folder: Path, server: Postgres | None = None, causes: int = CAUSES) -> Iterator[tuple[Replica, Agents]]:
    """Give a replica with its database made and its agents admitted, and leave no process behind."""
    replica = make_replica(folder, server, causes)
    for site in SITES:
        replica.token(site)
    try:
        yield replica, Agents(lambda: replica)
    finally:
        replica.close()


def await_done(replica: Replica, agents: Agents, timeout: float = 300) -> None:
    """Wait until everything was delivered and has come to its end; raises with what was going on instead."""
    try:
        until(lambda: replica.is_done(agents), timeout=timeout, what="everything is delivered and at its end")
    except NeverHappened as error:
        left = replica.rows("select site_id, execution_id, stage, reason from executions where stage = 'received'")
        told = f"undelivered queues: {len(agents.sending)}; answers: {agents.history.answers}; open: {left}"
        raise AssertionError(f"{error}\n{told}\n{replica.log.read_text()[-2000:]}") from error


def verdict(replica: Replica, history: History) -> list[str]:
    """Check the whole history against what the service holds; an empty list is the pass.

    The service runs: what is told on pull requests is told a moment after the end.
    """
    until(lambda: not miscounted(history, replica.seen(with_sinks=False)), timeout=180, what="all counts are told")
    told = complaints(history, replica.seen(), [SECRET.encode()])
    broken = replica.fsck()
    return [*told, *([f"git fsck: {broken}"] if broken else [])]
