"""What the host tells natively: real sockets, files, processes and addresses; what cannot be read is left out."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from runwright.actions.action import Native, Result
from runwright.actions.catalogue import ACTIONS, Host
from runwright.actions.facts import facts_from, plan_reads
from runwright.adapters.facts_local import NATIVES
from runwright.adapters.shell_local import LocalHost
from runwright.cli.agent_natives import site_natives
from runwright.model.path import concrete_path
from tests.support.clinic import free_port
from tests.support.service_player import Answer, ServicePlayer, playing_service
from tests.support.until import until

HOST = LocalHost(lambda _seconds: False)


def native(name: str, /, **args: object) -> Result:
    return HOST.run(Native(name, args), 5)


def fact(path: str) -> object:
    """Read one fact the way the agent does."""
    reads = plan_reads([concrete_path(path)], Host("linux", None))
    facts = {key: value for read in reads for key, value in facts_from(read, HOST.run(read.operation, 5)).items()}
    return facts.get(path)


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@pytest.fixture
def site() -> Iterator[ServicePlayer]:
    with playing_service() as site:
        yield site


def test_every_native_operation_of_the_catalogue_is_in_the_registry() -> None:
    operations = [v.operation for action in ACTIONS.values() for v in action.variants.values()]
    known = NATIVES.keys() | site_natives(None).keys()
    assert {operation.name for operation in operations if isinstance(operation, Native)} <= known


def test_an_open_port_and_a_closed_one(listener: int) -> None:
    closed = free_port()
    assert native("tcp.connect", host="127.0.0.1", port=listener).exit_code == 0
    refused = native("tcp.connect", host="127.0.0.1", port=closed)
    assert (refused.exit_code, refused.error) == (1, f"127.0.0.1 port {closed} does not accept a connection")
    assert fact(f'endpoints["127.0.0.1"].{listener}.open') is True
    assert fact(f'endpoints["127.0.0.1"].{closed}.open') is False
    assert fact(f"ports.{listener}.listening") is True
    assert fact(f"ports.{closed}.listening") is False


def test_the_program_that_owns_a_port_is_named(listener: int) -> None:
    assert str(fact(f"ports.{listener}.owner")).startswith("py")


def test_names_that_resolve_and_names_that_do_not() -> None:
    assert native("dns.resolve", name="localhost").exit_code == 0
    assert fact("dns.localhost.resolves") is True
    assert native("dns.resolve", name="no-such-name.invalid").exit_code == 1


def test_files_are_told_without_following_links(tmp_path: Path) -> None:
    plain, link = tmp_path / "plain", tmp_path / "link"
    plain.write_text("12345")
    plain.chmod(0o640)
    link.symlink_to(plain)
    assert fact(f'files["{plain}"].size_bytes') == 5
    assert fact(f'files["{plain}"].mode') == "0640"
    assert fact(f'files["{plain}"].kind') == "file"
    assert fact(f'files["{link}"].kind') == "link"
    assert fact(f'files["{tmp_path}"].kind') == "folder"
    assert fact(f'files["{tmp_path}/absent"].exists') is False
    assert fact(f'files["{plain}/below"].exists') is False
    assert native("file.exists", path=str(plain)).exit_code == 0
    assert native("file.exists", path=str(tmp_path / "absent")).exit_code == 1


def test_a_path_that_cannot_be_looked_at_is_not_known_rather_than_absent() -> None:
    result = native("file.facts", path="/a\x00b")
    assert result.exit_code == 1
    assert result.values == {}
    assert native("file.exists", path="/" + "x" * 300).exit_code == 1
    assert fact('files["/' + "x" * 300 + '"].exists') is None


def test_disks_tell_how_full_they_are(tmp_path: Path) -> None:
    used = fact(f'disks["{tmp_path}"].used_percent')
    assert isinstance(used, float)
    assert 0 <= used <= 100
    assert isinstance(fact(f'disks["{tmp_path}"].free_bytes'), int)
    assert native("disk.has_room", path=str(tmp_path), below_percent=100.1).exit_code == 0
    assert native("disk.has_room", path=str(tmp_path), below_percent=0).exit_code == 1
    assert fact('disks["/no/such/disk"].used_percent') is None


def test_a_check_of_what_cannot_be_read_is_not_a_success() -> None:
    result = native("disk.has_room", path="/no/such/disk", below_percent=90)
    assert (result.exit_code, result.error) == (1, "No such file or directory")


def test_processes_are_counted_by_name() -> None:
    sleeper = subprocess.Popen(["tail", "-f", "/dev/null"])
    try:
        until(lambda: int(str(fact("processes.tail.count"))) >= 1, what="the process is seen")
        assert native("process.running", name="tail").exit_code == 0
    finally:
        sleeper.kill()
        sleeper.wait()
    assert fact("processes.no-such-program.count") == 0
    assert native("process.running", name="no-such-program").exit_code == 1


def test_memory_and_load_are_numbers() -> None:
    assert isinstance(fact("memory.used_percent"), float)
    assert isinstance(fact("cpu.load_1m"), float)


def test_an_address_tells_its_status(site: ServicePlayer) -> None:
    site.script.extend([Answer(200), Answer(503), Answer(200), Answer(503)])
    assert fact(f'http["{site.url}/health"].status') == 200
    assert fact(f'http["{site.url}/health"].ok') is False
    assert native("http.get", url=site.url, status=200).exit_code == 0
    failed = native("http.get", url=site.url, status=200)
    assert (failed.exit_code, failed.error) == (1, f"{site.url}: status 503; expected status 200")


def test_a_redirect_is_told_and_not_followed(site: ServicePlayer) -> None:
    site.script.append(Answer(302, headers={"Location": "http://127.0.0.1:1/elsewhere"}))
    assert native("http.facts", url=site.url).values == {"status": 302, "ok": True}


def test_an_address_that_gives_no_answer_is_not_ok() -> None:
    url = f"http://127.0.0.1:{free_port()}/"
    assert native("http.facts", url=url).values == {"ok": False}
    assert native("http.get", url=url, status=200).exit_code == 1


def test_an_answer_that_never_comes_ends_with_the_time_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert HOST.run(Native("http.facts", {"url": url}), 0.3).values == {"ok": False}


def test_a_wait_lets_exactly_its_time_pass() -> None:
    waited: list[float] = []
    result = LocalHost(lambda seconds: bool(waited.append(seconds))).run(Native("wait", {"duration": "3s"}), 60)
    assert (result.exit_code, waited) == (0, [3.0])


def test_a_wait_longer_than_its_limit_is_cut_off() -> None:
    waited: list[float] = []
    result = LocalHost(lambda seconds: bool(waited.append(seconds))).run(Native("wait", {"duration": "2m"}), 60)
    assert (result.timed_out, waited) == (True, [60])


def test_a_wait_that_the_stop_cuts_short_is_no_success() -> None:
    result = LocalHost(lambda _seconds: True).run(Native("wait", {"duration": "3s"}), 60)
    assert (result.exit_code, result.timed_out) == (None, False)


def test_waiting_for_a_port_ends_when_it_opens() -> None:
    port, tried, done = free_port(), threading.Event(), []

    def pause(seconds: float) -> bool:
        tried.set()
        return threading.Event().wait(min(seconds, 0.02))

    args = {"host": "127.0.0.1", "port": port}
    waiting = threading.Thread(target=lambda: done.append(LocalHost(pause).run(Native("wait.port", args), 30)))
    waiting.start()
    assert tried.wait(10)
    with socket.create_server(("127.0.0.1", port)):
        waiting.join(20)
    assert done[0].exit_code == 0


def test_waiting_for_a_port_that_stays_closed_times_out() -> None:
    result = LocalHost(lambda seconds: threading.Event().wait(seconds)).run(
        Native("wait.port", {"host": "127.0.0.1", "port": free_port()}), 0.3
    )
    assert result.timed_out
    assert "within 0.3 s" in result.error
