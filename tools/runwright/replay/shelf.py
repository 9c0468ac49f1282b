"""The shelf: the other recordings of a runbook, for what was seen elsewhere (REPLAY 1.2, rule 10).

A symbol of one recording says nothing about another, so every read must be known on both sides, and so must be
what the hosts are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runwright.actions.binding import ANY
from runwright.engine.exchange import Act
from runwright.model.path import Path
from runwright.replay.models import command_key
from runwright.replay.reply import Reply
from runwright.replay.tape import Tape
from runwright.replay.timing import tries_of
from runwright.replay.world import Symbol, World


class Shelf:
    """Recordings by the commands that they ran; their order does not matter."""

    def __init__(self, tapes: Iterable[Tape]) -> None:
        self._found: dict[str, list[tuple[Tape, int]]] = {}
        for tape in sorted(tapes, key=lambda item: item.execution.execution_id):
            for key, numbers in tape.index.items():
                self._found.setdefault(key, []).extend((tape, number) for number in numbers)

    def answer(self, act: Act, reads: Iterable[Path], world: World, mine: Tape) -> Reply | None:
        """What every other recording that ran the command in this state says; None where none did or they disagree."""
        known = {path: world.get(path) for path in (*reads, *_platform(world))}
        told_by = [path for path in known if path[0] != "platform"]
        if not told_by or any(ANY in path or isinstance(value, Symbol) for path, value in known.items()):
            return None
        hits = list(self._hits(act, known, mine))
        if len({success for _, success, _ in hits}) != 1:
            return None
        execution_id, success, duration = hits[0]
        reason = f"{execution_id} ran the same command in the same state"
        return Reply("seen elsewhere", success, reason, duration=duration)

    def _hits(self, act: Act, known: dict[Path, object], mine: Tape) -> Iterator[tuple[str, bool, float]]:
        for tape, number in self._found.get(command_key(act), ()):
            step, before = tape.steps[number], tape.before[number]
            same_host = tape.execution.execution_id != mine.execution.execution_id and tape.host == mine.host
            if not same_host or step.declared != act.declared:
                continue
            first = tries_of(step)[0]
            cut_off = step.timed_out or first.duration > act.timeout_seconds
            if not cut_off and all(before.get(path) == value for path, value in known.items()):
                yield tape.execution.execution_id, first.outcome == "success", first.duration


def _platform(world: World) -> Iterator[Path]:
    return (path for path in world.facts if path[0] == "platform")
