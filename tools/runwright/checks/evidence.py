"""What is looked at in one recording or healthy state alone, and what the checks across files need to know of it.

A file that cannot be read stands there all the same: it is in no verdict, and in the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.checks import healthy, recordings, redaction
from runwright.checks.tree import Summary
from runwright.corpus.corpus import Corpus
from runwright.corpus.evidence import Healthy, Recorded
from runwright.corpus.layout import blob_id, kind_of
from runwright.corpus.manifest import Manifest
from runwright.model.finding import Finding
from runwright.model.telemetry import SYNTHETIC, is_synthetic


def check(path: str, content: bytes) -> list[Finding]:
    """Every finding on what a recording or a healthy state holds."""
    return [*redaction.check(path, content)]


def summary_of_recording(recorded: Recorded, content: bytes, blob: str) -> Summary:
    """What the checks across files need to know of a recording."""
    run = recorded.execution
    notes = recordings.note(content, runbook=run.runbook_id, synthetic=is_synthetic(run))
    return Summary(recorded.path, "recording", run.execution_id, blob, notes)


def summary_of_healthy(found: Healthy, content: bytes, blob: str) -> Summary:
    """What the checks across files need to know of a healthy state."""
    synthetic = found.state.provenance == SYNTHETIC
    notes = {**recordings.note(content, synthetic=synthetic), **healthy.note(found)}
    return Summary(found.path, "healthy", found.state.state_id, blob, notes)


def summary_of_unread(path: str, content: bytes, blob: str) -> Summary:
    """What is known of evidence that cannot be read: that it stands there."""
    return Summary(path, kind_of(path) or "recording", "", blob, recordings.note(content))


def summary_of_manifest(manifest: Manifest, blob: str) -> Summary:
    """What the checks across files need to know of a manifest."""
    return Summary(manifest.path, "manifest", manifest.path, blob, recordings.note_of(manifest))


def summaries_of(corpus: Corpus) -> Iterator[Summary]:
    """The summaries of everything but runbooks and rules."""
    files, read = corpus.files, set[str]()
    for recorded in corpus.recordings:
        content = files.get(recorded.path, b"")
        read.add(recorded.path)
        yield summary_of_recording(recorded, content, blob_id(content))
    for found in corpus.healthy:
        read.add(found.path)
        yield summary_of_healthy(found, files[found.path], blob_id(files[found.path]))
    for manifest in corpus.manifests.values():
        yield summary_of_manifest(manifest, blob_id(files[manifest.path]))
    for path in files.keys() - read:
        if kind_of(path) in ("recording", "healthy"):
            yield summary_of_unread(path, files[path], blob_id(files[path]))


def new_in(head: Corpus, base: Corpus | None) -> Iterator[str]:
    """The recordings and healthy states that the tree before did not have: those were judged when they came."""
    known = base.files if base is not None else {}
    places = (*(item.path for item in head.recordings), *(item.path for item in head.healthy))
    return (path for path in places if path in head.files and known.get(path) != head.files[path])
