"""The built-in author: writes better versions of a runbook from what a failed run's facts prove.

Each mechanism drafts changes of its own; here they are written into the text, each meaning once. Whether a candidate
is any good is left to the judges. No text of telemetry gets into a runbook.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from runwright.corpus.corpus import read_entry
from runwright.errors import ContentError
from runwright.learn import elsewhere, lifting, patience, skipping
from runwright.learn.drafts import Candidate, Draft, Drafted, Failure
from runwright.learn.edits import written
from runwright.learn.extracting import wanted
from runwright.learn.goals import Place, places_of
from runwright.learn.planner import plans_for
from runwright.learn.remedies import inserts, words
from runwright.learn.spots import Spot, spot_of
from runwright.learn.study import Study, study_of
from runwright.learn.triage import BUILT_IN
from runwright.model.condition import describe
from runwright.model.runbook import Runbook
from runwright.model.walk import all_steps

__all__ = ["Candidate", "Drafted", "Failure", "draft"]
MAX_CANDIDATES = 24
"""So many drafts are judged at most; each costs a replay of everything recorded."""
Mechanism = Callable[[Study], Iterator[Draft]]


def draft(failure: Failure) -> Drafted:
    """Write candidates for one failure."""
    study = study_of(failure)
    if isinstance(study, str):
        return Drafted((), (), study)
    places = places_of(study)
    missing = tuple(dict.fromkeys(name for place in places for name in place.missing))
    remedies = [(study, one) for one in _remedies(study, places)]
    remedies += [(around, one) for around, place in _around(study, failure, places) for one in _remedies(around, place)]
    others = [(study, one) for mechanism in MECHANISMS for one in mechanism(study)]
    if not remedies:
        missing = tuple(dict.fromkeys((*missing, *wanted(study.step, study.execution, study.tape.host))))
    try:
        found = tuple(_distinct([*remedies, *others]))
    except ContentError as error:
        return Drafted((), missing, f"the runbook's text cannot be edited: {error.message}")
    return Drafted(found, missing, "" if remedies else _why(places[0]))


def _around(study: Study, failure: Failure, places: tuple[Place, ...]) -> Iterator[tuple[Study, tuple[Place, ...]]]:
    """What a called runbook lacked may be made so before the call, too, where nobody ever ran that one by itself."""
    if not study.caller:
        return
    name = study.caller.partition("/")[0]
    call = next((step for step in study.execution.executed_steps if step.step == name), None)
    outer = Study(failure, study.tape, call, failure.execution.params)
    spot = spot_of(outer, call) if call is not None else ""
    if isinstance(spot, Spot):
        yield outer, tuple(replace(place, spot=spot) for place in places[:1] if place.spot is not None)


def _why(place: Place) -> str:
    if not place.ways:
        return place.reason
    return f"no action of the catalogue brings about: {'; '.join(describe(goal.test) for goal in place.ways[0])}"


def _remedies(study: Study, places: tuple[Place, ...]) -> Iterator[Draft]:
    """What the plans for each place insert there."""
    taken = {step.id for step in all_steps(study.runbook)}
    for place in places:
        if place.spot is None:
            continue
        for plan in plans_for(place.ways, place.situation):
            steps = inserts(plan, place.spot, taken, study.execution, place.situation.world)
            yield Draft(steps, words(plan))


def _distinct(drafts: Iterable[tuple[Study, Draft]]) -> Iterator[Candidate]:
    """The drafts as texts, each meaning once."""
    seen: set[str] = set()
    for study, one in drafts:
        path = study.failure.parent.path if study.caller else ""
        text = written(study.failure, one.edits, BUILT_IN)
        meaning = path + _meaning(text, study)
        if meaning not in seen and len(seen) < MAX_CANDIDATES:
            seen.add(meaning)
            yield Candidate(text, one.summary, measured=one.measured, path=path)


def _meaning(text: str, study: Study) -> str:
    """What a version does, whatever its steps are called."""
    entry, _ = read_entry(study.failure.parent.path, text.encode(), Runbook)
    if entry is None:
        return text
    return entry.value.model_dump_json(exclude={"metadata": True, "steps": {"__all__": {"name"}}})


MECHANISMS: tuple[Mechanism, ...] = (lifting.drafts, elsewhere.drafts, skipping.drafts, patience.drafts)
"""What else can be better than a missing step, each in a file of its own."""
