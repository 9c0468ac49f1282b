"""One HTTP request: no redirect, no second header line, a bounded answer; and messages that name no address."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from runwright.actions.action import Result
from runwright.adapters.http_notify import Channel, notifier
from runwright.adapters.http_request import MAX_ANSWER, request
from runwright.errors import EdgeError
from runwright.redact.registered import MASK, Registered
from tests.support.clinic import free_port
from tests.support.web_receiver import Receiver, receiver


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as running:
        running.answers["/well"] = 200
        yield running


def asked(server: Receiver, **args: Any) -> Result:
    usual = {"url": server.url("/well"), "method": "POST", "headers": [], "body": "", "fields": {}}
    return request({**usual, "expect_status": 200, **args}, 5.0, lambda _seconds: False)


def test_a_body_is_sent_as_it_stands_and_the_answer_is_kept(server: Receiver) -> None:
    result = asked(server, method="PUT", body="as it stands", headers=["X-Reason: a test"])
    assert (result.exit_code, result.output) == (0, "it says so")
    (got,) = server.received
    assert (got.method, got.body, got.headers["X-Reason"]) == ("PUT", b"as it stands", "a test")


@pytest.mark.parametrize("value", ['", "admin": true, "x": "', "\n", "\x00", "${{ params.x }}", "é日本"])
def test_a_field_stays_one_value_of_the_json_object(server: Receiver, value: str) -> None:
    assert asked(server, fields={"name": value}).exit_code == 0
    assert server.received[0].data() == {"name": value}


@pytest.mark.parametrize(
    "line", ["A: b\r\nX-Evil: c", "A: b\nX-Evil: c", "no colon", ": x", "A b: c", "A: \x00", "A: é"]
)
def test_a_header_line_is_never_two(server: Receiver, line: str) -> None:
    result = asked(server, headers=[line])
    assert result.exit_code == 1
    assert "not of the form" in result.error
    assert server.received == []


def test_a_redirect_is_not_followed(server: Receiver) -> None:
    server.answers.update({"/moved": 302, "/secret": 200})
    server.location = server.url("/secret")
    result = asked(server, url=server.url("/moved"))
    assert "status 302; expected status 200" in result.error
    assert [one.path for one in server.received] == ["/moved"]


def test_of_a_long_answer_only_the_beginning_is_kept(server: Receiver) -> None:
    server.long = 4 * MAX_ANSWER
    output = asked(server).output
    assert len(output) <= 64 * 1024
    assert output.startswith("it says so" + "x" * (MAX_ANSWER - 10) + "\n[what came after this")


@pytest.mark.parametrize("size", [8, 20, 30])
def test_half_a_secret_at_the_end_of_a_cut_error_is_erased(server: Receiver, size: int) -> None:
    secret = "x" * (300 - size) + "correct-horse-battery-staple-and-more"
    known = Registered().plus("correct-horse-battery-staple-and-more")
    server.words = secret.encode()
    error = known.mask(asked(server, expect_status=201).error)
    assert "correct" not in error
    assert error.endswith(f"{MASK}\n[what came after this was left out]")


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "[fe80::1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::1]",
        "[fd00:ec2::254]",
        "metadata.google.internal",
        "METADATA.google.internal.",
        "user@169.254.169.254",
    ],
)
def test_a_link_local_or_metadata_address_is_never_asked(server: Receiver, host: str) -> None:
    assert "which is never asked" in asked(server, url=f"http://{host}/latest/meta-data/").error


def test_a_second_answer_of_the_name_server_changes_nothing(server: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    real, answers = socket.getaddrinfo, iter(["127.0.0.1", "169.254.169.254"])

    def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real(next(answers) if host == "rebinding.test" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    url = server.url("/well").replace("127.0.0.1", "rebinding.test")
    assert asked(server, url=url).exit_code == 0
    assert server.received[0].headers["Host"] == f"rebinding.test:{server.port}"
    assert next(answers) == "169.254.169.254"


def test_the_next_address_of_a_name_is_tried_when_one_takes_no_connection(
    server: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo

    def two(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        names = ("127.0.0.2", "169.254.1.1", "127.0.0.1") if host == "two.test" else (host,)
        return [one for name in names for one in real(name, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    assert asked(server, url=server.url("/well").replace("127.0.0.1", "two.test")).exit_code == 0


def test_body_and_fields_together_are_refused(server: Receiver) -> None:
    assert "give one of them" in asked(server, body="x", fields={"a": 1}).error
    assert server.received == []


def test_a_server_that_is_not_there_is_told_without_an_exception(server: Receiver) -> None:
    result = asked(server, url=f"http://127.0.0.1:{free_port()}/")
    assert result.exit_code == 1
    assert "no answer; expected status 200" in result.error


def test_the_address_of_a_channel_never_stands_in_a_result(server: Receiver) -> None:
    said = {"channel": "operations", "message": "hello", "severity": "critical"}
    for path, good in (("/well", True), ("/gone-with-a-secret", False)):
        notify = notifier({"operations": Channel(server.url(path))}, {"site_id": "s"})
        result = notify(said, 5.0, lambda _seconds: False)
        assert (result.exit_code == 0) is good
        assert path not in result.output + result.error
    unreachable = notifier({"operations": Channel(f"http://127.0.0.1:{free_port()}/a-secret")}, {})
    assert "a-secret" not in unreachable(said, 5.0, lambda _seconds: False).error


def test_a_token_that_cannot_be_read_is_told_and_nothing_is_sent(server: Receiver) -> None:
    def token() -> str:
        raise EdgeError("the token file cannot be read")

    notify = notifier({"operations": Channel(server.url("/well"), token)}, {})
    result = notify({"channel": "operations", "message": "m", "severity": "info"}, 5.0, lambda _seconds: False)
    assert "the token file cannot be read" in result.error
    assert server.received == []
