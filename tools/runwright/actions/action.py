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
    """A fact that must hold for the action to succeed; `each` binds a name to every item of a list fact.

    Where `unless` holds, there is nothing left to do, and it is not asked for.
    """

    test: Test
    each: tuple[str, PathTemplate] | None = None
    unless: Test | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """The value of another fact, as it was before; the path is a template until it is bound."""

    path: PathTemplate


@dataclass(frozen=True, slots=True)
class Decrease:
    """The old value, less what another fact says; the path is a template until it is bound."""

    path: PathTemplate


@dataclass(frozen=True, slots=True)
class Where:
    """Which members of a family a change is about: those whose fact at `path` is `value`.

    In `path` each segment `*` stands for a part of the member's name; the change's own paths name the parts, in order,
    as `${{ each.<name> }}` by the words of `name`.
    """

    name: str
    path: PathTemplate
    value: Any


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that a success writes: `to` is the value, `Copy`, `Decrease`, or `FORGET` where nobody can tell it.

    It is written only if the test `only_if` held before; where that is not known, the fact is not known either.
    """

    path: PathTemplate
    to: Any
    only_if: Test | None = None
    where: Where | None = None

    @property
    def plain(self) -> bool:
        """Whether it always writes the same value to one fact."""
        conditional = self.only_if is not None or self.where is not None
        return not (conditional or self.to is FORGET or isinstance(self.to, (Copy, Decrease)))


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
    rare: tuple[Need, ...] = ()
    """Needs that hold almost everywhere, so that nobody looks at them before something failed.

    One that is known is a need like any other; one that is not known is not asked for.
    """


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


def need(path: str, wanted: Any, each: tuple[str, str] | None = None, *, unless: tuple[str, Any] | None = None) -> Need:
    """Declare a need: a path template and what it must be, in the language of conditions."""
    bound = (each[0], parse_path(each[1])) if each else None
    return Need(_test(path, wanted), bound, _test(*unless) if unless else None)


def sets(
    path: str, to: Any, *, only_if: tuple[str, Any] | None = None, where: tuple[str, str, Any] | None = None
) -> Change:
    """Declare a change of one fact; `only_if` is a fact and what it must be, `where` a name, a family and a value."""
    bound = Where(where[0], parse_path(where[1]), where[2]) if where else None
    return Change(parse_path(path), to, _test(*only_if) if only_if else None, bound)


def copied(path: str) -> Copy:
    """Declare that a change takes the value of another fact."""
    return Copy(parse_path(path))


def less(path: str) -> Decrease:
    """Declare that a change takes the value of another fact away."""
    return Decrease(parse_path(path))


def _test(path: str, wanted: Any) -> Test:
    test = parse_condition({path: wanted})
    if not isinstance(test, Test):
        raise RuntimeError(f"a model says one test of one fact, not {wanted!r}")
    return test


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
