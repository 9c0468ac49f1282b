"""The agent as a whole: one thread that waits for the earliest thing due, does it, and stops when asked.

At the start: go on with what was cut off, pull, look. An outage of one part (a locked file, a service that is away)
is told and tried again; it never ends the others.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from runwright.agent.carry_out import Stopping
from runwright.agent.config import AgentConfig, AnyCheck
from runwright.agent.handle import Handler
from runwright.agent.ports import Clock, Emit
from runwright.agent.pull import Puller
from runwright.agent.push import Pusher
from runwright.agent.report import Reporter
from runwright.agent.watch import Watch
from runwright.errors import EdgeError

SYNC_SECONDS = 4 * 3600.0
"""How often the pattern statistics are sent (SOURCES A.2)."""
TRY_AGAIN_SECONDS = 60.0
APPROVAL_SECONDS = 1.0
"""How often the answers of people are looked for, while a run waits for one."""


@dataclass
class Task:
    """Something that is done again and again."""

    name: str
    every: float
    work: Callable[[], None]
    due: float = 0.0
    """On the monotonic clock; 0 means at once."""


@dataclass(frozen=True)
class Agent:
    """One running agent."""

    config: AgentConfig
    watch: Watch
    handler: Handler
    reporter: Reporter
    puller: Puller | None
    pusher: Pusher | None
    clock: Clock
    emit: Emit

    def run(self) -> None:
        """Work until the agent is asked to stop."""
        tasks = self._tasks()
        try:
            self.handler.resume()
            while not self.clock.stopping:
                self._turn(tasks)
                self.clock.wait(self._rest(tasks))
        except Stopping:
            return

    def once(self) -> None:
        """Look at every check once, finish what was found, and send what waits."""
        try:
            self.handler.resume()
            self._finish_rested()
            for task in self._tasks():
                self._do(task)
                self._finish_rested()
            self._push()
        except Stopping:
            return

    def pull(self) -> None:
        """Pull, then report where that has left the agent."""
        if self.puller is not None:
            self.puller.pull()
            self.reporter.queue_status()

    def _tasks(self) -> list[Task]:
        releases = self.config.releases
        pulls = [Task("pull", releases.every.total_seconds(), self.pull)] if releases else []
        looks = [Task(check.id, check.every.total_seconds(), self._look(check)) for check in self.config.checks]
        return [*pulls, *looks, Task("sync", SYNC_SECONDS, self.reporter.queue_stats)]

    def _look(self, check: AnyCheck) -> Callable[[], None]:
        return lambda: self.watch.look(check)

    def _turn(self, tasks: list[Task]) -> None:
        asked = self.clock.nudged()
        for task in tasks:
            if self.clock.stopping:
                return
            if task.due <= self.clock.monotonic() or (asked and task.name == "pull"):
                task.due = self.clock.monotonic() + task.every
                self._do(task)
            self._go_on_rested()
        if self.handler.waiting:
            self._do(Task("approvals", APPROVAL_SECONDS, self.handler.go_on))
        self._push()

    def _go_on_rested(self) -> None:
        """Go on with the runs whose time has passed, also between two tasks: one of them may have taken long."""
        if self.handler.rest() == 0:
            self._do(Task("waiting runs", 0.0, self._carry_rested))

    def _carry_rested(self) -> None:
        healed = self.handler.go_on_rested()
        for check in self.config.checks:
            if check.id in healed:
                self.watch.confirm(check)

    def _finish_rested(self) -> None:
        """Carry every run that was set aside to its end; raises `Stopping`."""
        while (seconds := self.handler.rest()) < math.inf:
            if self.clock.sleep(seconds):
                raise Stopping
            self._go_on_rested()

    def _rest(self, tasks: list[Task]) -> float:
        next_task = min(task.due for task in tasks) - self.clock.monotonic()
        next_answer = APPROVAL_SECONDS if self.handler.waiting else math.inf
        return max(0.0, min(next_task, next_answer, self.handler.rest(), self._next_push()))

    def _next_push(self) -> float:
        if self.pusher is None:
            return math.inf
        try:
            sends = self.pusher.next_in()
        except EdgeError:
            return TRY_AGAIN_SECONDS
        return math.inf if sends is None else sends

    def _do(self, task: Task) -> None:
        try:
            task.work()
        except EdgeError as error:
            if not error.retryable:
                raise
            self.emit("trouble", {"task": task.name, "message": error.message})

    def _push(self) -> None:
        if self.pusher is not None:
            self._do(Task("push", 0.0, self.pusher.push))
