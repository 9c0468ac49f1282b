"""What all checks say of one file by itself: its findings, and its summary for the checks across files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.checks import evidence
from runwright.checks.tree import Summary
from runwright.checks.validation import check_entry, summary_of
from runwright.corpus.corpus import Entry, read_entry
from runwright.corpus.evidence import read_healthy, read_recording
from runwright.corpus.layout import Kind, blob_id, kind_of
from runwright.corpus.manifest import read_manifest
from runwright.errors import ContentError
from runwright.model.finding import Finding
from runwright.model.rule import Rule
from runwright.model.runbook import Runbook


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What is known of one file; `summary` is None when it could not be read."""

    path: str
    blob: str
    findings: tuple[Finding, ...] = ()
    summary: Summary | None = None


def judge_file(path: str, content: bytes, blob: str = "") -> FileVerdict:
    """Read and check one file of a library; one that is no content has nothing to say."""
    kind, name = kind_of(path), blob or blob_id(content)
    if kind is None:
        return FileVerdict(path, name)
    if kind == "manifest":
        manifest = read_manifest(path, content)
        return FileVerdict(path, name, manifest.problems, evidence.summary_of_manifest(manifest, name))
    if kind in ("recording", "healthy"):
        return _evidence(path, content, name)
    entry, findings = _entry(path, content, kind)
    if entry is None:
        return FileVerdict(path, name, tuple(findings))
    return FileVerdict(path, name, tuple(check_entry(entry)), summary_of(entry, name))


def entry_at(path: str, content: bytes) -> Entry[Any] | None:
    """The runbook or rule of one file, if it can be read."""
    kind = kind_of(path)
    return _entry(path, content, kind)[0] if kind in ("runbook", "rule") else None


def verdict_data(verdict: FileVerdict) -> list[Any]:
    """A verdict as plain JSON values."""
    summary, found = verdict.summary, [finding.model_dump(exclude_defaults=True) for finding in verdict.findings]
    told = [summary.kind, summary.id, dict(summary.notes)] if summary else None
    return [verdict.path, verdict.blob, found, told]


def verdict_from(data: list[Any]) -> FileVerdict:
    """The verdict that `verdict_data` wrote."""
    path, blob, found, told = data
    summary = Summary(path, told[0], told[1], blob, told[2]) if told else None
    return FileVerdict(path, blob, findings_from(found), summary)


def findings_from(data: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """Findings from plain JSON values."""
    return tuple(Finding(**item) for item in data)


def _entry(path: str, content: bytes, kind: Kind) -> tuple[Entry[Any] | None, list[Finding]]:
    return read_entry(path, content, Runbook) if kind == "runbook" else read_entry(path, content, Rule)


def _evidence(path: str, content: bytes, blob: str) -> FileVerdict:
    """A recording or a healthy state; one that cannot be read stands there all the same."""
    try:
        if kind_of(path) == "healthy":
            summary = evidence.summary_of_healthy(read_healthy(path, content), content, blob)
        else:
            summary = evidence.summary_of_recording(read_recording(path, content), content, blob)
    except ContentError as error:
        found = Finding(path=path, line=error.line, column=error.column, rule="json", message=error.message)
        return FileVerdict(path, blob, (found,), evidence.summary_of_unread(path, content, blob))
    return FileVerdict(path, blob, tuple(evidence.check(path, content)), summary)
