"""References to secrets: `secret://name` stands in a runbook where the agent puts the value, and nowhere else.

Only what the file itself says is a reference: a value that an insertion brings stays the text that it is. Resolving
is left to the agent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from runwright.model.fields import SCRIPT

SCHEME = "secret://"
_REFERENCE = re.compile(r"secret://([a-z][a-z0-9_-]{0,63})")
Pointer = tuple[str | int, ...]


def reference(value: Any) -> str | None:
    """The name of the secret that a value refers to, or None when it is no reference."""
    match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None


def pointers(params: Mapping[str, Any]) -> tuple[Pointer, ...]:
    """Where the parameters of a step, as the file gives them, refer to secrets."""
    return tuple(_pointers({key: value for key, value in params.items() if key != SCRIPT}, ()))


def named(params: Mapping[str, Any]) -> frozenset[str]:
    """The secrets that the parameters of a step, as the file gives them, refer to."""
    return frozenset(str(reference(_at(params, pointer))) for pointer in pointers(params))


def _at(found: Any, pointer: Pointer) -> Any:
    for part in pointer:
        found = found[part]
    return found


def _pointers(value: Any, at: Pointer) -> Iterator[Pointer]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _pointers(item, (*at, key))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _pointers(item, (*at, index))
    elif reference(value) is not None:
        yield at
