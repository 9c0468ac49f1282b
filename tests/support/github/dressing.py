"""What every answer of GitHub tells beside its body: its number, the limit, and a tag of what it holds."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace

from tests.support.github.messages import Answer, Request


def dressed(request: Request, answer: Answer) -> Answer:
    """An answer with what GitHub's all have: a number, the limit, and a tag by which the same is not sent twice."""
    told = {"x-github-request-id": f"0815:{request.number:X}"} | limit(request.number)
    headers = told | {name.lower(): value for name, value in answer.headers.items()}
    if request.method != "GET" or answer.status != 200 or isinstance(answer.body, bytes):
        return replace(answer, headers=headers)
    tag = f'W/"{hashlib.sha256(answer.data).hexdigest()}"'
    if request.headers.get("if-none-match") == tag:
        return Answer(304, b"", {**headers, "etag": tag})
    return replace(answer, headers={**headers, "etag": tag})


def limit(used: int) -> dict[str, str]:
    """How much of an hour's requests is left: it never runs out unless a test plants that."""
    numbers = {"limit": 5000, "used": used, "remaining": max(5000 - used, 1), "reset": int(time.time()) + 3600}
    return {f"x-ratelimit-{name}": str(value) for name, value in numbers.items()} | {"x-ratelimit-resource": "core"}
