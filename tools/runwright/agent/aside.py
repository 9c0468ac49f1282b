"""A run that lets time pass is set aside: where it stands and when it goes on, while the agent does other work.

Where it stands is kept here for this process alone; its journal tells the same to the next one. Short waits are none of
this: a run holds the agent for them, so that what it does next meets the host as it left it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runwright.engine.state import State

if TYPE_CHECKING:
    from runwright.agent.run import Started

PATIENCE_SECONDS = 10.0
"""How long a run may hold an agent without acting: a wait that lasts longer is gone on with in between other work."""


@dataclass(frozen=True, slots=True)
class Resting:
    """A run that was set aside, and from when to when on the monotonic clock."""

    started: Started
    state: State
    since: float
    until: float


class SetAside(Exception):
    """A run waits for time to pass; meanwhile the agent does other work."""

    def __init__(self, resting: Resting) -> None:
        super().__init__("the run is set aside")
        self.resting = resting
