"""Answers the engine's requests on a real host: decides conditions, carries actions out, lets time pass.

What is asked next is the engine's business; keeping the answers is `run`'s; several actions at once are `together`'s.
Nothing that leaves here holds the value of a secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runwright.actions.action import Action, Result, Variant
from runwright.actions.catalogue import find, variant
from runwright.actions.host import REBOOT
from runwright.agent import wanted
from runwright.agent.accept import refusal
from runwright.agent.facts import FactReader, lookup_in
from runwright.agent.ports import ActingPort, BootPort, Clock
from runwright.agent.secrets import Vault
from runwright.engine.exchange import Act, Acted, Decide, Decided, Pause, Paused
from runwright.errors import ContentError, EdgeError
from runwright.model.condition import evaluate
from runwright.model.fields import Facts
from runwright.model.frozen import Authored
from runwright.model.path import str_path
from runwright.redact.cuts import without_beginning

INTERRUPTED = "interrupted: the agent was stopped while this was under way; whether it took effect is not known"
NO_BOOT_ID = "nobody could tell here that the restart happened: a run by hand ends with it, an agent needs the boot id"
NOT_RESTARTED = "the agent was started again, and the host was not"
MOMENT_SECONDS = 30
"""Two moments that are closer than this are the same start of the host."""
MAX_STDERR = 4000
"""Characters kept of what a success wrote to standard error."""


class Stopping(Exception):
    """The agent is asked to stop; what was not answered is asked again after the next start."""


class Begun(Authored):
    """An action is about to start; kept before it does."""

    act: Act
    at: datetime
    state_before: Facts
    boot_id: str | None = None
    """Which start of the host it was, for an action that restarts it."""


@dataclass(frozen=True)
class Hands:
    """Carries requests out."""

    port: ActingPort
    reader: FactReader
    clock: Clock
    vault: Vault
    boot: BootPort

    def decide(self, request: Decide) -> Decided:
        """Read the facts that a condition names, and decide it."""
        started = self.clock.monotonic()
        paths = wanted.of_condition(request.condition, {})
        facts = self.reader.read(paths)
        names = {str_path(path) for path in paths}
        value = evaluate(request.condition, lookup_in(facts))
        shown = {key: fact for key, fact in facts.items() if key in names}
        return Decided(value=value, facts=self.vault.hidden_facts(shown), duration=self._since(started))

    def pause(self, request: Pause) -> Paused:
        """Let time pass; raises `Stopping`."""
        started = self.clock.monotonic()
        if self.clock.sleep(request.seconds):
            raise Stopping
        return Paused(duration=self._since(started))

    def prepare(self, request: Act) -> Begun:
        """Capture what an action depends on, before it starts."""
        boot_id = self.boot.boot_id() if request.action == REBOOT.name else None
        return Begun(act=request, at=self.clock.now(), state_before=self._state(request), boot_id=boot_id)

    def act(self, begun: Begun) -> Acted:
        """Carry an action out; afterwards everything that it reads and needs is captured again. Raises `Stopping`."""
        request, started = begun.act, self.clock.monotonic()
        try:
            action, chosen = self._variant(request)
            problem = _problem(action, begun)
            result = Result(None) if problem else self._carried_out(chosen, request)
        except (ContentError, EdgeError) as unfit:
            problem = unfit.message
        if problem:
            return self._acted(begun, False, started, error=self.vault.hidden_text(problem))
        reading = chosen.read(result, request.success_codes)
        if action is REBOOT and (reading.success or self._goes_down(result)):
            return self._not_restarted(begun, started)
        if not reading.success and self.clock.stopping and _cut_short(action, result):
            raise Stopping
        told = {"exit_code": result.exit_code, "output": result.output, "timed_out": result.timed_out}
        error = _last_words(result.error) if reading.success else reading.error or result.error
        return self._acted(begun, reading.success, started, error=error, **told)

    def again(self, begun: Begun) -> Acted:
        """The answer for an action that was cut off: carried out again where that is harmless; raises `Stopping`."""
        if begun.act.action == REBOOT.name:
            return self._after_restart(begun)
        return self.act(begun) if find(begun.act.action).repeatable else self._ended(begun, INTERRUPTED)

    def recall(self, begun: Begun) -> None:
        """Know the secrets of an earlier action again, so that nothing later shows them."""
        self.vault.recall(begun.act.params, begun.act.secrets)

    def _carried_out(self, chosen: Variant, request: Act) -> Result:
        operation = self.vault.bound(chosen.operation, request.params, request.secrets)
        if request.run_as is None:
            return self.vault.hidden(self.port.run(operation, request.timeout_seconds))
        return self.vault.hidden(self.port.run_as(request.run_as, operation, request.timeout_seconds))

    def _goes_down(self, result: Result) -> bool:
        """The restart may end the command that asked for it, before the agent is asked to stop."""
        return self.clock.stopping or (result.exit_code or 0) < 0

    def _not_restarted(self, begun: Begun, started: float) -> Acted:
        """The restart was asked for: it ends this process, or it never comes. Raises `Stopping`."""
        left = begun.act.timeout_seconds - self._since(started)
        if self.clock.sleep(max(0.0, left)):
            raise Stopping
        said = f"the restart was asked for, and the host still runs after {begun.act.timeout_seconds:g} s"
        return self._acted(begun, False, started, error=said, timed_out=True)

    def _after_restart(self, begun: Begun) -> Acted:
        """Another start of the host is what was wanted; the same one means that it was cut off before."""
        now = self.boot.boot_id()
        if _another_start(begun.boot_id, now):
            return self._ended(begun, "")
        left = begun.act.timeout_seconds - self._lasted(begun)
        if now is None or begun.boot_id is None or left <= 0:
            return self._ended(begun, NO_BOOT_ID if now is None else NOT_RESTARTED)
        shorter = begun.act.model_copy(update={"timeout_seconds": left})
        return self.act(begun.model_copy(update={"act": shorter}))

    def _ended(self, begun: Begun, error: str) -> Acted:
        """The answer for an action that ended while nobody looked."""
        return Acted(
            success=not error,
            error=error,
            started_at=begun.at,
            duration=self._lasted(begun),
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
        declared = frozenset(wanted.of_declared(request.declared))
        facts = self.reader.gather(lambda lookup: wanted.of_action(chosen.model, request.params, lookup) | declared)
        return self.vault.hidden_facts(facts)

    def _variant(self, request: Act) -> tuple[Action, Variant]:
        action = find(request.action)
        return action, variant(action, self.reader.host)

    def _lasted(self, begun: Begun) -> float:
        return round(max(0.0, (self.clock.now() - begun.at).total_seconds()), 3)

    def _since(self, started: float) -> float:
        return round(max(0.0, self.clock.monotonic() - started), 3)


def _last_words(error: str) -> str:
    """What a success wrote to standard error; another version of its action may read it otherwise."""
    left_out = len(error) - MAX_STDERR
    return error if left_out <= 0 else without_beginning(error[left_out:], left_out)


def _cut_short(action: Action, result: Result) -> bool:
    """Whether the stop itself may have ended it: that says nothing, and it is harmless to repeat."""
    return action.check or (action.repeatable and (result.exit_code or 0) < 0)


def _problem(action: Action, begun: Begun) -> str | None:
    """Why an action is not carried out at all."""
    if action is REBOOT and begun.boot_id is None:
        return NO_BOOT_ID
    return refusal(action, begun.act.params)


def _another_start(before: str | None, now: str | None) -> bool:
    """Whether the host has started again; a moment of starting is only known to about a second."""
    if before is None or now is None:
        return False
    if before.startswith("at:") and now.startswith("at:"):
        return abs(int(now[3:]) - int(before[3:])) > MOMENT_SECONDS
    return before != now
