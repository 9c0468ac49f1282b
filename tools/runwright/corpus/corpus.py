"""The corpus: every runbook, rule and recording of a tree, as nouns, each with the place of its values.

Reading never stops at the first mistake: what cannot be read becomes a finding and the rest goes on.
What the nouns mean together is left to `checks`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from runwright.corpus.strict_yaml import Document, Pointer, load_yaml
from runwright.errors import ContentError
from runwright.model.execution import Execution
from runwright.model.finding import Finding
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook
from runwright.model.telemetry import parse_execution

RUNBOOKS, RULES, RECORDINGS = "runbooks/", "rules/", "tests/recordings/"
CONTENT = (RUNBOOKS, RULES, RECORDINGS)
Noun = TypeVar("Noun", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Noun]):
    """One noun, the file it stands in, and the position of each of its values."""

    path: str
    value: Noun
    document: Document

    def finding(self, rule: str, message: str, at: Pointer = (), **more: Any) -> Finding:
        """A finding about one place in this file."""
        line, column = self.document.place(at)
        return Finding(path=self.path, line=line, column=column, rule=rule, message=message, **more)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recording and the file it stands in."""

    path: str
    execution: Execution


@dataclass(frozen=True)
class Corpus:
    """Everything that a tree holds."""

    runbooks: tuple[Entry[Runbook], ...] = ()
    rules: tuple[Entry[Rule], ...] = ()
    recordings: tuple[Recorded, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)

    def runbook(self, runbook_id: str) -> Entry[Runbook] | None:
        """The runbook of that id."""
        return next((entry for entry in self.runbooks if entry.value.id == runbook_id), None)

    def recordings_of(self, runbook_id: str) -> tuple[Recorded, ...]:
        """The recordings of one runbook, by execution id."""
        found = [item for item in self.recordings if item.execution.runbook_id == runbook_id]
        return tuple(sorted(found, key=lambda item: item.execution.execution_id))


def read_corpus(files: Mapping[str, bytes]) -> Corpus:
    """Read a tree of files."""
    runbooks: list[Entry[Runbook]] = []
    rules: list[Entry[Rule]] = []
    recordings: list[Recorded] = []
    findings: list[Finding] = []
    for path, content in sorted(files.items()):
        try:
            if path.startswith(RUNBOOKS) and path.endswith((".yaml", ".yml")):
                findings += _collect(runbooks, path, content, Runbook)
            elif path.startswith(RULES) and path.endswith((".yaml", ".yml")):
                findings += _collect(rules, path, content, Rule)
            elif path.startswith(RECORDINGS) and path.endswith(".json"):
                recordings.append(Recorded(path, parse_execution(read_json(content))))
        except ContentError as error:
            findings.append(_finding(path, error))
    return Corpus(tuple(runbooks), tuple(rules), tuple(recordings), tuple(findings), dict(files))


def read_entry(path: str, content: bytes, noun: type[Noun]) -> tuple[Entry[Noun] | None, list[Finding]]:
    """Read one file as one noun: the entry, or all findings."""
    try:
        document = load_yaml(content, path)
    except ContentError as error:
        return None, [_finding(path, error)]
    try:
        return Entry(path, noun.model_validate_json(to_json(document.data)), document), []
    except ValidationError as error:
        return None, [_from_pydantic(path, document, item) for item in _telling(error.errors(include_url=False))]


def read_json(content: bytes) -> Any:
    """Read JSON strictly: no NaN, no key twice, no endless depth; raises `ContentError`."""
    try:
        return json.loads(content, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except RecursionError:
        raise ContentError("$: nested too deep to be read") from None
    except ValueError as error:
        raise ContentError(f"$: not valid JSON: {error}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON value")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"key {twice!r} is given twice")
    return data


def _collect(into: list[Entry[Noun]], path: str, content: bytes, noun: type[Noun]) -> list[Finding]:
    entry, findings = read_entry(path, content, noun)
    if entry is not None:
        into.append(entry)
    return findings


def _finding(path: str, error: ContentError) -> Finding:
    rule = "yaml" if path.endswith((".yaml", ".yml")) else "json"
    return Finding(path=path, line=error.line, column=error.column, rule=rule, message=error.message)


def _telling(errors: list[Any]) -> list[Any]:
    """Leave out "too short" for a list whose items are themselves refused."""
    places = [item["loc"] for item in errors]
    return [
        item
        for item in errors
        if item["type"] != "too_short"
        or not any(len(at) > len(item["loc"]) and at[: len(item["loc"])] == item["loc"] for at in places)
    ]


def _from_pydantic(path: str, document: Document, item: Any) -> Finding:
    context = item.get("ctx", {})
    pointer: Pointer = (*item["loc"], *context.get("at", ()))
    line, column = document.place(pointer)
    where = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in pointer).lstrip(".")
    return Finding(path=path, line=line, column=column, rule="schema", message=_words(where, item))


_SAID = {"missing": "is missing", "extra_forbidden": "is not a field here"}


def _words(where: str, item: Any) -> str:
    said = _SAID.get(item["type"]) or item["msg"].removeprefix("Value error, ").replace(
        "Tuple should", "the list should"
    )
    subject = f"`{where}`" if where else "the file"
    return f"{subject} {said}" if item["type"] in _SAID else f"{subject}: {said}"
