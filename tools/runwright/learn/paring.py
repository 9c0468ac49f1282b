"""Pares a version that heals down to what healing takes: a change without which it heals too is taken back.

A draft may bring more than the failure asks for, out of zeal or because a text told its author so. What is left is the
smallest change: every step that was there stands as it stood, and no new one does anything, unless the fix needs it.
New looks and waits are left as they are: they write nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from runwright.actions.catalogue import ACTIONS
from runwright.corpus.corpus import Corpus
from runwright.corpus.editing import insert_step, set_block
from runwright.corpus.step_editing import remove_step, replace_step
from runwright.corpus.strict_yaml import Pointer, load_yaml
from runwright.errors import ContentError
from runwright.learn.drafts import Failure
from runwright.learn.judging import Judged, judged
from runwright.model.runbook import Runbook
from runwright.model.walk import Placed, nested

MAX_CHANGES = 10
"""More changes than this are a matter for a person; each costs a replay."""
Back = Callable[[str], str]
"""Takes one change of a text back; raises `ContentError` where that cannot be."""


def pared(best: Judged, failure: Failure, corpus: Corpus) -> Judged:
    """The same candidate without what the fix does not need; one with too many changes is no fix any more."""
    if not (best.ok or best.undecided) or best.base is None or best.head is None or best.candidate.measured:
        return best
    before = failure.text if best.base.path == failure.parent.path else corpus.files[best.base.path].decode()
    changes = [*_blocks(before, best.candidate.text), *_changes(best.base.value, best.head.value, before)]
    if len(changes) > MAX_CHANGES:
        said = f"it makes {len(changes)} changes; at most {MAX_CHANGES} are looked at"
        return replace(best, ok=False, undecided=False, why=said)
    for back in changes if len(changes) > 1 else ():
        best = _without(back, best, failure, corpus)
    return best


def _without(back: Back, best: Judged, failure: Failure, corpus: Corpus) -> Judged:
    """The candidate without one change, where that does as well."""
    try:
        text = back(best.candidate.text)
    except ContentError:
        return best
    found = judged(replace(best.candidate, text=text), failure, corpus)
    return found if found.ok or (best.undecided and found.undecided) else best


def _changes(base: Runbook, head: Runbook, before: str) -> Iterator[Back]:
    """How each change of a step is taken back: what is gone or differs first, then what is new."""
    old, new = {one.step.id: one for one in nested(base)}, {one.step.id: one for one in nested(head)}
    for name, placed in old.items():
        if name not in new:
            yield _put_back(placed, before, [other for other in old if other != name])
        elif _differs(placed, new[name]):
            yield _as_before(placed, before)
    for name, placed in new.items():
        if name not in old and placed.step.action is not None and not _only_looks(placed):
            yield _taken_away(name)


def _blocks(before: str, after: str) -> Iterator[Back]:
    """How the verification, the precheck, the limits and the parameters come back as they were."""
    old, new = _data(before, ()), _data(after, ())
    for key in ("params", "limits", "precheck", "verify"):
        if isinstance(old.get(key), dict) and old[key] != new.get(key):
            yield _block_as_before(key, old[key])


def _block_as_before(key: str, value: Mapping[str, Any]) -> Back:
    def back(text: str) -> str:
        return set_block(text, key, value)

    return back


def _differs(old: Placed, new: Placed) -> bool:
    """Whether a step itself is another; the steps in it are looked at by themselves."""
    inside = {"block", "parallel", "rescue", "always"}
    return old.step.model_dump(exclude=inside) != new.step.model_dump(exclude=inside)


def _only_looks(placed: Placed) -> bool:
    action = ACTIONS.get(placed.step.verb)
    return action is not None and action.check


def _as_before(placed: Placed, before: str) -> Back:
    def back(text: str) -> str:
        at = _pointer(text, placed.step.id)
        return replace_step(text, int(at[-1]), _data(before, placed.pointer), at=at[:-1])

    return back


def _put_back(placed: Placed, before: str, others: list[str]) -> Back:
    """A step that is gone, in its list again: behind those that stood before it."""

    def back(text: str) -> str:
        at, number = placed.pointer[:-1], int(placed.pointer[-1])
        steps = _data(before, at)
        later = [step["id"] for step in steps[number + 1 :] if step["id"] in others]
        there = [step["id"] for step in _data(text, at)]
        index = next((there.index(name) for name in later if name in there), len(there))
        return insert_step(text, index, steps[number], at=at)

    return back


def _taken_away(name: str) -> Back:
    def back(text: str) -> str:
        at = _pointer(text, name)
        return remove_step(text, int(at[-1]), at=at[:-1])

    return back


def _pointer(text: str, name: str) -> Pointer:
    """Where a step stands in a text."""
    document = load_yaml(text.encode())
    places = (at[:-1] for at in document.keys if at[-1] == "id" and len(at) > 1 and _data(text, at) == name)
    found = next(places, None)
    if found is None:
        raise ContentError(f"step {name} is gone", line=1, column=1)
    return found


def _data(text: str, at: Pointer) -> Any:
    """What stands at a place of a text; raises `ContentError` where there is nothing."""
    data: Any = load_yaml(text.encode()).data
    for part in at:
        inside = part in data if isinstance(data, dict) else isinstance(data, list) and isinstance(part, int)
        if not inside or (isinstance(data, list) and not 0 <= int(part) < len(data)):
            raise ContentError("the list that a step stood in is gone", line=1, column=1)
        data = data[part]
    return data
