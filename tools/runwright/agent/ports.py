"""What the agent needs of the world, as narrow protocols; adapters meet them by shape, `cli` joins them.

What it keeps on this host is asked for in `store_ports`. What crosses a port is a noun of `model`, a value of
`actions`, plain text, or one of the read-only shapes below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from runwright.actions.action import Operation, Result
from runwright.engine.exchange import Answered, Ask
from runwright.model.release import ChannelDocument

Emit = Callable[[str, Mapping[str, Any]], None]
"""Tells an event: its name and its fields."""


class HostPort(Protocol):
    """Carries operations out on this host; it never raises for what a command does."""

    def run(self, operation: Operation, timeout_seconds: float) -> Result:
        """Carry one operation out."""
        ...


class ActingPort(HostPort, Protocol):
    """Carries out what changes this host."""

    def run_as(self, account: str, operation: Operation, timeout_seconds: float) -> Result:
        """Carry one operation out as another account; the result says so when that is not possible."""
        ...


class BootPort(Protocol):
    """Tells the starts of this host apart."""

    def boot_id(self) -> str | None:
        """Name the current start; None where that cannot be found out."""
        ...


class SecretsPort(Protocol):
    """The values of secrets."""

    def value(self, name: str) -> str:
        """The value of a secret; raises `EdgeError` that names the secret and what to do, and never the value."""
        ...


class AskPort(Protocol):
    """Asks people."""

    def ask(self, execution_id: str, runbook: str, asked: Ask) -> Answered:
        """Give the answer, without a value when nobody answered in time; it may raise to set the run aside."""
        ...


class Clock(Protocol):
    """Time, and the wish to stop."""

    def now(self) -> datetime:
        """The time of day, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only grow; for intervals."""
        ...

    def sleep(self, seconds: float) -> bool:
        """Let time pass; True at once when the agent is asked to stop."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass until something is asked of the agent."""
        ...

    @property
    def stopping(self) -> bool:
        """The agent is asked to stop."""
        ...

    def nudged(self) -> bool:
        """Whether a pull was asked for since the last call."""
        ...


class ActiveRelease(Protocol):
    """The release that the agent acts on."""

    @property
    def seq(self) -> int:
        """The sequence number."""
        ...

    @property
    def tag(self) -> str:
        """The tag's name."""
        ...

    @property
    def document(self) -> ChannelDocument:
        """The channel document that named it."""
        ...

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file of it, by path."""
        ...


class Pulled(Protocol):
    """What a pull came to."""

    @property
    def changed(self) -> bool:
        """Another release is active now."""
        ...

    @property
    def active(self) -> ActiveRelease:
        """The release that is active."""
        ...


class ReleasesPort(Protocol):
    """Verified releases, and nothing else."""

    def pull(self, now: datetime) -> Pulled:
        """Fetch and verify; raises `TrustError` or `EdgeError`, and the last good release stays."""
        ...

    def active(self) -> ActiveRelease | None:
        """The release that is active; raises `TrustError` when its content is not what was signed."""
        ...

    def key_id(self, active: Any) -> str:
        """The pinned key that stands for a release."""
        ...


class Reply(Protocol):
    """What the service answered; no status where it could not be reached."""

    @property
    def status(self) -> int | None:
        """The HTTP status."""
        ...

    @property
    def reason(self) -> str:
        """What went wrong, in words."""
        ...

    @property
    def retry_after(self) -> float | None:
        """How many seconds the service asks to wait."""
        ...

    @property
    def data(self) -> Mapping[str, Any]:
        """What the service told, where it took the message; empty otherwise."""
        ...


class ServicePort(Protocol):
    """The service, as a sender sees it; it never raises for what the network does."""

    def post(self, path: str, body: str) -> Reply:
        """Send one JSON body."""
        ...
