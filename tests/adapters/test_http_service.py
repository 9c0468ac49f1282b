"""The client of the service: what was answered, never an exception, and the token goes nowhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from runwright.adapters import http_service
from runwright.adapters.http_service import ServiceClient, retry_after_seconds
from runwright.errors import EdgeError
from tests.support.clinic import free_port
from tests.support.service_player import Answer, ServicePlayer, playing_service

PATH = "/api/agent/executions"


@pytest.fixture
def service() -> Iterator[ServicePlayer]:
    with playing_service() as service:
        yield service


def client(url: str) -> ServiceClient:
    return ServiceClient(url, lambda: "secret-token")


def test_a_body_is_sent_with_the_token(service: ServicePlayer) -> None:
    reply = client(service.url + "/").post(PATH, '{"a": "grüße"}')
    assert (reply.status, reply.reason, reply.retry_after) == (202, "", None)
    assert service.requests[0].path == PATH
    assert service.requests[0].body == {"a": "grüße"}
    assert service.requests[0].headers["Authorization"] == "Bearer secret-token"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"error": "$.site_id: expected text"}', "$.site_id: expected text"),
        (b'{"detail": "no"}', "no"),
        (b"<html>\n bad </html>", "<html> bad </html>"),
        (b"\xff" * 10, "\N{REPLACEMENT CHARACTER}" * 10),
        (b"[1]", "[1]"),
        (b"", ""),
        (b"x" * 5000, "x" * 500),
    ],
)
def test_a_refusal_gives_its_reason_in_one_short_line(service: ServicePlayer, body: bytes, reason: str) -> None:
    service.script.append(Answer(400, body))
    reply = client(service.url).post(PATH, "{}")
    assert (reply.status, reply.reason) == (400, reason)


def test_the_service_may_ask_to_wait(service: ServicePlayer) -> None:
    service.script.append(Answer(503, b"{}", {"Retry-After": "120"}))
    assert client(service.url).post(PATH, "{}").retry_after == 120


def test_a_redirect_is_not_followed_so_the_token_stays_here(service: ServicePlayer) -> None:
    with playing_service() as other:
        service.script.append(Answer(307, b"", {"Location": other.url + PATH}))
        assert client(service.url).post(PATH, "{}").status == 307
        assert other.requests == []


def test_a_service_that_is_away_is_told_in_words() -> None:
    reply = client(f"http://127.0.0.1:{free_port()}").post(PATH, "{}")
    assert reply.status is None
    assert "could not be reached" in reply.reason


def test_an_answer_that_breaks_off_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_half, args=(server,))
        thread.start()
        reply = client(f"http://127.0.0.1:{server.getsockname()[1]}").post(PATH, "{}")
        thread.join(10)
    assert reply.status is None


def answer_half(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{")


def test_a_service_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_service, "TOTAL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert client(f"http://127.0.0.1:{silent.getsockname()[1]}").post(PATH, "{}").status is None


def test_a_token_that_cannot_be_read_is_told_and_nothing_is_sent(service: ServicePlayer) -> None:
    def token() -> str:
        raise EdgeError("agent.token cannot be read")

    reply = ServiceClient(service.url, token).post(PATH, "{}")
    assert (reply.status, reply.reason) == (None, "agent.token cannot be read")
    assert service.requests == []


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 30 ", 30.0),
        ("Mon, 02 Mar 2026 09:10:00 GMT", 600.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("²", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(value, datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"received": true, "probe_requests": []}', {"received": True, "probe_requests": []}),
        (b"[1]", {}),
        (b"", {}),
        (b"{", {}),
        (b"[" * 60_000, {}),
        (b'{"a": "' + b"x" * 200_000 + b'"}', {}),
    ],
)
def test_what_the_service_tells_is_an_object_or_nothing(service: ServicePlayer, body: bytes, told: object) -> None:
    service.script.append(Answer(200, body))
    reply = client(service.url).post(PATH, "{}")
    assert (reply.status, reply.reason, reply.data) == (200, "", told)


def test_a_refusal_tells_nothing(service: ServicePlayer) -> None:
    service.script.append(Answer(400, b'{"error": "no", "probe_requests": [1]}'))
    assert client(service.url).post(PATH, "{}").data == {}
