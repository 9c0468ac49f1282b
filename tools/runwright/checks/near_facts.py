"""Check `facts`: a fact that is nearly one of the dictionary is that one.

Other facts are allowed: an agent may know more than the dictionary. What a fact can be is left to `impossible`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from runwright.checks.nearest import nearest
from runwright.corpus.corpus import Entry
from runwright.model.condition import tests
from runwright.model.facts import WELL_KNOWN, spec_of
from runwright.model.finding import Finding
from runwright.model.insertion import ROOTS, Insertion
from runwright.model.path import Path, PathTemplate, parse_path, template_text
from runwright.model.runbook import Runbook
from runwright.model.walk import Pointer, conditions, nested

_ANY = "*"
_NEAR = 0.75


def check(entry: Entry[Runbook]) -> Iterator[Finding]:
    """Find facts that are nearly well known: most likely they are misspelt, and would never be known."""
    for pointer, path in _paths(entry.value):
        near = _near(tuple(_ANY if isinstance(part, Insertion) else part for part in path))
        if near is not None and path[0] not in ROOTS:
            message = f"{template_text(path)} is no fact of the dictionary"
            yield entry.finding("facts", message, pointer, severity="warning", suggestion=f"did you mean {near}?")


def _paths(runbook: Runbook) -> Iterator[tuple[Pointer, PathTemplate]]:
    for pointer, condition in conditions(runbook):
        yield from ((pointer, test.path) for test in tests(condition))
    for placed in nested(runbook):
        for path in placed.step.reads:
            yield (*placed.pointer, "reads"), parse_path(path)
        for path in placed.step.changes or ():
            yield (*placed.pointer, "changes", path), parse_path(path)


@lru_cache(maxsize=4096)
def _near(path: Path) -> str | None:
    """The well-known fact that a path most likely means; None where it is one, or is like none of them."""
    if len(path) < 2 or spec_of(path) is not None:
        return None
    if (dotted := _dotted(path)) is not None:
        return dotted
    last = [spec.path for spec in WELL_KNOWN if len(spec.path) == len(path) and spec.path[:-1] == _family(path)[:-1]]
    end = nearest(path[-1], [known[-1] for known in last if known[-1] != _ANY], _NEAR)
    if end is not None:
        return ".".join((*path[:-1], end))
    heads = {spec.path[0] for spec in WELL_KNOWN if len(spec.path) == len(path) and spec.path[1:] == _family(path)[1:]}
    head = nearest(path[0], sorted(heads))
    return ".".join((head, *path[1:])) if head is not None else None


def _dotted(path: Path) -> str | None:
    """The path where one name with dots, such as an address, was written without brackets."""
    for spec in WELL_KNOWN:
        extra = len(path) - len(spec.path)
        name = path[1 : extra + 2]
        if extra > 0 and _ANY not in name and spec.path == (path[0], *_family(path)[extra + 1 :]):
            return template_text((path[0], ".".join(name), *path[extra + 2 :]))
    return None


def _family(path: Path) -> Path:
    """A path with a star for each name in the middle."""
    return (path[0], *(_ANY for _ in path[1:-1]), path[-1])
