"""One exchange with GitHub's API through PyGithub's requester: bounded in time and bytes, never repeated by itself.

The token is sent to the host of the API and to no other. What an answer means is left to `refusals`, when to ask to
`connection`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from github.Auth import Auth
from github.Requester import HTTPSRequestsConnectionClass, Requester

from runwright.adapters.forge_github.place import LOOPBACK, Place
from runwright.adapters.forge_github.refusals import Answer
from runwright.errors import EdgeError

CONNECT_LIMIT, READ_LIMIT, TOTAL_LIMIT = 10.0, 30.0, 60.0
"""Seconds: to connect, for the next byte, for an exchange in all."""
LONGEST_ANSWER = 64 * 1024 * 1024
"""Bytes; a page of a hundred pull requests with the longest texts is 26 MB."""
MOST_REDIRECTS = 3
API_VERSION = "2022-11-28"
AGENT = "runwright"
REPEATABLE, MOVED = frozenset({307, 308}), frozenset({301, 302, 303})
"""Redirects that keep the verb, and those that do so for reading only."""

quiet = logging.getLogger("runwright.github")
quiet.setLevel(logging.WARNING)
Requester.injectLogger(quiet)  # below INFO it writes whole answers, among them the tokens of installations


class Bearer(Auth):
    """The header of a token that is asked for anew each time, since it is renewed."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token

    @property
    def token_type(self) -> str:
        """The word before the token."""
        return "Bearer"

    @property
    def token(self) -> str:
        """The token as it is now."""
        return self._token()


class Line(HTTPSRequestsConnectionClass):
    """PyGithub's connection with bounds, and with redirects that never leave the host."""

    def __init__(self, place: Place, limit: float = TOTAL_LIMIT) -> None:
        parts = urlsplit(place.api)
        super().__init__(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        self.protocol, self.limit = parts.scheme, limit
        self.follow = True
        self.answer = Answer(0, {}, "")
        """The last answer, as it came."""
        self.session.trust_env = parts.hostname not in LOOPBACK  # no proxy stands between us and ourselves
        name = f"[{self.host}]" if ":" in self.host else self.host
        self.root = f"{self.protocol}://{name}:{self.port}"

    def getresponse(self) -> Any:
        """Send what `request` was given and keep the answer; raises OSError."""
        ends = time.monotonic() + self.limit
        url = self.root + self.url
        for _ in range(MOST_REDIRECTS + 1):
            self.answer = answer = self.send(url, ends)
            if not self.is_followed(answer.status):
                return Taken()
            url = self.target(answer.headers.get("location", ""))
        raise Strayed(f"{self.root} redirects in circles")

    def is_followed(self, status: int) -> bool:
        """Say whether a redirect repeats the request: any that keeps the verb, the others for reading."""
        return self.follow and (status in REPEATABLE or (status in MOVED and self.verb == "GET"))

    def target(self, location: str) -> str:
        """Give where a redirect leads; raises Strayed when that is another host."""
        if location.startswith("/") and not location.startswith("//"):
            return self.root + location
        old, new = urlsplit(self.root), urlsplit(location)
        port = new.port or (443 if new.scheme == "https" else 80)
        if (new.scheme, new.hostname, port) != (old.scheme, old.hostname, self.port):
            raise Strayed(f"{self.root} redirects to another host, {new.hostname!a}; the token is not sent there")
        return self.root + new._replace(scheme="", netloc="", fragment="").geturl()

    def send(self, url: str, ends: float) -> Answer:
        """Make one exchange."""
        with self.session.request(
            self.verb,
            url,
            headers=self.headers,
            data=self.input,
            timeout=(CONNECT_LIMIT, min(READ_LIMIT, self.limit)),
            allow_redirects=False,
            stream=True,
        ) as answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status_code, found, read_all(answer, ends).decode("utf-8", "replace"))


class Strayed(OSError):
    """A redirect that is not followed, or an answer without an end."""


class Taken:
    """What PyGithub's requester is shown: an answer with nothing in it that it could act on.

    It sends a POST again for a 301, and waits and asks again for a 202; here nobody but `connection` does such things.
    """

    status = 200

    def getheaders(self) -> list[tuple[str, str]]:
        """No headers."""
        return []

    def read(self) -> str:
        """No body."""
        return ""


def read_all(answer: Any, ends: float) -> bytes:
    """Read a body; raises OSError when it is longer than it may be, or not there in time."""
    data = bytearray()
    for piece in answer.iter_content(chunk_size=16 * 1024):
        data += piece
        if len(data) > LONGEST_ANSWER:
            raise Strayed(f"the answer is longer than {LONGEST_ANSWER} bytes")
        if time.monotonic() > ends:
            raise Strayed("the answer did not end in time")
    return bytes(data)


@dataclass(frozen=True)
class Sending:
    """What one exchange sends."""

    verb: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    follow: bool = True
    """Whether a redirect on the same host is followed."""


class Wire:
    """Exchanges with one API under one authentication; any number of threads may use it."""

    def __init__(self, place: Place, token: Callable[[], str], limit: float = TOTAL_LIMIT) -> None:
        self.place, self.limit = place, limit
        self.auth = Bearer(token)
        self.local = threading.local()  # a requester keeps the request that it is at, so each thread has its own

    def exchange(self, sending: Sending) -> Answer:
        """Ask once and give the answer, whatever its status; raises OSError when there is none."""
        requester, line = self.parts()
        line.follow = sending.follow
        headers = {"Accept": "application/vnd.github+json", **sending.headers}
        requester.requestJson(sending.verb, sending.path, dict(sending.query), headers, sending.body, line)
        return line.answer

    def parts(self) -> tuple[Requester, Line]:
        """Give this thread's requester and connection."""
        if not hasattr(self.local, "parts"):
            self.local.parts = (self.requester(), Line(self.place, self.limit))
        found: tuple[Requester, Line] = self.local.parts
        return found

    def requester(self) -> Requester:
        """Make a requester that repeats nothing and paces nothing: both are done above it."""
        return Requester(
            auth=self.auth,
            base_url=self.place.api.rstrip("/"),
            timeout=int(self.limit),
            user_agent=AGENT,
            per_page=100,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
            api_version=API_VERSION,
        )


def unreached(place: Place, asked: str, error: OSError) -> EdgeError:
    """Say that GitHub did not answer, without what the error says of the request's headers."""
    host = urlsplit(place.api).hostname
    return EdgeError(f"{host} did not answer {asked} ({type(error).__name__}); check the network and the address")
