"""Arms the crash points from `RUNWRIGHT_FAULT`, for tests that try what a process survives. Never on by itself.

Which points there are and how a plan is written is `runwright.fault`'s.
"""

from __future__ import annotations

import os
import signal
import threading

from runwright import fault
from runwright.errors import EdgeError
from runwright.fault import Action, Plan


class Trap:
    """Counts the passages of one process and does what its plan says; any thread may pass."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._counting = plan, threading.Lock()

    def spring(self, name: str) -> None:
        """Pass a point; raises EdgeError or RuntimeError where the plan asks for it."""
        with self._counting:
            self._plan, actions = self._plan.at(name)
        for action in actions:
            act(action, name)


def act(action: Action, name: str) -> None:
    """Do one thing, after a line on standard error that says so."""
    os.write(2, f"fault: {action} at {name}\n".encode())  # unbuffered: the process may end at the next line
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif action == "raise":
        raise EdgeError(f"a fault was asked for at {name}")
    elif action == "break":
        raise RuntimeError(f"a fault was asked for at {name}")


def arm(text: str) -> None:
    """Arm a plan for the life of this process; raises ContentError for one that cannot be read."""
    fault.arm(Trap(fault.parse_plan(text)).spring)
