"""Sends one HTTP request: no redirect is followed, no proxy is used, and only the beginning of the answer is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import urllib3

from runwright.actions.action import Result
from runwright.adapters.native import Pause

Args = Mapping[str, Any]
MAX_ANSWER = 64 * 1024
MAX_SECONDS = 30.0
_AGENT = "runwright-agent"
_HEADER = re.compile(r"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}):[ \t]*([ -~]{0,2000})")
"""A field line of RFC 9110, section 5.5, in printable ASCII: no value can begin another line."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a status and the beginning of the body, or what stood in the way."""

    status: int | None
    text: str


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
    return Result(1, output=reply.text, error=f"{args['url']}: {said}; expected status {wanted}. {reply.text[:300]}")


def send(method: str, url: str, headers: Mapping[str, str], body: str, timeout: float) -> Reply:
    """Send one request; what the network does is in the reply, never an exception."""
    limit = urllib3.Timeout(total=min(timeout, MAX_SECONDS))
    with urllib3.PoolManager(num_pools=1, timeout=limit, retries=False) as pool:
        try:
            response = pool.request(
                method,
                url,
                body=body.encode() if body else None,
                headers={"User-Agent": _AGENT, **headers},
                redirect=False,
                preload_content=False,
            )
        except (urllib3.exceptions.HTTPError, UnicodeError) as error:
            return Reply(None, _one_line(str(error)))
        return _read(response)


def _read(response: urllib3.BaseHTTPResponse) -> Reply:
    try:
        text = response.read(MAX_ANSWER).decode("utf-8", "replace")
    except urllib3.exceptions.HTTPError as error:
        return Reply(None, _one_line(str(error)))
    finally:
        response.close()
    return Reply(response.status, text)


def _headers(lines: Any) -> dict[str, str] | None:
    found = [_HEADER.fullmatch(str(line)) for line in lines]
    matched = [match for match in found if match is not None]
    return {match[1]: match[2] for match in matched} if len(matched) == len(found) else None


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
