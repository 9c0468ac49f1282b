"""Failures of a runbook written as YAML, thought through with the built-in author: real text in, real text out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from runwright.corpus.corpus import Corpus, read_corpus, read_entry
from runwright.learn.background import Background
from runwright.learn.drafts import Candidate, Drafted, Failure
from runwright.learn.improve import Improvement, chosen, drafted, judged, settled
from runwright.learn.judging import Judged
from runwright.model.execution import Execution
from runwright.model.path import str_path
from runwright.model.runbook import Runbook
from runwright.model.telemetry import canonical, execution_data
from runwright.model.triage import Triage
from tests.support.recordings import Facts

NOW = datetime(2025, 11, 10, 14, 35, 25, tzinfo=UTC)
PATH = "runbooks/linux/RB-LIN-SERVICE-001.yaml"
HEAD = """\
id: RB-LIN-SERVICE-001
name: Start a stopped service
version: 4
platform: linux
incident_types: [service_stopped]
params:
  service: {type: string, pattern: '^[A-Za-z0-9@._:-]+$', from: incident.resource}
"""
VERIFY = """\
verify:
  method: service_status_check
  settle: 1s
  checks:
    - {when: {"services.${{ params.service }}.state": running}, confidence: 0.95}
"""
START = """\
  - id: start
    action: service.start
    with: {service: "${{ params.service }}"}
"""
OF_WEB: dict[str, Any] = {"params": {"service": "web"}, "runbook_version": 4}


@dataclass(frozen=True)
class Thought:
    """Everything that came of one failure."""

    failure: Failure
    drafted: Drafted
    judged: tuple[Judged, ...]
    improvement: Improvement

    @property
    def summaries(self) -> list[str]:
        """What each candidate does, in words."""
        return [candidate.summary for candidate in self.drafted.candidates]

    def about(self, words: str) -> Judged:
        """The judged candidate whose summary is, or holds, these words."""
        exact = [one for one in self.judged if one.candidate.summary == words]
        return next(iter(exact or [one for one in self.judged if words in one.candidate.summary]))

    def runbook(self, words: str) -> Runbook:
        """The new version that a candidate is."""
        return read(self.about(words).candidate.text)

    def new_lines(self, words: str) -> list[str]:
        """The lines of a candidate that the old text does not have, its metadata left out."""
        candidate = self.about(words).candidate
        old = self.failure.corpus.files[candidate.path or self.failure.parent.path].decode().splitlines()
        text = candidate.text.partition("metadata:\n")[0]
        return [line for line in text.splitlines() if line not in old and not line.startswith("version:")]


def book(steps: str, head: str = HEAD, verify: str = VERIFY) -> str:
    """A runbook's text."""
    return f"{head}steps:\n{steps}{verify}"


def read(text: str) -> Runbook:
    """A text as a runbook."""
    entry, findings = read_entry(PATH, text.encode(), Runbook)
    assert entry is not None, findings
    return entry.value


def corpus_of(text: str, *runs: Execution, **files: bytes) -> Corpus:
    """A library with one runbook, recordings of it and other files."""
    recorded = {
        f"tests/recordings/{run.runbook_id}/{run.execution_id}.json": canonical(execution_data(run)) for run in runs
    }
    path = PATH.replace("linux", text.partition("platform: ")[2].partition("\n")[0])
    found = read_corpus({path: text.encode(), **recorded, **files})
    assert not found.findings
    return found


def improvable(run: Execution) -> Triage:
    """A triage that says that a better runbook would have handled it."""
    return Triage(
        execution_id=run.execution_id,
        failure_type="runbook_insufficient",
        improvable=True,
        confidence=0.9,
        rationale="a step is missing",
        by="test",
    )


def failure_of(run: Execution, corpus: Corpus) -> Failure:
    """A failed run that is worth a draft."""
    found = settled(run, corpus, NOW, improvable(run))
    assert isinstance(found, Failure), found
    return found


def thought(text: str, run: Execution, *others: Execution, **files: bytes) -> Thought:
    """Draft, judge and choose."""
    corpus = corpus_of(text, *others, **files)
    failure = failure_of(run, corpus)
    found = drafted(failure, Background())
    verdicts = tuple(judged(one, failure, corpus) for one in found.candidates)
    return Thought(failure, found, verdicts, chosen(failure, verdicts, corpus, Background(), found))


def judged_alone(candidate: Candidate, run: Execution, text: str) -> Judged:
    """What the judges say of one candidate, whoever wrote it."""
    corpus = corpus_of(text)
    return judged(candidate, failure_of(run, corpus), corpus)


def unit(name: str, state: str | None = "stopped", **more: Any) -> Facts:
    """Everything that systemd's actions read of a service."""
    facts = {
        "state": state,
        "known": True,
        "requires": [],
        "masked": False,
        "start_leaves": "running",
        "starts_others": False,
        "stops_others": False,
        "daemon_reload_pending": False,
        **more,
    }
    return {str_path(("services", name, leaf)): value for leaf, value in facts.items()}
