"""Check `patterns`: regular expressions run in linear time, and what a parameter declares fits together.

What an action accepts for a parameter of its own is left to `known_actions`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.corpus.corpus import Entry
from runwright.engine.params import problem_with
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.insertion import Insertion, parse_template
from runwright.model.pattern import compiled
from runwright.model.runbook import ParamSpec, Runbook
from runwright.model.walk import Pointer, nested, verbs

_TEXTS, _NUMBERS = ("string", "strings"), ("integer", "number")
_MATTERS = {"pattern": _TEXTS, "minimum": _NUMBERS, "maximum": _NUMBERS}
"""Which types a limit of a parameter is for."""


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find patterns that cannot be used, and parameters that contradict themselves."""
    for name, spec in entry.value.params.items():
        yield from _spec(entry, name, spec)
    for placed in nested(entry.value):
        for name, extract in placed.step.extract.items():
            if extract.regex is not None:
                yield from _unusable(entry, extract.regex, (*placed.pointer, "extract", name, "regex"))
    yield from _arguments(entry)


def _spec(entry: Entry[Runbook], name: str, spec: ParamSpec) -> Iterator[Finding]:
    at = ("params", name)
    for word, types in _MATTERS.items():
        if getattr(spec, word) is not None and spec.type not in types:
            message = f"`{word}` is for {' and '.join(types)}, and parameter {name!r} is of type {spec.type}"
            yield entry.finding("patterns", message, (*at, word))
    broken = list(_unusable(entry, spec.pattern, (*at, "pattern"))) if spec.pattern is not None else []
    yield from broken
    if not broken:
        yield from _values(entry, name, spec)


def _values(entry: Entry[Runbook], name: str, spec: ParamSpec) -> Iterator[Finding]:
    if spec.minimum is not None and spec.maximum is not None and spec.minimum > spec.maximum:
        said = f"its minimum {spec.minimum:g} is above its maximum {spec.maximum:g}"
        message = f"parameter {name!r} accepts nothing: {said}"
        yield entry.finding("patterns", message, ("params", name, "minimum"))
    problem = problem_with(spec, spec.default) if spec.default is not None else None
    if problem:
        yield entry.finding("patterns", f"the default of parameter {name!r} {problem}", ("params", name, "default"))
    if spec.enum:
        yield from _listed(entry, name, spec)


def _listed(entry: Entry[Runbook], name: str, spec: ParamSpec) -> Iterator[Finding]:
    one = spec.model_copy(update={"enum": (), "type": "string" if spec.type == "strings" else spec.type})
    for index, value in enumerate(spec.enum):
        problem = problem_with(one, value)
        if problem:
            message = f"a value that parameter {name!r} lists {problem}"
            yield entry.finding("patterns", message, ("params", name, "enum", index))


def _unusable(entry: Entry[Runbook], pattern: str, at: Pointer) -> Iterator[Finding]:
    try:
        compiled(pattern)
    except ContentError as error:
        yield entry.finding("patterns", error.message, at)


def _arguments(entry: Entry[Runbook]) -> Iterator[Finding]:
    """A text that becomes a whole argument may be an option of the program, such as -f; a pattern can refuse that."""
    open_ones = {n for n, spec in entry.value.params.items() if spec.type in _TEXTS and not (spec.pattern or spec.enum)}
    for verb in verbs(entry.value) if open_ones else ():
        words = verb.params.get("argv")
        for index, word in enumerate(words if isinstance(words, list) else ()):
            if word == "--":
                break  # behind it, a program takes nothing for an option
            name = _leading_param(word) if index else None
            if name in open_ones:
                message = f"parameter {name!r} becomes an argument and accepts any text, an option such as -f too"
                at = (*verb.pointer, "with", "argv", index)
                advice = "give it a `pattern` or an `enum`, or put -- before it"
                yield entry.finding("patterns", message, at, severity="warning", suggestion=advice)


def _leading_param(word: object) -> str | None:
    parts = parse_template(word) if isinstance(word, str) and "${{" in word else ()
    first = parts[0] if parts else None
    return first.path[1] if isinstance(first, Insertion) and first.path[:1] == ("params",) and first.path[1:] else None
