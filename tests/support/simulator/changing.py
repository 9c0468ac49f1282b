"""Changes to a runbook, as people and programs make them: some mend it, some break it, some change nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tests.support.simulator.books import Book
from tests.support.simulator.pieces import Pen, Step
from tests.support.simulator.worlds import Site, Theme

Steps = list[Step]
TRIES = 20
"""How often another change is drawn when one does not fit."""


def changed(rng: Random, book: Book, site: Site, theme: Theme) -> tuple[Book, str]:
    """The book as its next version, changed once or twice, and how."""
    pen = Pen(rng, site, theme, "x")
    new, names = copy.deepcopy(book), []
    for _ in range(rng.choice((1, 1, 1, 1, 1, 2))):
        names.append(_change(pen, new))
    new["version"] = book["version"] + 1
    return new, " and ".join(names)


def _change(pen: Pen, book: Book) -> str:
    for _ in range(TRIES):
        name, change = pen.drawn(_CHANGES, pen.theme.changes)
        done = change(pen, book)
        if done:
            return f"{name} {done}"
    return "nothing"


def _lists(book: Book) -> list[Steps]:
    """Every list of steps, the innermost ones too."""
    return list(_within(book, ("steps", "rescue", "finally")))


def _within(owner: dict[str, Any], keys: tuple[str, ...]) -> Iterator[Steps]:
    for key in keys:
        if owner.get(key):
            yield owner[key]
            for step in owner[key]:
                yield from _within(step, ("block", "parallel", "rescue", "finally"))


def _any(pen: Pen, book: Book, wanted: Callable[[Step], Any] = lambda step: True) -> Step | None:
    found = [step for steps in _lists(book) for step in steps if wanted(step)]
    return pen.rng.choice(found) if found else None


def _drop(pen: Pen, book: Book) -> str | None:
    steps = pen.rng.choice([steps for steps in _lists(book) if len(steps) > 1] or [[]])
    # Two actions at the same time are the fewest.
    held = {id(step["parallel"]) for found in _lists(book) for step in found if "parallel" in step}
    if not steps or (id(steps) in held and len(steps) < 3):
        return None
    gone = steps.pop(pen.rng.randrange(len(steps)))
    return str(gone["id"])


def _swap(pen: Pen, book: Book) -> str | None:
    steps = pen.rng.choice([steps for steps in _lists(book) if len(steps) > 1] or [[]])
    if not steps:
        return None
    at = pen.rng.randrange(len(steps) - 1)
    steps[at], steps[at + 1] = steps[at + 1], steps[at]
    return f"{steps[at + 1]['id']} {steps[at]['id']}"


def _insert(pen: Pen, book: Book) -> str:
    steps = book["steps"]
    at = pen.rng.randint(0, len(steps))
    steps.insert(at, pen.step())
    return f"before {at + 1}"


def _insert_cure(pen: Pen, book: Book) -> str:
    """What a person would add: start another service, or mend or make room, before the rest."""
    name = pen.rng.choice(pen.site.names)
    cure = pen.rng.choice(
        (
            pen.action("service.start", service=name),
            pen.action("service.start", service=name),
            {**pen.action("service.start", service=name), "when": {f"services.{name}.state": ["stopped", "failed"]}},
            pen.action("service.unmask", service=name),
            pen.action("disk.vacuum_journal", keep="20M"),
        )
    )
    book["steps"].insert(pen.rng.randint(0, max(0, len(book["steps"]) - 1)), cure)
    return str(cure.get("with"))


def _insert_idle(pen: Pen, book: Book) -> str:
    step = {**pen.plain(), "when": {"platform.os": "windows"}}
    book["steps"].insert(pen.rng.randint(0, len(book["steps"])), step)
    return str(step["action"])


def _rename(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: "extract" not in step)
    if step is None:
        return None
    step["id"] = pen.named()["id"]
    return str(step["id"])


def _negate(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: step.keys() & {"when", "assert", "wait_until"})
    if step is None:
        return None
    key = pen.rng.choice(sorted(step.keys() & {"when", "assert", "wait_until"}))
    step[key] = {"not": step[key]}
    return str(step["id"])


def _retarget(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: "service" in step.get("with", {}))
    if step is None:
        return None
    step["with"] = {**step["with"], "service": pen.rng.choice(pen.site.names)}
    return f"{step['id']} {step['with']['service']}"


def _unguard(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: "when" in step)
    if step is None:
        return "precheck" if book.pop("precheck", None) else None
    del step["when"]
    return str(step["id"])


def _guard(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: "when" not in step)
    if step is None:
        return None
    step["when"] = pen.condition()
    return f"{step['id']} {step['when']}"


def _retry(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: "action" in step)
    if step is None:
        return None
    step["retry"] = {"attempts": pen.rng.randint(1, 5), "delay": f"{pen.rng.choice((0, 1, 3, 8, 10))}s"}
    return f"{step['id']} {step['retry']}"


def _limit(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: step.keys() & {"action", "wait_until"})
    if step is None:
        return None
    step["timeout"] = f"{pen.rng.choice((1, 3, 10, 30))}s"
    return f"{step['id']} {step['timeout']}"


def _on_failure(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book)
    if step is None:
        return None
    step["on_failure"] = pen.rng.choice(("stop", "continue"))
    return f"{step['id']} {step['on_failure']}"


def _settle(pen: Pen, book: Book) -> str:
    book["verify"]["settle"] = pen.rng.choice(("0s", "3s", "10s"))
    return str(book["verify"]["settle"])


def _at_once(pen: Pen, book: Book) -> str | None:
    """Two neighbours at the same time."""
    steps = book["steps"]
    pairs = [at for at in range(len(steps) - 1) if all(_is_plain(step) for step in steps[at : at + 2])]
    if not pairs:
        return None
    at = pen.rng.choice(pairs)
    steps[at : at + 2] = [pen.named(parallel=steps[at : at + 2])]
    return str(at)


def _one_by_one(pen: Pen, book: Book) -> str | None:
    steps = book["steps"]
    found = [at for at, step in enumerate(steps) if "parallel" in step or ("block" in step and "rescue" not in step)]
    if not found:
        return None
    at = pen.rng.choice(found)
    steps[at : at + 1] = steps[at].get("parallel") or [*steps[at]["block"], *steps[at].get("finally", [])]
    return str(at)


def _reverse(pen: Pen, book: Book) -> str | None:
    step = _any(pen, book, lambda step: isinstance(step.get("foreach"), list) and len(step["foreach"]) > 1)
    if step is None:
        return None
    step["foreach"] = step["foreach"][::-1]
    return str(step["id"])


def _rescue(pen: Pen, book: Book) -> str | None:
    if book.pop("rescue", None):
        return "gone"
    book["rescue"] = [pen.plain()]
    return "new"


def _is_plain(step: Step) -> bool:
    return "action" in step and "foreach" not in step


# How often each is drawn: what people change most, most often. Themes make single ones frequent.
_CHANGES: dict[str, tuple[int, Callable[[Pen, Book], str | None]]] = {
    "drop": (12, _drop),
    "swap": (8, _swap),
    "insert": (6, _insert),
    "insert cure": (7, _insert_cure),
    "insert idle": (3, _insert_idle),
    "rename": (3, _rename),
    "negate": (7, _negate),
    "retarget": (8, _retarget),
    "unguard": (6, _unguard),
    "guard": (6, _guard),
    "retry": (6, _retry),
    "limit": (6, _limit),
    "on failure": (4, _on_failure),
    "settle": (1, _settle),
    "at once": (1, _at_once),
    "one by one": (1, _one_by_one),
    "reverse": (2, _reverse),
    "rescue": (3, _rescue),
}
