"""Runbooks for a cache, a broker and a web server, with the real programs: ended, hanging, full, broken."""

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
from tests.support.until import until
from tests.support.workshop import AS_ROOT, USER, Program, Workshop, folder_of_user, give, workshop

redis = pytest.mark.needs("redis-server")
mosquitto = pytest.mark.needs("mosquitto")
nginx = pytest.mark.needs("nginx")


def said(*words: object) -> str:
    """Give what a program says; nothing when it does not answer in time."""
    try:
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=3)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.strip()


# Redis


@dataclass(frozen=True)
class Cache:
    place: Workshop
    port: int

    def ask(self, *words: object) -> str:
        return said("redis-cli", "-h", "127.0.0.1", "-p", self.port, *words)


@pytest.fixture(scope="module")
def cache_server() -> Iterator[Cache]:
    with folder_of_user("redis") as folder:
        port = free_port()
        words = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "''"]
        with workshop(folder, {"cache": Program([*map(str, words), "--maxmemory", "4mb"])}) as place:
            made = Cache(place, port)
            yield made


@pytest.fixture
def cache(cache_server: Cache) -> Cache:
    """The cache, running and empty with a small limit, whatever the test before did."""
    if cache_server.place.state("cache") != "RUNNING":
        cache_server.place.ask("start", "cache")
    until(lambda: cache_server.ask("PING") == "PONG", what="the cache answers")
    cache_server.ask("CONFIG", "SET", "maxmemory", "4mb")
    assert cache_server.ask("FLUSHALL") == "OK"
    return cache_server


@redis
@pytest.mark.parametrize("hangs", [False, True], ids=["ended", "hangs"])
def test_a_cache_that_does_not_answer_is_brought_back(cache: Cache, hangs: bool) -> None:
    if hangs:
        cache.place.signal("cache", signal.SIGSTOP)
    else:
        cache.place.kill("cache")
    assert hangs or cache.ask("PING") != "PONG"
    ran = cache.place.run("RB-LIN-REDIS-001", service="cache", port=cache.port)
    assert ran.fixed, ran
    assert ran.done == ("restart",) if hangs else ("start",)
    assert cache.ask("PING") == "PONG"
    assert cache.place.run("RB-LIN-REDIS-001", service="cache", port=cache.port).already_healthy


@redis
def test_a_full_cache_gets_more_memory(cache: Cache) -> None:
    _fill(cache)
    assert "OOM" in cache.ask("SET", "one-more", "x" * 5000)
    wanted = {"port": cache.port, "limit_bytes": 64 * 2**20, "host_percent": 100}
    ran = cache.place.run("RB-LIN-REDIS-002", **wanted)
    assert ran.fixed, ran
    assert cache.ask("SET", "one-more", "x" * 5000) == "OK"
    assert cache.place.run("RB-LIN-REDIS-002", **wanted).already_healthy


@redis
def test_a_limit_that_does_not_help_is_put_back(cache: Cache) -> None:
    _fill(cache)
    before = cache.ask("CONFIG", "GET", "maxmemory").split()[1]
    wanted = {"port": cache.port, "limit_bytes": int(before) + 1024, "host_percent": 100}
    ran = cache.place.run("RB-LIN-REDIS-002", **wanted)
    assert (ran.code, ran.execution["verification_passed"]) == (1, False)
    assert cache.ask("CONFIG", "GET", "maxmemory").split()[1] == before


@redis
def test_a_limit_is_never_lowered_and_a_full_host_gives_nothing(cache: Cache) -> None:
    _fill(cache)
    lower = {"port": cache.port, "limit_bytes": 2 * 2**20, "host_percent": 100}
    assert cache.place.run("RB-LIN-REDIS-002", **lower).refused
    assert cache.place.run("RB-LIN-REDIS-002", **{**lower, "limit_bytes": 2**26, "host_percent": 1}).refused


def _fill(cache: Cache) -> None:
    script = "for i = 1, 10000 do redis.call('SET', 'k' .. i, string.rep('x', 1000)) end"
    cache.ask("EVAL", script, 0)  # ends with the refusal of a write


# mosquitto


@dataclass(frozen=True)
class Broker:
    place: Workshop
    port: int

    def echoes(self) -> bool:
        """Send a retained message and read it again, with the clients of the broker's own project."""
        address = ["-h", "127.0.0.1", "-p", self.port, "-t", "probe"]
        said("mosquitto_pub", *address, "-r", "-m", "hello")
        return said("mosquitto_sub", *address, "-C", "1", "-W", "2") == "hello"


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    with folder_of_user("mqtt") as folder:
        port = free_port()
        (folder / "mosquitto.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        with workshop(folder, {"broker": Program(["mosquitto", "-c", folder / "mosquitto.conf"])}) as place:
            made = Broker(place, port)
            until(made.echoes, what="the broker passes messages on")
            yield made


@mosquitto
@pytest.mark.parametrize("hangs", [False, True], ids=["ended", "hangs"])
def test_a_broker_that_does_not_answer_is_brought_back(broker: Broker, hangs: bool) -> None:
    if hangs:
        broker.place.signal("broker", signal.SIGSTOP)
    else:
        broker.place.kill("broker")
    assert hangs or not broker.echoes()
    ran = broker.place.run("RB-LIN-MQTT-001", service="broker", port=broker.port)
    assert ran.fixed, ran
    assert ran.done == ("restart",) if hangs else ("start",)
    assert broker.echoes()
    assert broker.place.run("RB-LIN-MQTT-001", service="broker", port=broker.port).already_healthy


# nginx


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


CONFIG = """\
daemon off;
pid {folder}/nginx.pid;
error_log stderr crit;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; location / {{ return 200 "well"; }} }}
    server {{
        listen 127.0.0.1:{tls_port} ssl;
        ssl_certificate {folder}/web.pem;
        ssl_certificate_key {folder}/web.key;
    }}
}}
"""


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
        config.write_text(CONFIG.format(folder=folder, port=port, tls_port=tls_port, user=user))
        renew = folder / "renew"
        renew.write_text(
            "#!/bin/sh\nexec openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
            f"-keyout {folder}/web.key -out $RUNWRIGHT_PATH -subj /CN=localhost -days 90\n"
        )
        renew.chmod(0o755)
        server = Program(["nginx", "-c", config], user=None, stop_signal="QUIT")
        with workshop(folder, {"web": server}, jobs={"renew-web": [str(renew)]}) as place:
            made = Web(place, port, tls_port, config, made_certificate)
            yield made


@pytest.fixture
def web(web_server: Web) -> Iterator[Web]:
    """The server, running with a good configuration and a certificate that ends soon, whatever the test before did."""
    good = web_server.config.read_text()
    with certificate(web_server.place.folder, days=3) as path:
        if web_server.place.state("web") != "RUNNING":
            web_server.place.ask("start", "web")
        web_server.place.signal("web", signal.SIGHUP)
        until(web_server.answers, what="nginx answers")
        until(lambda: web_server.served().split() == path.read_text().split(), what="nginx serves the certificate")
        yield web_server
    web_server.config.write_text(good)
    for name in ("good.conf", "broken.conf"):
        (web_server.place.folder / name).unlink(missing_ok=True)


@nginx
@pytest.mark.needs("openssl")
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


@nginx
@pytest.mark.needs("openssl")
def test_a_good_copy_that_is_refused_as_well_gives_the_broken_file_back(web: Web) -> None:
    (web.place.folder / "good.conf").write_text("this is no better")
    web.config.write_text("this is no configuration")
    ran = web.place.run("RB-LIN-NGINX-001", **web.good)
    assert ran.code == 1
    assert ran.execution["error_step"] == "check-config"
    assert web.config.read_text() == "this is no configuration"
    assert web.answers()  # the running server was not touched


@nginx
@pytest.mark.needs("openssl")
def test_without_a_good_copy_nothing_is_done(web: Web) -> None:
    web.config.write_text("this is no configuration")
    assert web.place.run("RB-LIN-NGINX-001", **web.good).refused
    assert web.config.read_text() == "this is no configuration"


@nginx
@pytest.mark.needs("openssl")
def test_a_certificate_that_ends_soon_is_renewed_and_served(web: Web) -> None:
    before = web.served()
    wanted = {"certificate": web.certificate, "job": "renew-web", "config": web.config, "port": web.tls_port}
    ran = web.place.run("RB-LIN-CERT-001", **wanted)
    assert ran.fixed, ran
    assert ran.done == ("renew", "check-file", "reload")
    assert web.served() != before
    assert web.served().split() == web.certificate.read_text().split()
    ends = said("openssl", "x509", "-in", web.certificate, "-noout", "-checkend", 80 * 86400)
    assert ends == "Certificate will not expire"
    assert web.place.run("RB-LIN-CERT-001", **wanted).already_healthy


@nginx
@pytest.mark.needs("openssl")
def test_a_certificate_that_is_new_but_was_never_loaded_is_only_loaded(web: Web) -> None:
    with certificate(web.place.folder, days=60):
        wanted = {"certificate": web.certificate, "job": "renew-web", "config": web.config, "port": web.tls_port}
        ran = web.place.run("RB-LIN-CERT-001", **wanted)
    assert ran.fixed, ran
    assert ran.done == ("check-file", "reload")
    assert web.served().split() == web.certificate.read_text().split()


@nginx
@pytest.mark.needs("openssl")
def test_no_certificate_is_renewed_for_a_server_that_could_not_load_it(web: Web) -> None:
    before = web.certificate.read_text()
    web.config.write_text("this is no configuration")
    wanted = {"certificate": web.certificate, "job": "renew-web", "config": web.config, "port": web.tls_port}
    assert web.place.run("RB-LIN-CERT-001", **wanted).refused
    assert web.certificate.read_text() == before


@nginx
@pytest.mark.needs("openssl")
def test_a_service_that_does_not_answer_by_http_is_brought_back(web: Web) -> None:
    _break(web)
    assert not web.answers()
    ran = web.place.run("RB-ANY-HTTP-001", url=web.url, service="web")
    assert ran.fixed, ran
    assert ran.done == ("start",)
    assert web.answers()
    assert web.place.run("RB-ANY-HTTP-001", url=web.url, service="web").already_healthy


@nginx
@pytest.mark.needs("openssl")
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


def _break(web: Web) -> None:
    """End the server and its workers the hard way."""
    master = web.place.pid("web")
    workers = [int(pid) for pid in said("pgrep", "-P", master).split()]
    for pid in (master, *workers):
        os.kill(pid, signal.SIGKILL)
    until(lambda: web.place.state("web") == "EXITED", what="the server is seen as ended")
    until(lambda: not web.answers(), what="no worker answers any more")
