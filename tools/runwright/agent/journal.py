"""A run's journal read back: every kept answer is fed to the engine again, until where the run was cut off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runwright.agent.carry_out import Begun
from runwright.agent.store_ports import Line
from runwright.agent.together import Branched, Pending
from runwright.engine.exchange import Acted, ActedTogether, Answer, Answered, Decided, Paused
from runwright.engine.state import State
from runwright.engine.stepper import advance
from runwright.model.frozen import Authored

_ANSWERS: Mapping[str, type[Decided | Acted | ActedTogether | Answered | Paused]] = {
    "decided": Decided,
    "acted": Acted,
    "actedtogether": ActedTogether,
    "answered": Answered,
    "paused": Paused,
}


def kind_of(line: Authored) -> str:
    """What a line is called that holds this."""
    return type(line).__name__.lower()


BEGUN, BRANCHED = "begun", "branched"


def replayed(state: State, lines: Sequence[Line]) -> tuple[State, Pending]:
    """Where the run stands and what was under way; raises `RuntimeError`, `ValueError` and `KeyError`."""
    pending = Pending()
    for line in lines:
        if line.kind == BEGUN:
            pending = pending.with_begun(Begun.model_validate_json(line.body))
        elif line.kind == BRANCHED:
            pending = pending.with_answer(Branched.model_validate_json(line.body))
        else:
            answer: Answer = _ANSWERS[line.kind].model_validate_json(line.body)
            pending, state = Pending(), advance(state, answer)
    return state, pending


def begun_in(lines: Sequence[Line]) -> tuple[Begun, ...]:
    """Every action that the run had begun."""
    return tuple(Begun.model_validate_json(line.body) for line in lines if line.kind == BEGUN)
