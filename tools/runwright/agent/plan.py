"""What a dry run noted, in order: what it would look at, carry out, ask and wait for. Telling it is left to `cli`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import Exec, Operation
from runwright.model.condition import Truth
from runwright.model.fields import Risk


@dataclass(frozen=True, slots=True)
class Looked:
    """A condition and what decided it."""

    step: str | None
    purpose: str
    condition: str
    value: Truth
    facts: Mapping[str, Any]
    predicted: tuple[str, ...]
    """The facts that an earlier step would set."""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """An action and its exact command."""

    step: str
    action: str
    risk: Risk
    destructive: bool
    operation: Operation
    run_as: str | None
    needs: tuple[tuple[str, Truth], ...]
    refused: str = ""
    """Why it would fail."""


@dataclass(frozen=True, slots=True)
class Questioned:
    """A question to a person."""

    step: str
    message: str
    who: tuple[str, ...]
    timeout_seconds: float
    default: str


@dataclass(frozen=True, slots=True)
class Rested:
    """A pause."""

    step: str | None
    seconds: float
    reason: str


Entry = Looked | Carried | Questioned | Rested


def command_line(operation: Operation) -> str:
    """A command as a person would type it; it is for reading, nothing is ever run through a shell."""
    if not isinstance(operation, Exec):
        shown = ", ".join(f"{name}={value!r}" for name, value in operation.args.items())
        return f"{operation.name}({shown}) by the agent itself"
    named = " ".join(f"{name}={shlex.quote(str(value))}" for name, value in operation.env.items())
    return f"{named} {shlex.join(operation.argv)}".strip()
