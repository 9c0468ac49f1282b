"""A request and an answer as the server sees them, and the refusals that GitHub words.

It knows nothing of sockets or of what is stored.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True)
class Request:
    """What somebody asked: the path is decoded and has no query; header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    number: int = 0
    """Counts from 1 in the order of arrival."""

    @property
    def json(self) -> Any:
        """The body as JSON; an empty mapping where there is none."""
        return json.loads(self.body) if self.body else {}

    @property
    def token(self) -> str:
        """The token of the Authorization header, from a bearer, a token or a basic one; empty without it."""
        scheme, _, rest = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return rest.strip()
        return base64.b64decode(rest).decode("utf-8", "replace").partition(":")[2]

    def with_json(self, body: Any) -> Request:
        """The same request with another body."""
        return replace(self, body=json.dumps(body).encode())


@dataclass(frozen=True)
class Answer:
    """What is sent back: JSON, or bytes as they are."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    ours: bool = True
    """Whether this server made it up; else the emulator did, corrected or not."""

    @property
    def data(self) -> bytes:
        """The body in bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.status in {204, 304} else json.dumps(self.body).encode()

    @property
    def fine(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300


class RefusalError(Exception):
    """GitHub says no."""

    def __init__(self, status: int, message: str, errors: Sequence[Any] = ()) -> None:
        body: dict[str, Any] = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
        if errors:
            body["errors"] = list(errors)
        self.answer = Answer(status, body)
        super().__init__(f"{status} {message}")


def not_found() -> RefusalError:
    """What is not there, or not for those who ask."""
    return RefusalError(404, "Not Found")


def invalid(resource: str, name: str, code: str = "invalid", message: str = "") -> RefusalError:
    """A field that cannot be taken (422)."""
    error = {"resource": resource, "code": code, "field": name} | ({"message": message} if message else {})
    return RefusalError(422, "Validation Failed", [error])


def custom(resource: str, message: str) -> RefusalError:
    """A request that breaks a rule (422)."""
    return RefusalError(422, "Validation Failed", [{"resource": resource, "code": "custom", "message": message}])
