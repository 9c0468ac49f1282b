"""What an action is: parameters, a command for each platform, how its answer is read, and a model of it.

The model is what replay and the author reason with: which facts decide the outcome (`reads`, `needs`),
and what a success changes (`changes`). Commands are argument vectors; an inserted value is one argument.
Running them is left to the adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from runwright.model.condition import Test, parse_condition
from runwright.model.path import PathTemplate, parse_path

Risk = Literal["low", "medium", "high"]
ValueType = Literal["string", "integer", "number", "boolean", "duration", "strings", "environment", "text"]
"""`strings` is a list of at least one text, `environment` a mapping of names to values, `text` holds no insertion."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an action."""

    description: str
    type: ValueType = "string"
    required: bool = True
    default: Any = None
    pattern: str | None = None
    enum: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Words in lower case that a program takes for something else than a name, such as `all`."""


@dataclass(frozen=True, slots=True)
class Exec:
    """A program to run: its argument vector, what is added to its environment, its standard input."""

    argv: tuple[Any, ...]
    env: Mapping[str, Any] = field(default_factory=dict)
    stdin: str | None = None


@dataclass(frozen=True, slots=True)
class Native:
    """Something that the host's adapter does itself, by name, such as `http.get`."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)


Operation = Exec | Native


@dataclass(frozen=True, slots=True)
class Result:
    """The raw answer of an operation."""

    exit_code: int | None
    output: str = ""
    error: str = ""
    timed_out: bool = False
    never_started: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)
    """What a native operation found, by name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A result as the action understands it."""

    success: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """A fact that must hold for the action to succeed; `each` binds a name to every item of a list fact."""

    test: Test
    each: tuple[str, PathTemplate] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that a success writes: `to` is the value, or `FORGET` where the value is not known."""

    path: PathTemplate
    to: Any


class _Forget:
    def __repr__(self) -> str:
        return "forget"


FORGET = _Forget()


@dataclass(frozen=True, slots=True)
class Model:
    """What decides an action's outcome and what it changes."""

    needs: tuple[Need, ...] = ()
    reads: tuple[PathTemplate, ...] = ()
    changes: tuple[Change, ...] = ()
    fails_clean: bool = False
    """A failure changes nothing."""
    opaque: bool = False
    """Nothing is known: it may read and write everything."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The action on one platform or service manager."""

    operation: Operation
    model: Model
    read: Callable[[Result, tuple[int, ...]], Reading]


@dataclass(frozen=True, slots=True)
class Action:
    """One verb of the catalogue."""

    name: str
    summary: str
    params: Mapping[str, Param]
    variants: Mapping[str, Variant]
    """By service manager (systemd, supervisor, windows) for services, else by platform, or `any`."""
    by: Literal["service_manager", "os"] = "os"
    risk: Risk = "low"
    destructive: bool = False
    check: bool = False
    """It only looks: it changes nothing."""
    repeatable: bool = True
    """Doing it twice is the same as doing it once, so it may go on after the agent was stopped in the middle."""
    timeout_seconds: float = 60.0


def need(path: str, wanted: Any, each: tuple[str, str] | None = None) -> Need:
    """Declare a need: a path template and what it must be, in the language of conditions."""
    test = parse_condition({path: wanted})
    if not isinstance(test, Test):
        raise RuntimeError(f"a need is one test of one fact, not {wanted!r}")
    return Need(test, (each[0], parse_path(each[1])) if each else None)


def sets(path: str, to: Any) -> Change:
    """Declare a change of one fact."""
    return Change(parse_path(path), to)


def paths(*texts: str) -> tuple[PathTemplate, ...]:
    """Declare path templates."""
    return tuple(parse_path(text) for text in texts)


def read_exit_code(result: Result, success_codes: tuple[int, ...]) -> Reading:
    """The common reading: an exit code among the accepted ones is a success."""
    if result.timed_out:
        return Reading(False, result.error or "the command did not end in time")
    if result.exit_code in success_codes:
        return Reading(True)
    return Reading(False, _last_words(result))


def _last_words(result: Result) -> str:
    text = result.error.strip() or result.output.strip()
    return text[-2000:] if text else f"exit code {result.exit_code}"
