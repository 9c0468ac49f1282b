"""Several actions at the same time: each is noted before it starts, and each answer is kept as soon as it is there.

The files are written by the thread that drives the run; the others only carry actions out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from runwright.agent.carry_out import Begun, Hands, Stopping
from runwright.engine.exchange import Act, Acted, ActedTogether, Together
from runwright.model.frozen import Authored


class Branched(Authored):
    """The answer of one of several actions, kept before the others have ended."""

    step: str
    answer: Acted


@dataclass(frozen=True)
class Pending:
    """What was under way when the agent was stopped."""

    begun: Mapping[str, Begun] = field(default_factory=dict)
    answers: Mapping[str, Acted] = field(default_factory=dict)
    """Of several actions, those that had ended."""

    def with_begun(self, begun: Begun) -> Pending:
        """One more action had begun."""
        return Pending({**self.begun, begun.act.step: begun}, self.answers)

    def with_answer(self, branched: Branched) -> Pending:
        """One more action had ended."""
        return Pending(self.begun, {**self.answers, branched.step: branched.answer})


Begin = Callable[[Act], Begun]
"""Notes an action before it starts."""
Keep = Callable[[Branched], None]
"""Keeps an answer."""


@dataclass(frozen=True)
class Several:
    """Carries several actions out, so many at once."""

    hands: Hands
    begin: Begin
    keep: Keep

    def answer(self, request: Together, pending: Pending) -> ActedTogether:
        """Give one answer an action, in their order; what had ended before is not repeated. Raises `Stopping`."""
        started = self.hands.clock.monotonic()
        answers = {act.step: pending.answers[act.step] for act in request.acts if act.step in pending.answers}
        with ThreadPoolExecutor(request.limit, thread_name_prefix="step") as pool:
            self._run(request, pending, answers, pool)
        longest = max((answer.duration for answer in answers.values()), default=0.0)
        lasted = max(self.hands.clock.monotonic() - started, longest)
        return ActedTogether(answers=tuple(answers[act.step] for act in request.acts), duration=round(lasted, 3))

    def _run(self, request: Together, pending: Pending, answers: dict[str, Acted], pool: ThreadPoolExecutor) -> None:
        waiting = [act for act in request.acts if act.step not in answers]
        running: dict[Future[Acted], str] = {}
        stopped = False
        while (waiting and not stopped) or running:
            while waiting and not stopped and len(running) < request.limit:
                act = waiting.pop(0)
                running[self._submit(act, pending, pool)] = act.step
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                stopped = self._ended(running.pop(future), future, answers) or stopped
            stopped = stopped or self.hands.clock.stopping
        if stopped:
            raise Stopping

    def _submit(self, act: Act, pending: Pending, pool: ThreadPoolExecutor) -> Future[Acted]:
        begun = pending.begun.get(act.step)
        if begun is not None:
            return pool.submit(self.hands.again, begun)
        return pool.submit(self.hands.act, self.begin(act))

    def _ended(self, step: str, future: Future[Acted], answers: dict[str, Acted]) -> bool:
        """Keep one answer; True when there is none because the agent is asked to stop."""
        try:
            answer = future.result()
        except Stopping:
            return True
        self.keep(Branched(step=step, answer=answer))
        answers[step] = answer
        return False
