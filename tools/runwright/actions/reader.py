"""What a reader of facts is: one family of paths, and for each platform the operation that tells its leaves.

Which readers there are stands in `facts` and `facts_data`; reading is left to the adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import Native, Operation, Result
from runwright.model.path import PathTemplate, parse_path

Parse = Callable[[Result], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the leaves of one family of facts, such as everything below `services.<name>`."""

    prefix: PathTemplate
    leaves: frozenset[str]
    variants: Mapping[str, tuple[Operation, Parse]]
    """By service manager, by platform, or `any`."""


def native(prefix: str, name: str, args: Iterable[str], *leaves: str, on: str = "any") -> Reader:
    """A reader that the host's adapter is itself; the path's insertions are its arguments."""
    operation = Native(name, {arg: f"${{{{ params.{arg} }}}}" for arg in args})
    return Reader(parse_path(prefix), frozenset(leaves), {on: (operation, _found)})


def _found(result: Result) -> Mapping[str, Any]:
    return result.values
