"""Single rules of replay, switched off for the time of one experiment.

Replay has no switches: an ablation puts another function in the place of one of its functions, wherever that is used.
What a rule is for is told by a theme, in which it matters often enough to be seen in a few hundred runs.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Literal

from runwright.actions.binding import ANY
from runwright.replay.models import command_key
from runwright.replay.reply import Reply
from runwright.replay.verifying import Looked
from runwright.replay.world import Symbol, World
from tests.support.simulator.worlds import USUAL, Climate, Theme

Made = Callable[[Any], Any]
"""What stands in for a function, given that function."""


@dataclass(frozen=True)
class Ablation:
    """One rule of replay, what replaces it, and where it matters."""

    name: str
    places: Mapping[str, Made]
    """By `module:name` or `module:Class.name` below `runwright`."""
    theme: Theme
    rate: float = 1.0
    """The share of the facts that is told."""
    costs: Literal["right", "shown", "decided", ""] = "right"
    """What is lost without the rule: right answers, shown ones, answers at all, or nothing that a few runs tell."""


@contextmanager
def without(ablation: Ablation) -> Iterator[None]:
    """Replay without a rule, as long as this lasts."""
    with ExitStack() as stack:
        for place, made in ablation.places.items():
            stack.enter_context(_replaced(place, made))
        yield


@contextmanager
def _replaced(place: str, made: Made) -> Iterator[None]:
    owner, name = _owner(place)
    original = getattr(owner, name)
    new = made(original)
    held = list(_holders(original)) if callable(original) and not isinstance(owner, type) else [(owner, name)]
    try:
        _put(held, new)
        yield
    finally:
        _put(held, original)


def _owner(place: str) -> tuple[Any, str]:
    module, _, path = place.partition(":")
    owner: Any = importlib.import_module(f"runwright.{module}")
    *inner, name = path.split(".")
    for part in inner:
        owner = getattr(owner, part)
    return owner, name


def _holders(function: Any) -> Iterator[tuple[ModuleType, str]]:
    """Every module of the package that knows a function, by the name that it has there."""
    for name, module in sorted(sys.modules.items()):
        if name.startswith("runwright."):
            yield from ((module, key) for key, value in vars(module).items() if value is function)


def _put(held: list[tuple[Any, str]], value: Any) -> None:
    for owner, name in held:
        setattr(owner, name, value)
    for name, module in sorted(sys.modules.items()):
        if name.startswith(("runwright.replay.", "runwright.actions.")):
            _forget_what_was_kept(module)


def _forget_what_was_kept(module: ModuleType) -> None:
    for value in vars(module).values():
        clear = getattr(value, "cache_clear", None)
        if callable(clear):
            clear()


def _always(value: Any) -> Made:
    return lambda _: lambda *_args, **_more: value


def _equal_unknowns(original: Any) -> Any:
    def agrees(self: World, other: World, pattern: Any) -> bool:
        if ANY in pattern:
            return bool(original(self, other, pattern))
        one, two = self.get(pattern), other.get(pattern)
        return bool(one == two) or isinstance(one, Symbol) or isinstance(two, Symbol)

    return agrees


def _different_unknowns(original: Any) -> Any:
    def agrees(self: World, other: World, pattern: Any) -> bool:
        known = ANY not in pattern and not isinstance(self.get(pattern), Symbol)
        return known and bool(original(self, other, pattern))

    return agrees


def _only_known_lists(original: Any) -> Any:
    return lambda *args: (bound for bound in original(*args) if not bound.open_list)


def _clean_failures(original: Any) -> Any:
    def after_effects(world: World, bound: Any, ended: Any, origin: str) -> Any:
        clean = not ended.success and not bound.model.opaque
        return world if clean else original(world, bound, ended, origin)

    return after_effects


def _presuming(original: Any) -> Any:
    def modelled(*args: Any) -> Reply:
        reply: Reply = original(*args)
        presumed = reply.success is None and reply.reason.endswith("which is not known")
        return Reply("modelled", True, "presumed") if presumed else reply

    return modelled


def _no_riddle_of_a_command(original: Any) -> Any:
    return lambda act, bound, road, tape: original(act, bound, replace(road, riddle=""), tape)


def _no_riddle_at_the_end(original: Any) -> Any:
    return lambda self, road, asked: original(self, replace(road, riddle=""), asked)


def _first_of_several(original: Any) -> Any:
    def hit(act: Any, bound: Any, road: Any, tape: Any) -> Any:
        number = original(act, bound, road, tape)
        return tape.index[command_key(act)][0] if number == -1 else number

    return hit


def _only_with_equal_reads(original: Any) -> Any:
    def hit(act: Any, bound: Any, road: Any, tape: Any) -> Any:
        number = original(act, bound, road, tape)
        if number is None or number < 0 or bound.model.opaque:
            return number
        before = tape.before[number]
        return number if all(road.world.agrees(before, path) for path in bound.reads(road.lookup)) else None

    return hit


def _believed_verification(original: Any) -> Any:
    def look(road: Any, condition: Any, recorded: Any, tape: Any) -> Looked:
        passed = tape.execution.verification_passed
        same = road.state.run.runbook.verify.checks == recorded.verify.checks
        believed = same and passed is not None
        return Looked(passed, False) if believed else original(road, condition, recorded, tape)

    return look


def _by_number(_: Any) -> Any:
    return lambda tries, new: tries[min(new.number, len(tries)) - 1]


_ROUGH = Climate(hidden=0.5, side_effects=0.3, outside=0.3)
_RESTLESS = Climate(hidden=0.2, side_effects=0.1, outside=1.0)
_PATIENT = Climate(1.0, 0.0, 0.0, causes=("early", "tries"))
_STUBBORN = Climate(hidden=0.6, causes=("never", "file", "room"))
_MENDED = Climate(hidden=0.8, causes=("mend",))
_DEPENDENT = Theme(Climate(0.0, 0.0, 0.0, 0.2), {"start": 3}, {"drop": 10, "negate": 4}, "supervisor")
ABLATIONS: tuple[Ablation, ...] = (
    Ablation("2 unknown counts as equal", {"replay.world:World.agrees": _equal_unknowns}, _DEPENDENT, 0.4),
    Ablation(
        "2 unknown counts as different",
        {"replay.world:World.agrees": _different_unknowns, "replay.answering:_hit": _only_with_equal_reads},
        USUAL,
        0.4,
        "decided",
    ),
    Ablation(
        "3 captures resolve nothing",
        {"replay.world:World.resolved": lambda _: lambda self, *_: self},
        USUAL,
        0.4,
        "decided",
    ),
    Ablation(
        "5 conditions of changes are taken for true",
        {"actions.binding:_holds": _always(True)},
        Theme(Climate(0.0, 0.0, 0.0), {"made": 25}, {"insert": 8}, "supervisor"),
    ),
    Ablation(
        "6 no widening",
        {"actions.binding:_bind_need": _only_known_lists},
        _DEPENDENT,
        0.4,
    ),
    Ablation(
        "7 failures change nothing",
        {"replay.models:after_effects": _clean_failures},
        Theme(_STUBBORN, steps={"restart": 10, "stop": 3}, changes={"drop": 4, "insert": 3}),
        0.2,
        costs="",
    ),
    Ablation(
        "8 measures stand still",
        {"replay.world:World.forgetting_kinds": lambda _: lambda self, *_args, **_more: self},
        Theme(_RESTLESS, steps={"disk": 4, "check": 4}),
    ),
    Ablation("10 nothing from elsewhere", {"replay.shelf:Shelf.answer": _always(None)}, USUAL, costs=""),
    Ablation("11 needs are presumed", {"replay.answering:_modelled": _presuming}, USUAL, 0.4),
    Ablation(
        "12 no refutation",
        {"replay.doubting:_refuting": _always(())},
        Theme(_ROUGH, changes={"insert cure": 5, "insert": 3}),
    ),
    Ablation(
        "13 opaque steps do not matter",
        {
            "replay.doubting:doubted": _no_riddle_of_a_command,
            "replay.looking:Looks._verify": _no_riddle_at_the_end,
            "replay.road:passed_over": _always(""),
        },
        Theme(_MENDED, steps={"mend": 16}, changes={"drop": 6, "swap": 4}),
    ),
    Ablation("14 no forks", {"replay.replayer:MAX_ROADS": lambda _: 1}, USUAL, 0.4, "decided"),
    Ablation("16 verification is believed", {"replay.verifying:look": _believed_verification}, USUAL),
    Ablation(
        "20 looking is a difference",
        {"replay.models:harmless": _always(False)},
        Theme(steps={"check": 10}, changes={"drop": 10}),
        costs="shown",
    ),
    Ablation(
        "22 limits do not matter",
        {"replay.timing:too_slow": _always(False), "replay.timing:hit_its_limit": _always(False)},
        Theme(changes={"limit": 20}),
    ),
    Ablation(
        "23 tries by number alone",
        {"replay.timing:matching": _by_number, "replay.doubting:unspoken": _always(None)},
        Theme(_PATIENT, steps={"retry": 4}, changes={"retry": 60}),
    ),
    Ablation(
        "24 the first of several",
        {"replay.answering:_hit": _first_of_several},
        Theme(_PATIENT, changes={"drop": 3, "insert cure": 3}),
        costs="",
    ),
    Ablation("26 nobody is in the way", {"replay.meeting:meeting": _always("")}, Theme(changes={"at once": 80})),
)
