"""`${{ … }}`: inserts one value by its path, and does nothing else.

An inserted value is always one path segment or one argument: the text around it is never parsed again.
Filters: `default(literal)`, `int`, `json("path.in.it")`. There are no expressions. A literal is a number, true,
false, or a text in double quotes (with JSON's escapes) or single quotes (as it stands).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
# Every repetition that could swallow another `${{` is bounded, so that hostile text costs linear time.
_LITERAL = r"""\"(?:[^\"\\]|\\.){0,200}\"|'[^'\x00-\x1f]{0,200}'|[A-Za-z0-9.+-]{1,40}"""
_FILTER = rf"\|\s*{_NAME}(?:\(\s*(?:{_LITERAL})\s*\))?\s*"
_ONE_FILTER = re.compile(rf"\|\s*({_NAME})(?:\(\s*({_LITERAL})\s*\))?")
_INSERTION = re.compile(rf"\$\{{\{{\s*({_NAME}(?:\.[A-Za-z0-9_-]+)*)\s*((?:{_FILTER}){{0,4}})\}}\}}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_WHOLE = re.compile(r"\s*[-+]?[0-9]{1,18}\s*")
ROOTS = ("params", "incident", "steps", "each")
"""The first word of a path inside an insertion."""
_MEANT = {
    "item": "the item of a `foreach` is each.item",
    "index": "the number of an item of a `foreach` is each.index",
    "secret": "a secret is the whole value secret://NAME",
    "secrets": "a secret is the whole value secret://NAME",
}
"""What is written instead of words that other languages have."""

MAX_JSON_DEPTH, MAX_JSON_DIGITS = 32, 20
"""What is taken of JSON that a command or an incident gives: no more than a recording can hold."""
MAX_KNOWN = 200
"""Characters of a text whose parts are remembered."""
Scope = Mapping[str, Any]


class MissingValue(LookupError):
    """An insertion names a value that is not there."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of an insertion, such as `default("x")`."""

    name: str
    argument: Any = None


@dataclass(frozen=True, slots=True)
class Insertion:
    """One `${{ path | filter }}`."""

    path: tuple[str, ...]
    filters: tuple[Filter, ...] = ()

    def __str__(self) -> str:
        shown = "".join(
            f" | {f.name}" + ("" if f.argument is None else f"({json.dumps(f.argument, ensure_ascii=False)})")
            for f in self.filters
        )
        return f"${{{{ {'.'.join(self.path)}{shown} }}}}"


Template = tuple[str | Insertion, ...]


def parse_template(text: str) -> Template:
    """Split text into literal parts and insertions; raises `ValueError` on a malformed `${{`."""
    return _parts(text) if len(text) > MAX_KNOWN else _known_parts(text)


@lru_cache(maxsize=4096)
def _known_parts(text: str) -> Template:
    """The same few texts stand in most runbooks, and each is asked for several times."""
    return _parts(text)


def _parts(text: str) -> Template:
    parts: list[str | Insertion] = []
    at = 0
    for match in _INSERTION.finditer(text):
        parts.extend(_literal(text[at : match.start()]))
        parts.append(_insertion(match))
        at = match.end()
    parts.extend(_literal(text[at:]))
    return tuple(parts)


def insertion_at(text: str, at: int) -> tuple[Insertion, int]:
    """Read the insertion that starts at a place, and where it ends; raises `ValueError` when it is malformed."""
    match = _INSERTION.match(text, at)
    if match is None:
        raise _malformed(text[at:])
    return _insertion(match), match.end()


def unquoted(text: str) -> str:
    """Read a text in double quotes with JSON's escapes; raises `ValueError` for what is not one."""
    try:
        value = str(json.loads(text))
        value.encode()
    except ValueError:
        raise ValueError(f'{text!r:.200} is not a text in quotes; write \\" for " and \\\\ for \\') from None
    return value


def insertions(value: Any) -> tuple[Insertion, ...]:
    """List every insertion in a value, however deeply it is nested."""
    if isinstance(value, str):
        return tuple(part for part in parse_template(value) if isinstance(part, Insertion)) if "${{" in value else ()
    if isinstance(value, Mapping):
        return tuple(found for item in value.items() for part in item for found in insertions(part))
    if isinstance(value, (list, tuple)):
        return tuple(found for item in value for found in insertions(item))
    return ()


def insert(value: Any, scope: Scope) -> Any:
    """Replace the insertions in a value; a text that is one insertion alone keeps the value's own type.

    Raises `MissingValue` when a path has no value and no default.
    """
    if isinstance(value, str):
        return _insert_text(value, scope)
    if isinstance(value, Mapping):
        return {key: insert(item, scope) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [insert(item, scope) for item in value]
    return value


def resolve(insertion: Insertion, scope: Scope) -> Any:
    """Look one insertion up in the scope and apply its filters."""
    value = _lookup(insertion.path, scope)
    for step in insertion.filters:
        value = _apply(step, value)
    if value is None:
        raise MissingValue(f"{insertion} has no value here; give it one, or write `| default(…)`")
    return value


def _insert_text(text: str, scope: Scope) -> Any:
    if "${{" not in text:
        return text
    parts = parse_template(text)
    if len(parts) == 1 and isinstance(parts[0], Insertion):
        return resolve(parts[0], scope)
    return "".join(part if isinstance(part, str) else as_text(resolve(part, scope)) for part in parts)


def as_text(value: Any) -> str:
    """Write a value as the text of one argument: `true`, `3`, `a`; lists and mappings as JSON."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _literal(text: str) -> list[str | Insertion]:
    if "${{" in text:
        raise _malformed(text)
    return [text] if text else []


def _malformed(text: str) -> ValueError:
    return ValueError(
        f"cannot read the insertion in {text!r:.200}; write ${{{{ params.name }}}}; "
        "| default(…), | int or | json(…) may follow the name"
    )


def _insertion(match: re.Match[str]) -> Insertion:
    path = tuple(match[1].split("."))
    if path[0] not in ROOTS:
        advice = _MEANT.get(path[0], f"an insertion starts with one of {', '.join(ROOTS)}")
        raise ValueError(f"{match[0]:.80} starts with {path[0]!r}; {advice}")
    return Insertion(path, tuple(_filter(found) for found in _ONE_FILTER.finditer(match[2])))


def _filter(match: re.Match[str]) -> Filter:
    name, written = match[1], match[2]
    if name == "int" and written is None:
        return Filter(name)
    if name not in ("default", "json") or written is None:
        raise ValueError(f'unknown filter {match[0].strip()!r}; there are default(literal), int and json("path")')
    argument = _literal_value(written)
    if argument is None or (name == "json" and not isinstance(argument, str)):
        expected = "a quoted path" if name == "json" else "a number, true, false or a quoted text"
        raise ValueError(f"the argument of {match[0].strip()!r} must be {expected}")
    return Filter(name, argument)


def _literal_value(written: str) -> str | int | float | bool | None:
    if written[0] in "\"'":
        return unquoted(written) if written[0] == '"' else written[1:-1]
    if written in ("true", "false"):
        return written == "true"
    number = _NUMBER.fullmatch(written)
    if number is None:
        return None
    return float(written) if number[1] else int(written)


def _lookup(path: tuple[str, ...], scope: Scope) -> Any:
    value: Any = scope
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _apply(step: Filter, value: Any) -> Any:
    if step.name == "default":
        return step.argument if value is None else value
    if value is None:
        return None
    if step.name == "int":
        return _integer(value)
    return _lookup(tuple(str(step.argument).split(".")), _parsed(value))


def _integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise MissingValue(f"{value!r:.80} is not a whole number, as the filter `int` needs")


def _parsed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except ValueError:
        raise MissingValue("the value is not JSON, as the filter `json` needs") from None


def read_json(text: str) -> Any:
    """Read what a command or an incident says as JSON that can be kept as JSON; raises `ValueError` for any other."""
    try:
        value = json.loads(text, parse_int=_counted)
        if _deeper(value, MAX_JSON_DEPTH):
            raise ValueError("nested too deep")
        # Half a surrogate pair, and a number without end, are nothing that a journal or a command could hold.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except RecursionError:
        raise ValueError("nested too deep") from None
    return value


def _counted(digits: str) -> int:
    if len(digits) > MAX_JSON_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _deeper(value: Any, left: int) -> bool:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(_deeper(item, left - 1) for item in items)
