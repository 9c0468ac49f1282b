"""Facts that the service asks for: kept from its answers, and read when a run of that runbook fails again.

The service is not trusted with more than a question. A request names facts and nothing else; it is read only within
what the actions and conditions of the active release read anyhow, by the same read-only readers, few at a time. A
host is only spoken to where the release or the run's own parameters name it: what a failure says must not choose where
an agent knocks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import Model
from runwright.actions.binding import ANY, covers
from runwright.actions.catalogue import Host, find, variant
from runwright.actions.facts import siblings
from runwright.agent.match import Contents
from runwright.agent.store_ports import NotesPort
from runwright.errors import ContentError, EdgeError, TrustError
from runwright.model.condition import tests
from runwright.model.insertion import ROOTS, Insertion
from runwright.model.path import Path, PathTemplate, concrete_path
from runwright.model.probe import ProbeRequest, read_requests
from runwright.model.runbook import Runbook
from runwright.model.walk import all_steps, step_conditions, verbs

NOTE = "probe_requests"
MAX_READ = 12
"""Facts that one run reads because the service asked."""
REACHING = frozenset({"dns", "endpoints", "http", "mqtt", "postgres", "postgres_slots", "redis", "tls"})
"""Families whose first name is a host or an address that a reader speaks to."""
HERE = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class Requested:
    """The requests that this agent was handed last."""

    notes: NotesPort
    contents: Contents
    host: Host

    def hear(self, answer: Mapping[str, Any]) -> None:
        """Keep the requests of an answer in place of earlier ones; an older service says nothing of them."""
        if "probe_requests" not in answer:
            return
        found = [request.model_dump(mode="json") for request in read_requests(answer["probe_requests"])]
        self.notes.set_note(NOTE, json.dumps(found) if found else None)

    def paths(self, runbook_id: str, params: Mapping[str, Any]) -> tuple[Path, ...]:
        """The facts to look at when a run of this runbook, with these parameters, failed."""
        asked = [path for request in self._kept() if request.runbook_id == runbook_id for path in request.facts]
        families = self._families() if asked else ()
        paths = dict.fromkeys(concrete_path(text) for text in asked)
        named = HERE | {str(value) for value in params.values()}
        return tuple(path for path in paths if within(path, families, named))[:MAX_READ]

    def _kept(self) -> tuple[ProbeRequest, ...]:
        try:
            return read_requests(json.loads(self.notes.note(NOTE) or "[]"))
        except ValueError:
            return ()

    def _families(self) -> tuple[Path, ...]:
        """The families of facts that the active release reads on this host."""
        try:
            content = self.contents.current()
        except (TrustError, EdgeError):
            return ()
        runbooks = [entry.value for entry in content.corpus.runbooks] if content is not None else []
        named = {family for runbook in runbooks for family in families_of(runbook, self.host)}
        return tuple({also for family in named for also in (family, *_read_together(family))})


def within(path: Path, families: Iterable[Path], named: Collection[str]) -> bool:
    """Whether the release reads such a fact, and speaks to no host that neither it nor the run has named."""
    read = [family for family in families if covers(family, path)]
    return bool(read) and (path[0] not in REACHING or path[1] in named or any(family[1] != ANY for family in read))


def families_of(runbook: Runbook, host: Host) -> Iterator[Path]:
    """The families of facts that a runbook's actions and conditions are about, with `*` for what is inserted."""
    for verb in verbs(runbook):
        try:
            model = variant(find(verb.action), host).model
        except ContentError:
            continue
        yield from (family(path) for path in _templates(model))
    for condition in (runbook.precheck.healthy, runbook.precheck.unsafe, *(one.when for one in runbook.verify.checks)):
        yield from (family(test.path) for test in (tests(condition) if condition is not None else ()))
    for step in all_steps(runbook):
        for _, condition in step_conditions(step):
            yield from (family(test.path) for test in tests(condition) if test.path[0] not in ROOTS)


def family(template: PathTemplate) -> Path:
    """A path with `*` for what is inserted."""
    return tuple(ANY if isinstance(part, Insertion) else part for part in template)


def _templates(model: Model) -> Iterator[PathTemplate]:
    yield from model.reads
    for need in (*model.needs, *model.rare):
        yield from (test.path for test in (need.test, need.unless) if test is not None)
        yield from (need.each[1],) if need.each is not None else ()
    for change in model.changes:
        yield change.path
        yield from (part.path for part in (change.only_if, change.where) if part is not None)


def _read_together(pattern: Path) -> Iterator[Path]:
    """The facts that a reader of this one tells with it."""
    named = tuple("x" if part == ANY else part for part in pattern)
    for also in siblings(named):
        yield tuple(ANY if mine == ANY else part for mine, part in zip(pattern, also, strict=False))
