"""Reads JSON strictly: UTF-8, no NaN, no endless numbers or depth, no key twice; what is wrong has its path."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from runwright.errors import ContentError
from runwright.model.telemetry import json_path

LEAST, MOST = -(2**63), 2**64 - 1
"""Whole numbers that are read: every counter of 64 bits, with a sign or without."""
_DIGITS = 20
"""Characters of the longest of them; more are not even turned into a number."""
_SHOWN = 200
"""Characters of a path that are told."""


class _Twice(ValueError):
    """A key that is given twice; where, is found by reading again."""


class _TooWide(ValueError):
    """A whole number beyond 64 bits; where, is found by reading again."""


class _Pairs(list[tuple[str, Any]]):
    """An object as it is written, all its keys kept."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A whole number as it is written."""

    written: str


def read_json(content: bytes) -> Any:
    """Read one JSON value; raises `ContentError` with the JSON path of what is wrong."""
    try:
        text = content.decode("utf-8")
        return json.loads(
            text, parse_constant=_refuse_constant, parse_int=_integer, parse_float=_finite, object_pairs_hook=_unique
        )
    except UnicodeDecodeError as error:
        raise ContentError(f"$: byte {error.start} is not UTF-8") from None
    except RecursionError:
        raise ContentError("$: nested too deep to be read") from None
    except _Twice as error:
        where, key = _where(text, _twice_in) or ("$", error.args[0])
        raise ContentError(f"{_shown(where)}: key {key!r:.80} is given twice; keep one of them") from None
    except _TooWide as error:
        where, written = _where(text, _too_wide_in) or ("$", error.args[0])
        said = f"{written:.24}{'…' * (len(written) > 24)} is a whole number beyond 64 bits"
        raise ContentError(f"{_shown(where)}: {said}; {LEAST} to {MOST} are read") from None
    except ValueError as error:
        raise ContentError(f"$: not valid JSON: {error}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _integer(written: str) -> int:
    if _too_wide(written):
        raise _TooWide(written)
    return int(written)


def _too_wide(written: str) -> bool:
    return len(written) > _DIGITS or not LEAST <= int(written) <= MOST


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(f"{written:.40} is too large a number")
    return number


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise _Twice(_repeated(pairs))
    return data


def _repeated(pairs: list[tuple[str, Any]]) -> str | None:
    """The first key that was there before."""
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return None


Wrong = Callable[[Any], tuple[tuple[str, ...], str] | None]
"""Says what is wrong with one value by itself: the rest of the way to it, and its text."""


def _twice_in(found: Any) -> tuple[tuple[str, ...], str] | None:
    key = _repeated(found) if isinstance(found, _Pairs) else None
    return None if key is None else ((key,), key)


def _too_wide_in(found: Any) -> tuple[tuple[str, ...], str] | None:
    return ((), found.written) if isinstance(found, _Whole) and _too_wide(found.written) else None


def _where(text: str, wrong: Wrong) -> tuple[str, str] | None:
    """The JSON path of the first wrong value, and its text; None when the JSON cannot be read to its end."""
    try:
        value = json.loads(text, parse_int=_Whole, parse_float=str, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None
    waiting: list[tuple[Any, tuple[str | int, ...]]] = [(value, ())]
    while waiting:
        found, at = waiting.pop()
        told = wrong(found)
        if told is not None:
            return json_path((*at, *told[0])), told[1]
        waiting += [(item, (*at, name)) for name, item in reversed([*_members(found)])]
    return None


def _members(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, _Pairs):
        yield from value
    elif isinstance(value, list):
        yield from enumerate(value)


def _shown(path: str) -> str:
    plain = "".join(char if char.isprintable() else "?" for char in path)
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"
