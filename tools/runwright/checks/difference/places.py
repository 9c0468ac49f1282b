"""Which steps came, went, got another name or moved: by their id, within the list that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from runwright.checks.difference.sameness import normal
from runwright.model.runbook import Runbook
from runwright.model.step import Step
from runwright.model.walk import nested

Place = tuple[str, str]
"""The list that a step stands in: the id of the step around it (or nothing) and the key of the list."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A step, the list that it stands in, and what stands in that list."""

    step: Step
    place: Place
    order: tuple[str, ...]

    def following(self, among: Iterable[str]) -> str | None:
        """The next step of the list that is one of these."""
        wanted = frozenset(among)
        at = self.order.index(self.step.id)
        return next((name for name in self.order[at + 1 :] if name in wanted), None)


@dataclass(frozen=True)
class Pairing:
    """The steps of two versions, side by side; `renamed` leads from the old id to the new one."""

    before: Mapping[str, Standing]
    after: Mapping[str, Standing]
    renamed: Mapping[str, str]

    def partner(self, standing: Standing) -> Standing | None:
        """The old step that a new one was."""
        return self.before.get(self._origin.get(standing.step.id, standing.step.id))

    @cached_property
    def _origin(self) -> Mapping[str, str]:
        return {now: was for was, now in self.renamed.items()}

    def old_place(self, standing: Standing) -> Place:
        """The place of an old step, in the new names."""
        owner, key = standing.place
        return self.renamed.get(owner, owner), key

    def gone(self) -> list[Standing]:
        """The old steps that are no more; of one that went with the steps in it, the outermost."""
        lost = {name for name in self.before if name not in self.after and name not in self.renamed}
        return [self.before[name] for name in self.before if name in lost and self.before[name].place[0] not in lost]

    def come(self) -> list[Standing]:
        """The new steps; of one that came with the steps in it, the outermost."""
        new = {name for name, standing in self.after.items() if self.partner(standing) is None}
        return [self.after[name] for name in self.after if name in new and self.after[name].place[0] not in new]

    @cached_property
    def kept(self) -> list[tuple[Standing, Standing]]:
        """The steps that are in both, old and new."""
        pairs = [(self.partner(standing), standing) for standing in self.after.values()]
        return [(old, new) for old, new in pairs if old is not None]

    def moved(self) -> list[tuple[Standing, Standing]]:
        """The steps that stand elsewhere: in another list, or not where the others of their list leave them."""
        stayed = frozenset(name for names in self._lists().values() for name in _longest_rising(names))
        return [(old, new) for old, new in self.kept if new.step.id not in stayed]

    def _lists(self) -> dict[Place, list[tuple[int, str]]]:
        """For each list, in the new order: where its steps stood in the same list before."""
        lists: dict[Place, list[tuple[int, str]]] = {}
        for old, new in self.kept:
            if self.old_place(old) == new.place:
                lists.setdefault(new.place, []).append((old.order.index(old.step.id), new.step.id))
        return lists


def pair(base: Runbook, head: Runbook) -> Pairing:
    """Lay the steps of two versions side by side."""
    before, after = _standing(base), _standing(head)
    lost = [s for name, s in before.items() if name not in after]
    new = [s for name, s in after.items() if name not in before]
    renamed: dict[str, str] = {}
    for old in lost:
        twin = next((s for s in new if s.step.id not in renamed.values() and _twins(old, s, renamed)), None)
        if twin is not None:
            renamed[old.step.id] = twin.step.id
    return Pairing(before, after, renamed)


def _twins(old: Standing, new: Standing, renamed: Mapping[str, str]) -> bool:
    owner, key = old.place
    return (renamed.get(owner, owner), key) == new.place and _content(old.step) == _content(new.step)


def _content(step: Step) -> str:
    return normal("", step.model_copy(update={"id": ""}))


def _standing(runbook: Runbook) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    lists: dict[tuple[str | int, ...], list[str]] = {}
    owners: dict[tuple[str | int, ...], str] = {}
    placed = list(nested(runbook))
    for each in placed:
        lists.setdefault(each.pointer[:-1], []).append(each.step.id)
        owners[each.pointer] = each.step.id
    for each in placed:
        around, key = each.pointer[:-2], str(each.pointer[-2])
        found[each.step.id] = Standing(each.step, (owners.get(around, ""), key), tuple(lists[each.pointer[:-1]]))
    return found


def _longest_rising(numbers: list[tuple[int, str]]) -> list[str]:
    """The names of the most steps that kept their order among themselves."""
    best: list[list[str]] = []
    for at, (number, name) in enumerate(numbers):
        earlier = [best[n] for n in range(at) if numbers[n][0] < number]
        best.append([*max(earlier, key=len, default=[]), name])
    return max(best, key=len, default=[])
