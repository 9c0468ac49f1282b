"""Asks an HTTP address for its status; redirects are not followed, and little of the body is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import urllib3

from runwright.redact.cuts import beginning

MAX_BODY = 64 * 1024
MAX_SECONDS = 30.0
_AGENT = "runwright-agent"
GOOD_BELOW = 400


def http_facts(args: Mapping[str, Any], timeout: float) -> dict[str, Any]:
    """The status of an address and whether it is below 400; no answer at all is not ok."""
    answer = http_answer(args, timeout)
    status = answer.get("status")
    return {"ok": False} if status is None else {"status": status, "ok": status < GOOD_BELOW}


def http_answer(args: Mapping[str, Any], timeout: float) -> dict[str, Any]:
    """The status of an address, or the error that stood in its way."""
    limit = urllib3.Timeout(total=min(timeout, MAX_SECONDS))
    with urllib3.PoolManager(num_pools=1, timeout=limit, retries=False, headers={"User-Agent": _AGENT}) as pool:
        try:
            return {"status": _status(pool, str(args["url"]))}
        except (urllib3.exceptions.HTTPError, UnicodeError) as error:
            return {"error": f"no answer: {_short(error)}"}


def _status(pool: urllib3.PoolManager, url: str) -> int:
    response = pool.request("GET", url, redirect=False, preload_content=False)
    try:
        response.read(MAX_BODY)
        return response.status
    finally:
        response.close()


def _short(error: Exception) -> str:
    return beginning(" ".join(str(error).split()), 300)
