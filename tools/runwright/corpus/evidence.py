"""Reads recordings and healthy states: the one place that says what a file must be to count as evidence.

Telemetry is read leniently where it comes in; what is kept as a test is held to more: it stands where it belongs, and
its facts have the types that the dictionary gives them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from runwright.corpus.layout import HEALTHY, RECORDINGS
from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError
from runwright.model.bounds import excess
from runwright.model.execution import Execution
from runwright.model.facts import spec_of
from runwright.model.healthy import HealthyState, parse_healthy
from runwright.model.path import concrete_path
from runwright.model.telemetry import json_path, parse_execution, read_again

MAX_BYTES = 1024 * 1024
"""Bytes of one recording that are read."""
_FACTS = ("state_before", "state_after", "verification_facts")
_STEP_FACTS = ("facts", "state_before", "state_after")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list, tuple),
}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording and the file it stands in."""

    path: str
    execution: Execution


@dataclass(frozen=True, slots=True)
class Healthy:
    """One healthy state and the file it stands in."""

    path: str
    state: HealthyState


def read_recording(path: str, content: bytes) -> Recorded:
    """Read one file as a recording; raises `ContentError` with the JSON path of what is wrong."""
    execution = parse_execution(_read(content))
    _check_amount(execution)
    _check_place(path, execution)
    for at, facts in _facts_of(execution):
        _check_facts(facts, at)
    return Recorded(path, execution)


def read_recording_again(path: str, content: bytes) -> Recorded:
    """Read the bytes of a recording that were read strictly before, which is quicker; raises `ContentError`."""
    execution = read_again(content)
    _check_amount(execution)
    _check_place(path, execution)
    return Recorded(path, execution)


def read_healthy(path: str, content: bytes) -> Healthy:
    """Read one file as a healthy state; raises `ContentError` with the JSON path of what is wrong."""
    state = parse_healthy(_read(content))
    if path != healthy_path(state.state_id):
        raise ContentError(f"$.state_id: {state.state_id} belongs into {healthy_path(state.state_id)}")
    _check_facts(state.facts, ("facts",))
    return Healthy(path, state)


def recording_path(runbook_id: str, execution_id: str) -> str:
    """Where the recording of a run belongs."""
    return f"{RECORDINGS}{runbook_id}/{file_name(execution_id)}.json"


def healthy_path(state_id: str) -> str:
    """Where a healthy state belongs."""
    return f"{HEALTHY}{file_name(state_id)}.json"


def file_name(execution_id: str) -> str:
    """An execution id as a file name: plain characters, and a digest where that made two ids one."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in execution_id)[:100]
    return plain if plain == execution_id else f"{plain}-{hashlib.sha256(execution_id.encode()).hexdigest()[:8]}"


def _read(content: bytes) -> Any:
    if len(content) > MAX_BYTES:
        raise ContentError(f"$: has {len(content)} bytes; at most {MAX_BYTES} are read")
    return read_json(content)


def _check_amount(execution: Execution) -> None:
    too_much = excess(execution)
    if too_much is not None:
        raise ContentError(f"{too_much}; a run that holds more is no recording")


def _check_place(path: str, execution: Execution) -> None:
    """A file that stands in no folder of a runbook is one that somebody only looks at."""
    folder, _, name = path.removeprefix(RECORDINGS).rpartition("/")
    if not path.startswith(RECORDINGS) or not folder:
        return
    if folder != execution.runbook_id:
        said = f"$.runbook_id: a run of {execution.runbook_id:.80} is no recording of {folder:.80}"
        raise ContentError(f"{said}; it belongs into {RECORDINGS}{execution.runbook_id:.80}/")
    if name != f"{file_name(execution.execution_id)}.json":
        raise ContentError(f"$.execution_id: {execution.execution_id} belongs into {_place(execution)}")


def _place(execution: Execution) -> str:
    return recording_path(execution.runbook_id, execution.execution_id)


def _facts_of(execution: Execution) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    for name in _FACTS:
        yield (name,), getattr(execution, name, None) or {}
    for number, step in enumerate(execution.executed_steps):
        for name in _STEP_FACTS:
            yield ("executed_steps", number, name), getattr(step, name)


def _check_facts(facts: Mapping[str, Any], at: tuple[str | int, ...]) -> None:
    """Raises `ContentError` for the first fact that is not of its type; null is the absence of a value."""
    for key, value in facts.items():
        wanted = _type_of(key)
        if wanted is None or value is None or _is(value, wanted):
            continue
        said = f"expected {wanted}, not {type(value).__name__}"
        raise ContentError(f"{json_path((*at, key))}: {said}; a recording is never edited, so record the run again")


def _is(value: Any, wanted: str) -> bool:
    if isinstance(value, bool):
        return wanted == "boolean"
    return isinstance(value, _TYPES[wanted])


@lru_cache(maxsize=16384)
def _type_of(key: str) -> str | None:
    """The type that the dictionary gives a fact, if it knows it."""
    try:
        spec = spec_of(concrete_path(key))
    except ValueError:
        return None
    return spec.type if spec else None
