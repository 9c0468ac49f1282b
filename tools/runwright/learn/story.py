"""Everything that a pull request tells, as one value, and what follows from it in few words: title, labels, priority.

The title and the labels are made of ids, the semantic diff and a fixed set of words: never of telemetry, never of what
a model says.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from runwright.actions.catalogue import ACTIONS
from runwright.checks.meaning import ALONE, Around, Meaning, meanings, risk_of, title_of
from runwright.learn.background import Background
from runwright.learn.fingerprint import VERIFICATION, failed_step
from runwright.model.execution import Execution
from runwright.model.fields import Priority, Risk
from runwright.model.policy import DEFAULT, Policy
from runwright.model.question import Provenance
from runwright.model.runbook import Runbook
from runwright.model.triage import Triage
from runwright.model.verdict import ReplayReport
from runwright.model.walk import all_steps

CRITICAL = frozenset({"service_stopped", "service_crash", "database_down", "backup_stale", "disk_full"})
"""Kinds of incident that block production, or end in lost data."""
SEVERAL = 2
"""At so many sites a failure is the fleet's."""
MAX_TITLE = 250
NOTHING_KNOWN = Background()
BUILT_IN = Provenance()


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that a pull request tells."""

    base: Runbook
    head: Runbook
    execution: Execution
    triage: Triage
    report: ReplayReport
    fingerprint: str
    seen: int = 1
    policy: Policy = DEFAULT
    """What the base asks for."""
    background: Background = NOTHING_KNOWN
    provenance: Provenance = BUILT_IN
    reconstructed: bool = False
    """The library has no parent: it was put together from the steps that ran."""
    around: Around = ALONE
    """What else stands in the base: what a change means and how risky it is hangs on it."""
    first_uses: tuple[str, ...] = ()
    """Actions that no runbook of the base uses."""

    @property
    def changes(self) -> tuple[Meaning, ...]:
        """The change in meaning; a parent that stands in no library makes all of it new."""
        new = meanings(None, self.head, self.around) if self.reconstructed else ()
        return (*new, *meanings(self.base, self.head, self.around))

    @property
    def risk(self) -> Risk:
        """The risk class of the change, by code alone."""
        return risk_of(self.changes)

    @property
    def times(self) -> int:
        """How often the failure was seen, by whoever counted more."""
        return max(self.seen, self.background.seen)

    @property
    def topic(self) -> str:
        """Names the runbook and the failing step, in 12 digits."""
        step = failed_step(self.execution)
        about = f"{self.head.id}\n{step.step if step else VERIFICATION}"
        return hashlib.sha256(about.encode()).hexdigest()[:12]


def title(story: Story) -> str:
    """The title, made from ids and the semantic diff; a new step whose id holds a name is called by its action."""
    spoken = _spoken(story)
    said = " ".join(spoken.get(word, word) for word in title_of(story.base, story.head).split(" "))
    # Of a parent that was put together, only what stands in the diff is counted: all of it is new.
    more = len([change for change in meanings(story.base, story.head, story.around) if change.title]) - 1
    rest = f" and {more} more" if more > 0 else ""
    return f"runbook({story.head.id}): {said}{rest} [{story.triage.failure_type}]"[:MAX_TITLE]


def _spoken(story: Story) -> dict[str, str]:
    """What a title says instead of the ids of new steps: such an id may hold a name that telemetry chose."""
    there = {step.id for step in all_steps(story.base)}
    ours = _OURS | {word for name in (*there, *story.base.params) for word in _words(name)}
    new = (step for step in all_steps(story.head) if step.id not in there)
    return {step.id: step.verb for step in new if not set(_words(step.id)) <= ours}


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+", name.lower())


_OURS = frozenset(word for name in ACTIONS for word in _words(name)) | {"item", "wait", "before"}
"""The words of ids that no telemetry chose, beside those of the base's own steps and parameters."""


def labels(story: Story) -> tuple[str, ...]:
    """The labels: a fixed set, never a word of telemetry."""
    return (
        "runwright",
        f"priority:{priority(story.execution, story.times, story.background.sites)}",
        f"risk:{story.risk}",
        f"failure:{story.triage.failure_type}",
    )


def priority(execution: Execution, seen: int = 1, sites: int = 1) -> Priority:
    """How soon a person should look."""
    return raised("high" if execution.incident_type in CRITICAL else "medium", seen, sites)


def raised(now: Priority, seen: int, sites: int) -> Priority:
    """The priority of something that was seen so often at so many sites; it never falls.

    How often one site sent it makes nothing urgent: that is in the hands of whoever sends.
    """
    if sites >= SEVERAL:
        return "high"
    return "medium" if now == "low" and seen > 1 else now


def relabelled(labels: Iterable[str], seen: int, sites: int) -> tuple[str, ...]:
    """The labels of an open pull request after its failure was seen again."""
    return tuple(_relabelled(label, seen, sites) for label in labels)


def _relabelled(label: str, seen: int, sites: int) -> str:
    levels: tuple[Priority, ...] = ("high", "medium", "low")
    return next((f"priority:{raised(level, seen, sites)}" for level in levels if label == f"priority:{level}"), label)


def first_uses(library: Iterable[Runbook], head: Runbook) -> tuple[str, ...]:
    """The actions of a new version that no runbook of the library uses."""
    from runwright.model.walk import verbs

    known = {verb.action for runbook in library for verb in verbs(runbook)}
    return tuple(sorted({verb.action for verb in verbs(head)} - known))
