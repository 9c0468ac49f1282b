"""A body that does not come is given up; the sizes around the limit."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
import urllib3
from fastapi import Request

from runwright.errors import ContentError
from runwright.service import body
from runwright.service.answers import Unfit
from tests.support.service_site import Service, good_run


def request(receive: Any, **headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "headers": pairs}, receive)


def test_a_body_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "MAX_SECONDS", 0.05)

    async def never() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Unfit) as caught:
        asyncio.run(body.read_body(request(never)))
    assert caught.value.status == 408


@pytest.mark.parametrize(("size", "fits"), [(0, True), (body.MAX_BODY - 1, True), (body.MAX_BODY, False)])
def test_a_body_is_taken_up_to_its_limit(size: int, fits: bool) -> None:
    async def all_at_once() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * size, "more_body": False}

    if fits:
        assert len(asyncio.run(body.read_body(request(all_at_once)))) == size
        return
    with pytest.raises(Unfit) as caught:
        asyncio.run(body.read_body(request(all_at_once)))
    assert caught.value.status == 413


@pytest.mark.parametrize("opened", ["[", '{"a":', '{"a":[', '[{"b]}":'])
@pytest.mark.parametrize("beside", ["", '{"a":[[],{}],"}}]]{{[[":"[[[{{"},'])
def test_a_body_is_nested_to_a_limit_however_much_stands_beside(opened: str, beside: str) -> None:
    def nested(levels: int) -> bytes:
        deep = opened * (levels // (opened.count("[") + opened.count("{")))
        ends = "".join("]" if one == "[" else "}" for one in reversed([c for c in deep if c in "[{"]))
        return f'{{"beside":[{beside * 40}1],"deep":{deep}1{ends}}}'.encode()

    assert body.read_object(nested(body.MAX_DEPTH - 4))["beside"][-1] == 1
    with pytest.raises(ContentError, match="levels of nesting"):
        body.read_object(nested(body.MAX_DEPTH + 4))


def test_a_stated_length_beyond_all_is_refused_unread() -> None:
    async def never() -> None:
        raise AssertionError("nothing is read")

    with pytest.raises(Unfit) as caught:
        asyncio.run(body.read_body(request(never, content_length="9" * 12)))
    assert caught.value.status == 413


def test_a_sender_that_leaves_in_the_middle_is_no_bug_of_ours(fresh: Service) -> None:
    address = urllib3.util.parse_url(fresh.url)
    head = f"POST /api/agent/executions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {fresh.token()}\r\n"
    with socket.create_connection((str(address.host), address.port or 0), timeout=30) as left:
        left.sendall(f"{head}Content-Length: 5000\r\n\r\n{{".encode())
    assert fresh.post(good_run("after")).status == 202
    fresh.end()
    said = (fresh.folder / "service.log").read_text()
    assert ("our bug" in said, "Traceback" in said) == (False, False)
