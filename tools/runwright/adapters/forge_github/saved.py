"""What the runs of `validate` and `replay` saved for a commit: found by the workflow's path, read as data, in memory.

Nothing is unpacked to disk, so no name in an archive leads anywhere. What the reports say is read elsewhere.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from runwright.adapters.forge_github.connection import Connection
from runwright.errors import ContentError

EVENTS = frozenset({"pull_request", "merge_group"})
"""What starts the runs whose reports count."""
MAX_ARCHIVE, MAX_REPORT = 32 * 1024 * 1024, 16 * 1024 * 1024
"""Bytes of an archive, and of the one file in it that is read."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Of the others one sets aside as much memory as the archive says, four gigabytes at most."""
FOLDER = ".github/workflows"

Download = Callable[[str, int], bytes]
"""Gives the file at an address, of so many bytes at most."""


@dataclass(frozen=True, slots=True)
class SavedRun:
    """The newest run of one workflow for a commit."""

    name: str
    ended: str
    """How it ended, or what is wrong with what it saved; empty while it runs, or before it has begun."""
    report: bytes | None = None
    """What it saved; None where it saved nothing."""


def read_saved(connection: Connection, sha: str, names: tuple[str, ...], download: Download) -> tuple[SavedRun, ...]:
    """Read what the newest run of each workflow saved; what cannot be unpacked is not saved. Raises EdgeError."""
    base = str(connection.get("")["default_branch"])
    found = connection.pages("actions/runs", key="workflow_runs", head_sha=sha)
    runs = [run for run in found if counts(run, sha, base)]
    return tuple(one_saved(connection, name, newest(runs, name), download) for name in names)


def counts(run: Any, sha: str, base: str) -> bool:
    """Say whether a run judges this commit on its way into the base; for a fork's, GitHub does not tell where to."""
    ways = [pull["base"]["ref"] for pull in run.get("pull_requests") or ()]
    return run.get("head_sha") == sha and run.get("event") in EVENTS and (not ways or base in ways)


def newest(runs: list[Any], name: str) -> Any:
    """The newest run of a workflow, by the path of its file: anybody may give another file the same name."""
    own = [run for run in runs if str(run.get("path", "")).partition("@")[0] == f"{FOLDER}/{name}.yml"]
    return max(own, key=lambda run: (int(run["id"]), int(run.get("run_attempt") or 1)), default=None)


def one_saved(connection: Connection, name: str, run: Any, download: Download) -> SavedRun:
    """Read what one run saved."""
    if run is None or run.get("status") != "completed":
        return SavedRun(name, "")
    path = f"actions/runs/{int(run['id'])}/artifacts"
    found = [one for one in connection.pages(path, key="artifacts", name=name) if is_fit(one, name)]
    ended = str(run.get("conclusion") or "ended")
    if not found:
        return SavedRun(name, ended)
    artifact = max(found, key=lambda one: int(one["id"]))
    archive = download(connection.location(f"actions/artifacts/{int(artifact['id'])}/zip"), MAX_ARCHIVE)
    try:
        return SavedRun(name, ended, unpacked(archive, f"{name}.json"))
    except ContentError as error:
        return SavedRun(name, str(error))


def is_fit(artifact: Any, name: str) -> bool:
    """Say whether an artifact is the one that the workflow saves, and still there."""
    return artifact.get("name") == name and not artifact.get("expired")


def unpacked(archive: bytes, name: str) -> bytes | None:
    """Give one file of an archive, None where it is not in it; raises ContentError for what is no such archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            if opened.namelist().count(name) != 1:
                return None
            if opened.getinfo(name).compress_type not in METHODS:
                raise ContentError("is compressed in a way that GitHub does not use", path=name)
            with opened.open(name) as file:
                content = file.read(MAX_REPORT + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError, struct.error) as error:
        raise ContentError(f"cannot be unpacked: {error}", path=name) from None
    if len(content) > MAX_REPORT:
        raise ContentError(f"has more than {MAX_REPORT} bytes", path=name)
    return content
