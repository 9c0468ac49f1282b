"""Signed deliveries as GitHub sends them, and a service of ours that takes them."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tests.support.hook_server import REPOSITORY
from tests.support.service_site import Answer, Service, environment, make_service
from tests.support.until import until

SECRET = "It's a Secret to Everybody"
"""As in GitHub's own example."""


def signature(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> str:
    """Give the value of the header."""
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def pull_payload(action: str = "opened", number: int = 7, **more: Any) -> dict[str, Any]:
    """Give as much of a pull request's payload as anybody may rely on."""
    head = {"sha": hashlib.sha1(str(number).encode()).hexdigest(), "ref": "runwright/improve/x"}  # noqa: S324
    pull = {"number": number, "head": head, "state": "open"}
    return {"action": action, "pull_request": pull, "repository": {"full_name": REPOSITORY}, **more}


@dataclass
class HookService(Service):
    """A service that takes webhooks."""

    git_url: str = ""
    secret: str = SECRET

    def start(self) -> None:
        """Start the process and wait until it listens."""
        words = [sys.executable, "-m", "tests.support.hook_server", str(self.folder), self.git_url]
        with (self.folder / "service.log").open("a") as log:
            self.process = subprocess.Popen(
                [*words, *([self.secret] if self.secret else [])],
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.kill()
            raise AssertionError((self.folder / "service.log").read_text()[-3000:])
        self.url = json.loads(line)["url"]

    def hook(
        self,
        body: Any = None,
        event: str = "pull_request",
        delivery: str = "",
        headers: Mapping[str, str | None] = MappingProxyType({}),
    ) -> Answer:
        """Deliver; a header that is None is left out, all others stand as given."""
        data = body if isinstance(body, bytes) else json.dumps(body or pull_payload()).encode()
        sent: dict[str, str | None] = {
            "Content-Type": "application/json",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
            "X-Hub-Signature-256": signature(data, self.secret),
            **headers,
        }
        given = {name: value for name, value in sent.items() if value is not None}
        got = self.client.request("POST", f"{self.url}/webhooks/github", body=data, headers=given)
        return Answer(got.status, got.json(), got.headers)

    def log(self) -> str:
        """Give what it wrote on standard error."""
        return (self.folder / "service.log").read_text()

    def hints(self) -> int:
        """Count the hints that it took."""
        return self.log().count(" hint event=")

    def heeded(self) -> None:
        """Wait until everything that was delivered is heeded."""
        left = "select count(*) from deliveries where done_at is null"
        until(lambda: self.rows(left) == [(0,)], what="all deliveries are heeded")

    def deliveries(self) -> list[Any]:
        """List what it noted: event, action, number, sha."""
        return self.rows("select event, action, number, sha from deliveries order by received_at, id")


def make_hook_service(folder: Any, git_url: str, secret: str = SECRET) -> HookService:
    """Make a service on a new local forge; nothing is started yet."""
    made = make_service(folder)
    return HookService(made.folder, made.forge, made.key, git_url=git_url, secret=secret)
