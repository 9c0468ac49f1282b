"""A model bound to the parameters of one use, ready to be asked again and again as the facts change.

What it says depends on the facts only through its lists, such as what a service requires, and through the conditions of
its changes. So it is worked out once for each value of these. What binding means is left to `binding`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from runwright.actions.action import FORGET, Change, Copy, Decrease, Model
from runwright.actions.binding import (
    ANY,
    BoundNeed,
    Effect,
    changes_of,
    demand_of,
    effects_of,
    lists_of,
    needs_of,
    rare_needs,
    reads_of,
)
from runwright.model.condition import Lookup, concrete
from runwright.model.facts import kind_of
from runwright.model.path import Path

MAX_KNOWN = 256
_TEXTS = frozenset((str,))
Listed = Callable[[Path], Iterable[Path]]


class Bound:
    """One use of an action: its model with the parameters in their places; `key` is one text for both."""

    def __init__(self, model: Model, params: Mapping[str, Any], key: str = "") -> None:
        self.model, self.params, self.key = model, params, key
        self._plain = replace(model, rare=()) if model.rare else model
        self.changes = changes_of(model, params)
        """What a success may write: path and value, or `FORGET`."""
        self.certain = frozenset(path for path, value in self.changes if value is not FORGET)
        """The facts of which a success says what they are then."""
        families = any(ANY in path for path, _ in self.changes)
        single = not families and all(map(_is_single, model.changes))
        self.plain = self.changes if single else None
        """All that a success writes, where that is the same whatever the facts are, and no family is in it."""
        self.moving = {path: kind for path, _ in self.changes if (kind := kind_of(path)) != "state"}
        """Those of the facts that it writes that may change by themselves, with their kinds."""
        self._lists = lists_of(model, params)
        self._demands = tuple(demand_of(change, params) for change in model.changes)
        self._members = any(change.where is not None for change in model.changes)
        self._looked: dict[object, tuple[tuple[BoundNeed, ...], frozenset[Path]]] = {}
        self._effects: dict[object, tuple[Effect, ...]] = {}

    def needs(self, lookup: Lookup) -> tuple[BoundNeed, ...]:
        """The needs, as far as the facts tell them; of the rare ones those that are decided."""
        plain = self._look(lookup)[0]
        return (*plain, *rare_needs(self.model, self.params, lookup)) if self.model.rare else plain

    def reads(self, lookup: Lookup) -> frozenset[Path]:
        """Every fact that decides the outcome; a segment `*` stands for a whole family."""
        plain = self._look(lookup)[1]
        rare = rare_needs(self.model, self.params, lookup) if self.model.rare else ()
        return plain.union(concrete(need.test) for need in rare) if rare else plain

    def effects(self, lookup: Lookup, listed: Listed) -> Iterable[Effect]:
        """What a success writes where these facts are known."""
        if self._members:
            return effects_of(self.model, self.params, lookup, listed)
        key = tuple([need.holds(lookup) for demand in self._demands for need in demand])
        found = self._effects.get(key)
        if found is None:
            found = self._effects[key] = tuple(effects_of(self.model, self.params, lookup, listed))
        return found

    def _look(self, lookup: Lookup) -> tuple[tuple[BoundNeed, ...], frozenset[Path]]:
        key = tuple([_named(lookup(path)) for path in self._lists])
        found = self._looked.get(key)
        if found is None:
            if len(self._looked) >= MAX_KNOWN:
                self._looked.clear()
            needs, reads = needs_of(self._plain, self.params, lookup), reads_of(self._plain, self.params, lookup)
            found = self._looked[key] = (needs, reads)
        return found


def _is_single(change: Change) -> bool:
    """Whether a change is made whatever the facts are, and takes nothing from another one."""
    return change.only_if is None and change.where is None and not isinstance(change.to, (Copy, Decrease))


def _named(members: Any) -> tuple[str, ...] | bool:
    """Whom a list names, as far as it matters: True for no list at all, False for one that names nobody."""
    if members is None:
        return True
    names = isinstance(members, (list, tuple)) and _TEXTS.issuperset(map(type, members))
    return tuple(members) if names else False
