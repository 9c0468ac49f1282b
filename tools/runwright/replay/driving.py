"""Drives the engine one turn: answers its request from the recording, both ways where the answer is not known.

What becomes of a command is left to `carrying`, what a run asks of facts and of people to `looking`.
"""

from __future__ import annotations

from dataclasses import dataclass

from runwright.engine.exchange import (
    Act,
    Acted,
    Ask,
    Decide,
    Pause,
    Paused,
    Together,
)
from runwright.engine.stepper import request
from runwright.replay.answering import Evidence, in_same_group
from runwright.replay.carrying import carried_out
from runwright.replay.looking import Looks, on
from runwright.replay.meeting import group_of, joined, meeting
from runwright.replay.models import command_key
from runwright.replay.noting import noted_command
from runwright.replay.road import (
    Road,
    at_recorded_moment,
    diverged,
)

MAX_WAYS = 32
"""Ways through actions that run at the same time."""


@dataclass(frozen=True, slots=True)
class Drive:
    """What a replay of one recording goes by."""

    looks: Looks

    @property
    def evidence(self) -> Evidence:
        """What commands are answered from."""
        return self.looks.evidence

    def turn(self, road: Road) -> list[Road]:
        """Answer one request: one road, or two where the answer is not known."""
        asked = request(road.state)
        if isinstance(asked, Act):
            return self._act(road, asked)
        if isinstance(asked, Decide):
            return self.looks.decide(road, asked)
        if isinstance(asked, Together):
            return self._together(road, asked)
        if isinstance(asked, Ask):
            return self.looks.ask(road, asked)
        if isinstance(asked, Pause):
            return [on(road, Paused(duration=asked.seconds))]
        raise RuntimeError("a finished run asks nothing")

    def _act(self, road: Road, act: Act) -> list[Road]:
        ways = carried_out(at_recorded_moment(road, self.evidence.tape), act, self.evidence)
        return [on(way, answer) for way, answer in ways]

    def _together(self, road: Road, asked: Together) -> list[Road]:
        """Several actions at once, as if one after the other: none of them touches what another needs."""
        tape = self.evidence.tape
        group = group_of(asked, road)
        clash = meeting(asked.acts, group.keys, road, tape)
        if clash:
            return [_noting(road, asked.acts, f"{clash} of {asked.step} get into each other's way")]
        alike = in_same_group(road.but(group=group), tape, tape.next_run(road.cursor))
        ways: list[tuple[Road, tuple[Acted, ...]]] = [(road.but(group=group), ())]
        for act in asked.acts:
            ways = [
                (moved, (*answers, answer))
                for way, answers in ways
                for moved, answer in carried_out(at_recorded_moment(way, tape), act, self.evidence)
            ]
            if len(ways) > MAX_WAYS:
                return [_noting(road, asked.acts, f"more than {MAX_WAYS} ways through {asked.step} remained open")]
        # What runs at the same time is over sooner than one after the other, and the other way round.
        ends = ((way if alike else diverged(way, asked.step, tape), answers) for way, answers in ways)
        return [on(way.but(group=None), joined(answers, asked.limit)) for way, answers in ends]


def _noting(road: Road, acts: tuple[Act, ...], why: str) -> Road:
    """The road that cannot be followed through several actions, with what they would have done."""
    for act in acts:
        road = road.but(**noted_command(road, act, command_key(act)))
    return road.but(undecided=why)
