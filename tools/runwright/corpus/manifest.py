"""The manifest of a folder of recordings: which files belong to it, with their digests, and which left and why.

One manifest a folder, so that changes of two runbooks never touch the same file. A line is a SHA-256 in hexadecimal,
two spaces and the path from the root, as `sha256sum` writes it; or `removed`, path, digest and reason. The order of
lines says nothing, and a line may stand twice, so two branches can be joined line by line. What a manifest means for a
tree is left to `checks.recordings`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace

from runwright.corpus.layout import MANIFEST
from runwright.corpus.letters import says_something
from runwright.errors import ContentError
from runwright.model.finding import Finding

RULE = "manifest"
HEADER = "# Written by `runwright record`; not by hand.\n"
MAX_REASON = 300
MAX_PROBLEMS = 20
_KEPT = re.compile(r"([0-9a-f]{64})  (\S.*)")
_REMOVED = re.compile(r"removed (\S+) ([0-9a-f]{64})(?: (.*))?")


@dataclass(frozen=True, slots=True)
class Listed:
    """One line: a recording that stands there, or one that left."""

    path: str
    digest: str
    reason: str = ""
    """Why it left; empty while it stands there."""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one manifest says; a path stands in one of the two alone unless somebody wrote it by hand."""

    path: str
    kept: Mapping[str, Listed] = field(default_factory=dict)
    removed: Mapping[str, Listed] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()

    def with_file(self, path: str, content: bytes) -> Manifest:
        """The manifest with one more file; one that had left is back."""
        removed = {name: listed for name, listed in self.removed.items() if name != path}
        return replace(self, kept={**self.kept, path: Listed(path, digest_of(content))}, removed=removed)

    def without_file(self, path: str, reason: str) -> Manifest:
        """The manifest without a file; raises `ContentError` when it is not listed, or there is no reason."""
        said = " ".join(reason.split())
        if not says_something(said) or len(said) > MAX_REASON or not said.isprintable():
            raise ContentError(f"a recording leaves with a reason: one line of at most {MAX_REASON} characters")
        if path not in self.kept:
            raise ContentError(f"{path} is not in {self.path}")
        kept = {name: listed for name, listed in self.kept.items() if name != path}
        gone = Listed(path, self.kept[path].digest, said)
        return replace(self, kept=kept, removed={**self.removed, path: gone})

    def without(self, paths: Container[str]) -> Manifest:
        """The manifest without some lines of files that stand there."""
        return replace(self, kept={name: listed for name, listed in self.kept.items() if name not in paths})


def manifest_path(path: str) -> str:
    """The path of the manifest that lists a recording."""
    return f"{path.rpartition('/')[0]}/{MANIFEST}"


def digest_of(content: bytes) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def removal(manifest: Manifest | None, path: str) -> str | None:
    """Why a recording left; None when it left without a reason, or is listed as kept too."""
    gone = manifest.removed.get(path) if manifest is not None and path not in manifest.kept else None
    return gone.reason if gone is not None and says_something(gone.reason) else None


def read_manifest(path: str, content: bytes) -> Manifest:
    """Read a manifest; what is wrong with it is in its `problems`, and every other line counts."""
    text = content.decode("utf-8", "replace")
    kept: dict[str, Listed] = {}
    removed: dict[str, Listed] = {}
    problems: list[Finding] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line and not line.startswith("#"):
            problem = _take(line, number, path, (kept, removed))
            problems += [_finding(path, number, problem)] if problem else []
    problems += (_finding(path, kept[name].line, f"{name} is kept and removed") for name in kept.keys() & removed)
    return Manifest(path, kept, removed, tuple(sorted(problems, key=lambda one: one.line)[:MAX_PROBLEMS]))


def write_manifest(manifest: Manifest) -> str:
    """The text of a manifest, sorted by path."""
    return HEADER + "".join(f"{line}\n" for _, line in sorted(_lines(manifest)))


def manifest_of(files: Mapping[str, bytes], path: str) -> Manifest:
    """The manifest that lists a recording; where there is none yet, one that lists what stands in its folder."""
    name = manifest_path(path)
    if name in files:
        return read_manifest(name, files[name])
    folder = name.removesuffix(MANIFEST)
    there = {other: files[other] for other in files if other.startswith(folder) and other.endswith(".json")}
    return Manifest(name, {other: Listed(other, digest_of(content)) for other, content in there.items()})


def _lines(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for listed in manifest.kept.values():
        yield listed.path, f"{listed.digest}  {listed.path}"
    for listed in manifest.removed.values():
        yield listed.path, f"removed {listed.path} {listed.digest} {listed.reason}"


def _take(line: str, number: int, path: str, into: tuple[dict[str, Listed], dict[str, Listed]]) -> str | None:
    """Read one line, and say what is wrong with it."""
    if match := _KEPT.fullmatch(line):
        return _add(Listed(match[2], match[1], line=number), path, into[0])
    if match := _REMOVED.fullmatch(line):
        reason = (match[3] or "").strip()
        problem = _add(Listed(match[1], match[2], reason, number), path, into[1])
        return problem or (None if says_something(reason) else f"{match[1]} was removed without a reason")
    return "is no line of a manifest; it is written by `runwright record` alone"


def _add(listed: Listed, path: str, into: dict[str, Listed]) -> str | None:
    if manifest_path(listed.path) != path:
        return f"{listed.path} does not stand in this folder"
    before = into.setdefault(listed.path, listed)
    return f"{listed.path} is listed with two digests" if before.digest != listed.digest else None


def _finding(path: str, line: int, message: str) -> Finding:
    return Finding(path=path, line=line, column=1, rule=RULE, message=message[:600])
