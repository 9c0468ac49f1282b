"""The library with mistakes planted in it, what replay says of each, and what real hosts said of some.

The mistakes themselves are made by `mutations`; running them on real hosts is left to tests/oracle.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from runwright.corpus.corpus import Corpus
from runwright.model.execution import Execution
from runwright.model.runbook import Runbook
from runwright.model.verdict import Verdict, Would
from runwright.replay.judging import Pair, judge_all, recorded_outcome
from tests.support.library import ROOT, library
from tests.support.mutation_targets import targets_of
from tests.support.mutations import Mutation, digest, mutations

ANSWERS = ROOT / "tests" / "oracle" / "ANSWERS.json"
"""What real hosts said, with the scenarios in which they were asked."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One mistake, one recording, and what replay says of them."""

    mutation: Mutation
    recording: Execution
    verdict: Verdict

    @property
    def said(self) -> str:
        """What would happen, with how sure that is, such as `succeed (shown)`."""
        return f"{self.verdict.would} ({self.verdict.grade})" if self.verdict.grade else self.verdict.would

    @property
    def recorded(self) -> Any:
        """The recorded step that the mistake is about; None where nothing is recorded of it."""
        steps = (step for step in self.recording.executed_steps if step.step == self.mutation.step)
        return next(steps, None)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A test that makes a fault and runs a runbook against it, and what that run came to."""

    runbook: str
    was: Would
    test: str
    """The test's name for pytest."""
    call: int
    """Which of the test's runs of this runbook is meant, from 0."""
    steps: tuple[tuple[str, str], ...]
    """Each step of the run with its outcome: the recording of this scenario has the same."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a real host said of one mistake in one scenario."""

    mutation: str
    digest: str
    was: Would
    real: Would


@cache
def corpus() -> Corpus:
    """The library and all its recordings."""
    found = (ROOT / "tests" / "recordings").rglob("*.json")
    return library(**{path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sorted(found)})


@cache
def books() -> dict[str, Runbook]:
    """The runbooks of the library, by id."""
    return {entry.value.id: entry.value for entry in corpus().runbooks}


def runs_of(runbook_id: str) -> list[Execution]:
    """The recordings of a runbook that ran the version that the library has."""
    found = [item.execution for item in corpus().recordings_of(runbook_id)]
    return [run for run in found if run.runbook_version == books()[runbook_id].version]


@cache
def planted_in(runbook_id: str) -> tuple[Mutation, ...]:
    """Every mistake in one runbook of the library."""
    others = (item.execution for item in corpus().recordings)
    return tuple(mutations(books()[runbook_id], targets_of(runs_of(runbook_id), others)))


@cache
def all_planted() -> tuple[Mutation, ...]:
    """Every mistake in every runbook that has recordings."""
    return tuple(mutation for name in books() if runs_of(name) for mutation in planted_in(name))


def replayed(chosen: Iterable[Mutation]) -> Iterator[Planted]:
    """What replay says of mistakes on each recording of their runbook."""
    for mutation in chosen:
        runs = runs_of(mutation.runbook.id)
        pair = Pair(books()[mutation.runbook.id], mutation.runbook, books(), books())
        for run, verdict in zip(runs, judge_all(pair, runs), strict=True):
            yield Planted(mutation, run, verdict)


def shape(run: Execution) -> tuple[tuple[str, str], ...]:
    """Each step of a run with its outcome."""
    return tuple((step.step, step.outcome) for step in run.executed_steps)


def kept(path: Path = ANSWERS) -> tuple[list[Scenario], list[Answer]]:
    """The scenarios and answers that are kept."""
    data = json.loads(path.read_bytes()) if path.exists() else {"scenarios": [], "answers": []}
    scenarios = [{**item, "steps": tuple(map(tuple, item["steps"]))} for item in data["scenarios"]]
    return [Scenario(**item) for item in scenarios], [Answer(**item) for item in data["answers"]]


def recording_of(scenario: Scenario) -> Execution | None:
    """The recording that was made in a scenario; None where it is gone or went another way."""
    runs = (run for run in runs_of(scenario.runbook) if recorded_outcome(run) == scenario.was)
    return next((run for run in runs if shape(run) == scenario.steps), None)


def asked() -> Iterator[tuple[Planted, Answer]]:
    """What replay says, beside what a real host said, wherever the mistake is still the one that was asked about."""
    scenarios, answers = kept()
    recordings = {(item.runbook, item.was): recording_of(item) for item in scenarios}
    for mutation, answer in fitting(answers):
        recording = recordings.get((mutation.runbook.id, answer.was))
        yield from ((one, answer) for one in replayed([mutation]) if one.recording is recording)


def fitting(answers: Iterable[Answer]) -> list[tuple[Mutation, Answer]]:
    """The answers whose mistake is still the one that was asked about."""
    by_name = {mutation.name: mutation for mutation in all_planted()}
    pairs = ((by_name[item.mutation], item) for item in answers if item.mutation in by_name)
    return [(mutation, answer) for mutation, answer in pairs if digest(mutation.runbook) == answer.digest]


def stale() -> list[str]:
    """The mistakes that a real host was asked about in another form, or whose recording is gone."""
    compared = {(answer.mutation, answer.was) for _, answer in asked()}
    answers = {(answer.mutation, answer.was) for answer in kept()[1]}
    return sorted(f"{name} (recorded: {was})" for name, was in answers - compared)
