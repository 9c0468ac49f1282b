"""One HTTP request: no redirect, no second header line, a bounded answer; and messages that name no address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from runwright.actions.action import Result
from runwright.adapters.http_notify import Channel, notifier
from runwright.adapters.http_request import MAX_ANSWER, request
from runwright.errors import EdgeError
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
    assert len(asked(server).output) == MAX_ANSWER


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
