"""What a recording says of the commands that ran at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from runwright.model.execution import ExecutedStep
from runwright.replay.models import command_key, idle


@dataclass(frozen=True, slots=True)
class RanTogether:
    """Commands that ran at the same time, in an order that only the host knows."""

    members: tuple[int, ...]
    keys: tuple[str, ...]
    limit: int
    """So many at once."""
    until: int
    """The recorded step behind all of them, those that did not run included."""


def ran_together(recorded: Sequence[ExecutedStep], commands: Sequence[ExecutedStep]) -> Mapping[int, RanTogether]:
    """The groups of a recording, by the number of each command in them."""
    groups = [step for step in recorded if step.action == "parallel"]
    if not groups:
        return {}
    numbers = {step.step: number for number, step in enumerate(commands)}
    found: dict[int, RanTogether] = {}
    for group in groups:
        whole = _whole(group, numbers, commands)
        found |= dict.fromkeys(whole.members, whole)
    return found


def members_of(group: ExecutedStep) -> Iterator[str]:
    """The steps of a group, by the names that they have in the whole run."""
    caller, slash, _ = group.step.rpartition("/")
    names = group.params.get("steps")
    return (f"{caller}{slash}{name}" for name in (names if isinstance(names, list) else ()))


def _whole(group: ExecutedStep, numbers: Mapping[str, int], commands: Sequence[ExecutedStep]) -> RanTogether:
    named = sorted(numbers[name] for name in members_of(group) if name in numbers)
    members = tuple(number for number in named if not idle(commands[number]))
    limit = group.params.get("limit")
    keys = tuple(sorted(command_key(commands[number]) for number in members))
    at_once = limit if isinstance(limit, int) else len(members)
    return RanTogether(members, keys, min(at_once, len(members)), named[-1] + 1 if named else 0)
