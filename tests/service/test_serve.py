"""`runwright serve` as a person starts it: what it says, and what it refuses with one clear line."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.service_site import COMMAND, Service, environment, make_service


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Service]:
    made = make_service(tmp_path)
    yield made
    made.close()


def serve(site: Service, *words: str) -> subprocess.CompletedProcess[str]:
    """Start it where it cannot run, and let it say why."""
    forge = ("--forge", str(site.forge.repository.path)) if "--forge" not in words else ()
    key = ("--key", str(site.key)) if "--key" not in words else ()
    return site.run("serve", *forge, *key, *words)


def test_it_says_in_json_where_it_listens_and_who_it_is(site: Service) -> None:
    words = [*COMMAND, "serve", "--forge", str(site.forge.repository.path), "--key", str(site.key), "--port", "0"]
    with subprocess.Popen(
        [*words, "--state", str(site.folder / "state"), "--format", "json"],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert site.client.request("GET", said["url"] + "/healthz").status == 200
        process.terminate()
        assert process.wait(20) == 0
        assert process.stdout.read() == ""
    assert (said["event"], said["pid"]) == ("listening", process.pid)


def test_only_its_owner_can_look_into_the_state_folder(site: Service) -> None:
    site.start()
    assert stat.S_IMODE((site.folder / "state").stat().st_mode) == 0o700


def test_a_port_that_is_taken_is_one_clear_line(site: Service) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = serve(site, "--port", str(port))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use; choose another --port" in done.stderr
    assert not (site.folder / "state").exists(), "what cannot start leaves nothing behind"


def test_a_second_service_on_the_same_database_is_refused(site: Service) -> None:
    site.start()
    done = serve(site, "--port", "0")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "another service works on" in done.stderr
    site.kill()
    site.start()


def test_a_forge_that_is_none_is_one_clear_line(site: Service, tmp_path: Path) -> None:
    done = serve(site, "--forge", str(tmp_path))
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "this is no bare Git repository" in done.stderr


def test_a_key_that_others_may_read_is_refused(site: Service) -> None:
    site.key.chmod(0o644)
    done = serve(site)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "chmod 600" in done.stderr


def test_a_database_url_that_is_none_is_one_clear_line(site: Service) -> None:
    done = serve(site, "--database", "nonsense")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "expected a URL such as sqlite:" in done.stderr


def test_it_takes_a_database_elsewhere(site: Service, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.sqlite3'}"
    done = site.run("access", "grant", "--site", "a", "--database", url)
    assert done.stdout.startswith("rw_agent_")
    assert not (site.folder / "state").exists()
    assert os.path.getsize(tmp_path / "elsewhere.sqlite3") > 0
