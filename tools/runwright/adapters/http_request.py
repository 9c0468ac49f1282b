"""Sends one HTTP request: no redirect is followed, no proxy is used, and only the beginning of the answer is kept."""

from __future__ import annotations

import codecs
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from runwright.actions.action import Result
from runwright.adapters.http_address import Refused, checked_addresses, pool_to
from runwright.adapters.native import Pause
from runwright.redact.cuts import beginning, without_end

Args = Mapping[str, Any]
MAX_ANSWER = 64 * 1024 - 64
"""Bytes of a body; with the words that say that it was cut, the whole of it is kept."""
MAX_SECONDS = 30.0
_AGENT = "runwright-agent"
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}):[ \t]*([ -~]{0,2000})")
"""A field line of RFC 9110, section 5.5, in printable ASCII: no value can begin another line."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status and the beginning of the body, or what stood in the way."""

    status: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What is sent, besides the address."""

    method: str
    headers: Mapping[str, str]
    body: bytes


def request(args: Args, timeout: float, _pause: Pause) -> Result:
    """Send the request that an `http.request` describes, and compare the status."""
    headers = _headers(args.get("headers") or ())
    if headers is None:
        return Result(1, error="a header is not of the form Name: value in printable characters")
    body, fields = str(args.get("body") or ""), dict(args.get("fields") or {})
    if body and fields:
        return Result(1, error="both `body` and `fields` are given; give one of them")
    if fields:
        headers["Content-Type"] = "application/json"
        body = json.dumps(fields, ensure_ascii=False)
    wanted = int(args["expect_status"])
    reply = send(str(args["method"]), str(args["url"]), headers, body, timeout)
    if reply.status == wanted:
        return Result(0, output=reply.text)
    said = f"status {reply.status}" if reply.status is not None else "no answer"
    return Result(
        1, output=reply.text, error=f"{args['url']}: {said}; expected status {wanted}. {beginning(reply.text, 300)}"
    )


def send(method: str, url: str, headers: Mapping[str, str], body: str, timeout: float) -> Reply:
    """Send one request; what the network does is in the reply, never an exception."""
    try:
        target = urllib3.util.parse_url(url)
        addresses = checked_addresses(target)
        named = {"Host": target.netloc or "", "User-Agent": _AGENT}
        return _first_answer(target, addresses, Sent(method, {**named, **headers}, body.encode()), timeout)
    except (urllib3.exceptions.HTTPError, UnicodeError, OSError, Refused) as error:
        return Reply(None, _one_line(str(error)))


def _first_answer(target: urllib3.util.Url, addresses: tuple[str, ...], sent: Sent, timeout: float) -> Reply:
    """The answer of the first address that takes a connection; raises `HTTPError` when none does."""
    *others, last = addresses
    deadline = time.monotonic() + min(timeout, MAX_SECONDS)
    for address in others:
        try:
            return _answer(target, address, sent, deadline)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError):
            continue  # nothing was sent to it
    return _answer(target, last, sent, deadline)


def _answer(target: urllib3.util.Url, address: str, sent: Sent, deadline: float) -> Reply:
    limit = urllib3.Timeout(total=max(0.01, deadline - time.monotonic()))
    with pool_to(address, target, limit) as pool:
        return _read(
            pool.request(
                sent.method,
                target.request_uri,
                body=sent.body or None,
                headers=sent.headers,
                redirect=False,
                preload_content=False,
            )
        )


def _read(response: urllib3.BaseHTTPResponse) -> Reply:
    try:
        content = response.read(MAX_ANSWER)
        more = len(content) == MAX_ANSWER and response.read(1) != b""
    except urllib3.exceptions.HTTPError as error:
        return Reply(None, _one_line(str(error)))
    finally:
        response.close()
    # Half a character at the cut is left out with the rest.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(content, final=not more)
    return Reply(response.status, without_end(text) if more else text)


def _headers(lines: Any) -> dict[str, str] | None:
    found = [_HEADER.fullmatch(str(line)) for line in lines]
    matched = [match for match in found if match is not None]
    return {match[1]: match[2] for match in matched} if len(matched) == len(found) else None


def _one_line(text: str) -> str:
    return beginning(" ".join(text.split()), 300)
