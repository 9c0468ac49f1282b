"""Reads what `runwright propose` is given: failed runs, what agents read afterwards, evidence that was kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError
from runwright.learn.probed import probed
from runwright.model.execution import Execution
from runwright.model.telemetry import parse_execution

MAX_BYTES = 64 * 1024 * 1024


def read_runs(source: IO[bytes], probes: IO[bytes] | None, only: str | None) -> list[Execution]:
    """The runs of a file, each with its probe; raises `ContentError`."""
    runs = [_run(item, where) for where, item in _documents(source)]
    told = [run.execution_id for run in runs]
    if only is not None:
        runs = [run for run in runs if run.execution_id == only]
    if not runs:
        if only is not None and told:
            raise ContentError(f"there is no run {only!r:.80} among the {len(told)} of it, such as {told[0]!r:.80}")
        raise ContentError('there is no run in it; expected an Execution, or {"execution": …} around one')
    read = _probes(probes) if probes is not None else {}
    return [_answered(run, read) for run in runs]


def _run(item: Any, where: str) -> Execution:
    if not isinstance(item, Mapping):
        raise ContentError(f"{where}: expected an Execution as a JSON object, not {type(item).__name__}")
    try:
        return parse_execution(item.get("execution", item))
    except ContentError as error:
        raise ContentError(f"{where}: {error.message}") from None


def _documents(source: IO[bytes]) -> list[tuple[str, Any]]:
    """What a file holds: one JSON document, a list, or one value a line; with where each stands."""
    content = source.read(MAX_BYTES + 1)
    name = getattr(source, "name", "-")
    if len(content) > MAX_BYTES:
        raise ContentError(f"{name}: longer than {MAX_BYTES} bytes")
    try:
        whole = read_json(content)
    except ContentError:
        lines = [(number, line) for number, line in enumerate(content.splitlines(), start=1) if line.strip()]
        return [(f"{name}:{number}", _line(line, f"{name}:{number}")) for number, line in lines]
    items = whole if isinstance(whole, list) else [whole]
    return [(f"{name}[{number}]" if len(items) > 1 else name, item) for number, item in enumerate(items)]


def _line(line: bytes, where: str) -> Any:
    try:
        return read_json(line)
    except ContentError as error:
        raise ContentError(f"{where}: {error.message}") from None


def _probes(source: IO[bytes]) -> dict[str | None, Mapping[str, Any]]:
    """Facts by the run that they belong to; None for those that belong to every one."""
    found: dict[str | None, Mapping[str, Any]] = {}
    for where, item in _documents(source):
        facts = item.get("facts", item) if isinstance(item, Mapping) else None
        if not isinstance(facts, Mapping):
            raise ContentError(f'{where}: expected facts by path, or {{"execution_id": …, "facts": {{…}}}}')
        run = item.get("execution_id") if "facts" in item else None
        found[run if isinstance(run, str) else None] = facts
    return found


def _answered(run: Execution, probes: Mapping[str | None, Mapping[str, Any]]) -> Execution:
    facts = {**probes.get(None, {}), **probes.get(run.execution_id, {})}
    return probed(run, facts) if facts else run
