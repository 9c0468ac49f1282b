"""What the study of one failure works on and brings forth: the failure, the candidates, and what kept it from more.

Whoever drafts, the built-in author or a model, drafts the same values; whether they are any good is left to `judging`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from runwright.corpus.corpus import Corpus, Entry
from runwright.learn.fingerprint import fingerprint
from runwright.model.execution import Execution
from runwright.model.question import Provenance
from runwright.model.runbook import Runbook
from runwright.model.triage import Triage

if TYPE_CHECKING:
    from runwright.learn.edits import Edit


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed run, its triage, the runbook in force and its text."""

    execution: Execution
    triage: Triage
    parent: Entry[Runbook]
    text: str
    now: datetime
    corpus: Corpus = field(default_factory=Corpus)
    """The library and everything recorded; it lacks a parent that was reconstructed."""
    told_fingerprint: str = ""
    """The fingerprint of the run as it was delivered, where its runbook got another id since."""

    @property
    def fingerprint(self) -> str:
        """The failure's name."""
        return self.told_fingerprint or fingerprint(self.execution)

    @property
    def reconstructed(self) -> bool:
        """Whether the parent stands in no library and was put together from what ran."""
        return self.parent.path not in self.corpus.files


_OURS = Provenance()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A better version, as text, what it does in words, and who wrote it."""

    text: str
    summary: str
    provenance: Provenance = _OURS
    measured: bool = False
    """It changes nothing but times and tries, by what was recorded; replay cannot decide what nobody waited for."""
    path: str = ""
    """The file that it is the new text of; the failed runbook's own when empty, else one that it calls."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Changes that belong together, before they are a text."""

    edits: tuple[Edit, ...]
    summary: str
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """The candidates, and what kept the author from more."""

    candidates: tuple[Candidate, ...]
    missing_facts: tuple[str, ...] = ()
    reason: str = ""


def origin(failure: Failure, by: str) -> Mapping[str, Any]:
    """The metadata of a better version: what it comes from and who wrote it."""
    put_together = failure.parent.value.metadata.reconstructed_from
    return {
        "parent_runbook": failure.parent.value.version_name(),
        "generated_by": "runwright",
        "generated_from_failure": failure.execution.execution_id,
        "generated_at": failure.now.replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "generation_model": by,
        "requires_human_review": True,
        "failure_type": failure.triage.failure_type,
        **({"reconstructed_from": put_together} if put_together else {}),
    }
