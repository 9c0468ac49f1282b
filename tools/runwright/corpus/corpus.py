"""The corpus: every runbook, rule and recording of a tree, as nouns, each with the place of its values.

Reading never stops at the first mistake: what cannot be read becomes a finding and the rest goes on.
What the nouns mean together is left to `checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from runwright.corpus.complaints import complaints
from runwright.corpus.evidence import Healthy, Recorded, read_healthy, read_recording
from runwright.corpus.layout import kind_of
from runwright.corpus.manifest import Manifest, read_manifest
from runwright.corpus.strict_yaml import Document, Pointer, load_yaml
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook

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


@dataclass(frozen=True)
class Corpus:
    """Everything that a tree holds."""

    runbooks: tuple[Entry[Runbook], ...] = ()
    rules: tuple[Entry[Rule], ...] = ()
    recordings: tuple[Recorded, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    healthy: tuple[Healthy, ...] = ()
    manifests: Mapping[str, Manifest] = field(default_factory=dict)
    """The manifests of recordings, by path."""

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
    healthy: list[Healthy] = []
    findings: list[Finding] = []
    for path, content in sorted(files.items()):
        try:
            kind = kind_of(path)
            if kind == "runbook":
                findings += _collect(runbooks, path, content, Runbook)
            elif kind == "rule":
                findings += _collect(rules, path, content, Rule)
            elif kind == "recording":
                recordings.append(read_recording(path, content))
            elif kind == "healthy":
                healthy.append(read_healthy(path, content))
        except ContentError as error:
            findings.append(_finding(path, error))
    manifests = {path: read_manifest(path, content) for path, content in files.items() if kind_of(path) == "manifest"}
    findings += (problem for manifest in manifests.values() for problem in manifest.problems)
    evidence = tuple(recordings), tuple(findings), dict(files), tuple(healthy), manifests
    return Corpus(tuple(runbooks), tuple(rules), *evidence)


def joined(one: Corpus, other: Corpus) -> Corpus:
    """Two corpora as one."""
    return Corpus(
        one.runbooks + other.runbooks,
        one.rules + other.rules,
        one.recordings + other.recordings,
        one.findings + other.findings,
        {**one.files, **other.files},
        one.healthy + other.healthy,
        {**one.manifests, **other.manifests},
    )


def with_files(corpus: Corpus, files: Mapping[str, bytes]) -> Corpus:
    """A corpus with some files in the place of those that stood there, or beside the others; only they are read."""
    both = joined(
        Corpus(
            tuple(entry for entry in corpus.runbooks if entry.path not in files),
            tuple(entry for entry in corpus.rules if entry.path not in files),
            tuple(item for item in corpus.recordings if item.path not in files),
            tuple(found for found in corpus.findings if found.path not in files),
            {path: content for path, content in corpus.files.items() if path not in files},
            tuple(item for item in corpus.healthy if item.path not in files),
            {path: found for path, found in corpus.manifests.items() if path not in files},
        ),
        read_corpus(files),
    )
    runbooks = tuple(sorted(both.runbooks, key=lambda entry: entry.path))
    return replace(both, runbooks=runbooks, recordings=tuple(sorted(both.recordings, key=lambda item: item.path)))


def read_entry(path: str, content: bytes, noun: type[Noun]) -> tuple[Entry[Noun] | None, list[Finding]]:
    """Read one file as one noun: the entry, or all findings."""
    try:
        document = load_yaml(content, path)
    except ContentError as error:
        return None, [_finding(path, error)]
    try:
        # Only the names that the schema knows: those of Python's own attributes are none of a file's.
        value = noun.model_validate_json(to_json(document.data), by_alias=True, by_name=False)
        return Entry(path, value, document), []
    except ValidationError as error:
        return None, complaints(path, document, noun, error.errors(include_url=False))


def _collect(into: list[Entry[Noun]], path: str, content: bytes, noun: type[Noun]) -> list[Finding]:
    entry, findings = read_entry(path, content, noun)
    if entry is not None:
        into.append(entry)
    return findings


def _finding(path: str, error: ContentError) -> Finding:
    rule = "yaml" if path.endswith((".yaml", ".yml")) else "json"
    return Finding(path=path, line=error.line, column=error.column, rule=rule, message=error.message)
