"""A real PostgreSQL in a temporary folder, as a user without rights also where the tests run as root.

`postgres()` starts one and ends it; `postgres_server` (tests/conftest.py) is one for all tests of a session, in which
each test takes databases of its own. Its process has a name of its own, so that nobody takes it for another server.
"""

from __future__ import annotations

import pwd
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.support.clinic import free_port
from tests.support.system_packages import postgres_folder
from tests.support.until import until
from tests.support.workshop import AS_ROOT, USER, as_user, folder_of_user

ROLE = "runwright"
NAME = "runwright-pg"
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
fsync = {fsync}
synchronous_commit = on
log_min_messages = warning
"""
TRIES = 3
"""How often a port is taken anew when somebody else was quicker."""


@dataclass
class Postgres:
    """One server; it may be killed, halted and started again on the same files and port."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str = "postgres") -> str:
        """Give the URL of one database."""
        return f"postgresql://{ROLE}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database and give its URL."""
        name = f"test_{next(self.numbers)}"
        self.ask(f"CREATE DATABASE {name}")
        return self.url(name)

    def ask(self, statement: str, database: str = "postgres") -> str:
        """Give the rows of a statement, a line each, with `|` between the values."""
        words = [str(postgres_folder() / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]
        done = subprocess.run([*words, "-c", statement], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        for _ in range(TRIES):
            self.port = self.port or free_port()
            self.process = self._started()
            until(lambda: self.answers() or self.has_ended(), timeout=60, what="PostgreSQL answers or ends")
            if not self.has_ended():
                return
            self.port = 0
        raise AssertionError((self.folder / "server.log").read_text()[-3000:])

    def _started(self) -> subprocess.Popen[bytes]:
        account = pwd.getpwnam(USER)
        who: dict[str, Any] = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if AS_ROOT else {}
        words = [str(self.folder / NAME), "-D", str(self.folder / "data"), "-p", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **who)

    def answers(self) -> bool:
        """Tell whether it takes connections."""
        words = [str(postgres_folder() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(words, check=False).returncode == 0

    def has_ended(self) -> bool:
        """Tell whether the process is gone."""
        return self.process is None or self.process.poll() is not None

    def end(self, number: signal.Signals = signal.SIGQUIT) -> None:
        """End it: at once and without a checkpoint by SIGQUIT (its crash), in order by SIGINT."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(60)
            self.process = None


def made(folder: Path, *, durable: bool = False) -> Postgres:
    """Make the files of a server; `durable` has it write through to the disk, as in production."""
    data, programs = folder / "data", postgres_folder()
    as_user(programs / "initdb", "-D", data, "-U", ROLE, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C")
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(SETTINGS.format(fsync="on" if durable else "off"))
    # The link's name is the process's: what looks for servers by name finds its own and not this one.
    (folder / NAME).symlink_to(programs / "postgres")
    return Postgres(folder)


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server on files of its own, and leave nothing of it behind."""
    with folder_of_user("pg") as folder:
        server = made(folder, durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.end()
