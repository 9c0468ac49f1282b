"""Facts about certificates, backups, pid files and servers, read from real ones and from hostile ones."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from runwright.adapters.natives_data import NATIVES
from tests.support.clinic import free_port

TOOLS = Path(__file__).parents[2] / "tools"


def facts(name: str, **args: Any) -> dict[str, Any]:
    result = NATIVES[name]({key: str(value) for key, value in args.items()}, 5.0, lambda _seconds: False)
    return dict(result.values)


@pytest.mark.needs("openssl")
def test_the_days_of_a_certificate_are_counted(tmp_path: Path) -> None:
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=x -days 30"
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    subprocess.run([*words.split(), *files], check=True, capture_output=True)
    assert facts("certificate.facts", path=tmp_path / "cert")["days_left"] == pytest.approx(30, abs=0.1)
    check = NATIVES["certificate.valid"]
    assert check({"path": str(tmp_path / "cert"), "days": 29}, 5.0, lambda _seconds: False).exit_code == 0
    assert check({"path": str(tmp_path / "cert"), "days": 31}, 5.0, lambda _seconds: False).exit_code == 1


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\x00" * 100, b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_is_no_certificate_has_no_days(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cert").write_bytes(content)
    assert facts("certificate.facts", path=tmp_path / "cert") == {}
    assert facts("certificate.facts", path=tmp_path / "absent") == {}


def test_the_newest_backup_counts_and_a_link_does_not(tmp_path: Path) -> None:
    for name, hours in (("a.dump", 50), ("b.dump", 3), ("c.txt", 0)):
        (tmp_path / name).write_bytes(bytes(hours))
        os.utime(tmp_path / name, (time.time() - hours * 3600,) * 2)
    (tmp_path / "link.dump").symlink_to(tmp_path / "c.txt")
    found = facts("backup.facts", folder=tmp_path, pattern="*.dump")
    assert (found["count"], found["newest_size_bytes"]) == (2, 3)
    assert found["newest_age_hours"] == pytest.approx(3, abs=0.01)


def test_a_backup_from_the_future_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.dump").write_bytes(b"x")
    os.utime(tmp_path / "a.dump", (time.time() + 86400,) * 2)
    assert facts("backup.facts", folder=tmp_path, pattern="*.dump") == {"count": 1}


def test_without_a_folder_nothing_is_known_of_its_backups(tmp_path: Path) -> None:
    assert facts("backup.facts", folder=tmp_path / "absent", pattern="*.dump") == {}


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (b"", "unreadable"),
        (b"\n\n", "unreadable"),
        (b"twelve\n", "unreadable"),
        (b"-1\n", "unreadable"),
        (b"99999999999999\n", "unreadable"),
        (b"\xff\xfe1\n", "unreadable"),
        (b"4194304\n", "stale"),
        (b" {own} \nmore\n", "held"),
    ],
)
def test_a_pid_file_is_read_whatever_it_holds(tmp_path: Path, content: bytes, state: str) -> None:
    path, own = tmp_path / "x.pid", psutil.Process()
    path.write_bytes(content.replace(b"{own}", str(own.pid).encode()))
    assert facts("pid_file.facts", path=path, program=own.name()) == {"state": state}


def test_a_pid_file_is_removed_only_when_nobody_holds_it(tmp_path: Path) -> None:
    path, own = tmp_path / "x.pid", psutil.Process()
    remove = NATIVES["pid_file.remove"]
    path.write_text(f"{own.pid}\n")
    held = remove({"path": str(path), "program": own.name()}, 5.0, lambda _seconds: False)
    assert (held.exit_code, path.exists()) == (1, True)
    assert "it is held" in held.error
    stale = remove({"path": str(path), "program": "another-program"}, 5.0, lambda _seconds: False)
    assert (stale.exit_code, path.exists()) == (0, False)
    assert remove({"path": str(path), "program": "x"}, 5.0, lambda _seconds: False).exit_code == 0  # it is absent


SELF = """#!{python}
import psutil, sys, time
sys.path.insert(0, {tools!r})
from runwright.adapters.natives_data import NATIVES
own = psutil.Process()
while time.time() - own.create_time() < 1.2:
    time.sleep(0.05)
args = {{"name": own.name(), "user": own.username(), "seconds": 1, "at_most": 9}}
print(NATIVES["aged_processes.facts"](args, 5.0, lambda _: False).values["count"], flush=True)
print(NATIVES["process.end_aged"](args, 5.0, lambda _: False).output, flush=True)
"""


def test_a_process_never_ends_itself(tmp_path: Path) -> None:
    script = tmp_path / "rw-self-check"
    script.write_text(SELF.format(python=sys.executable, tools=str(TOOLS)))
    script.chmod(0o755)
    done = subprocess.run([script], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.splitlines() == ["1", "0 processes ended"]


@contextmanager
def server(answer: bytes) -> Iterator[int]:
    """Accept connections, read a little and answer with these bytes; silence where there are none."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1024)
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("name", "answer", "answers"),
    [
        ("redis.facts", b"+PONG\r\n", True),
        ("redis.facts", b"-NOAUTH Authentication required.\r\n", True),
        ("redis.facts", b"-LOADING Redis is loading the dataset in memory\r\n", False),
        ("redis.facts", b"HTTP/1.1 400 Bad Request\r\n\r\n", False),
        ("redis.facts", b"", False),
        ("mqtt.facts", b"\x20\x02\x00\x00", True),
        ("mqtt.facts", b"\x20\x02\x00\x05", True),
        ("mqtt.facts", b"HTTP/1.1 400 Bad Request\r\n\r\n", False),
        ("mqtt.facts", b"", False),
    ],
)
def test_a_server_answers_when_it_speaks_its_protocol(name: str, answer: bytes, answers: bool) -> None:
    with server(answer) as port:
        assert facts(name, host="127.0.0.1", port=port) == {"answers": answers}


@pytest.mark.parametrize("name", ["redis.facts", "mqtt.facts"])
def test_a_port_that_nobody_listens_on_does_not_answer(name: str) -> None:
    assert facts(name, host="127.0.0.1", port=free_port()) == {"answers": False}
    assert facts(name, host="no such host", port=1) == {"answers": False}


def test_a_server_without_tls_has_no_certificate() -> None:
    with server(b"no tls here") as port:
        assert facts("tls.facts", host="127.0.0.1", port=port) == {}
