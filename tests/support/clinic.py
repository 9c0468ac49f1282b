"""A small clinic on this machine: a real supervisord with a database and a web service that needs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.until import until

SERVER = """
import socket, sys, time
port, needs = int(sys.argv[1]), sys.argv[2:]
for other in needs:
    try:
        socket.create_connection(("127.0.0.1", int(other)), timeout=1).close()
    except OSError:
        sys.exit("cannot reach the database on port " + other)
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", port))
listener.listen()
while True:
    try:
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok")
        connection.close()
    except OSError:
        pass
"""
BIN = Path(sys.executable).parent
SUPERVISORD, SUPERVISORCTL = str(BIN / "supervisord"), str(BIN / "supervisorctl")


def free_port() -> int:
    """Give a TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Clinic:
    """The running clinic."""

    folder: Path
    conf: Path
    db_port: int
    web_port: int

    @property
    def control(self) -> list[str]:
        """Give the words that reach this clinic's supervisor."""
        return [SUPERVISORCTL, "-c", str(self.conf)]

    def ask(self, *words: str) -> str:
        """Ask the supervisor something."""
        done = subprocess.run([*self.control, *words], check=False, capture_output=True, text=True, timeout=30)
        return done.stdout

    def state(self, name: str) -> str:
        """Give a service's state in the supervisor's own word."""
        words = self.ask("status", name).split()
        return words[1] if len(words) > 1 else ""

    def pid(self, name: str) -> int:
        """Give a running service's process id."""
        return int(self.ask("pid", name))

    def kill(self, *names: str) -> None:
        """End services the hard way, and wait until the supervisor has seen it."""
        for name in names:
            os.kill(self.pid(name), signal.SIGKILL)
        until(lambda: all(self.state(name) == "EXITED" for name in names), what=f"{names} are seen as ended")


@contextmanager
def running_clinic(folder: Path) -> Iterator[Clinic]:
    """Start a clinic with both services running; everything that it started is gone afterwards."""
    clinic = written(folder)
    process = subprocess.Popen(
        [SUPERVISORD, "-n", "-c", str(clinic.conf)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: clinic.state("records-db") == "RUNNING", timeout=30, what="the database runs")
        clinic.ask("start", "appointments-web")
        until(lambda: clinic.state("appointments-web") == "RUNNING", what="the web service runs")
        yield clinic
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a supervisor and every service of it."""
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    for left in children:
        with suppress(psutil.NoSuchProcess):
            left.kill()
    process.kill()
    process.wait(10)


def written(folder: Path) -> Clinic:
    """Write the clinic's programs and configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "server.py").write_text(SERVER)
    clinic = Clinic(folder, folder / "supervisord.conf", free_port(), free_port())
    server = f"{sys.executable} {folder / 'server.py'}"
    services = {
        "records-db": f"{server} {clinic.db_port}",
        "appointments-web": f"{server} {clinic.web_port} {clinic.db_port}",
    }
    address = f"127.0.0.1:{free_port()}"
    clinic.conf.write_text(
        f"[supervisord]\nlogfile={folder}/supervisord.log\npidfile={folder}/supervisord.pid\n"
        f"childlogdir={folder}\nuser={os.environ.get('USER', '')}\n".replace("user=\n", "")
        + f"[inet_http_server]\nport={address}\n[supervisorctl]\nserverurl=http://{address}\n"
        "[rpcinterface:supervisor]\n"
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n"
        + "".join(program(name, command) for name, command in services.items())
    )
    return clinic


def program(name: str, command: str) -> str:
    """Write one program; the supervisor starts the database by itself, and nothing again."""
    first = str(name == "records-db").lower()
    return (
        f"[program:{name}]\ncommand={command}\nautostart={first}\nautorestart=false\nstartsecs=1\n"
        "startretries=0\nstopsignal=KILL\n"
    )
