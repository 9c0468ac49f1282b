"""Runbooks for nginx, its certificate, and what answers by HTTP or listens on a port, with the real program."""

from __future__ import annotations

import grp
import os
import pwd
import signal
import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.clinic import free_port
from tests.support.reality_servers import NGINX
from tests.support.until import until
from tests.support.workshop import AS_ROOT, USER, Program, Workshop, folder_of_user, give, said, workshop

pytestmark = pytest.mark.needs("nginx", "openssl")


@dataclass(frozen=True)
class Web:
    place: Workshop
    port: int
    tls_port: int
    config: Path
    certificate: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def good(self) -> dict[str, Any]:
        folder = self.place.folder
        files = {"config": self.config, "good": folder / "good.conf", "broken": folder / "broken.conf"}
        return {"service": "web", "url": self.url, **files}

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=2) as answer:  # noqa: S310  # loopback
                return bool(answer.read() == b"well")
        except OSError:
            return False

    def served(self) -> str:
        """Give the certificate that is served, as the standard library sees it."""
        return ssl.get_server_certificate(("127.0.0.1", self.tls_port))


@contextmanager
def certificate(folder: Path, days: int) -> Iterator[Path]:
    """Make a certificate with openssl that ends in some days."""
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", folder / "web.key", "-out", folder / "web.pem", "-subj", "/CN=localhost", "-days", days]
    subprocess.run([str(word) for word in (*words, *files)], check=True, capture_output=True, timeout=30)
    for name in ("web.key", "web.pem"):
        give(folder / name)
    yield folder / "web.pem"


@pytest.fixture(scope="module")
def web_server() -> Iterator[Web]:
    with folder_of_user("web") as folder, certificate(folder, days=3) as made_certificate:
        port, tls_port, config = free_port(), free_port(), folder / "nginx.conf"
        # The product tests the configuration as the user of the tests, so the server runs as that user as well.
        user = f"user {USER} {_group()};" if AS_ROOT else ""
        config.write_text(NGINX.format(folder=folder, WEB_PORT=port, TLS_PORT=tls_port, user=user))
        renew = folder / "renew"
        renew.write_text(
            "#!/bin/sh\nexec openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
            f"-keyout {folder}/web.key -out $RUNWRIGHT_PATH -subj /CN=localhost -days 90\n"
        )
        renew.chmod(0o755)
        jobs = {"renew-web": [str(renew)], "renew-nothing": ["true"]}
        server = Program(["nginx", "-c", config], user=None, stop_signal="QUIT")
        with workshop(folder, {"web": server}, jobs=jobs) as place:
            made = Web(place, port, tls_port, config, made_certificate)
            yield made


@pytest.fixture
def web(web_server: Web) -> Iterator[Web]:
    """The server, running with a good configuration and a certificate that ends soon, whatever the test before did."""
    good = web_server.config.read_text()
    with certificate(web_server.place.folder, days=3) as path:
        if web_server.place.state("web") != "RUNNING":
            web_server.place.ask("start", "web")
        old = _workers(web_server)
        web_server.place.signal("web", signal.SIGHUP)
        until(lambda: not old & _workers(web_server), what="the workers with the certificate before have ended")
        until(web_server.answers, what="nginx answers")
        until(lambda: web_server.served().split() == path.read_text().split(), what="nginx serves the certificate")
        yield web_server
    web_server.config.write_text(good)
    for name in ("good.conf", "broken.conf"):
        (web_server.place.folder / name).unlink(missing_ok=True)


def test_a_web_server_with_a_broken_configuration_gets_its_last_good_one_back(web: Web) -> None:
    good, broken = web.config.read_text(), "this is no configuration"
    (web.place.folder / "good.conf").write_text(good)
    _break(web)
    web.config.write_text(broken)
    assert "ERROR" in web.place.ask("start", "web")  # the fault is real: it does not start
    ran = web.place.run("RB-LIN-NGINX-001", **web.good)
    assert ran.fixed, ran
    assert web.answers()
    assert web.config.read_text() == good
    assert (web.place.folder / "broken.conf").read_text() == broken
    assert web.place.run("RB-LIN-NGINX-001", **web.good).already_healthy


def test_a_good_copy_that_is_refused_as_well_gives_the_broken_file_back(web: Web) -> None:
    (web.place.folder / "good.conf").write_text("this is no better")
    web.config.write_text("this is no configuration")
    ran = web.place.run("RB-LIN-NGINX-001", **web.good)
    assert ran.code == 1
    failed = [step["step"] for step in ran.execution["executed_steps"] if step["outcome"] == "failed"]
    assert failed[0] == "check-config"
    assert "good.conf as well" in ran.execution["error_message"]
    assert web.config.read_text() == "this is no configuration"
    assert web.answers()  # the running server was not touched


def test_without_a_good_copy_nothing_is_done(web: Web) -> None:
    web.config.write_text("this is no configuration")
    assert web.place.run("RB-LIN-NGINX-001", **web.good).refused
    assert web.config.read_text() == "this is no configuration"


def test_a_good_copy_is_not_overwritten_by_the_broken_file(web: Web) -> None:
    good = web.place.folder / "good.conf"
    good.write_text(web.config.read_text())
    web.config.write_text("this is no configuration")
    assert web.place.run("RB-LIN-NGINX-001", **{**web.good, "broken": good}).refused
    assert "server" in good.read_text()


def test_a_good_configuration_stays_where_the_address_does_not_answer(web: Web) -> None:
    good = web.config.read_text()
    (web.place.folder / "good.conf").write_text(good)
    web.config.write_text("this is no configuration")
    ran = web.place.run("RB-LIN-NGINX-001", **{**web.good, "url": f"http://127.0.0.1:{free_port()}/"})
    assert (ran.code, ran.execution["verification_passed"]) == (1, False)
    assert web.config.read_text() == good


def test_a_certificate_that_ends_soon_is_renewed_and_served(web: Web) -> None:
    before = web.served()
    wanted = {"certificate": web.certificate, "job": "renew-web", "config": web.config, "port": web.tls_port}
    ran = web.place.run("RB-LIN-CERT-001", **wanted)
    assert ran.fixed, ran
    assert ran.done == ("renew", "check-file", "reload", "served")
    assert web.served() != before
    assert web.served().split() == web.certificate.read_text().split()
    ends = said("openssl", "x509", "-in", web.certificate, "-noout", "-checkend", 80 * 86400)
    assert ends == "Certificate will not expire"
    assert web.place.run("RB-LIN-CERT-001", **wanted).already_healthy


def test_a_certificate_that_is_new_but_was_never_loaded_is_only_loaded(web: Web) -> None:
    with certificate(web.place.folder, days=60):
        wanted = {"certificate": web.certificate, "job": "renew-web", "config": web.config, "port": web.tls_port}
        ran = web.place.run("RB-LIN-CERT-001", **wanted)
    assert ran.fixed, ran
    assert ran.done == ("check-file", "reload", "served")
    assert web.served().split() == web.certificate.read_text().split()


def test_a_job_that_renews_nothing_is_not_believed(web: Web) -> None:
    before = web.certificate.read_text()
    wanted = {"certificate": web.certificate, "job": "renew-nothing", "config": web.config, "port": web.tls_port}
    ran = web.place.run("RB-LIN-CERT-001", **wanted)
    assert (ran.code, ran.execution["status"], ran.execution["verification_passed"]) == (1, "failure", False), ran
    assert web.certificate.read_text() == before


def test_a_server_that_does_not_start_is_not_called_repaired(web: Web) -> None:
    _break(web)
    web.config.write_text("this is no configuration")
    for runbook, wanted in (("RB-ANY-HTTP-001", {"url": web.url}), ("RB-ANY-PORT-001", {"port": web.port})):
        ran = web.place.run(runbook, service="web", **wanted)
        assert (ran.code, ran.execution["status"], ran.execution["error_step"]) == (1, "failure", "start"), ran


def test_no_certificate_is_renewed_for_a_server_that_could_not_load_it(web: Web) -> None:
    before = web.certificate.read_text()
    web.config.write_text("this is no configuration")
    wanted = {"certificate": web.certificate, "job": "renew-web", "config": web.config, "port": web.tls_port}
    assert web.place.run("RB-LIN-CERT-001", **wanted).refused
    assert web.certificate.read_text() == before


def test_a_service_that_does_not_answer_by_http_is_brought_back(web: Web) -> None:
    _break(web)
    assert not web.answers()
    ran = web.place.run("RB-ANY-HTTP-001", url=web.url, service="web", status=200)
    assert ran.fixed, ran
    assert ran.done == ("start", "answers")
    assert web.answers()
    assert web.place.run("RB-ANY-HTTP-001", url=web.url, service="web").already_healthy


def test_a_service_whose_port_is_closed_is_started(web: Web) -> None:
    _break(web)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", web.port)) != 0
    ran = web.place.run("RB-ANY-PORT-001", service="web", port=web.port)
    assert ran.fixed, ran
    assert ran.done == ("start", "listening")
    assert web.answers()
    assert web.place.run("RB-ANY-PORT-001", service="web", port=web.port).already_healthy


def _group() -> str:
    return grp.getgrgid(pwd.getpwnam(USER).pw_gid).gr_name


def _workers(web: Web) -> set[int]:
    return {int(pid) for pid in said("pgrep", "-P", web.place.pid("web")).split()}


def _break(web: Web) -> None:
    """End the server and its workers the hard way."""
    master = web.place.pid("web")
    for pid in (master, *_workers(web)):
        os.kill(pid, signal.SIGKILL)
    until(lambda: web.place.state("web") == "EXITED", what="the server is seen as ended")
    until(lambda: not web.answers(), what="no worker answers any more")
