"""The failure probe: after a failure, the facts that may tell why are read, and kept with the answer that failed.

It only reads, it is bounded in number and time, and it changes nothing of the run: its time does not count, and what
it cannot read is named as unread. Which facts are wanted is decided in `suspects`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from runwright.actions.facts import FactRead, plan_reads
from runwright.agent import suspects
from runwright.agent.facts import READ_SECONDS, FactReader, dependencies, lookup_in
from runwright.agent.ports import Clock
from runwright.agent.secrets import Vault
from runwright.engine.exchange import Acted, ActedTogether, Answer, Decided
from runwright.engine.state import State
from runwright.engine.stepper import advance
from runwright.model.condition import Lookup
from runwright.model.execution import ExecutedStep
from runwright.model.fields import Facts
from runwright.model.path import Path, concrete_path, str_path

MAX_READS = 24
"""Operations in each of the two rounds of a probe: what is wanted, and what the services among it require."""
MAX_SECONDS = 10.0
"""After this time a probe begins no further operation."""
MAX_UNREAD = 64


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe saw, and what it wanted and could not read."""

    facts: Facts
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Probe:
    """Looks closer at what failed."""

    reader: FactReader
    vault: Vault
    clock: Clock
    asked: Callable[[str, Mapping[str, Any]], Iterable[Path]] = lambda _runbook_id, _params: ()
    """The facts that somebody wants to know when a run of this runbook fails."""

    def added(self, state: State, answer: Answer) -> Answer:
        """The same answer, with what could be read about the failure that it leads to."""
        failed = suspects.failures(state, answer, advance(state, answer))
        denied = suspects.denied(state, answer)
        if not isinstance(answer, (Acted, ActedTogether, Decided)) or not (failed or denied):
            return answer
        wanted = self._wanted(state, failed, lookup_in(answer.state_after))
        if denied:
            wanted = chain(suspects.of_verification(state), wanted)
        wanted = chain(self.asked(state.run.runbook.id, state.run.params), wanted)
        seen = self.look(wanted, answer.state_after)
        return answer.model_copy(update={"state_after": {**seen.facts, **answer.state_after}, "unread": seen.unread})

    def look(self, wanted: Iterable[Path], seen: Facts) -> Probed:
        """Read these facts, and one level deep what the services among them require; `seen` was read just now."""
        until = self.clock.monotonic() + MAX_SECONDS
        paths = tuple(dict.fromkeys(wanted))
        done = self.reader.planned(map(concrete_path, seen))
        first, answered = self._read(paths, done, until)
        required = tuple(dependencies({**seen, **first}))
        second, more = self._read(required, (*done, *self.reader.planned(paths)), until)
        unread = self._unread(
            dict.fromkeys((*paths, *required)), {**seen, **first, **second}, (*done, *answered, *more)
        )
        return Probed(self.vault.hidden_facts({**first, **second}), tuple(islice(unread, MAX_UNREAD)))

    def _wanted(self, state: State, failed: tuple[ExecutedStep, ...], lookup: Lookup) -> Iterator[Path]:
        host = self.reader.host
        for step in failed:
            yield from suspects.of_failed(step, state.asked, host, lookup)
        yield from suspects.of_resource(state.innermost.run)
        if not suspects.has_failed(state) and (failed or state.undos):
            # Once a run, all that it may depend on; where nothing is taken back, the end of the run shows it anyhow.
            yield from suspects.of_all(state.run, host, lookup)

    def _read(
        self, paths: Collection[Path], done: Collection[FactRead], until: float
    ) -> tuple[Facts, tuple[FactRead, ...]]:
        """What these reads told, and those that told anything."""
        found, answered = self.reader.declared_of(paths), []
        for read in [read for read in self.reader.planned(paths) if read not in done][:MAX_READS]:
            left = until - self.clock.monotonic()
            if left <= 0 or self.clock.stopping:
                break
            told = self.reader.look(read, min(READ_SECONDS, left))
            found |= told
            answered += [read] if told else []
        return found, tuple(answered)

    def _unread(self, paths: Iterable[Path], known: Facts, answered: Collection[FactRead]) -> Iterator[str]:
        """The facts that nobody told. One that an answer leaves out, such as the mode of no file, is not among them."""
        for path in paths:
            name = str_path(path)
            if name not in known and not any(read in answered for read in plan_reads((path,), self.reader.host)):
                yield name
