"""Planted mistakes: every small change to a runbook that somebody could make by accident, each with a stable name.

A step is dropped, swapped with its neighbour, moved before what should come first, pointed at something else; a
condition is turned around or taken away; a time limit or a retry is another one. The verification is never touched.
What other services, paths and ports there are is told by `mutation_targets`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice, pairwise, zip_longest
from typing import Any

from pydantic import ValidationError

from runwright.actions.catalogue import ACTIONS
from runwright.model.runbook import Runbook
from tests.support.mutation_targets import Targets

KINDS = ("drop", "swap", "negate", "retarget", "unguard", "time", "retry", "advance")
INSIDE = ("block", "parallel", "rescue", "finally")
"""The lists of steps that a step can hold."""
CONDITIONS = ("when", "wait_until", "assert")
Data = dict[str, Any]
Pointer = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A runbook with one planted mistake."""

    name: str
    kind: str
    step: str
    """The step that it is about; the key for a precheck."""
    runbook: Runbook


@dataclass(frozen=True, slots=True)
class _Draft:
    what: str
    step: str
    data: Data


def mutations(book: Runbook, targets: Targets | None = None) -> Iterator[Mutation]:
    """Every mutation of a runbook that is still a runbook, with the next version number.

    `targets` says where a step can be pointed; without it none is.
    """
    data = plain(book)
    seen: set[str] = {digest(book)}
    for kind, draft in _drafts(data, targets or Targets()):
        made = _read({**draft.data, "version": book.version + 1})
        if made is not None and (mark := digest(made.model_copy(update={"version": book.version}))) not in seen:
            seen.add(mark)
            yield Mutation(f"{book.id}: {draft.what}", kind, draft.step, made)


def sample(found: Iterable[Mutation], count: int, seed: int) -> list[Mutation]:
    """A choice that gives every runbook and every kind its share; the same seed gives the same choice."""
    return sorted(islice(in_turn(found, seed), count), key=lambda mutation: mutation.name)


def in_turn(found: Iterable[Mutation], seed: int) -> Iterator[Mutation]:
    """All of them by chance, one of each runbook and kind before any second one; a new one moves no others."""
    groups: dict[tuple[str, str], list[Mutation]] = {}
    for mutation in found:
        groups.setdefault((mutation.runbook.id, mutation.kind), []).append(mutation)
    waiting = [sorted(group, key=lambda one: _rank(one, seed)) for group in groups.values()]
    for turn in zip_longest(*waiting):
        yield from sorted(filter(None, turn), key=lambda one: _rank(one, seed))


def _rank(mutation: Mutation, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {mutation.name}".encode()).digest()


def plain(book: Runbook) -> Data:
    """A runbook as its file says it, without what it leaves to defaults."""
    text = book.model_dump_json(by_alias=True, exclude_none=True, exclude_defaults=True)
    data: Data = json.loads(text)
    return data


def digest(book: Runbook) -> str:
    """The SHA-256 of a runbook's canonical form, in hexadecimal."""
    text = json.dumps(plain(book), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(data: Data) -> Runbook | None:
    """The runbook, or None where the mistake leaves none: CI would refuse the file."""
    try:
        return Runbook.model_validate_json(json.dumps(data))
    except ValidationError:
        return None


def _drafts(data: Data, targets: Targets) -> Iterator[tuple[str, _Draft]]:
    makers: dict[str, Callable[[Data], Iterator[_Draft]]] = {
        "drop": _dropped,
        "swap": _swapped,
        "negate": _negated,
        "unguard": _unguarded,
        "time": _timed,
        "retry": _retried,
        "advance": _advanced,
        "retarget": lambda given: _retargeted(given, targets),
    }
    return ((kind, draft) for kind in KINDS for draft in makers[kind](data))


def _lists(data: Data) -> Iterator[tuple[Pointer, list[Data]]]:
    """Every list of steps, with its place."""
    for word in ("steps", "rescue", "finally"):
        yield from _within((word,), data.get(word, []))


def _within(at: Pointer, steps: list[Data]) -> Iterator[tuple[Pointer, list[Data]]]:
    yield at, steps
    for index, step in enumerate(steps):
        for word in INSIDE:
            yield from _within((*at, index, word), step.get(word, []))


def _steps(data: Data) -> Iterator[tuple[Pointer, Data]]:
    for at, steps in _lists(data):
        yield from (((*at, index), step) for index, step in enumerate(steps))


def _with(data: Data, at: Pointer, edit: Callable[[Any], None]) -> Data:
    """A copy in which what stands at a place was edited."""
    made = deepcopy(data)
    there: Any = made
    for part in at:
        there = there[part]
    edit(there)
    return made


def _having(data: Data, at: Pointer, key: str, value: Any) -> Data:
    return _with(data, at, lambda there: there.__setitem__(key, value))


def _lacking(data: Data, at: Pointer, key: str) -> Data:
    return _with(data, at, lambda there: there.pop(key))


def _ordered(data: Data, at: Pointer, order: Sequence[Data]) -> Data:
    return _with(data, at, lambda there: there.__setitem__(slice(None), deepcopy(list(order))))


def _dropped(data: Data) -> Iterator[_Draft]:
    for at, steps in _lists(data):
        for index, step in enumerate(steps if len(steps) > 1 else ()):
            rest = [*steps[:index], *steps[index + 1 :]]
            yield _Draft(f"drop {step['id']}", step["id"], _ordered(data, at, rest))


def _swapped(data: Data) -> Iterator[_Draft]:
    for at, steps in _lists(data):
        for index, (one, two) in enumerate(pairwise(steps) if at[-1] != "parallel" else ()):
            order = [*steps[:index], two, one, *steps[index + 2 :]]
            yield _Draft(f"swap {one['id']} and {two['id']}", one["id"], _ordered(data, at, order))


def _advanced(data: Data) -> Iterator[_Draft]:
    """A destructive step comes before everything that its list does first."""
    for at, steps in _lists(data):
        for index, step in enumerate(steps):
            action = ACTIONS.get(step.get("action", ""))
            if index > 0 and action is not None and action.destructive:
                order = [step, *steps[:index], *steps[index + 1 :]]
                yield _Draft(f"move {step['id']} before {steps[0]['id']}", step["id"], _ordered(data, at, order))


def _negated(data: Data) -> Iterator[_Draft]:
    for word, condition in data.get("precheck", {}).items():
        turned = _having(data, ("precheck",), word, {"not": condition})
        yield _Draft(f"negate precheck.{word}", word, turned)
    for at, step in _steps(data):
        for word in CONDITIONS:
            if word in step:
                turned = _having(data, at, word, {"not": step[word]})
                yield _Draft(f"negate {word} of {step['id']}", step["id"], turned)


def _unguarded(data: Data) -> Iterator[_Draft]:
    for word in data.get("precheck", {}):
        yield _Draft(f"remove precheck.{word}", word, _lacking(data, ("precheck",), word))
    for at, step in _steps(data):
        for word in ("when", "needs"):
            if word in step:
                yield _Draft(f"remove {word} of {step['id']}", step["id"], _lacking(data, at, word))


def _timed(data: Data) -> Iterator[_Draft]:
    for at, step in _steps(data):
        if "action" in step or "wait_until" in step:
            for text in ("1s", "30m") if "timeout" in step else ("1s",):
                named = f"set timeout of {step['id']} to {text}"
                yield _Draft(named, step["id"], _having(data, at, "timeout", text))


def _retried(data: Data) -> Iterator[_Draft]:
    for at, step in _steps(data):
        if "retry" in step:
            yield _Draft(f"remove retry of {step['id']}", step["id"], _lacking(data, at, "retry"))
            quick = {**step["retry"], "delay": "0s"}
            yield _Draft(f"retry {step['id']} at once", step["id"], _having(data, at, "retry", quick))
        elif "action" in step:
            again = {"attempts": 3, "delay": "1s"}
            yield _Draft(f"retry {step['id']}", step["id"], _having(data, at, "retry", again))


def _retargeted(data: Data, targets: Targets) -> Iterator[_Draft]:
    for at, step in _steps(data):
        for word in ("with", "wait_until", "assert"):
            for old, new in targets.instead_of(step.get(word), data.get("params", {})):
                moved = targets.replaced(step[word], old, new)
                named = f"retarget {word} of {step['id']}: {old} is {new}"
                yield _Draft(named, step["id"], _having(data, at, word, moved))
