"""From an incident to the runbook that answers it, or to the reason why none runs.

Reads the active release's content once for each release; the matching itself is the engine's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.agent.called import called_by
from runwright.agent.ports import ActiveRelease, ReleasesPort
from runwright.agent.targets import Here, not_here, without_command
from runwright.corpus.corpus import Corpus, Entry, read_corpus
from runwright.engine.matcher import incident_scope, match
from runwright.engine.params import resolve_params
from runwright.errors import ContentError, place
from runwright.model.incident import Incident
from runwright.model.insertion import MissingValue
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook


@dataclass(frozen=True)
class Content:
    """The active release, read."""

    release: ActiveRelease
    corpus: Corpus

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The L1 rules."""
        return tuple(entry.value for entry in self.corpus.rules)

    def runbook(self, name: str) -> Runbook | None:
        """A runbook of the release."""
        entry = self.corpus.runbook(name)
        return entry.value if entry else None

    def held(self, version_name: str) -> str | None:
        """Why this version must not run, if the release holds it."""
        for hold in self.release.document.holds:
            if f"{hold.runbook_id}-v{hold.version}" == version_name:
                return hold.reason
        return None


@dataclass
class Contents:
    """The content of the active release, read again only when another one is active."""

    releases: ReleasesPort | None
    _read: Content | None = None

    def current(self) -> Content | None:
        """The active release's content; raises `TrustError` when it is not what was signed."""
        active = self.releases.active() if self.releases else None
        if active is None:
            return None
        if self._read is None or self._read.release.document != active.document:
            self._read = Content(active, read_corpus(active.files))
        return self._read


@dataclass(frozen=True, slots=True)
class Choice:
    """The runbook to run with its parameters, or the reason why none runs."""

    reason: str
    rule: Rule | None = None
    runbook: Runbook | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    release: str | None = None
    called: Mapping[str, Runbook] = field(default_factory=dict)
    """The runbooks that it may call, by id."""

    @property
    def observe(self) -> bool:
        """The rule only says what it would have done."""
        return self.rule is not None and self.rule.mode == "observe"

    @property
    def runs(self) -> bool:
        """There is a runbook to run now."""
        return self.runbook is not None and not self.reason


def choose(content: Content | None, incident: Incident, here: Here) -> Choice:
    """Find the runbook that answers an incident on this host."""
    if content is None:
        return Choice("no release is active, so there are no rules")
    found = match(content.rules, incident)
    if found.rule is None:
        return Choice(f"none of the {len(found.considered)} rules of {content.release.tag} answers this incident")
    entry = content.corpus.runbook(found.rule.runbook_id)
    if entry is None:
        return Choice(_missing(content, found.rule), found.rule)
    try:
        return _ready(content, found.rule, entry, found.params(incident), incident, here)
    except (ContentError, MissingValue) as error:
        return Choice(str(error), found.rule, entry.value, release=content.release.tag)


def _missing(content: Content, rule: Rule) -> str:
    for finding in content.corpus.findings:
        if rule.runbook_id in finding.path:
            return f"rule {rule.id} names {rule.runbook_id}, which this agent cannot read: {finding}"
    return f"rule {rule.id} names {rule.runbook_id}, which the release does not have"


def _ready(
    content: Content, rule: Rule, entry: Entry[Runbook], given: Mapping[str, Any], incident: Incident, here: Here
) -> Choice:
    runbook = entry.value
    params = resolve_params(runbook, given, incident_scope(incident))
    called = called_by(runbook, content.runbook)
    reasons = (_cannot_run(content, name, here) for name in (runbook.id, *called))
    reason = next((reason for reason in reasons if reason), "")
    if not reason and rule.mode == "observe":
        reason = f"rule {rule.id} only observes: {runbook.version_name()} would have run"
    return Choice(reason, rule, runbook, params, content.release.tag, called)


def _cannot_run(content: Content, name: str, here: Here) -> str:
    entry = content.corpus.runbook(name)
    if entry is None:
        return f"the release does not have {name}"
    held = content.held(entry.value.version_name())
    if held is not None:
        return f"{entry.value.version_name()} is held: {held}"
    if reason := not_here(entry.value, here):
        return reason
    lacking = without_command(entry.value, here.host)
    if lacking is None:
        return ""
    line, column = entry.document.place(lacking[0])
    return f"{place(entry.path, line, column)}{lacking[1]}"
