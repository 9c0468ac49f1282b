"""Answers the engine's requests on a real host: decides conditions, carries actions out, lets time pass.

What is asked next is the engine's business; keeping the answers is `run`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runwright.actions.action import Action, Variant
from runwright.actions.binding import bind_operation
from runwright.actions.catalogue import find, variant
from runwright.agent import wanted
from runwright.agent.accept import refusal
from runwright.agent.facts import FactReader, lookup_in
from runwright.agent.ports import Clock, HostPort
from runwright.engine.exchange import Act, Acted, Answer, Decide, Decided, Pause, Paused, Request
from runwright.errors import ContentError
from runwright.model.condition import evaluate
from runwright.model.fields import Facts
from runwright.model.frozen import Authored
from runwright.model.path import str_path

INTERRUPTED = "interrupted: the agent was stopped while this was under way; whether it took effect is not known"


class Stopping(Exception):
    """The agent is asked to stop; what was not answered is asked again after the next start."""


class Begun(Authored):
    """An action is about to start; kept before it does."""

    act: Act
    at: datetime
    state_before: Facts


@dataclass(frozen=True)
class Hands:
    """Carries requests out."""

    port: HostPort
    reader: FactReader
    clock: Clock

    def decide(self, request: Decide) -> Decided:
        """Read the facts that a condition names, and decide it."""
        started = self.clock.monotonic()
        paths = wanted.of_condition(request.condition, {})
        facts = self.reader.read(paths)
        names = {str_path(path) for path in paths}
        value = evaluate(request.condition, lookup_in(facts))
        shown = {key: fact for key, fact in facts.items() if key in names}
        return Decided(value=value, facts=shown, duration=self._since(started))

    def pause(self, request: Pause) -> Paused:
        """Let time pass; raises `Stopping`."""
        started = self.clock.monotonic()
        if self.clock.sleep(request.seconds):
            raise Stopping
        return Paused(duration=self._since(started))

    def prepare(self, request: Act) -> Begun:
        """Capture what an action depends on, before it starts."""
        return Begun(act=request, at=self.clock.now(), state_before=self._state(request))

    def act(self, begun: Begun) -> Acted:
        """Carry an action out; afterwards everything that it reads and needs is captured again. Raises `Stopping`."""
        request, started = begun.act, self.clock.monotonic()
        try:
            action, chosen = self._variant(request)
            problem = refusal(action, request.params)
        except ContentError as unfit:
            problem = unfit.message
        if problem:
            return self._acted(begun, False, started, error=problem)
        result = self.port.run(bind_operation(chosen.operation, request.params), request.timeout_seconds)
        reading = chosen.read(result, request.success_codes)
        if action.check and not reading.success and self.clock.stopping:
            # A wait or a look that the stop cut short says nothing, and it is harmless to repeat.
            raise Stopping
        told = {"exit_code": result.exit_code, "output": result.output, "timed_out": result.timed_out}
        error = "" if reading.success else reading.error or result.error
        return self._acted(begun, reading.success, started, error=error, **told)

    def interrupted(self, begun: Begun) -> Acted:
        """The answer for an action that was cut off and must not be repeated."""
        lasted = max(0.0, (self.clock.now() - begun.at).total_seconds())
        return Acted(
            success=False,
            error=INTERRUPTED,
            started_at=begun.at,
            duration=round(lasted, 3),
            state_before=begun.state_before,
            state_after=self._state(begun.act),
        )

    def _acted(self, begun: Begun, success: bool, started: float, **told: object) -> Acted:
        lasted = self._since(started)
        after = self._state(begun.act)
        fields = {"started_at": begun.at, "duration": lasted, "state_before": begun.state_before, "state_after": after}
        return Acted.model_validate({"success": success, **fields, **told})

    def _state(self, request: Act) -> Facts:
        try:
            _, chosen = self._variant(request)
        except ContentError:
            return self.reader.platform()
        return self.reader.gather(lambda lookup: wanted.of_action(chosen.model, request.params, lookup))

    def _variant(self, request: Act) -> tuple[Action, Variant]:
        action = find(request.action)
        return action, variant(action, self.reader.host)

    def _since(self, started: float) -> float:
        return round(max(0.0, self.clock.monotonic() - started), 3)


def answer_to(request: Request, hands: Hands) -> Answer:
    """Answer a request that leaves no trace on the host."""
    if isinstance(request, Decide):
        return hands.decide(request)
    if isinstance(request, Pause):
        return hands.pause(request)
    raise RuntimeError(f"{type(request).__name__} is not answered here")
