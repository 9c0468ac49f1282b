"""The recordings and healthy states of a work tree: reads them, puts one in or takes one away, with its manifest.

Whether a run is worth keeping is `replay.keeping`'s to say; what may count as evidence is `corpus.evidence`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runwright.cli.folder import list_content, read_file
from runwright.cli.writing import overwrite, refuse_links
from runwright.corpus.corpus import Corpus, read_corpus
from runwright.corpus.evidence import Recorded, read_healthy, read_recording
from runwright.corpus.layout import HEALTHY, MANIFEST, RECORDINGS, kind_of
from runwright.corpus.manifest import Manifest, manifest_of, manifest_path, read_manifest, write_manifest
from runwright.errors import ContentError


class EvidenceFolder:
    """`tests/recordings` of one work tree; raises `ContentError` where it holds links or nothing at all."""

    def __init__(self, root: Path) -> None:
        self.root = root
        listing = list_content(root)
        self.refused = {name: why for name, why in listing.refused.items() if f"{name}/".startswith(RECORDINGS)}
        self.names = {name for name in listing.files if name.startswith(RECORDINGS)}
        self._runbooks = tuple(name for name in listing.files if kind_of(name) == "runbook")

    def read(self, name: str) -> bytes | None:
        """The bytes of one file of it, if there is one; raises `ContentError` for what is no plain file."""
        return read_file(self.root / name) if name in self.names else None

    def below(self, folder: str) -> tuple[str, ...]:
        """The recordings or healthy states of one folder, by name."""
        return tuple(sorted(n for n in self.names if n.startswith(folder) and kind_of(n) in ("recording", "healthy")))

    def recordings_of(self, runbook_id: str) -> Iterator[Recorded]:
        """The recordings of one runbook that can be read; `validate` tells of the others."""
        for name in self.below(f"{RECORDINGS}{runbook_id}/"):
            try:
                yield read_recording(name, read_file(self.root / name))
            except ContentError:
                continue

    def corpus(self) -> Corpus:
        """All of it, read."""
        return read_corpus({name: read_file(self.root / name) for name in sorted(self.names)})

    def manifest(self, path: str) -> Manifest:
        """The manifest that lists a file; where there is none yet, one that lists what stands in its folder."""
        name = manifest_path(path)
        content = self.read(name)
        if content is not None:
            return read_manifest(name, content)
        there = {other: read_file(self.root / other) for other in self.below(name.removesuffix(MANIFEST))}
        return manifest_of(there, path)

    def put(self, path: str, content: bytes) -> None:
        """Write a recording, and its line; raises `ContentError` for what is no evidence, `EdgeError` when it fails."""
        (read_healthy if path.startswith(HEALTHY) else read_recording)(path, content)
        self._check_way(path)
        overwrite(self.root / path, content.decode(), self.root)
        self.names.add(path)
        self._keep(self.manifest(path).with_file(path, content))

    def take_away(self, path: str, reason: str) -> None:
        """Remove a recording, and say why in its manifest; raises `ContentError`."""
        content, manifest = self.read(path), self.manifest(path)
        if content is None and path not in manifest.kept:
            raise ContentError("there is no such recording", path=path)
        if content is not None and path not in manifest.kept:
            manifest = manifest.with_file(path, content)
        self._keep(manifest.without_file(path, reason))
        refuse_links(self.root / path, self.root)
        (self.root / path).unlink(missing_ok=True)
        self.names.discard(path)

    def adopt(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """List what stands there and is in no manifest, and write every manifest in its one form.

        Gives what is no evidence, with the reason, which stays out; and what is listed now.
        """
        listed = {name for path in self._manifests() for name in self.manifest(path).kept}
        there = [name for name in self.below(RECORDINGS) if name.removeprefix(RECORDINGS).count("/") == 1]
        refused = {name: why for name in there if name not in listed and (why := self._no_evidence(name))}
        new = [name for name in there if name not in listed and name not in refused]
        for path in sorted({manifest_path(name) for name in new} | {*self._manifests()}):
            manifest = self.manifest(path).without(refused)
            for name in new:
                if manifest_path(name) == path:
                    manifest = manifest.with_file(name, read_file(self.root / name))
            self._keep(manifest)
        return refused, tuple(new)

    def _no_evidence(self, name: str) -> str | None:
        """Why a file that stands there is no recording or healthy state."""
        try:
            (read_healthy if name.startswith(HEALTHY) else read_recording)(name, read_file(self.root / name))
        except ContentError as error:
            return error.message
        return None

    def has_runbook(self, runbook_id: str) -> bool:
        """Whether a runbook of that id stands in the tree; its file bears its name, as `validate` wants it."""
        return any(name.rpartition("/")[2].rpartition(".")[0] == runbook_id for name in self._runbooks)

    def listed(self) -> tuple[str, ...]:
        """Every recording and healthy state that stands there or that a manifest names."""
        named = {name for path in self._manifests() for name in self.manifest(path).kept}
        return tuple(sorted(named.union(self.below(RECORDINGS))))

    def _manifests(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.names if kind_of(name) == "manifest"))

    def _keep(self, manifest: Manifest) -> None:
        if manifest.problems:
            said = "; ".join(f"line {problem.line}: {problem.message}" for problem in manifest.problems)
            raise ContentError(f"cannot be written anew: {said}", path=manifest.path)
        self._check_way(manifest.path)
        overwrite(self.root / manifest.path, write_manifest(manifest), self.root)
        self.names.add(manifest.path)

    def _check_way(self, path: str) -> None:
        """Refuse a way that leads elsewhere: nothing is written through a link."""
        for name, why in self.refused.items():
            if path == name or path.startswith(f"{name}/"):
                raise ContentError(why, path=name)
