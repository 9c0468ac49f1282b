"""Clears a failure of blame once it gets on: what ends the process ends it again, in the very same step.

Several failures are under way when a process ends, and mostly none of them is why.
"""

from __future__ import annotations

from collections.abc import Callable

from runwright.service.ports import Json, Steps


class Progress:
    """The same steps; after the first one that is really done, it is told once."""

    def __init__(self, steps: Steps, tell: Callable[[], None]) -> None:
        self.steps, self.tell, self.told = steps, tell, False

    def run(self, name: str, work: Callable[[], Json]) -> Json:
        """Do a step, or give the result that it had, which is no progress."""
        done: list[str] = []

        def working() -> Json:
            said = work()
            done.append(name)
            return said

        said = self.steps.run(name, working)
        if done and not self.told:
            self.told = True
            self.tell()
        return said
