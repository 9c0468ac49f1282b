"""Runbooks for a cache and a broker, with the real programs: ended, hanging, full."""

from __future__ import annotations

import signal
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.support.clinic import free_port
from tests.support.until import until
from tests.support.workshop import Program, Workshop, folder_of_user, said, workshop

redis = pytest.mark.needs("redis-server")
mosquitto = pytest.mark.needs("mosquitto", "mosquitto_pub")


@contextmanager
def holding(port: int) -> Iterator[None]:
    """Listen on a port and say nothing to whoever asks."""
    socketserver.TCPServer.allow_reuse_address = True
    with socketserver.TCPServer(("127.0.0.1", port), socketserver.BaseRequestHandler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


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
def test_a_cache_whose_port_another_program_holds_is_not_called_repaired(cache: Cache) -> None:
    cache.place.kill("cache")
    with holding(cache.port):
        ran = cache.place.run("RB-LIN-REDIS-001", service="cache", port=cache.port)
        assert (ran.code, ran.execution["status"]) == (1, "failure"), ran
    assert cache.place.state("cache") != "RUNNING"


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


@redis
def test_a_full_cache_that_evicts_is_well_and_gets_no_more(cache: Cache) -> None:
    _fill(cache)
    cache.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        wanted = {"port": cache.port, "limit_bytes": 2**26, "host_percent": 100}
        assert cache.place.run("RB-LIN-REDIS-002", **wanted).refused
    finally:
        cache.ask("CONFIG", "SET", "maxmemory-policy", "noeviction")


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


@mosquitto
def test_a_broker_whose_port_another_program_holds_is_not_called_repaired(broker: Broker) -> None:
    broker.place.kill("broker")
    with holding(broker.port):
        ran = broker.place.run("RB-LIN-MQTT-001", service="broker", port=broker.port)
        assert (ran.code, ran.execution["status"]) == (1, "failure"), ran
    assert broker.place.state("broker") != "RUNNING"
    broker.place.ask("start", "broker")
